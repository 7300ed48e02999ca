/** Nobody but the person who started the server gets anything from it: tried on every route that there is. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makeApp } from '../../src/server/app.ts';
import { cookieName, newSecrets } from '../../src/server/security.ts';
import { ServerState } from '../../src/server/state.ts';
import { commandLine, projectWithVideo, serve, testFolder } from './served.ts';

const port = 4321;
const host = `127.0.0.1:${port}`;

async function guardedApp(root?: string) {
  const folder = root ?? testFolder();
  const page = join(folder, 'page');
  mkdirSync(page, { recursive: true });
  writeFileSync(join(page, 'index.html'), 'the page');
  const state = new ServerState({ version: 'test', folder, commandLine });
  onTestFinished(() => state[Symbol.asyncDispose]());
  if (root !== undefined) await state.open(root);
  const secrets = newSecrets();
  return { app: makeApp({ state, secrets, port: () => port, page }), secrets, page };
}

it('refuses every route without the cookie, with a wrong one, from another origin, and under another name', async () => {
  const { app, secrets } = await guardedApp();
  const cookie = `${cookieName(port)}=${secrets.cookie}`;
  const routes = app.routes.filter(({ method }) => method !== 'ALL');
  // All of `api.ts`, and the page.
  expect(routes.length).toBeGreaterThanOrEqual(22);
  const attacks: Record<string, Record<string, string>> = {
    'no cookie': { host },
    'a wrong cookie': { host, cookie: `${cookieName(port)}=${'A'.repeat(secrets.cookie.length)}` },
    'a shortened cookie': { host, cookie: cookie.slice(0, -1) },
    "another port's cookie": { host, cookie: `${cookieName(port + 1)}=${secrets.cookie}` },
    'the token as the cookie': { host, cookie: `${cookieName(port)}=${secrets.token}` },
    'a foreign origin': { host, cookie, origin: 'http://evil.test' },
    'another port as origin': { host, cookie, origin: `http://127.0.0.1:${port + 1}` },
    'the origin null': { host, cookie, origin: 'null' },
    'a foreign site': { host, cookie, 'sec-fetch-site': 'cross-site' },
    'the same site, another origin': { host, cookie, 'sec-fetch-site': 'same-site' },
    'a rebound name': { host: `evil.test:${port}`, cookie },
    'another port': { host: `127.0.0.1:${port + 1}`, cookie },
    'no name': { cookie },
  };
  for (const { method, path } of routes) {
    const at = path.replaceAll(/:\w+/g, 'x').replace('*', 'index.html');
    for (const [attack, headers] of Object.entries(attacks)) {
      const answer = await app.request(`http://${host}${at}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        body: method === 'GET' ? undefined : '{}',
      });
      expect([401, 403], `${method} ${at} with ${attack}: ${answer.status}`).toContain(answer.status);
    }
    const allowed = await app.request(`http://${host}${at}`, {
      method,
      headers: { host, cookie, origin: `http://${host}`, 'content-type': 'application/json' },
      body: method === 'GET' ? undefined : '{}',
    });
    expect([401, 403], `${method} ${at} with the cookie`).not.toContain(allowed.status);
    expect(allowed.headers.get('x-content-type-options')).toBe('nosniff');
    expect(allowed.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self' 'wasm/,
    );
  }
});

it('lets a browser in by the printed address alone, with a cookie that scripts and other sites cannot use', async () => {
  const { app, secrets } = await guardedApp();
  const enter = (path: string, method = 'GET') =>
    app.request(`http://${host}${path}`, { method, headers: { host } });
  expect((await enter(`/?token=${secrets.token}x`)).status).toBe(401);
  expect((await enter(`/?token=${secrets.cookie}`)).status).toBe(401);
  expect((await enter(`/api/session?token=${secrets.token}`)).status).toBe(401);
  expect((await enter(`/?token=${secrets.token}`, 'POST')).status).toBe(401);
  const entered = await enter(`/?token=${secrets.token}`);
  expect(entered.status).toBe(302);
  expect(entered.headers.get('location')).toBe('/');
  expect(entered.headers.get('set-cookie')).toMatch(/^marey-4321=[\w-]{43};.*HttpOnly;.*SameSite=Strict/);
  // Two servers have two secrets.
  expect(newSecrets().token).not.toBe(secrets.token);
});

it('takes no form of another page for JSON, and no request that is too large', async () => {
  const { app, secrets } = await guardedApp();
  const cookie = `${cookieName(port)}=${secrets.cookie}`;
  const post = (type: string, body: string) =>
    app.request(`http://${host}/api/start`, {
      method: 'POST',
      headers: { host, cookie, 'content-type': type, 'content-length': `${body.length}` },
      body,
    });
  const folders = JSON.stringify({ door: 'new', folder: 'made', videos: [], keypoints: ['nose'] });
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
    expect((await post(type, folders)).status).toBe(400);
  expect((await post('application/json', ' '.repeat(17 << 20))).status).toBe(400);
  expect((await post('application/json', folders)).status).toBe(200);
});

it('serves nothing outside the page and the project', async () => {
  const root = await projectWithVideo(testFolder());
  const secret = join(root, '..', 'secret.txt');
  writeFileSync(secret, 'hidden content');
  const { app, secrets, page } = await guardedApp(root);
  symlinkSync(secret, join(page, 'linked.txt'));
  const headers = { host, cookie: `${cookieName(port)}=${secrets.cookie}` };
  const paths = [
    '/../marey.yaml',
    '/..%2fmarey.yaml',
    '/%2e%2e/marey.yaml',
    '/..%5cmarey.yaml',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/linked.txt',
    '/index.html%00.png',
    '/%E0%A4%A',
    '/api/videos/..%2f..%2fsecret.txt/file',
    '/api/videos/%2fetc%2fpasswd/file',
    `/api/videos/${encodeURIComponent(secret)}/file`,
    '/api/videos/..%2fproject%2fvideos%2fwalk.mp4/frames/0',
    '/api/tracks/file-..%2f..%2fsecret.txt/values',
    '/api/jobs/..%2f..%2fsecret/log',
    '/api/labels/picture?frame=..%2fsecret.txt',
  ];
  for (const path of paths) {
    const answer = await app.request(`http://${host}${path}`, { headers });
    const text = await answer.text();
    expect(answer.status, path).toBe(404);
    expect(text, path).not.toMatch(/hidden content|root:|skeleton/);
  }
  expect(await (await app.request(`http://${host}/`, { headers })).text()).toBe('the page');

  // A label cannot name a picture outside, nor a video that the project does not.
  const post = (edit: object) =>
    app.request(`http://${host}/api/labels`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify({ edits: [{ op: 'frame', recording: 'walk', instances: [], ...edit }] }),
    });
  symlinkSync(secret, join(root, 'pictures', 'linked.png'));
  for (const [image, frame] of [
    ['../secret.txt', 'walk/secret.txt'],
    [secret, 'walk/secret.txt'],
    ['pictures/linked.png', 'walk/linked.png'],
  ])
    expect((await post({ frame, picture: { image } })).status).toBe(422);
  const other = await post({ frame: 'walk/other.mp4#1', picture: { video: 'other.mp4', frame: 1 } });
  expect(other.status).toBe(400);
  const labels = await (await app.request(`http://${host}/api/labels`, { headers })).json();
  expect(labels).toEqual({ revision: 0, frames: [] });
});

it('listens on the loopback address only, and answers no raw path that leaves the page', async () => {
  const { origin, cookie, ask } = await serve({ folder: testFolder() });
  expect(origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect((await ask('/api/session')).status).toBe(200);
  const raw = (path: string, name?: string): Promise<number | undefined> =>
    new Promise((done, fail) => {
      const { port: own } = new URL(origin);
      const headers = { cookie, host: name ?? `localhost:${own}` };
      request({ host: '127.0.0.1', port: own, path, headers }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      })
        .on('error', fail)
        .end();
    });
  expect(await raw('/api/session')).toBe(200);
  expect(await raw('/api/session', 'evil.test')).toBe(403);
  expect([400, 404]).toContain(await raw('/../../../../../../etc/passwd'));
  expect([400, 404]).toContain(await raw('/%2e%2e/%2e%2e/package.json'));
});
