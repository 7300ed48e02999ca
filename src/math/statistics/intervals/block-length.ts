import { InputError } from '../../../signal/error.ts';
import { autocovariance } from '../autocorrelation.ts';

export interface BlockLengths {
  /** Mean length of the stationary bootstrap's blocks, samples; at least 1. */
  readonly stationary: number;
  /** Length of the circular and the moving block bootstrap's blocks, samples; at least 1. */
  readonly circular: number;
}

/**
 * The block length that makes the bootstrap's variance of a mean most accurate: b = (2 G^2 / D)^(1/3) n^(1/3), with
 * G = sum_k lambda(k / M) |k| R(k), D = 2 g^2 (stationary) or 4/3 g^2 (circular), g = sum_k lambda(k / M) R(k), and the flat-top
 * window lambda(t) = 1 for |t| <= 1/2, 2 (1 - |t|) up to 1. M is twice the lag m after which K lags are all below
 * 2 sqrt(log10(n) / n), K = max(5, sqrt(log10 n)). Politis & White 2004 (Econometric Reviews 23: 53-70), D of the stationary
 * bootstrap as corrected by Patton, Politis & White 2009 (28: 372-375). Limited to min(3 sqrt(n), n / 3).
 *
 * For other statistics than a mean it is a guide. NaN samples are left out of the autocovariance. Throws `InputError` for fewer than 10
 * samples or a constant series.
 */
export function automaticBlockLength(series: ArrayLike<number>): BlockLengths {
  const n = series.length;
  if (n < 10) {
    throw new InputError('too few samples to choose a block length', { expected: '10 or more', got: `${n}` });
  }
  const K = Math.max(5, Math.ceil(Math.sqrt(Math.log10(n))));
  const longest = Math.min(n - 1, Math.ceil(Math.sqrt(n)) + K);
  const R = autocovariance(series, longest);
  const bound = 2 * Math.sqrt(Math.log10(n) / n);
  let last = longest;
  for (let m = 0; m + K <= longest; m++) {
    if (R.subarray(m + 1, m + 1 + K).every((r) => Math.abs(r / R[0]) < bound)) {
      last = m;
      break;
    }
  }
  const M = Math.min(longest, 2 * Math.max(1, last));
  let [G, g] = [0, R[0]];
  for (let k = 1; k <= M; k++) {
    const window = 2 * k <= M ? 1 : 2 * (1 - k / M);
    G += 2 * window * k * R[k];
    g += 2 * window * R[k];
  }
  const limit = Math.min(3 * Math.sqrt(n), n / 3);
  const length = (factor: number): number =>
    Math.min(limit, Math.max(1, ((2 * G * G * n) / (factor * g * g)) ** (1 / 3)));
  return { stationary: length(2), circular: length(4 / 3) };
}
