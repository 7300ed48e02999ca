import { InputError, UsageError } from '../../signal/error.ts';
import { Fft, fastLength } from '../fft.ts';
import { mean } from '../moments.ts';

/**
 * The autocovariance at lags 0 to `maxLag`: R(k) = (1 / n) sum_i (x_i - m)(x_{i+k} - m), which shrinks long lags and keeps every
 * spectrum positive. Missing samples (NaN) leave out the pairs that they are in; the sum is scaled up to all pairs. Throws
 * `InputError` where fewer than two samples are there or all are equal: a constant has no autocorrelation.
 */
export function autocovariance(series: ArrayLike<number>, maxLag: number): Float64Array {
  const n = series.length;
  if (!Number.isInteger(maxLag) || maxLag < 0 || maxLag >= n) {
    throw new UsageError('the largest lag does not fit', { expected: `0 to ${n - 1}`, got: `${maxLag}` });
  }
  const center = mean(series);
  const size = fastLength(n + maxLag);
  const plan = new Fft(size);
  const value = new Float64Array(size);
  const there = new Float64Array(size);
  let varies = false;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(series[i])) continue;
    value[i] = series[i] - center;
    there[i] = 1;
    varies ||= Math.abs(value[i]) > 1e-14 * Math.abs(center);
  }
  if (!varies) {
    throw new InputError('a series without variation has no autocorrelation', {
      expected: 'at least two different values',
      got: Number.isNaN(center) ? 'no value at all' : `${n} times ${center}`,
    });
  }
  const products = lagged(plan, value);
  const pairs = lagged(plan, there);
  return Float64Array.from({ length: maxLag + 1 }, (_, k) => {
    const count = Math.round(pairs[k]);
    return count > 0 ? (products[k] / count) * ((n - k) / n) : 0;
  });
}

/** sum_i x_i x_{i+k} for each k, of a series padded with zeros. */
function lagged(plan: Fft, padded: Float64Array): Float64Array {
  const re = Float64Array.from(padded);
  const im = new Float64Array(padded.length);
  plan.forward(re, im);
  for (let i = 0; i < re.length; i++) {
    re[i] = re[i] * re[i] + im[i] * im[i];
    im[i] = 0;
  }
  plan.inverse(re, im);
  return re;
}

/** The autocorrelation at lags 0 (which is 1) to `maxLag`; NaN and errors as `autocovariance`. */
export function autocorrelation(series: ArrayLike<number>, maxLag: number): Float64Array {
  const r = autocovariance(series, maxLag);
  return r.map((v) => v / r[0]);
}

/**
 * The lag, in samples, after which autocorrelation is no longer told from zero: the smallest m with
 * |rho(m + k)| < 2 sqrt(log10(n) / n) for k = 1 .. max(5, sqrt(log10 n)) (Politis & White 2004, section 3.2). 0: white noise. Where
 * no such lag is found among the first 3 sqrt(n) + 5, the last lag with a larger autocorrelation is returned.
 */
export function decorrelationLag(series: ArrayLike<number>): number {
  const n = series.length;
  if (n < 3) throw new InputError('too few samples for an autocorrelation', { expected: '3', got: `${n}` });
  const run = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const maxLag = Math.min(n - 1, Math.ceil(3 * Math.sqrt(n)) + run);
  const rho = autocorrelation(series, maxLag);
  const bound = 2 * Math.sqrt(Math.log10(n) / n);
  let below = 0;
  for (let k = 1; k <= maxLag; k++) {
    below = Math.abs(rho[k]) < bound ? below + 1 : 0;
    if (below === run) return k - run;
  }
  return maxLag - below;
}

/**
 * How many independent samples the mean of this series is worth: n / (1 + 2 sum_k rho(k)), the sum cut by Geyer's initial monotone
 * sequence (Geyer 1992, Statistical Science 7: 473-483, section 3.3). NaN samples are not counted. At most n: where successive samples
 * oppose each other the gain is not claimed.
 */
export function effectiveSampleSize(series: ArrayLike<number>): number {
  let n = 0;
  for (let i = 0; i < series.length; i++) if (!Number.isNaN(series[i])) n++;
  const rho = autocorrelation(series, series.length - 1);
  let sum = 0;
  let last = Infinity;
  for (let k = 0; k + 1 < rho.length; k += 2) {
    const pair = Math.min(last, rho[k] + rho[k + 1]);
    if (pair <= 0) break;
    sum += pair;
    last = pair;
  }
  return n / Math.max(1, 2 * sum - 1);
}

/**
 * How many independent pairs the correlation of two series is worth: 1 / n_eff = 1 / n + (2 / n) sum_k (1 - k / n) rho_x(k) rho_y(k),
 * with lags up to n / 5 (Bartlett 1946; Pyper & Peterman 1998, Can. J. Fish. Aquat. Sci. 55: 2127-2140, equation 1). Between 3 and n.
 */
export function effectivePairs(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length !== y.length) {
    throw new UsageError('pairs need two series of one length', {
      expected: `${x.length}`,
      got: `${y.length}`,
    });
  }
  let n = 0;
  for (let i = 0; i < x.length; i++) if (!Number.isNaN(x[i]) && !Number.isNaN(y[i])) n++;
  const maxLag = Math.floor(x.length / 5);
  const [rx, ry] = [autocorrelation(x, maxLag), autocorrelation(y, maxLag)];
  let sum = 0;
  for (let k = 1; k <= maxLag; k++) sum += (1 - k / x.length) * rx[k] * ry[k];
  return Math.min(n, Math.max(3, n / Math.max(1, 1 + 2 * sum)));
}
