import { linearInterpolator, pchipInterpolator } from '../../math/index.ts';
import { Events, type Event } from '../../signal/events.ts';
import { derived } from '../../signal/provenance.ts';
import type { Signal } from '../../signal/signal.ts';
import { kalmanSmoother, type KalmanSmootherOptions } from './filters/kalman-smoother.ts';
import { interleave, requirePositive, runsWhere, seriesOf } from './series.ts';

export interface FillGapsOptions {
  /**
   * `linear`; `pchip` (default): monotone cubic (Fritsch & Carlson 1980), no overshoot; `kalman`: the smoother's estimate with its
   * covariance (Rauch, Tung & Striebel 1965).
   */
  readonly method?: 'linear' | 'pchip' | 'kalman';
  /** Gaps longer than this stay, from the first missing to the next present sample, seconds. */
  readonly maximumSeconds: number;
  /** Options of the smoother for the method `kalman`. */
  readonly kalman?: Omit<KalmanSmootherOptions, 'fillUpToSeconds'>;
}

export interface FilledGaps {
  readonly signal: Signal;
  /** Every gap as an interval, labeled `filled`, `too long` or `at the end`; the source names the point. */
  readonly gaps: Events;
  /** time x point: 1 where the result holds a filled value. */
  readonly filled: Uint8Array;
}

/**
 * Fills missing stretches of positions (time x ... x space) up to a stated length, and says which. A point is missing where any of
 * its coordinates is. Samples that are present are returned as they are, to the bit; gaps at the start and end of the
 * recording are never filled.
 *
 * Filled values have no confidence (NaN) and no covariance (NaN), but for `kalman`, which has the smoother's covariance.
 */
export function fillGaps(signal: Signal, options: FillGapsOptions): FilledGaps {
  const { method = 'pchip', maximumSeconds } = options;
  requirePositive(maximumSeconds, 'maximumSeconds', 'fillGaps');
  const view = seriesOf(signal);
  const axes = signal.dimensions.at(-1)!.size;
  const points = view.series / axes;
  const smooth =
    method === 'kalman'
      ? kalmanSmoother(signal, { ...options.kalman, fillUpToSeconds: maximumSeconds }).position
      : undefined;
  const estimate = smooth?.contiguous();
  const estimateSpread = smooth?.covariance?.contiguous();
  const covariance = signal.covariance && Float64Array.from(signal.covariance.contiguous());
  const confidence = signal.confidence && Float64Array.from(signal.confidence.contiguous());
  const entries = (axes * (axes + 1)) / 2;
  const unknown = new Float64Array(entries).fill(NaN);
  const filled = new Uint8Array(view.count * points);
  const columns = Array.from({ length: view.series }, (_, i) => view.get(i));
  const found: Event[] = [];
  for (let p = 0; p < points; p++) {
    const own = columns.slice(p * axes, (p + 1) * axes);
    const missing = (t: number): boolean => own.some((c) => Number.isNaN(c[t]));
    const present = Array.from({ length: view.count }, (_, t) => t).filter((t) => !missing(t));
    const curves =
      method === 'kalman' || present.length < 2
        ? undefined
        : own.map((c) => {
            const at = present.map((t) => view.times[t]);
            const values = present.map((t) => c[t]);
            return method === 'linear' ? linearInterpolator(at, values) : pchipInterpolator(at, values);
          });
    for (const { start, end } of runsWhere(view.count, missing)) {
      const open = start === 0 || end === view.count;
      const endSeconds = end < view.count ? view.times[end] : view.times[end - 1];
      const fits = !open && endSeconds - view.times[start] <= maximumSeconds;
      found.push({
        startSeconds: view.times[start],
        endSeconds,
        label: fits ? 'filled' : open ? 'at the end' : 'too long',
        source: pointName(signal, p),
      });
      if (!fits) continue;
      for (let t = start; t < end; t++) {
        filled[t * points + p] = 1;
        own.forEach((c, a) => {
          c[t] = curves ? curves[a](view.times[t]) : estimate![t * view.series + p * axes + a];
        });
        if (confidence) confidence[t * points + p] = NaN;
        const at = (t * points + p) * entries;
        covariance?.set(estimateSpread?.subarray(at, at + entries) ?? unknown, at);
      }
    }
  }
  const provenance = derived('kinematics.fillGaps', [signal.provenance], { method, maximumSeconds });
  return {
    signal: signal.derive(interleave(columns, view.count), provenance, {
      covariance: covariance && signal.covariance!.derive(covariance, provenance),
      confidence: confidence && signal.confidence!.derive(confidence, provenance),
    }),
    gaps: new Events(found, { name: `gaps of ${signal.name}`, clock: view.axis.clock, provenance }),
    filled,
  };
}

/** The labels of a point's position among the dimensions between time and space, joined. */
function pointName(signal: Signal, point: number): string {
  const names: string[] = [];
  let rest = point;
  for (const d of signal.dimensions.slice(1, -1).toReversed()) {
    names.unshift(d.labels?.[rest % d.size] ?? `${d.name} ${rest % d.size}`);
    rest = Math.floor(rest / d.size);
  }
  return names.join(' ') || signal.name;
}
