import { randomBytes, timingSafeEqual } from 'node:crypto';
import { getCookie, setCookie } from 'hono/cookie';
import type { MiddlewareHandler } from 'hono';

/** What the page may load and do: its own files, pictures that it makes itself, nothing from elsewhere, in no frame. */
const contentPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  // Controls that set a style put it into the page at run time.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const headers = {
  'content-security-policy': contentPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** What only the person who started the server knows. */
export interface Secrets {
  /** In the first address; whoever opens it gets the cookie. */
  readonly token: string;
  readonly cookie: string;
}

export function newSecrets(): Secrets {
  const secret = (): string => randomBytes(32).toString('base64url');
  return { token: secret(), cookie: secret() };
}

/** Cookies are of a host, whatever the port: several servers must not take each other's. */
export function cookieName(port: number): string {
  return `marey-${port}`;
}

/**
 * Stands before every route, the page's files included. A request must name this server as its host (else a page of another
 * name that was bound to 127.0.0.1 could read it), come from no other origin, and bring the cookie. Answers 403 or 401.
 */
export function guard({ token, cookie }: Secrets, port: () => number): MiddlewareHandler {
  return async (c, next) => {
    for (const [name, value] of Object.entries(headers)) c.header(name, value);
    const host = c.req.header('host');
    if (host !== `127.0.0.1:${port()}` && host !== `localhost:${port()}`)
      return c.text('This server answers to 127.0.0.1 and localhost only.', 403);
    const origin = c.req.header('origin');
    if (origin !== undefined && origin !== `http://${host}`)
      return c.text('Requests from other pages are refused.', 403);
    const site = c.req.header('sec-fetch-site');
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      return c.text('Requests from other pages are refused.', 403);
    const given = c.req.query('token');
    if (given !== undefined && c.req.path === '/' && c.req.method === 'GET' && equal(given, token)) {
      setCookie(c, cookieName(port()), cookie, { httpOnly: true, sameSite: 'Strict', path: '/' });
      return c.redirect('/', 302);
    }
    const brought = getCookie(c, cookieName(port()));
    if (brought === undefined || !equal(brought, cookie))
      return c.text('Open the whole address that "marey open" printed: it lets this browser in.', 401);
    // A form of another page can send text, not JSON.
    if (c.req.method === 'POST' && !/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
      return c.text('Send JSON.', 400);
    await next();
    // Answers that a route made by itself have their own headers.
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
  };
}

function equal(given: string, secret: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(secret)];
  return a.length === b.length && timingSafeEqual(a, b);
}
