import { UsageError } from '../signal/error.ts';
import { erfc, incompleteBeta, incompleteGamma } from './special.ts';

/**
 * Cumulative distribution functions and their inverses: normal, Student's t, chi squared, F. Quantiles invert the cumulative
 * function by bisection, so that the two always agree. NaN in, NaN out; a probability outside [0, 1] or degrees of freedom
 * that are not positive throw `UsageError`.
 */

export function normalCdf(x: number, mean = 0, sd = 1): number {
  return 0.5 * erfc(-(x - mean) / (sd * Math.SQRT2));
}

export function normalQuantile(p: number, mean = 0, sd = 1): number {
  // In the lower half the cumulative function keeps its relative precision, so solve there and mirror.
  if (p > 0.5) return 2 * mean - normalQuantile(1 - p, mean, sd);
  return mean + sd * invert((x) => normalCdf(x), p, -Infinity, Infinity);
}

/** @param df degrees of freedom, > 0. */
export function tCdf(x: number, df: number): number {
  positive('df', df);
  if (Number.isNaN(x)) return NaN;
  // Where the argument would round to 1, the complementary one keeps its bits.
  const square = x * x;
  const tail =
    1000 * square > df
      ? 0.5 * incompleteBeta(df / (df + square), df / 2, 0.5)
      : 0.5 - 0.5 * incompleteBeta(square / (df + square), 0.5, df / 2);
  return x > 0 ? 1 - tail : tail;
}

export function tQuantile(p: number, df: number): number {
  if (p > 0.5) return -tQuantile(1 - p, df);
  return invert((x) => tCdf(x, df), p, -Infinity, Infinity);
}

/** @param df degrees of freedom, > 0. */
export function chi2Cdf(x: number, df: number): number {
  positive('df', df);
  return x <= 0 ? 0 : incompleteGamma(df / 2, x / 2);
}

export function chi2Quantile(p: number, df: number): number {
  return invert((x) => chi2Cdf(x, df), p, 0, Infinity);
}

/** @param df1 @param df2 degrees of freedom of the numerator and the denominator, > 0. */
export function fCdf(x: number, df1: number, df2: number): number {
  positive('df1', df1);
  positive('df2', df2);
  if (x <= 0) return 0;
  if (x === Infinity) return 1;
  return df1 * x < 1000 * df2
    ? incompleteBeta((df1 * x) / (df1 * x + df2), df1 / 2, df2 / 2)
    : 1 - incompleteBeta(df2 / (df1 * x + df2), df2 / 2, df1 / 2);
}

/** The upper tail of F, without cancellation: the p value of an F test. */
export function fTail(x: number, df1: number, df2: number): number {
  positive('df1', df1);
  positive('df2', df2);
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  return 1000 * df1 * x < df2
    ? 1 - incompleteBeta((df1 * x) / (df1 * x + df2), df1 / 2, df2 / 2)
    : incompleteBeta(df2 / (df1 * x + df2), df2 / 2, df1 / 2);
}

export function fQuantile(p: number, df1: number, df2: number): number {
  return invert((x) => fCdf(x, df1, df2), p, 0, Infinity);
}

function positive(name: string, value: number): void {
  if (value <= 0)
    throw new UsageError(`${name} must be positive`, { expected: `${name} > 0`, got: `${value}` });
}

/** The x in [low, high] where the increasing function `cdf` reaches p. */
function invert(cdf: (x: number) => number, p: number, low: number, high: number): number {
  if (Number.isNaN(p)) return NaN;
  if (p < 0 || p > 1) {
    throw new UsageError('a quantile needs a probability', { expected: '0 to 1', got: `${p}` });
  }
  if (p === 0) return low;
  if (p === 1) return high;
  let a = low;
  let b = high;
  if (a === -Infinity) for (a = -1; cdf(a) > p;) a *= 2;
  if (b === Infinity) for (b = 1; cdf(b) < p;) b *= 2;
  for (;;) {
    const middle = a + (b - a) / 2;
    if (middle === a || middle === b) return middle;
    if (cdf(middle) < p) a = middle;
    else b = middle;
  }
}
