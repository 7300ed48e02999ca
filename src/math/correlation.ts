import { UsageError } from '../signal/error.ts';
import { Fft, fastLength } from './fft.ts';

/** Pearson's correlation over the pairs where both are there; NaN with fewer than two pairs or a constant side. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  sameLength('pearson', x, y);
  let n = 0;
  let [mx, my, sxx, syy, sxy] = [0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    if (Number.isNaN(x[i]) || Number.isNaN(y[i])) continue;
    n++;
    const dx = x[i] - mx;
    const dy = y[i] - my;
    mx += dx / n;
    my += dy / n;
    sxx += dx * (x[i] - mx);
    syy += dy * (y[i] - my);
    sxy += dx * (y[i] - my);
  }
  if (n < 2 || sxx === 0 || syy === 0) return NaN;
  return Math.max(-1, Math.min(1, sxy / Math.sqrt(sxx * syy)));
}

/** Spearman's rank correlation over the pairs where both are there, ties at their mean rank. */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  sameLength('spearman', x, y);
  const pairs = Array.from({ length: x.length }, (_, i) => [x[i], y[i]]).filter(
    ([a, b]) => !Number.isNaN(a) && !Number.isNaN(b),
  );
  return pearson(ranks(pairs.map((p) => p[0])), ranks(pairs.map((p) => p[1])));
}

/** Ranks from 1, ties at their mean rank. NaN sorts nowhere: its rank is NaN. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i)
    .filter((i) => !Number.isNaN(values[i]))
    .sort((a, b) => values[a] - values[b]);
  const out = new Float64Array(values.length).fill(NaN);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let k = start; k < end; k++) out[order[k]] = (start + 1 + end) / 2;
    start = end;
  }
  return out;
}

/** Correlation coefficients at each lag from -maxLag to maxLag. */
export interface LaggedCorrelation {
  /** `coefficients[maxLag + k]` is the correlation of x[i] with y[i + k], over the samples where both are there. */
  readonly coefficients: Float64Array;
  readonly maxLag: number;
}

/**
 * The normalized cross-correlation of two evenly sampled series at every lag up to `maxLag` samples, by FFT. Each lag's
 * coefficient is Pearson's over its own overlap. NaN samples are left out pair by pair. A lag whose overlap is shorter than
 * `minimumOverlap` samples (default 2), or constant, is NaN.
 */
export function crossCorrelation(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: { readonly maxLag?: number; readonly minimumOverlap?: number } = {},
): LaggedCorrelation {
  const maxLag = Math.min(options.maxLag ?? Infinity, Math.max(x.length, y.length) - 1);
  const minimumOverlap = Math.max(2, options.minimumOverlap ?? 2);
  const n = fastLength(x.length + y.length);
  const plan = new Fft(n);
  const sides = [x, y].map((series) => {
    const center = presentMean(series);
    const value = new Float64Array(n);
    const square = new Float64Array(n);
    const there = new Float64Array(n);
    for (let i = 0; i < series.length; i++) {
      if (Number.isNaN(series[i])) continue;
      value[i] = series[i] - center;
      square[i] = value[i] * value[i];
      there[i] = 1;
    }
    return [value, square, there].map((re) => {
      const im = new Float64Array(n);
      plan.forward(re, im);
      return { re, im };
    });
  });
  const product = (a: { re: Float64Array; im: Float64Array }, b: { re: Float64Array; im: Float64Array }) => {
    const re = new Float64Array(n);
    const im = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      re[i] = a.re[i] * b.re[i] + a.im[i] * b.im[i];
      im[i] = a.re[i] * b.im[i] - a.im[i] * b.re[i];
    }
    plan.inverse(re, im);
    return re;
  };
  const [[xv, xs, xt], [yv, ys, yt]] = sides;
  const count = product(xt, yt);
  const sumX = product(xv, yt);
  const sumY = product(xt, yv);
  const sumXX = product(xs, yt);
  const sumYY = product(xt, ys);
  const sumXY = product(xv, yv);
  const scale = Math.max(...[sumXX, sumYY].map((s) => s.reduce((m, v) => Math.max(m, v), 0)));
  const coefficients = new Float64Array(2 * maxLag + 1).fill(NaN);
  for (let lag = -maxLag; lag <= maxLag; lag++) {
    const i = (lag + n) % n;
    const overlap = Math.round(count[i]);
    if (overlap < minimumOverlap) continue;
    const vx = sumXX[i] - (sumX[i] * sumX[i]) / overlap;
    const vy = sumYY[i] - (sumY[i] * sumY[i]) / overlap;
    // Below the transform's rounding a variance is nothing but noise.
    if (vx <= scale * 1e-12 || vy <= scale * 1e-12) continue;
    const r = (sumXY[i] - (sumX[i] * sumY[i]) / overlap) / Math.sqrt(vx * vy);
    coefficients[maxLag + lag] = Math.max(-1, Math.min(1, r));
  }
  return { coefficients, maxLag };
}

function presentMean(series: ArrayLike<number>): number {
  let n = 0;
  let sum = 0;
  for (let i = 0; i < series.length; i++) {
    if (Number.isNaN(series[i])) continue;
    n++;
    sum += series[i];
  }
  return n > 0 ? sum / n : 0;
}

function sameLength(what: string, x: ArrayLike<number>, y: ArrayLike<number>): void {
  if (x.length !== y.length) {
    throw new UsageError(`${what} needs pairs`, { expected: `${x.length} values`, got: `${y.length}` });
  }
}
