/** A sampled series around each of a list of times: what averages over repetitions are made of. */
import { indexAt, medianInterval, timeCount, timeOf, type TimeAxis } from '../signal/time.ts';

export interface AroundOptions {
  /** Seconds before and after each time. */
  readonly before: number;
  readonly after: number;
  /** At most so many lags. Default 400. */
  readonly most?: number;
}

export interface Around {
  /** Seconds from the event. */
  readonly lags: Float64Array;
  /** One row an event that has a value in its window; NaN where the series is missing. */
  readonly repetitions: readonly Float64Array[];
  /** Which of the events each row is of. */
  readonly events: readonly number[];
}

/**
 * Lags are as far apart as the samples, or farther where there would be too many; the value at a lag is the mean of the samples
 * in its bin, or interpolated between the two beside it where the bin holds none (not across missing samples).
 *
 * @param events seconds on the series' clock, in any order.
 */
export function around(
  { values, time }: { readonly values: ArrayLike<number>; readonly time: TimeAxis },
  events: ArrayLike<number>,
  { before, after, most = 400 }: AroundOptions,
): Around {
  const interval = medianInterval(time);
  const step = Math.max(interval, (before + after) / most) || (before + after) / most;
  const [first, last] = [-Math.floor(before / step + 1e-9), Math.floor(after / step + 1e-9)];
  const lags = Float64Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  const repetitions: Float64Array[] = [];
  const kept: number[] = [];
  for (let e = 0; e < events.length; e++) {
    const row = lags.map((lag) => valueAround(events[e] + lag));
    if (!row.some((v) => !Number.isNaN(v))) continue;
    repetitions.push(row);
    kept.push(e);
  }
  return { lags, repetitions, events: kept };

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
