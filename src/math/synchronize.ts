import { clockFromPairs, type ClockFitOptions } from '../signal/clock-fit.ts';
import type { Clock } from '../signal/clock.ts';
import { InputError, UsageError } from '../signal/error.ts';
import type { Signal } from '../signal/signal.ts';
import { indexAt, medianInterval, timeCount, timeOf, timesOf, type TimeAxis } from '../signal/time.ts';
import { crossCorrelation, pearson } from './correlation.ts';
import { median } from './quantile.ts';

export interface ContentOptions extends ClockFitOptions {
  /** How much of the device's signal is compared at a time, seconds. Default 30. */
  readonly windowSeconds?: number;
  /** Samples per second at which both are compared. Default: the lower of the two rates. */
  readonly rate?: number;
  /** Where the device's zero lies on the master clock at most, seconds from zero. Default: anywhere. */
  readonly maxOffsetSeconds?: number;
  /** Least correlation of the best window. Default 0.3. */
  readonly minimumCorrelation?: number;
  /** Least confidence. Default 0.2. */
  readonly minimumConfidence?: number;
}

export interface ContentMatch {
  readonly clock: Clock;
  /** How far the highest peak of the cross-correlation stands above the next, relative to its height: 0 to 1. */
  readonly confidence: number;
  /** Median correlation over the windows that were matched. */
  readonly correlation: number;
  readonly windows: number;
  readonly matchedWindows: number;
}

/**
 * The clock of a device from what it saw: two recordings of the same quantity (movement in two views, a LED's brightness and
 * its trigger, sound). The best window's lag is searched everywhere by cross-correlation, then followed to both ends, so
 * that drift does not smear the peak; lags are refined between samples by a parabola and fitted as `clockFromPairs` does.
 *
 * Refuses with `InputError` where no peak stands out: unrelated signals, or rhythmic ones that fit at every period.
 *
 * @param device on the device's clock, `time` only. @param master on the master clock, `time` only. NaN samples are left
 *   out. An inverted copy does not match: change its sign first.
 */
export function clockFromContent(device: Signal, master: Signal, options: ContentOptions): ContentMatch {
  const {
    windowSeconds = 30,
    maxDriftPpm = 1000,
    minimumCorrelation = 0.3,
    minimumConfidence = 0.2,
  } = options;
  const where = `clock "${options.name}"`;
  const rate = options.rate ?? 1 / Math.max(...[device, master].map((s) => medianInterval(timeAxis(s))));
  const a = resampled(device, rate);
  const b = resampled(master, rate);
  const length = Math.min(a.values.length, Math.round(windowSeconds * rate));
  if (length < 8 || b.values.length < 8) {
    throw new InputError('the signals are too short to compare', {
      where,
      expected: 'at least 8 samples at the common rate',
    });
  }
  const start = bestWindow(a, b, length, rate, options.maxOffsetSeconds ?? Infinity);
  if (!start || start.correlation < minimumCorrelation || start.confidence < minimumConfidence) {
    throw new InputError('the signals show no clear common moment', {
      where,
      expected: `a correlation of at least ${minimumCorrelation} and a confidence of at least ${minimumConfidence}`,
      got: start ? `${start.correlation.toFixed(2)} and ${start.confidence.toFixed(2)}` : 'no overlap',
      fix: 'Use a signal that is not rhythmic, a longer window, or a hardware pulse.',
    });
  }
  const hop = Math.max(1, length >> 1);
  const drift = maxDriftPpm * 1e-6;
  const found = [{ at: start.at, lag: start.lag, correlation: start.correlation }];
  let windows = 1;
  for (const direction of [1, -1]) {
    let last = found[0];
    for (
      let at = start.at + direction * hop;
      at >= 0 && at + length <= a.values.length;
      at += direction * hop
    ) {
      const reach = Math.ceil(drift * Math.abs(at - last.at)) + 3;
      const peak = localPeak(a.values.subarray(at, at + length), b.values, at + Math.round(last.lag), reach);
      if (peak === 'outside') continue;
      windows++;
      if (peak.correlation < 0.5 * start.correlation || peak.correlation < minimumCorrelation) continue;
      last = { at, lag: peak.position - at, correlation: peak.correlation };
      found.push(last);
    }
  }
  if (found.length < windows / 2) {
    throw new InputError('the signals agree in too few places', {
      where,
      expected: `half of ${windows} windows`,
      got: `${found.length}`,
    });
  }
  found.sort((p, q) => p.at - q.at);
  const clock = clockFromPairs(
    found.map((f) => a.startSeconds + (f.at + length / 2) / rate),
    found.map((f) => b.startSeconds + (f.at + f.lag + length / 2) / rate),
    {
      ...options,
      knotSeconds: options.knotSeconds ?? 600,
      toleranceSeconds: options.toleranceSeconds ?? 1 / rate,
    },
  );
  return {
    clock,
    confidence: start.confidence,
    correlation: median(found.map((f) => f.correlation)),
    windows,
    matchedWindows: found.length,
  };
}

