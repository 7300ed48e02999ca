import type { Signal } from '../../../signal/signal.ts';
import { mapSeries, requirePositive } from '../series.ts';
import { windowBounds } from './window.ts';

export interface MedianOptions {
  /** From the first to the last sample of the window, seconds. */
  readonly windowSeconds: number;
}

/**
 * Running median over a centered window (Tukey 1977): removes single wrong detections and keeps edges.
 *
 *   y(t) = median { x(s) : |s - t| <= window / 2, x(s) present }
 *
 * NaN: missing samples are ignored inside the window and stay missing in the result, so a gap is neither filled nor
 * spread. The window shrinks at both ends of the recording. Regular and irregular times. Any signal with time as its first
 * dimension; unit and confidence are kept, covariance is dropped (the median of samples has no simple one).
 */
export function medianFilter(signal: Signal, options: MedianOptions): Signal {
  requirePositive(options.windowSeconds, 'windowSeconds', 'medianFilter');
  return mapSeries(signal, 'median', { windowSeconds: options.windowSeconds }, (values, times) => {
    const out = new Float64Array(values.length).fill(NaN);
    const inside: number[] = [];
    for (let t = 0; t < values.length; t++) {
      if (Number.isNaN(values[t])) continue;
      const [start, end] = windowBounds(times, t, options.windowSeconds, 'shrink');
      inside.length = 0;
      for (let s = start; s < end; s++) if (!Number.isNaN(values[s])) inside.push(values[s]);
      inside.sort((a, b) => a - b);
      const middle = inside.length >> 1;
      out[t] = inside.length % 2 ? inside[middle] : (inside[middle - 1] + inside[middle]) / 2;
    }
    return out;
  });
}
