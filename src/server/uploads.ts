import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { Hono } from 'hono';
import { isVideoName } from '../formats/index.ts';
import { flushFile } from '../project/atomic.ts';
import { freePath, makeFolder } from '../project/folder.ts';
import { requireSpace } from '../project/index.ts';
import { ownerTag } from '../project/owner.ts';
import { MachineError, UsageError } from '../signal/error.ts';
import type { ServerState } from './state.ts';

/** A page that is gone without a word: nothing comes for this long. */
const defaultPatienceMs = 60_000;

let serial = 0;

/** Videos that were dropped into the page: into the project's folder `videos`, or, before there is one, beside what is to come. */
export class Uploads {
  readonly #state: ServerState;
  readonly #received = new Set<string>();

  constructor(state: ServerState) {
    this.#state = state;
  }

  /** Whether the file at `path` came through this server. */
  has(path: string): boolean {
    return this.#received.has(path);
  }

  /**
   * Receives a video; resolves with its path when it is whole on the disk. An open project lists it from then on. Throws `UsageError` for
   * a name that is no plain name of a video, `MachineError` where the disk has no room and where nothing comes any more.
   */
  async receive(
    name: string,
    body: ReadableStream<Uint8Array> | null,
    bytes: number | undefined,
  ): Promise<string> {
    checkName(name);
    const { uploadPatienceMs: patienceMs = defaultPatienceMs } = this.#state.options;
    const opened = this.#state.current;
    const project = await opened?.writable();
    const folder = join(project?.root ?? this.#state.options.folder, 'videos');
    await makeFolder(folder);
    if (bytes !== undefined) await requireSpace(folder, bytes, 'the video');
    const beside = join(folder, `.${ownerTag()}-upload${serial++}~${name}`);
    try {
      const from = body ?? new ReadableStream({ start: (controller) => controller.close() });
      await pipeline(
        Readable.fromWeb(from as NodeReadableStream),
        (chunks: AsyncIterable<Uint8Array>) => whileItComes(chunks, patienceMs),
        createWriteStream(beside, { flags: 'wx' }),
      );
      await flushFile(beside);
      const ending = extname(name);
      const path = await freePath(join(folder, basename(name, ending)), ending);
      await rename(beside, path);
      this.#received.add(path);
      await project?.addVideos([path]);
      if (project) this.#state.events.publish('project', {});
      return path;
    } finally {
      await rm(beside, { force: true });
    }
  }
}

/** The same pieces. Throws `MachineError` where the next one does not come in time; how long it takes the disk does not count. */
async function* whileItComes(
  chunks: AsyncIterable<Uint8Array>,
  patienceMs: number,
): AsyncGenerator<Uint8Array> {
  const source = chunks[Symbol.asyncIterator]();
  for (;;) {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(stalled(patienceMs)), patienceMs);
    });
    const next = await Promise.race([source.next(), late]).finally(() => clearTimeout(timer));
    if (next.done) return;
    yield next.value;
  }
}

function stalled(patienceMs: number): MachineError {
  return new MachineError('the upload has stopped', {
    got: `nothing for ${patienceMs / 1000} s`,
    fix: 'Drop the video again.',
  });
}

function checkName(name: string): void {
  const plain = /^(?!\.)[^/\\:*?"<>|\p{Cc}]{1,200}$/u.test(name);
  if (plain && isVideoName(name)) return;
  throw new UsageError('this is no name for a video', {
    expected: 'a plain file name with the ending of a video, for instance walk.mp4',
    got: `"${name}"`,
  });
}

/** `PUT /api/uploads/:name` */
export function uploadRoutes(app: Hono, uploads: Uploads): void {
  app.put('/api/uploads/:name', async (c) => {
    const length = Number(c.req.header('content-length') ?? NaN);
    const bytes = Number.isFinite(length) ? length : undefined;
    return c.json({ path: await uploads.receive(c.req.param('name'), c.req.raw.body, bytes) });
  });
}
