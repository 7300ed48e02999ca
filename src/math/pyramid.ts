/**
 * Minima and maxima of a series over blocks of 8, 64, 512, ... samples, so that the exact extremes of any stretch are found in
 * O(log n): a picture with fewer columns than samples then shows every spike, which skipping samples or averaging would lose.
 */
export const pyramidBase = 8;

export class Pyramid {
  readonly values: Float32Array | Float64Array;
  /** Level k holds [minimum, maximum] of each block of 8^(k+1) samples, the last one shorter; NaN where a block has no value. */
  readonly levels: readonly (Float32Array | Float64Array)[];

  /** @param values NaN is missing. They must not change afterwards. */
  constructor(values: Float32Array | Float64Array) {
    this.values = values;
    const levels: (Float32Array | Float64Array)[] = [];
    const make = (pairs: number): Float32Array | Float64Array =>
      values instanceof Float32Array ? new Float32Array(2 * pairs) : new Float64Array(2 * pairs);
    for (let count = values.length; count > pyramidBase;) {
      const below = levels.at(-1);
      const blocks = Math.ceil(count / pyramidBase);
      const level = make(blocks);
      for (let b = 0; b < blocks; b++) {
        let low = Infinity;
        let high = -Infinity;
        const end = Math.min(count, (b + 1) * pyramidBase);
        if (below) {
          for (let i = b * pyramidBase; i < end; i++) {
            if (below[2 * i] < low) low = below[2 * i];
            if (below[2 * i + 1] > high) high = below[2 * i + 1];
          }
        } else {
          for (let i = b * pyramidBase; i < end; i++) {
            const v = values[i];
            if (v < low) low = v;
            if (v > high) high = v;
          }
        }
        level[2 * b] = low <= high ? low : NaN;
        level[2 * b + 1] = low <= high ? high : NaN;
      }
      levels.push(level);
      count = blocks;
    }
    this.levels = levels;
  }

  /** Writes minimum and maximum of the samples `start` (included) to `end` (excluded) to `out`; NaN where none has a value. */
  extremes(start: number, end: number, out: Float64Array | number[]): void {
    let low = Infinity;
    let high = -Infinity;
    let a = Math.max(0, start);
    let b = Math.min(this.values.length, end);
    let level = -1;
    const take = (from: number, to: number): void => {
      if (level < 0) {
        for (let i = from; i < to; i++) {
          const v = this.values[i];
          if (v < low) low = v;
          if (v > high) high = v;
        }
        return;
      }
      const pairs = this.levels[level];
      for (let i = from; i < to; i++) {
        if (pairs[2 * i] < low) low = pairs[2 * i];
        if (pairs[2 * i + 1] > high) high = pairs[2 * i + 1];
      }
    };
    while (level + 1 < this.levels.length && b - a > 2 * pyramidBase) {
      const firstWhole = Math.ceil(a / pyramidBase);
      const endWhole = Math.floor(b / pyramidBase);
      take(a, firstWhole * pyramidBase);
      take(endWhole * pyramidBase, b);
      a = firstWhole;
      b = endWhole;
      level++;
    }
    take(a, b);
    out[0] = low <= high ? low : NaN;
    out[1] = low <= high ? high : NaN;
  }
}

const made = new WeakMap<object, Pyramid>();

/** The pyramid of these values, made at the first call. */
export function pyramidOf(values: Float32Array | Float64Array): Pyramid {
  let pyramid = made.get(values);
  if (!pyramid) made.set(values, (pyramid = new Pyramid(values)));
  return pyramid;
}
