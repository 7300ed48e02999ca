/** A server in this process on a small project, and one who asks it as the page does. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CommandLine } from '../../src/server/index.ts';
import { startServer } from '../../src/server/index.ts';
import type { ServerEvents } from '../../src/server/api.ts';
import { Project } from '../../src/project/index.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { writeDrawnVideo } from '../cli/drawn-project.ts';

export const commandLine: CommandLine = {
  program: process.execPath,
  first: [resolve('bin/marey.js')],
  environment: (pass) => ({
    ...process.env,
    MAREY_PROGRESS: 'json',
    ...(pass === undefined ? {} : { MAREY_PASS: pass }),
  }),
};

/** A folder that is removed when the test is done. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'marey-server-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const keypoints = ['nose', 'left ear', 'tail'];

/** A project with nothing labeled and one video of so many frames, `walk.mp4`. Returns its folder. */
export async function projectWithVideo(folder: string, frames = 40): Promise<string> {
  const root = join(folder, 'project');
  mkdirSync(join(root, 'videos'), { recursive: true });
  await writeDrawnVideo(join(root, 'videos', 'walk.mp4'), frames);
  await using project = await Project.create(root, { name: 'walks', skeleton: skeleton(keypoints) });
  await project.addVideos([join(root, 'videos', 'walk.mp4')]);
  return root;
}

export interface Asker {
  readonly origin: string;
  readonly url: string;
  readonly cookie: string;
  /** Asks with the cookie. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** The JSON of an answer; throws where it is no success. */
  get<T>(path: string): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  close(): Promise<void>;
}

/** One who has opened the address that `marey open` printed. */
export async function enter(url: string): Promise<Omit<Asker, 'close'>> {
  const { origin } = new URL(url);
  const entered = await fetch(url, { redirect: 'manual' });
  const cookie = entered.headers.get('set-cookie')?.split(';')[0] ?? '';
  const ask: Asker['ask'] = (path, init = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { cookie, ...(init.headers as Record<string, string>) } });
  const json = async <T>(answer: Response): Promise<T> => {
    if (!answer.ok) throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
  return {
    origin,
    url,
    cookie,
    ask,
    get: async (path) => json(await ask(path)),
    post: async (path, body) =>
      json(
        await ask(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
  };
}

/** Starts a server, which ends with the test. */
export async function serve(options: {
  readonly root?: string;
  readonly folder?: string;
  readonly uploadPatienceMs?: number;
}): Promise<Asker> {
  const folder = options.folder ?? options.root ?? '.';
  const server = await startServer({
    version: 'test',
    port: 0,
    folder,
    root: options.root,
    commandLine,
    uploadPatienceMs: options.uploadPatienceMs,
  });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= Promise.resolve(server[Symbol.asyncDispose]()));
  onTestFinished(close);
  return { ...(await enter(server.url)), close };
}

/** What the server tells; `until` resolves with the first event, also among those that came already, that fits. */
export async function listen({ ask }: Pick<Asker, 'ask'>): Promise<{
  until<K extends keyof ServerEvents>(
    name: K,
    fits?: (event: ServerEvents[K]) => boolean,
  ): Promise<ServerEvents[K]>;
}> {
  const answer = await ask('/api/events');
  const heard: { readonly name: string; readonly event: unknown }[] = [];
  const listeners = new Set<() => void>();
  void (async () => {
    let text = '';
    try {
      for await (const bytes of answer.body!) {
        text += Buffer.from(bytes as Uint8Array).toString();
        for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
          const block = text.slice(0, end);
          text = text.slice(end + 2);
          const name = /^event: (.*)$/m.exec(block)?.[1];
          const data = /^data: (.*)$/m.exec(block)?.[1];
          if (name !== undefined && data !== undefined) heard.push({ name, event: JSON.parse(data) });
        }
        for (const listener of listeners) listener();
      }
    } catch (error) {
      // The server ended.
      if (!(error instanceof TypeError)) throw error;
    }
  })();
  return {
    until: (name, fits = () => true) =>
      new Promise((done) => {
        const look = (): void => {
          const found = heard.find((h) => h.name === name && fits(h.event as never));
          if (!found) return;
          listeners.delete(look);
          done(found.event as never);
        };
        listeners.add(look);
        look();
      }),
  };
}
