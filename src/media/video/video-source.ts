import { InputError } from '../../signal/error.ts';
import type { Frame, FrameSource, FrameSourceInfo } from '../frame.ts';
import { PictureCache } from '../picture-cache.ts';
import { checkFrame, checkRange, frameShownAt } from '../position.ts';
import { readAhead } from '../read-ahead.ts';
import type { VideoBackend } from './backend.ts';
import type { FrameIndex } from './frame-index.ts';
import type { DamagePolicy, Picture } from './stream.ts';

/** What is known of a video beyond what every source knows. */
export interface VideoInfo extends FrameSourceInfo {
  readonly codec: string;
  readonly pixelFormat: string;
  /** Presentation time of frame 0 on the file's own clock, seconds: adds to `times` to meet the file's other streams. */
  readonly startSeconds: number;
  /** Frames at which decoding can start. */
  readonly keyFrameCount: number;
  readonly backend: 'node-av' | 'ffmpeg';
}

/** Bytes of pictures that one request to the decoder brings. */
const CHUNK_BYTES = 4 << 20;
const MAX_CHUNK = 64;
/** Requests that a run of frames keeps under way. */
const AHEAD = 2;
/** Steps back by at most this many frames are taken as browsing, for which as many frames before are decoded along. */
const BROWSE = 32;

/** Frames of a video file, by any backend. */
export class VideoSource implements FrameSource {
  readonly info: VideoInfo;
  readonly #backend: VideoBackend;
  readonly #index: FrameIndex;
  readonly #cache: PictureCache;
  readonly #browse: number;
  readonly #damaged: DamagePolicy;
  readonly #reuse: boolean;
  readonly #refused = new Set<number>();
  #last = -1;

  constructor(
    backend: VideoBackend,
    index: FrameIndex,
    info: VideoInfo,
    options: { cacheBytes: number; damaged: DamagePolicy; reuse: boolean },
  ) {
    this.#backend = backend;
    this.#index = index;
    this.#cache = new PictureCache(options.cacheBytes);
    this.#browse = Math.min(BROWSE, Math.floor(options.cacheBytes / 2 / pictureBytes(info)));
    this.#damaged = options.damaged;
    this.#reuse = options.reuse;
    const known = info.warnings;
    const refused = this.#refused;
    this.info = {
      ...info,
      get warnings() {
        return refused.size ? [...known, `cannot be decoded: frames ${runs(refused)}`] : known;
      },
    };
  }

  async frame(index: number): Promise<Frame> {
    checkFrame(this.info, index);
    const before = this.#last;
    this.#last = index;
    const kept = this.#cache.get(index);
    if (kept) return this.#frame(index, kept);
    const first = index < before && before - index <= BROWSE ? this.#browseFrom(index) : index;
    let wanted: Picture | undefined;
    for (const picture of await this.#backend.read(first, index + 1)) {
      if (picture.data) this.#cache.set(picture.frame, picture.data);
      if (picture.frame === index) wanted = picture;
    }
    return this.#frame(index, this.#sound({ frame: index, data: wanted?.data }).slice());
  }

  frameAt(timeSeconds: number): Promise<Frame> {
    return this.frame(frameShownAt(this.info, timeSeconds));
  }

  async *frames(start = 0, end = this.info.frameCount): AsyncGenerator<Frame, void, undefined> {
    checkRange(this.info, start, end);
    const spare: ArrayBuffer[] = [];
    for await (const pictures of readAhead(this.#requests(start, end, spare), AHEAD)) {
      for (const picture of pictures) {
        if (picture.data === undefined && this.#damaged !== 'refuse') this.#refused.add(picture.frame);
        else yield this.#frame(picture.frame, this.#sound(picture));
        if (this.#reuse && picture.data) spare.push(picture.data.buffer);
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#backend[Symbol.asyncDispose]();
  }

  *#requests(start: number, end: number, spare: ArrayBuffer[]): Iterable<() => Promise<Picture[]>> {
    const chunk = Math.max(1, Math.min(MAX_CHUNK, Math.floor(CHUNK_BYTES / pictureBytes(this.info))));
    for (let first = start; first < end; first += chunk) {
      yield () => this.#backend.read(first, Math.min(end, first + chunk), spare.splice(0));
    }
  }

  /** Where to start so that the next steps back are at hand: within the group of pictures. */
  #browseFrom(index: number): number {
    const { startOf } = this.#index;
    let first = index;
    const limit = Math.max(0, index - this.#browse + 1);
    while (first > limit && startOf[first - 1] === startOf[index]) first--;
    return first;
  }

  #sound({ frame, data }: Picture): Uint8Array<ArrayBuffer> {
    if (data) return data;
    this.#refused.add(frame);
    throw new InputError(`frame ${frame} cannot be decoded`, {
      where: this.info.name,
      expected: 'undamaged data from the key frame before it up to it',
      got: 'missing or corrupt data',
      fix: "Leave it out (damaged: 'skip'), accept the decoder's guess (damaged: 'conceal'), or copy the file again.",
    });
  }

  #frame(index: number, data: Uint8Array): Frame {
    const { width, height, channels, times } = this.info;
    return { index, timeSeconds: times[index], width, height, channels, data };
  }
}

function pictureBytes({ width, height, channels }: FrameSourceInfo): number {
  return width * height * channels;
}

/** Numbers as runs: 3-7, 12. */
function runs(numbers: ReadonlySet<number>): string {
  const sorted = [...numbers].sort((a, b) => a - b);
  const parts: string[] = [];
  for (let i = 0; i < sorted.length;) {
    let end = i;
    while (sorted[end + 1] === sorted[end] + 1) end++;
    parts.push(end > i ? `${sorted[i]}-${sorted[end]}` : `${sorted[i]}`);
    i = end + 1;
  }
  return parts.join(', ');
}
