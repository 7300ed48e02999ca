import type { Context, Hono } from 'hono';
import { basename } from 'node:path';
import type { Config } from '../project/index.ts';
import { namedVideos, type NamedVideo } from '../project/run/videos.ts';
import { InputError, MareyError, UsageError } from '../signal/error.ts';
import type { VideoInfo, VideoOverview } from './api.ts';
import { MissingError } from './failure.ts';
import { fileAnswer } from './file-answer.ts';
import { FrameReader } from './frame-reader.ts';
import type { OpenedProject } from './opened-project.ts';

/** A video that nobody looks at is closed. */
const idleSeconds = 60;
/** Where the videos lie is looked up anew after this time: frames are asked for many times a second. */
const listedMs = 1000;
/** Videos open at the same time. */
const mostOpen = 4;

/** The videos that the project names, by id; nothing else is ever opened. */
export class Videos implements AsyncDisposable {
  readonly #opened: OpenedProject;
  #listed: { readonly config: Config; readonly at: number; readonly videos: NamedVideo[] } | undefined;
  readonly #readers = new Map<string, Promise<FrameReader>>();
  readonly #idle: NodeJS.Timeout;

  constructor(opened: OpenedProject) {
    this.#opened = opened;
    this.#idle = setInterval(() => void this.#closeIdle(idleSeconds), 10_000);
    this.#idle.unref();
  }

  /** Throws `InputError` where `marey.yaml` names a path that leads out of the project. */
  async list(): Promise<NamedVideo[]> {
    const { project } = this.#opened;
    const { config } = project;
    const known = this.#listed;
    if (known?.config === config && performance.now() - known.at < listedMs) return known.videos;
    const videos = await namedVideos(project);
    this.#listed = { config, at: performance.now(), videos };
    return videos;
  }

  async overview(): Promise<VideoOverview[]> {
    const bodies = await this.#opened.project.bodies.names();
    return (await this.list()).map(({ name, path, recording, found }) => ({
      id: name,
      name: basename(path),
      recording,
      ...(found ? {} : { problem: `The file is not there: ${path}` }),
      ...(bodies.includes(name) && { hasBody: true }),
    }));
  }

  /** Throws `MissingError` where there is no such video, `InputError` where its file is gone. */
  async find(id: string): Promise<NamedVideo> {
    const named = async (): Promise<NamedVideo | undefined> =>
      (await this.list()).find(({ name }) => name === id);
    let video = await named();
    if (video?.found === false) {
      this.#listed = undefined;
      video = await named();
    }
    if (!video) throw new MissingError('there is no such video in the project', { got: id });
    if (!video.found) {
      throw new InputError('the file of the video is not there', {
        where: video.path,
        fix: 'Put it back, or correct its path in marey.yaml.',
      });
    }
    return video;
  }

  async reader(id: string): Promise<FrameReader> {
    const video = await this.find(id);
    const key = `${id}\n${video.path}`;
    const opening =
      this.#readers.get(key) ??
      FrameReader.open(video.path, {
        cacheDir: this.#opened.project.layout.cache,
        framesPerSecond: video.framesPerSecond,
      });
    // The one used last stands last.
    this.#readers.delete(key);
    this.#readers.set(key, opening);
    // What failed is not kept: the next one who asks tries again.
    opening.catch(() => this.#readers.delete(key));
    if (this.#readers.size > mostOpen) void this.#closeIdle(0);
    return opening;
  }

  /** Opens the first video, so that it is ready when a page asks: to index one of an hour takes a second. */
  async openFirst(): Promise<void> {
    try {
      const first = (await this.list()).find(({ found }) => found);
      if (first) await this.reader(first.name);
    } catch (error) {
      // The page that asks for it will be told.
      if (!(error instanceof MareyError)) throw error;
    }
  }

  async info(id: string): Promise<VideoInfo> {
    const { info } = await this.reader(id);
    const { frameCount, width, height, channels, framesPerSecond, warnings, times } = info;
    return {
      id,
      frameCount,
      width,
      height,
      channels,
      framesPerSecond,
      durationSeconds: times[frameCount - 1] - times[0] + 1 / framesPerSecond,
      warnings,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#idle);
    for (const opening of this.#readers.values()) await close(opening);
    this.#readers.clear();
  }

  async #closeIdle(seconds: number): Promise<void> {
    for (const [key, opening] of this.#readers) {
      if (seconds === 0 && this.#readers.size <= mostOpen) return;
      const used = await opening.then(
        (reader) => reader.usedAt,
        () => -Infinity,
      );
      if (performance.now() - used < seconds * 1000) continue;
      this.#readers.delete(key);
      await close(opening);
    }
  }
}

async function close(opening: Promise<FrameReader>): Promise<void> {
  const reader = await opening.catch((error: unknown) => {
    // It was never open.
    if (!(error instanceof MareyError)) throw error;
  });
  await reader?.[Symbol.asyncDispose]();
}

/** `GET /api/videos/...` */
export function videoRoutes(app: Hono, opened: () => OpenedProject): void {
  const id = (c: Context): string => c.req.param('id') ?? '';
  app.get('/api/videos/:id', async (c) => c.json(await opened().videos.info(id(c))));
  app.get('/api/videos/:id/times', async (c) => {
    const { times } = (await opened().videos.reader(id(c))).info;
    return binary(c, Uint8Array.from(new Uint8Array(times.buffer, times.byteOffset, times.byteLength)));
  });
  app.get('/api/videos/:id/frames/:index', async (c) => {
    const format = c.req.query('format') ?? 'jpeg';
    if (format !== 'png' && format !== 'jpeg')
      throw new UsageError('frames are not given in this format', { expected: 'jpeg or png', got: format });
    const wanted = {
      index: wholeNumber(c.req.param('index')),
      width: widthOf(c.req.query('width')),
      format,
    } as const;
    const reader = await opened().videos.reader(id(c));
    return binary(c, await reader.picture(wanted, c.req.raw.signal), `image/${format}`);
  });
  app.get('/api/videos/:id/file', async (c) => {
    const { path } = await opened().videos.find(id(c));
    return fileAnswer(c, path);
  });
}

/** An answer of bytes. */
export function binary(
  c: Context,
  bytes: Uint8Array<ArrayBuffer>,
  type = 'application/octet-stream',
): Response {
  return c.body(bytes, 200, { 'content-type': type, 'content-length': `${bytes.length}` });
}

function wholeNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError('this is no number of a frame', { expected: 'a whole number from 0', got: text });
}

function widthOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const width = Number(text);
  if (Number.isInteger(width) && width >= 1 && width <= 16_384) return width;
  throw new UsageError('this is no width of a picture', { expected: '1 to 16384 px', got: text });
}
