/** A Chrome or Chromium on this machine, and a page that has the compiled `learn` in it. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Page } from 'playwright-core';

const usual = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** The browser's path; undefined where there is none. */
export const chromePath: string | undefined = [process.env.CHROME_PATH, ...usual].find(
  (path) => path !== undefined && existsSync(path),
);

export const howToGetChrome =
  'no Chrome or Chromium found: install one (Debian: apt install chromium) or set CHROME_PATH to run the browser tests';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const page = `<!doctype html>
<title>learn</title>
<script type="importmap">
{ "imports": {
  "onnxruntime-web": "/node_modules/onnxruntime-web/dist/ort.min.mjs",
  "onnxruntime-web/webgpu": "/node_modules/onnxruntime-web/dist/ort.webgpu.min.mjs"
} }
</script>
<script type="module">
  import * as learn from '/dist/learn/index.js';
  import * as web from '/dist/learn/engine/web.js';
  window.marey = { learn, web };
</script>`;

const types: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves `dist` and ONNX Runtime's files to a page in a fresh browser. @param flags of the browser's command line. */
export async function withPage<T>(flags: readonly string[], use: (page: Page) => Promise<T>): Promise<T> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    if (path === '/') {
      response.setHeader('content-type', 'text/html').end(page);
      return;
    }
    if (!path.startsWith('/dist/') && !path.startsWith('/node_modules/onnxruntime-web/dist/')) {
      response.writeHead(404).end();
      return;
    }
    readFile(join(root, path)).then(
      (bytes) =>
        response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream').end(bytes),
      (error: Error) => response.writeHead(404).end(error.message),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: chromePath, args: ['--no-sandbox', ...flags] });
  try {
    const opened = await browser.newPage();
    const failures: string[] = [];
    opened.on('pageerror', (error) => failures.push(error.message));
    await opened.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    try {
      await opened.waitForFunction('window.marey !== undefined', undefined, { timeout: 30_000 });
    } catch (cause) {
      throw new Error(`The page did not load: ${failures.join('; ')}. Has \`npm run build\` been run?`, {
        cause,
      });
    }
    return await use(opened);
  } finally {
    await browser.close();
    server.close();
  }
}
