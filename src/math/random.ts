import { InputError } from '../signal/error.ts';

/**
 * Seeded pseudo-random numbers: sfc32 (Chris Doty-Humphrey's PractRand family), 128 bits of state, the same stream on
 * every machine. The state can be saved and restored to the bit, so that a resumed run continues the stream.
 */
export class Random {
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;
  #spareNormal: number | undefined;

  /** @param seed any finite number or text; two different seeds give unrelated streams. */
  constructor(seed: number | string) {
    // FNV-1a over the seed's text from three offsets, so that seeds differ in all 96 bits, then rounds to mix.
    const hash = (offset: number): number => {
      let h = offset;
      for (const char of String(seed)) h = Math.imul(h ^ char.codePointAt(0)!, 0x01000193);
      // Murmur3's finalizer: FNV's low bits depend on the low bits of the text alone.
      h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      return h ^ (h >>> 16);
    };
    this.#a = hash(0x811c9dc5);
    this.#b = hash(0x9e3779b9);
    this.#c = hash(0x243f6a88);
    for (let i = 0; i < 15; i++) this.uint32();
  }

  /** A uniform integer in [0, 2^32). */
  uint32(): number {
    const t = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + t;
    this.#c |= 0;
    return t >>> 0;
  }

  /** A uniform number in [0, 1), 53 bits. */
  uniform(low = 0, high = 1): number {
    const u = ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
    return low + (high - low) * u;
  }

  /** A uniform integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** A normal deviate by Marsaglia's polar method (1964). */
  normal(mean = 0, sd = 1): number {
    if (this.#spareNormal !== undefined) {
      const z = this.#spareNormal;
      this.#spareNormal = undefined;
      return mean + sd * z;
    }
    for (;;) {
      const u = this.uniform(-1, 1);
      const v = this.uniform(-1, 1);
      const s = u * u + v * v;
      if (s === 0 || s >= 1) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spareNormal = v * factor;
      return mean + sd * u * factor;
    }
  }

  /**
   * A Poisson count: uniform numbers are multiplied until their product falls below e^-mean (Knuth, The Art of Computer Programming 2, 3.4.1). A large
   * mean is drawn in parts of 16, whose sum is Poisson too; beyond 1e4 that is slow. Throws `InputError` for a mean that is negative or not finite.
   */
  poisson(mean: number): number {
    if (!(mean >= 0 && mean < Infinity)) {
      throw new InputError('this is no mean of a count', { expected: 'a number from 0 on', got: `${mean}` });
    }
    let count = 0;
    for (let left = mean; left > 0; left -= 16) {
      const limit = Math.exp(-Math.min(left, 16));
      for (let product = this.uniform(); product > limit; product *= this.uniform()) count++;
    }
    return count;
  }

  /** A random order of 0..n-1 (Fisher-Yates). */
  permutation(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** An independent stream, derived from this one and a name; this stream is advanced by one draw. */
  fork(name: string): Random {
    return new Random(`${this.uint32()}/${name}`);
  }

  /** The state as six numbers: hand it to `restore` to continue the stream to the bit. */
  save(): number[] {
    const spare = this.#spareNormal;
    return [this.#a, this.#b, this.#c, this.#counter, spare === undefined ? 0 : 1, spare ?? 0];
  }

  /** Throws `InputError` where `state` is not six numbers, as in a damaged checkpoint. */
  static restore(state: readonly number[]): Random {
    if (state.length !== 6 || !state.every(Number.isFinite)) {
      throw new InputError('the state of a random stream is damaged', {
        expected: 'six finite numbers',
        got: `${state.length} entries`,
      });
    }
    const r = new Random(0);
    [r.#a, r.#b, r.#c, r.#counter] = state;
    r.#spareNormal = state[4] ? state[5] : undefined;
    return r;
  }
}
