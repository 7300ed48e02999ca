import { encodeJpeg, encodePng, openFrames, type Frame, type FrameSource } from '../media/index.ts';
import { CancelledError, UsageError } from '../signal/error.ts';

/** Nothing that the eye sees is lost, at a tenth of a PNG's bytes. */
const quality = 92;
/** Encoded pictures kept, bytes. */
const keptBytes = 96 << 20;
/** Frames made ready ahead of one who plays forward. */
const ahead = 12;
/** A step forward by at most this many frames is playing, a longer one is looking around. */
const playingStep = 4;
/** Frames encoded while the next ones are decoded. */
const encoding = 2;

export interface Wanted {
  readonly index: number;
  /** px; the frame's own width where not given. */
  readonly width?: number;
  readonly format: 'jpeg' | 'png';
}

interface Waiting {
  readonly wanted: Wanted;
  readonly signal?: AbortSignal;
  readonly resolve: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gives out the frames of one video as picture files. Frames are decoded one after another; who asked and went away is passed
 * over; where frames are asked for in a row, the next ones are made ready.
 */
export class FrameReader implements AsyncDisposable {
  readonly #source: FrameSource;
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();
  #keptSize = 0;
  #waiting: Waiting[] = [];
  /** Made before anybody asks, the next one first. */
  #ahead: Wanted[] = [];
  readonly #encoding = new Set<Promise<void>>();
  #working: Promise<void> | undefined;
  #last = -1;
  #closed = false;
  /** When somebody last asked, by `performance.now`. */
  usedAt = performance.now();

  private constructor(source: FrameSource) {
    this.#source = source;
  }

  /** Throws as `openFrames` does. */
  static async open(
    path: string,
    options: { readonly cacheDir: string; readonly framesPerSecond?: number },
  ): Promise<FrameReader> {
    return new FrameReader(await openFrames(path, options));
  }

  get info(): FrameSource['info'] {
    return this.#source.info;
  }

  /** The frame itself, decoded. Throws as `FrameSource.frame` does. */
  decoded(index: number): Promise<Frame> {
    this.usedAt = performance.now();
    return this.#source.frame(index);
  }

  /** Throws `UsageError` for a frame there is not, `InputError` for one that cannot be decoded, `CancelledError` on `signal`. */
  picture(wanted: Wanted, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
    const { frameCount, name } = this.info;
    const { index } = wanted;
    this.usedAt = performance.now();
    if (!(Number.isInteger(index) && index >= 0 && index < frameCount)) {
      const expected = `a frame from 0 to ${frameCount - 1}`;
      return Promise.reject(
        new UsageError('there is no such frame', { where: name, expected, got: `${index}` }),
      );
    }
    const playing = index > this.#last && index - this.#last <= playingStep;
    this.#last = index;
    this.#ahead = [];
    if (playing) {
      for (let i = index + 1; i <= Math.min(index + ahead, frameCount - 1); i++)
        this.#ahead.push({ ...wanted, index: i });
    }
    const kept = this.#kept.get(keyOf(wanted));
    const answer = kept
      ? Promise.resolve(kept)
      : new Promise<Uint8Array<ArrayBuffer>>((resolve, reject) => {
          this.#waiting.push({ wanted, signal, resolve, reject });
        });
    this.#working ??= this.#work();
    return answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#ahead = [];
    for (const { reject } of this.#waiting.splice(0)) reject(new CancelledError('the video was closed'));
    await this.#working;
    await this.#source[Symbol.asyncDispose]();
  }

  async #work(): Promise<void> {
    for (;;) {
      const next = this.#waiting.shift();
      const wanted = next?.wanted ?? this.#nextAhead();
      if (wanted === undefined) break;
      if (next?.signal?.aborted) {
        next.reject(new CancelledError('nobody waits for this frame any more'));
        continue;
      }
      await this.#make(wanted, next);
    }
    await Promise.all(this.#encoding);
    // Somebody may have asked while the last ones were encoded.
    this.#working = !this.#closed && this.#waiting.length > 0 ? this.#work() : undefined;
  }

  #nextAhead(): Wanted | undefined {
    for (let wanted = this.#ahead.shift(); wanted; wanted = this.#ahead.shift())
      if (!this.#kept.has(keyOf(wanted))) return wanted;
    return undefined;
  }

  async #make(wanted: Wanted, waiting: Waiting | undefined): Promise<void> {
    const kept = this.#kept.get(keyOf(wanted));
    if (kept) {
      waiting?.resolve(kept);
      return;
    }
    try {
      const frame = await this.#source.frame(wanted.index);
      while (this.#encoding.size >= encoding) await Promise.race(this.#encoding);
      const encoded = encode(frame, wanted).then(
        (bytes) => {
          this.#keep(keyOf(wanted), bytes);
          waiting?.resolve(bytes);
        },
        (error: unknown) => waiting?.reject(error),
      );
      const tracked = encoded.finally(() => this.#encoding.delete(tracked));
      this.#encoding.add(tracked);
    } catch (error) {
      // Who made it ready before it was asked for does not say so: whoever asks will hear it.
      if (waiting) waiting.reject(error);
      else this.#ahead = [];
    }
  }

  #keep(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#keptSize += bytes.length - (this.#kept.get(key)?.length ?? 0);
    this.#kept.delete(key);
    this.#kept.set(key, bytes);
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptSize <= keptBytes) break;
      this.#kept.delete(oldest);
      this.#keptSize -= length;
    }
  }
}

function keyOf({ index, width, format }: Wanted): string {
  return `${index}/${width ?? ''}/${format}`;
}

async function encode(frame: Frame, { width, format }: Wanted): Promise<Uint8Array<ArrayBuffer>> {
  const bytes =
    format === 'png'
      ? await encodePng(frame, { compression: 2 })
      : await encodeJpeg(frame, { quality, fullColor: true, width });
  return bytes as Uint8Array<ArrayBuffer>;
}
