/**
 * Pictures of one video by frame index. What arrives is kept under the index it was asked for and nowhere else; what nobody
 * waits for any more is called back. The pictures used longest ago are let go.
 */
export interface FrameCacheOptions {
  /** How many pictures are kept. */
  readonly capacity: number;
  /** How many are asked for at once. */
  readonly parallel?: number;
  /** A picture has come. */
  readonly onPicture: (index: number) => void;
  readonly onFailure: (index: number, error: Error) => void;
}

export class FrameCache<P extends { close(): void }> {
  readonly #load: (index: number, signal: AbortSignal) => Promise<P>;
  readonly #options: Required<FrameCacheOptions>;
  /** In the order of their last use. */
  readonly #pictures = new Map<number, P>();
  readonly #flying = new Map<number, AbortController>();
  #wanted: readonly number[] = [];
  #seconds = 0.03;

  constructor(load: (index: number, signal: AbortSignal) => Promise<P>, options: FrameCacheOptions) {
    this.#load = load;
    this.#options = { parallel: 2, ...options };
  }

  /** How long a picture took of late, from asking to having it, s. */
  get secondsPerPicture(): number {
    return this.#seconds;
  }

  get parallel(): number {
    return this.#options.parallel;
  }

  get(index: number): P | undefined {
    const picture = this.#pictures.get(index);
    if (picture === undefined) return undefined;
    this.#pictures.delete(index);
    this.#pictures.set(index, picture);
    return picture;
  }

  /** The kept frame nearest to `to`, on the way there from `from`, which does not count. */
  nearest(from: number, to: number): number | undefined {
    let best: number | undefined;
    for (const index of this.#pictures.keys()) {
      const isOnTheWay = from < to ? index > from && index <= to : index < from && index >= to;
      if (!isOnTheWay) continue;
      if (best === undefined || Math.abs(to - index) < Math.abs(to - best)) best = index;
    }
    return best;
  }

  /** Says what is needed, the most urgent first. Requests outside the span of it and `alsoUseful` are called back. */
  want(indices: readonly number[], alsoUseful = indices[0]): void {
    this.#wanted = indices.slice(0, this.#options.capacity);
    const span = [...this.#wanted, alsoUseful];
    const [least, most] = [Math.min(...span), Math.max(...span)];
    for (const [index, flight] of this.#flying) {
      if (index >= least && index <= most) continue;
      flight.abort();
      this.#flying.delete(index);
    }
    this.#fetch();
  }

  dispose(): void {
    this.#wanted = [];
    for (const flight of this.#flying.values()) flight.abort();
    this.#flying.clear();
    for (const picture of this.#pictures.values()) picture.close();
    this.#pictures.clear();
  }

  #fetch(): void {
    for (const index of this.#wanted) {
      if (this.#flying.size >= this.#options.parallel) return;
      if (!this.#pictures.has(index) && !this.#flying.has(index)) void this.#ask(index);
    }
  }

  async #ask(index: number): Promise<void> {
    const flight = new AbortController();
    this.#flying.set(index, flight);
    const asked = performance.now();
    try {
      const picture = await this.#load(index, flight.signal);
      // Called back, or the cache was disposed of, while it came.
      if (this.#flying.get(index) !== flight) {
        picture.close();
        return;
      }
      this.#seconds += 0.2 * ((performance.now() - asked) / 1000 - this.#seconds);
      this.#keep(index, picture);
      this.#flying.delete(index);
      this.#options.onPicture(index);
      this.#fetch();
    } catch (error) {
      if (this.#flying.get(index) !== flight) return;
      this.#flying.delete(index);
      // Not asked again until it is wanted anew.
      this.#wanted = this.#wanted.filter((other) => other !== index);
      this.#options.onFailure(index, error instanceof Error ? error : new Error(String(error)));
      this.#fetch();
    }
  }

  #keep(index: number, picture: P): void {
    this.#pictures.set(index, picture);
    for (const [old, { close }] of this.#pictures) {
      if (this.#pictures.size <= this.#options.capacity) return;
      if (this.#wanted.includes(old) || old === index) continue;
      close.call(this.#pictures.get(old));
      this.#pictures.delete(old);
    }
  }
}

/**
 * Which pictures to ask for, the most urgent first. At rest: the frame and its neighbors. In motion, of `speed` frames/s (negative
 * backwards): those ahead; and where pictures come slower than frames go by, only every so many-th, beginning with the first that
 * can still come in time. Each is then shown exactly at its own frame.
 */
export function framesToAsk(at: {
  readonly frame: number;
  readonly frameCount: number;
  readonly speed: number;
  readonly secondsPerPicture: number;
  readonly parallel: number;
  readonly count: number;
}): number[] {
  const { frame, frameCount, speed, secondsPerPicture, parallel, count } = at;
  const inside = (index: number): boolean => index >= 0 && index < frameCount;
  if (speed === 0) return [frame, frame + 1, frame - 1].filter(inside);
  const way = Math.sign(speed);
  const stride = Math.ceil((Math.abs(speed) * secondsPerPicture) / parallel);
  if (stride <= 1) return Array.from({ length: count }, (_, i) => frame + way * i).filter(inside);
  const soonest = frame + way * Math.ceil(Math.abs(speed) * secondsPerPicture);
  // Whole multiples of the stride, so that the next drawing asks for the same ones.
  const first = stride * (way > 0 ? Math.ceil(soonest / stride) : Math.floor(soonest / stride));
  return Array.from({ length: count }, (_, i) => first + way * stride * i).filter(inside);
}
