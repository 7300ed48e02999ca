import { DISPOSABLE } from './frame-index.ts';
import type { FrameIndex } from './frame-index.ts';

/** A frame in presentation order. */
export interface Released<Picture> {
  readonly frame: number;
  /** Absent where the decoder gave none. */
  readonly picture?: Picture;
  /** False where the picture is missing or may hold parts of others. */
  readonly sound: boolean;
}

/**
 * Between a decoder and its reader: names each picture by the packet it came from, notices the ones that never came, and
 * holds a picture back until all it may be predicted from is known. A picture is unsound when any packet from its start
 * (`FrameIndex.startOf`) up to its own was lost or damaged: decoders fill such gaps with parts of neighboring pictures
 * and do not say so.
 */
export class Gate<Picture> {
  readonly #index: FrameIndex;
  readonly #start: number;
  /** Packets before this one are accounted for: shown, hidden, or missing. */
  #settled: number;
  readonly #ahead = new Set<number>();
  #damaged: number[] = [];
  #startDamaged = false;
  readonly #queue: { frame: number; picture?: Picture }[] = [];
  #expected: number;
  #finished = false;

  /** @param start the key packet at which the decoder starts. */
  constructor(index: FrameIndex, start: number) {
    this.#index = index;
    this.#start = start;
    this.#settled = start;
    this.#expected = firstFrameFrom(index.startOf, start);
  }

  /** First frame that this run of the decoder can show. */
  get firstFrame(): number {
    return firstFrameFrom(this.#index.startOf, this.#start);
  }

  /** The next frame that `take` will give. */
  get nextFrame(): number {
    return this.#queue[0]?.frame ?? this.#expected;
  }

  /** Whether the packet at which the decoder started gave a sound picture; undefined while unknown. */
  get startIsSound(): boolean | undefined {
    if (this.#settled <= this.#start) return undefined;
    return !this.#startDamaged;
  }

  /**
   * Takes in what a decoder put out, in its order. Returns whether the picture was kept (else it is free to reuse).
   *
   * @param damaged the decoder says that it had to conceal errors.
   */
  put(packet: number, picture: Picture, damaged: boolean): boolean {
    const { frameOf, startOf } = this.#index;
    const frame = frameOf[packet] ?? -1;
    if (frame < this.#expected || startOf[frame] < this.#start) {
      this.#settle(packet);
      return false;
    }
    this.#missingUntil(frame);
    if (damaged) this.#damage(packet);
    this.#queue.push({ frame, picture });
    this.#expected = frame + 1;
    this.#settle(packet);
    return true;
  }

  /** No more pictures will come. */
  finish(): void {
    this.#missingUntil(this.#index.packetOf.length);
    this.#finished = true;
  }

  /** The next frame in presentation order once all it depends on is known, else undefined. */
  take(): Released<Picture> | undefined {
    const head = this.#queue[0];
    if (head === undefined) return undefined;
    const packet = this.#index.packetOf[head.frame];
    if (!this.#finished && this.#settled < packet) return undefined;
    this.#queue.shift();
    return { ...head, sound: this.#isSound(head.frame, packet) };
  }

  /** Pictures that will not be read, to be freed. */
  *drain(): Iterable<Picture> {
    for (const { picture } of this.#queue.splice(0)) if (picture !== undefined) yield picture;
  }

  #missingUntil(frame: number): void {
    for (; this.#expected < frame; this.#expected++) {
      const packet = this.#index.packetOf[this.#expected];
      this.#damage(packet);
      this.#settle(packet);
      this.#queue.push({ frame: this.#expected });
    }
  }

  #damage(packet: number): void {
    this.#damaged.push(packet);
    if (packet === this.#start) this.#startDamaged = true;
  }

  #isSound(frame: number, packet: number): boolean {
    const start = this.#index.startOf[frame];
    const { flags } = this.#index.packets;
    if (this.#damaged.length > 0) this.#damaged = this.#damaged.filter((d) => d >= start);
    return !this.#damaged.some((d) => d === packet || (d < packet && !(flags[d] & DISPOSABLE)));
  }

  #settle(packet: number): void {
    const { frameOf, startOf } = this.#index;
    if (packet >= this.#settled) this.#ahead.add(packet);
    for (;;) {
      const p = this.#settled;
      const frame = p < frameOf.length ? frameOf[p] : undefined;
      if (frame === undefined) return;
      const shown = frame >= 0 && startOf[frame] >= this.#start;
      if (!this.#ahead.delete(p) && shown) return;
      this.#settled = p + 1;
    }
  }
}

/** First index whose value is at least `start`, in a list that never decreases. */
function firstFrameFrom(startOf: Int32Array, start: number): number {
  let low = 0;
  let high = startOf.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf[middle] < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
