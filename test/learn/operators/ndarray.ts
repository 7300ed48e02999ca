/** Plain double-precision arrays for the references of the conformance suite: slow, obvious, and independent of `src`. */
import type { Random } from '../../../src/math/random.ts';

export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** The position in each dimension of the i-th element. */
export function positionOf(i: number, shape: readonly number[]): number[] {
  const position: number[] = [];
  let rest = i;
  for (const extent of shape.toReversed()) {
    position.unshift(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return position;
}

/** The element at a position that may have more dimensions than the array, or run over dimensions of size 1. */
export function at(x: NdArray, position: readonly number[]): number {
  const skip = position.length - x.shape.length;
  let i = 0;
  x.shape.forEach((extent, d) => {
    i = i * extent + (extent === 1 ? 0 : position[skip + d]);
  });
  return x.data[i];
}

/** An array from a rule for the element at each position. */
export function build(shape: readonly number[], rule: (position: number[]) => number): NdArray {
  return { shape, data: Float64Array.from({ length: size(shape) }, (_, i) => rule(positionOf(i, shape))) };
}

export function mapped(f: (x: number) => number): (inputs: readonly NdArray[]) => NdArray {
  return ([x]) => ({ shape: x.shape, data: x.data.map(f) });
}

export function zipped(f: (a: number, b: number) => number): (inputs: readonly NdArray[]) => NdArray {
  return ([a, b]) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const extent = (s: readonly number[], d: number): number => s[s.length - rank + d] ?? 1;
    const shape = Array.from({ length: rank }, (_, d) => Math.max(extent(a.shape, d), extent(b.shape, d)));
    return build(shape, (p) => f(at(a, p), at(b, p)));
  };
}

/** Folds the elements along some axes; the reduced axes stay with size 1 if `keep`. */
export function folded(
  x: NdArray,
  axes: readonly number[],
  keep: boolean,
  fold: (elements: number[]) => number,
): NdArray {
  const kept = x.shape.map((extent, d) => (axes.includes(d) ? 1 : extent));
  const groups = Array.from({ length: size(kept) }, () => [] as number[]);
  x.data.forEach((element, i) => {
    const position = positionOf(i, x.shape);
    let group = 0;
    kept.forEach((extent, d) => {
      group = group * extent + (extent === 1 ? 0 : position[d]);
    });
    groups[group].push(element);
  });
  return {
    shape: keep ? kept : x.shape.filter((_, d) => !axes.includes(d)),
    data: Float64Array.from(groups, fold),
  };
}

/** Whole numbers in [low, high]. */
export const between = (random: Random, low: number, high: number): number =>
  low + random.integer(high - low + 1);

export const randomShape = (random: Random, low: number, high: number): number[] =>
  Array.from({ length: between(random, low, high) }, () => between(random, 1, 5));
