/** Repetitions around an event: their mean, and its interval. */
import { tQuantile } from '../../../math/distribution.ts';
import type { Around } from '../../../math/around.ts';

export interface Aligned extends Around {
  readonly mean: Float64Array;
  /** Pointwise interval of the mean (Student's t); NaN with fewer than two repetitions at that lag. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Repetitions with a value at each lag. */
  readonly counts: Int32Array;
}

/**
 * The interval is pointwise and takes repetitions as independent: where windows overlap, or where animals differ, it is too narrow.
 *
 * @param level of the interval.
 */
export function align({ lags, repetitions, events }: Around, level = 0.95): Aligned {
  const out = () => new Float64Array(lags.length).fill(NaN);
  const [mean, low, high, counts] = [out(), out(), out(), new Int32Array(lags.length)];
  const quantiles = new Map<number, number>();
  for (let i = 0; i < lags.length; i++) {
    let [n, m, squares] = [0, 0, 0];
    for (const row of repetitions) {
      if (Number.isNaN(row[i])) continue;
      n++;
      const d = row[i] - m;
      m += d / n;
      squares += d * (row[i] - m);
    }
    counts[i] = n;
    if (n === 0) continue;
    mean[i] = m;
    if (n < 2) continue;
    if (!quantiles.has(n)) quantiles.set(n, tQuantile((1 + level) / 2, n - 1));
    const half = quantiles.get(n)! * Math.sqrt(squares / (n - 1) / n);
    low[i] = m - half;
    high[i] = m + half;
  }
  return { lags, repetitions, events, mean, low, high, counts };
}