interface Even {
  readonly startSeconds: number;
  readonly values: Float64Array;
}

function timeAxis(signal: Signal): TimeAxis {
  if (!signal.time || signal.dimensions.length !== 1) {
    throw new UsageError(`"${signal.name}" cannot be compared`, {
      expected: 'a signal over time alone',
      got: signal.dimensions.map((d) => d.name).join(' x '),
      fix: 'Select one channel, or reduce the others to one number a sample.',
    });
  }
  return signal.time;
}

/** Even samples: means where the source is denser, straight lines where not, NaN across gaps. */
function resampled(signal: Signal, rate: number): Even {
  const axis = timeAxis(signal);
  const values = signal.contiguous();
  const count = timeCount(axis);
  if (count < 2) return { startSeconds: 0, values: new Float64Array(0) };
  const times = timesOf(axis);
  const interval = medianInterval(axis);
  const out = new Float64Array(Math.floor((times[count - 1] - times[0]) * rate) + 1).fill(NaN);
  const dense = interval * rate < 0.5;
  for (let k = 0; k < out.length; k++) {
    const t = times[0] + k / rate;
    const i = Math.max(0, indexAt(axis, t));
    if (dense) {
      const last = indexAt(axis, t + 0.5 / rate);
      let [sum, n] = [0, 0];
      for (let p = indexAt(axis, t - 0.5 / rate) + 1; p <= last; p++) {
        if (Number.isNaN(values[p])) continue;
        sum += values[p];
        n++;
      }
      if (n > 0) out[k] = sum / n;
    } else if (i === count - 1 || timeOf(axis, i) === t) out[k] = values[i];
    else if (times[i + 1] - times[i] <= 2.5 * interval) {
      out[k] = values[i] + ((t - times[i]) / (times[i + 1] - times[i])) * (values[i + 1] - values[i]);
    }
  }
  return { startSeconds: times[0], values: out };
}

/** Of five windows spread over the device's signal, the one whose place in the master's is clearest. */
function bestWindow(
  a: Even,
  b: Even,
  length: number,
  rate: number,
  maxOffset: number,
): { at: number; lag: number; correlation: number; confidence: number } | undefined {
  let best: { at: number; lag: number; correlation: number; confidence: number } | undefined;
  const tries = new Set(
    [0.5, 0.25, 0.75, 0, 1].map((share) => Math.round(share * (a.values.length - length))),
  );
  for (const at of tries) {
    const { coefficients, maxLag } = crossCorrelation(a.values.subarray(at, at + length), b.values, {
      minimumOverlap: Math.ceil(0.6 * length),
    });
    const allowed = coefficients.map((r, i) => {
      const offset = b.startSeconds - a.startSeconds + (i - maxLag - at) / rate;
      return Math.abs(offset) <= maxOffset ? r : NaN;
    });
    const peak = highest(allowed, () => true);
    if (peak < 0) continue;
    const r = allowed[peak];
    // The peak reaches as far as it falls; twice that is still its own foot.
    let [left, right] = [peak, peak];
    while (left > 0 && allowed[left] > r / 2) left--;
    while (right < allowed.length - 1 && allowed[right] > r / 2) right++;
    const foot = 2 * Math.max(peak - left, right - peak);
    const next = highest(allowed, (i) => Math.abs(i - peak) > foot);
    const confidence = next < 0 ? 1 : 1 - Math.max(0, allowed[next]) / r;
    if (r > 0 && (!best || r * confidence > best.correlation * best.confidence)) {
      best = { at, lag: peak - maxLag - at + parabola(allowed, peak), correlation: r, confidence };
    }
  }
  return best;
}

function highest(values: Float64Array, allowed: (i: number) => boolean): number {
  let best = -1;
  values.forEach((v, i) => {
    if (!Number.isNaN(v) && allowed(i) && (best < 0 || v > values[best])) best = i;
  });
  return best;
}

/** The best position of `window` in `series` within `reach` of `expected`; `outside` where it would leave the series. */
function localPeak(
  window: Float64Array,
  series: Float64Array,
  expected: number,
  reach: number,
): 'outside' | { position: number; correlation: number } {
  const from = expected - reach;
  if (from < 0 || expected + reach + window.length > series.length) return 'outside';
  const r = Float64Array.from({ length: 2 * reach + 1 }, (_, k) =>
    pearson(window, series.subarray(from + k, from + k + window.length)),
  );
  const peak = highest(r, () => true);
  if (peak <= 0 || peak === r.length - 1) return { position: expected, correlation: 0 };
  return { position: from + peak + parabola(r, peak), correlation: r[peak] };
}

/** Where the parabola through a peak and its neighbors has its top, from the peak, in samples. */
function parabola(values: Float64Array, peak: number): number {
  const [l, c, r] = [values[peak - 1], values[peak], values[peak + 1]];
  const top = (l - r) / (2 * (l - 2 * c + r));
  return Number.isFinite(top) && Math.abs(top) <= 1 ? top : 0;
}
