import { readFile, realpath } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Hono } from 'hono';
import { errorCode, isMissing } from '../project/disk.ts';
import { isInside } from '../project/paths.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.map': 'application/json',
};

const notBuilt = `<!doctype html><html lang="en"><title>Marey</title><body style="font: 16px sans-serif; margin: 3em">
<h1>The page is not built</h1><p>This checkout has no page yet. Run <code>npm ci</code> and <code>npm run build</code>, then reload.
The project is open and safe.</p></body></html>`;

/** The files of the built page in `folder`; nothing beside them, whatever a path or a link says. */
export function pageRoutes(app: Hono, folder: string): void {
  app.get('*', async (c) => {
    if (c.req.path.startsWith('/api/'))
      return c.json({ error: { message: 'there is nothing at this address' } }, 404);
    const named = decoded(c.req.path);
    const path = named === '/' ? 'index.html' : named?.slice(1);
    const bytes = path === undefined ? undefined : await readInside(folder, path);
    if (bytes)
      return c.body(bytes, 200, { 'content-type': types[extname(path!)] ?? 'application/octet-stream' });
    if (path === 'index.html') return c.html(notBuilt);
    return c.text('There is nothing at this address.', 404);
  });
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

async function readInside(folder: string, path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (path.includes('\0') || path.includes('\\')) return undefined;
  try {
    const [root, real] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    if (!isInside(root, real)) return undefined;
    return new Uint8Array(await readFile(real));
  } catch (error) {
    if (isMissing(error) || ['ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? ''))
      return undefined;
    throw error;
  }
}
