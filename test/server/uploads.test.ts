/** Uploads on connections that are slow and on connections that are dead. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request, type ClientRequest } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { projectWithVideo, serve, testFolder, type Asker } from './served.ts';

/** An upload that is begun: its bytes are written by the test. */
function begin({ origin, cookie }: Asker, name: string, bytes: number) {
  const { port } = new URL(origin);
  const headers = { cookie, 'content-length': bytes };
  const options = { host: '127.0.0.1', port, path: `/api/uploads/${name}`, method: 'PUT', headers };
  let sent!: ClientRequest;
  const answer = new Promise<{ status: number; text: string }>((done) => {
    sent = request(options, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () => done({ status: response.statusCode!, text }));
    });
    sent.on('error', (error) => done({ status: 0, text: error.message }));
  });
  return { sent, answer };
}

it('one that takes many times the patience is whole, as long as something comes', async () => {
  const root = await projectWithVideo(testFolder(), 2);
  const server = await serve({ root, uploadPatienceMs: 400 });
  const { sent, answer } = begin(server, 'slow.mp4', 200);
  for (let i = 0; i < 20; i++) {
    sent.write(Buffer.alloc(10, i));
    await sleep(60);
  }
  sent.end();
  expect((await answer).status).toBe(200);
  const bytes = readFileSync(join(root, 'videos', 'slow.mp4'));
  expect([...bytes]).toEqual(Array.from({ length: 200 }, (_, i) => Math.floor(i / 10)));
});

it('one of which nothing comes any more is given up, says so, and leaves nothing', async () => {
  const root = await projectWithVideo(testFolder(), 2);
  const server = await serve({ root, uploadPatienceMs: 200 });
  const { sent, answer } = begin(server, 'dead.mp4', 1000);
  sent.write(Buffer.alloc(10));
  const { status, text } = await answer;
  // The answer, or the end of the connection where it could not be given.
  expect([0, 500]).toContain(status);
  if (status === 500) expect(text).toContain('the upload has stopped');
  await expect.poll(() => readdirSync(join(root, 'videos')), { timeout: 10_000 }).toEqual(['walk.mp4']);
  expect(existsSync(join(root, 'videos', 'dead.mp4'))).toBe(false);
  sent.destroy();
  expect((await server.ask('/api/session')).status).toBe(200);
});
