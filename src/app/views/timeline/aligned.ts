/** A signal around every one of a list of events: all repetitions on one axis of lags, their mean, and its interval. */
import { tQuantile } from '../../../math/distribution.ts';
import { indexAt, medianInterval, timeCount, timeOf } from '../../../signal/time.ts';
import type { Series } from './lane.ts';

export interface AlignOptions {
  /** Seconds before and after the event. */
  readonly before: number;
  readonly after: number;
  /** At most so many lags. Default 400. */
  readonly most?: number;
  /** Of the interval. Default 0.95. */
  readonly level?: number;
}

export interface Aligned {
  /** Seconds from the event. */
  readonly lags: Float64Array;
  /** One row an event that has a value in its window; NaN where the signal is missing. */
  readonly repetitions: readonly Float64Array[];
  readonly mean: Float64Array;
  /** Pointwise interval of the mean (Student's t); NaN with fewer than two repetitions at that lag. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Repetitions with a value at each lag. */
  readonly counts: Int32Array;
}

/**
 * Lags are as far apart as the samples, or farther where there would be too many; the value at a lag is the mean of the samples
 * in its bin, or interpolated between the two beside it where the bin holds none (not across missing samples).
 *
 * The interval is pointwise and takes repetitions as independent: where windows overlap, or where animals differ, it is too narrow.
 *
 * @param events seconds.
 */
export function align(
  { values, time }: Series,
  events: ArrayLike<number>,
  { before, after, most = 400, level = 0.95 }: AlignOptions,
): Aligned {
  const interval = medianInterval(time);
  const step = Math.max(interval, (before + after) / most) || (before + after) / most;
  const [first, last] = [-Math.floor(before / step + 1e-9), Math.floor(after / step + 1e-9)];
  const lags = Float64Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  const repetitions: Float64Array[] = [];
  for (let e = 0; e < events.length; e++) {
    const row = lags.map((lag) => valueAround(events[e] + lag));
    if (row.some((v) => !Number.isNaN(v))) repetitions.push(row);
  }
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
  return { lags, repetitions, mean, low, high, counts };

  function valueAround(t: number): number {
    const count = timeCount(time);
    let [n, sum] = [0, 0];
    let i = indexAt(time, t - step / 2) + 1;
    for (; i < count && timeOf(time, i) <= t + step / 2; i++) {
      if (Number.isNaN(values[i])) continue;
      sum += values[i];
      n++;
    }
    // With samples as far apart as lags, interpolation does not shift what lies between two of them.
    if (n > 1 || (n === 1 && step > 1.5 * interval)) return sum / n;
    const k = indexAt(time, t);
    if (k < 0) return NaN;
    const t0 = timeOf(time, k);
    if (Math.abs(t - t0) < 1e-9 * Math.max(1, Math.abs(t))) return values[k];
    if (k + 1 >= count || timeOf(time, k + 1) - t0 > 1.5 * interval) return NaN;
    return values[k] + ((t - t0) / (timeOf(time, k + 1) - t0)) * (values[k + 1] - values[k]);
  }
}
