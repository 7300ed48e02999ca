import { realFft } from '../../math/fft.ts';
import type { Random } from '../../math/random.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import type { Spikes } from '../../signal/spikes.ts';

export interface Synchrony {
  /** Discharges a second beyond those that chance brings together: common input strength, CIS (Nordstrom, Fuglevand & Enoka 1992). */
  readonly perSecond: number;
  /** Its standard error, from the spread of the baseline's bins. */
  readonly error: number;
  /** Counts of lags, second train less first, in bins of a millisecond; the middle bin is at lag zero. */
  readonly correlogram: Int32Array;
}

export interface SynchronyOptions {
  /** Lags this close to zero count as synchronous. Default 5 ms. */
  readonly windowSeconds?: number;
  /** The baseline is taken from twice the window to this lag. Default 100 ms. */
  readonly mostLagSeconds?: number;
}

/**
 * Synchrony of two trains of discharges: counts of the cross-correlogram within the window less what its baseline would bring there, over
 * the time in which both fire. Zero on average for independent trains, whatever their rates, so that pairs can be compared.
 *
 * @param a @param b discharge times, s, increasing. Throws `InputError` where they do not fire in the same time.
 */
export function synchrony(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: SynchronyOptions = {},
): Synchrony {
  const { windowSeconds = 0.005, mostLagSeconds = 0.1 } = options;
  const [inside, half] = [Math.round(windowSeconds * 1000), Math.round(mostLagSeconds * 1000)];
  if (!(inside >= 1 && half > 3 * inside)) {
    throw new UsageError('the window of synchrony leaves no baseline', {
      expected: 'a window of a millisecond or more, and lags to more than three times it',
      got: `${windowSeconds} s of ${mostLagSeconds} s`,
    });
  }
  const start = Math.max(a[0] ?? Infinity, b[0] ?? Infinity);
  const end = Math.min(a[a.length - 1] ?? -Infinity, b[b.length - 1] ?? -Infinity);
  if (!(end > start)) {
    throw new InputError('the two trains do not fire in the same time', {
      where: 'synchrony',
      expected: 'trains that overlap',
      got: `${a.length} and ${b.length} discharges`,
    });
  }
  const correlogram = new Int32Array(2 * half + 1);
  let first = 0;
  for (let i = 0; i < a.length; i++) {
    // Partners at all lags must lie in the common time, or the baseline would sag.
    if (a[i] < start + mostLagSeconds || a[i] > end - mostLagSeconds) continue;
    while (first < b.length && b[first] < a[i] - mostLagSeconds - 5e-4) first++;
    for (let j = first; j < b.length; j++) {
      const k = half + Math.round((b[j] - a[i]) * 1000);
      if (k > 2 * half) break;
      if (k >= 0) correlogram[k]++;
    }
  }
  let [peak, base, squares, bins] = [0, 0, 0, 0];
  correlogram.forEach((count, k) => {
    const lag = Math.abs(k - half);
    if (lag <= inside) peak += count;
    else if (lag > 2 * inside) {
      base += count;
      squares += count * count;
      bins++;
    }
  });
  const duration = end - start - 2 * mostLagSeconds;
  const width = 2 * inside + 1;
  const variance = (squares - (base * base) / bins) / (bins - 1);
  return {
    perSecond: (peak - (base / bins) * width) / duration,
    error: Math.sqrt(variance * (width + (width * width) / bins)) / duration,
    correlogram,
  };
}

export interface UnitCoherence {
  /** Hz. */
  readonly frequencies: Float64Array;
  /** Magnitude squared coherence, 0 to 1, mean over the ways to part the units. */
  readonly coherence: Float64Array;
  /** What one way exceeds at one frequency in 5 % of recordings without common input: 1 - 0.05^(1 / (segments - 1)). */
  readonly threshold: number;
  readonly segments: number;
}

export interface UnitCoherenceOptions {
  readonly random: Random;
  /** Ways to part the units in two halves. Default 20. */
  readonly partings?: number;
  /** Of the Fourier transform. Default 1. */
  readonly segmentSeconds?: number;
  /** Coherence is given up to here. Default 60. */
  readonly mostHz?: number;
}

/**
 * Coherence between the cumulative trains of two halves of the units: common input of the pool (Negro & Farina 2012, J. Neurophysiology
 * 107: 2796-2807). Segments side by side with Hann's window; the threshold is of Rosenberg et al. 1989. Throws `InputError` for fewer
 * than four units or three segments.
 */
export function unitCoherence(units: Spikes, options: UnitCoherenceOptions): UnitCoherence {
  const { random, partings = 20, segmentSeconds = 1, mostHz = 60 } = options;
  const trains = units.units.map((_, u) => units.unit(u)).filter((t) => t.length > 0);
  const start = Math.min(...trains.map((t) => t[0]));
  const end = Math.max(...trains.map((t) => t[t.length - 1]));
  const segments = Math.floor((end - start) / segmentSeconds);
  if (trains.length < 4 || !(segments >= 3)) {
    throw new InputError('too little fires for a coherence', {
      where: `units "${units.name}"`,
      expected: 'at least four units that fire, and three segments',
      got: `${trains.length} units, ${Number.isFinite(segments) ? segments : 0} segments`,
    });
  }
  const rate = 1000;
  const length = Math.round(segmentSeconds * rate);
  const kept = Math.min(Math.floor(mostHz * segmentSeconds), length >> 1) + 1;
  const mean = new Float64Array(kept);
  for (let p = 0; p < partings; p++) {
    const order = random.permutation(trains.length);
    const [xx, yy, re, im] = Array.from({ length: 4 }, () => new Float64Array(kept));
    for (let s = 0; s < segments; s++) {
      const from = start + s * segmentSeconds;
      const spectrum = (members: Int32Array): ReturnType<typeof realFft> => {
        const sum = new Float64Array(length);
        for (const u of members) {
          for (const t of trains[u]) {
            const k = Math.floor((t - from) * rate);
            if (k >= 0 && k < length) sum[k]++;
          }
        }
        const level = sum.reduce((a, b) => a + b, 0) / length;
        return realFft(sum.map((v, k) => (v - level) * (0.5 - 0.5 * Math.cos((2 * Math.PI * k) / length))));
      };
      const middle = trains.length >> 1;
      const [x, y] = [spectrum(order.subarray(0, middle)), spectrum(order.subarray(middle))];
      for (let f = 0; f < kept; f++) {
        xx[f] += x.re[f] ** 2 + x.im[f] ** 2;
        yy[f] += y.re[f] ** 2 + y.im[f] ** 2;
        re[f] += x.re[f] * y.re[f] + x.im[f] * y.im[f];
        im[f] += x.im[f] * y.re[f] - x.re[f] * y.im[f];
      }
    }
    for (let f = 0; f < kept; f++) mean[f] += (re[f] ** 2 + im[f] ** 2) / (xx[f] * yy[f]) / partings;
  }
  return {
    frequencies: Float64Array.from({ length: kept - 1 }, (_, f) => (f + 1) / segmentSeconds),
    coherence: mean.subarray(1),
    threshold: 1 - 0.05 ** (1 / (segments - 1)),
    segments,
  };
}
