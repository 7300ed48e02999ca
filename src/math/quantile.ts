import { UsageError } from '../signal/error.ts';

/** The numbers that are there, in increasing order; NaN left out. */
export function sortedPresent(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values)
    .filter((v) => !Number.isNaN(v))
    .sort();
}

/**
 * The quantile at probability `p`, linear between order statistics (type 7 of Hyndman & Fan 1996, the default of R and
 * NumPy). NaN values are left out; NaN where none is left.
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  return quantileOfSorted(sortedPresent(values), p);
}

/** Several quantiles of the same values with one sort. */
export function quantiles(values: ArrayLike<number>, ps: readonly number[]): number[] {
  const sorted = sortedPresent(values);
  return ps.map((p) => quantileOfSorted(sorted, p));
}

/** @param sorted increasing, no NaN. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1)) {
    throw new UsageError('a quantile needs a probability', { expected: '0 to 1', got: `${p}` });
  }
  if (sorted.length === 0) return NaN;
  const position = p * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below];
  const fraction = position - below;
  return fraction === 0 ? low : low + (sorted[below + 1] - low) * fraction;
}

/** The median of the values that are there; NaN where there is none. */
export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** The factor that makes the median absolute deviation of normal data estimate their standard deviation. */
export const normalConsistency = 1.482602218505602;

/** The median absolute deviation from the median, unscaled (times `normalConsistency` it estimates a normal's sd). */
export function medianAbsoluteDeviation(values: ArrayLike<number>): number {
  const present = sortedPresent(values);
  const center = quantileOfSorted(present, 0.5);
  return median(present.map((v) => Math.abs(v - center)));
}

/** The distance between the first and the third quartile. */
export function interquartileRange(values: ArrayLike<number>): number {
  const [first, third] = quantiles(values, [0.25, 0.75]);
  return third - first;
}
