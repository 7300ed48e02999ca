import { InputError, UsageError } from '../../signal/error.ts';
import { derived } from '../../signal/provenance.ts';
import type { Signal } from '../../signal/signal.ts';
import { Spikes } from '../../signal/spikes.ts';
import { timeOf } from '../../signal/time.ts';
import { rateOfAgreement } from './agreement.ts';
import { activity, extendedAndWhitened, meanAt, projected, weightedMean, type Extended } from './extended.ts';

export interface MotorUnitOptions {
  /** Samples of its own past that each channel is extended by. Default: such that there are 1000 rows or a little fewer, 4 to 16. */
  readonly delays?: number;
  /** Searches for a source. Default 60. */
  readonly searches?: number;
  /** Sources below this silhouette are not taken. Default 0.9. */
  readonly silhouette?: number;
  /** Two discharges of one unit are at least so far apart, s. Default 0.02. */
  readonly refractorySeconds?: number;
  /** Units that agree on more than this share of discharges are one. Default 0.3. */
  readonly duplicate?: number;
  /** Added to the covariance, as a share of the mean variance. Default 1e-4. */
  readonly ridge?: number;
}

export interface MotorUnits {
  /** Discharge times, units in the order in which they were found. */
  readonly spikes: Spikes;
  /** How far discharges stand out of the rest, 0 to 1 (Negro et al. 2016, section 2.2). */
  readonly silhouettes: readonly number[];
  /** Standard deviation of intervals over their mean. */
  readonly variations: readonly number[];
  readonly notes: readonly string[];
}

interface Source {
  readonly weights: Float64Array;
  readonly at: Int32Array;
  readonly silhouette: number;
  readonly variation: number;
}

/**
 * Motor units of an array of surface electrodes by convolutive blind source separation (Negro, Muceli, Castronovo, Holobar & Farina 2016, J.
 * Neural Engineering 13: 026027): extend and whiten; from the moment of most activity, the fixed point w = E{z (w^T z)^2} of greatest
 * skewness, orthogonal to the sources before; then w = mean of z at its own discharges, as long as that makes them more regular. The
 * same unit found twice is kept once. The array must lie still on a muscle that does: in dynamic contractions units change
 * their shape and are lost.
 *
 * @param emg `time x channel` at a regular rate, band-passed, without missing samples.
 */
export function motorUnits(emg: Signal, options: MotorUnitOptions = {}): MotorUnits {
  const { time } = emg;
  if (time?.kind !== 'regular' || emg.dimensions.length !== 2 || emg.dimensions[0].name !== 'time') {
    throw new UsageError('motor units are found in channels over regular time', {
      where: `signal "${emg.name}"`,
      expected: 'time x channel at a regular rate',
      got: emg.dimensions.map((d) => d.name).join(' x '),
    });
  }
  const [samples, channels] = emg.shape;
  const values = emg.contiguous();
  const {
    delays = Math.min(16, Math.max(4, Math.floor(1000 / channels))),
    searches = 60,
    silhouette = 0.9,
    refractorySeconds = 0.02,
    duplicate = 0.3,
    ridge = 1e-4,
  } = options;
  const missing = values.findIndex((v: number) => !Number.isFinite(v));
  if (missing >= 0 || samples < 2 * channels * delays) {
    throw new InputError('the recording cannot be decomposed', {
      where: `signal "${emg.name}"`,
      expected: `at least ${2 * channels * delays} samples of ${channels} channels with ${delays} delays, none missing`,
      got:
        missing >= 0 ? `a missing value at sample ${Math.floor(missing / channels)}` : `${samples} samples`,
      fix: 'Cut to a stretch without gaps; take fewer channels or delays.',
    });
  }
  const refractory = Math.max(1, Math.round(refractorySeconds * time.rate));
  const z = extendedAndWhitened(values, channels, delays, ridge);
  const energy = activity(z);
  const found: Source[] = [];
  const directions: Float64Array[] = [];
  let weak = 0;
  for (let i = 0; i < searches; i++) {
    const start = energy.reduce((best, e, t) => (e > energy[best] ? t : best), 0);
    if (!(energy[start] > 0)) break;
    energy.fill(0, Math.max(0, start - delays), start + delays);
    const w = fixedPoint(z, meanAt(z, [start]), directions);
    directions.push(w);
    const source = refined(z, w, refractory);
    if (!source || source.silhouette < silhouette) {
      weak++;
      continue;
    }
    // Its discharges need not be started from again.
    for (const t of source.at) energy.fill(0, Math.max(0, t - delays), t + delays);
    found.push(source);
  }
  const kept = distinct(found, time.rate, duplicate);
  const times = kept.map(({ at }, u): readonly [string, Float64Array] => [
    `motor unit ${u + 1}`,
    Float64Array.from(at, (t) => timeOf(time, t)),
  ]);
  return {
    spikes: Spikes.from(times, {
      name: `motor units of ${emg.name}`,
      clock: time.clock,
      provenance: derived('relate.motorUnits', [emg.provenance], { delays, searches, silhouette, ridge }),
    }),
    silhouettes: kept.map((s) => s.silhouette),
    variations: kept.map((s) => s.variation),
    notes: [
      `${found.length - kept.length} of ${found.length} sources were the same unit again; ${weak} did not stand out.`,
      ...(kept.length === 0
        ? ['No unit stands out: the contraction may be too strong, too short or not still.']
        : []),
    ],
  };
}

/** w = E{z (w^T z)^2}, made orthogonal to the directions before, until it stays. */
function fixedPoint(z: Extended, start: Float64Array, before: readonly Float64Array[]): Float64Array {
  let w = orthogonal(start, before);
  for (let i = 0; i < 40; i++) {
    const s = projected(z, w);
    const next = orthogonal(
      weightedMean(
        z,
        s.map((v) => v * v),
      ),
      before,
    );
    const along = next.reduce((sum, v, k) => sum + v * w[k], 0);
    w = next;
    if (Math.abs(along) > 1 - 1e-4) break;
  }
  return w;
}

function orthogonal(w: Float64Array, before: readonly Float64Array[]): Float64Array {
  const out = Float64Array.from(w);
  for (const b of before) {
    const along = b.reduce((sum, v, k) => sum + v * out[k], 0);
    for (let k = 0; k < out.length; k++) out[k] -= along * b[k];
  }
  const length = Math.hypot(...out) || 1;
  return out.map((v) => v / length);
}

/** The filter that its own discharges ask for, while their intervals become more regular. Undefined without discharges. */
function refined(z: Extended, start: Float64Array, refractory: number): Source | undefined {
  let best: Source | undefined;
  let weights = start;
  for (let i = 0; i < 20; i++) {
    const source = discharges(projected(z, weights), weights, refractory);
    if (!source || (best && source.variation >= best.variation)) break;
    best = source;
    weights = orthogonal(meanAt(z, source.at), []);
  }
  return best;
}

/** Peaks of the squared source in two classes by height; the high ones are discharges. */
function discharges(s: Float64Array, weights: Float64Array, refractory: number): Source | undefined {
  // Skewness says which way the discharges point.
  const sign = Math.sign(s.reduce((sum, v) => sum + v ** 3, 0));
  const heights = s.map((v) => (v * sign > 0 ? v * v : 0));
  const peaks = peaksOf(heights, refractory);
  if (peaks.length < 10) return undefined;
  const h = Float64Array.from(peaks, (t) => heights[t]);
  let [low, high] = [Math.min(...h), Math.max(...h)];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    const [below, above] = [h.filter((v) => v <= middle), h.filter((v) => v > middle)];
    if (below.length === 0 || above.length === 0) return undefined;
    const next = [below, above].map((c) => c.reduce((a, b) => a + b, 0) / c.length);
    const still = next[0] === low && next[1] === high;
    [low, high] = next;
    if (still) break;
  }
  const at = peaks.filter((t) => heights[t] > (low + high) / 2);
  if (at.length < 10) return undefined;
  let [within, between] = [0, 0];
  for (const t of at) {
    within += (heights[t] - high) ** 2;
    between += (heights[t] - low) ** 2;
  }
  const intervals = Array.from({ length: at.length - 1 }, (_, i) => at[i + 1] - at[i]);
  const mean = intervals.reduce((a, b) => a + b, 0) / intervals.length;
  const spread = intervals.reduce((sum, v) => sum + (v - mean) ** 2, 0) / intervals.length;
  return {
    weights,
    at: Int32Array.from(at),
    silhouette: (between - within) / Math.max(between, within),
    variation: Math.sqrt(spread) / mean,
  };
}

/** Local maxima, the higher of two that are closer than `distance`. */
function peaksOf(heights: Float64Array, distance: number): number[] {
  const peaks: number[] = [];
  for (let t = 1; t + 1 < heights.length; t++) {
    if (!(heights[t] > 0 && heights[t] >= heights[t - 1] && heights[t] > heights[t + 1])) continue;
    const last = peaks.at(-1);
    if (last === undefined || t - last >= distance) peaks.push(t);
    else if (heights[t] > heights[last]) peaks[peaks.length - 1] = t;
  }
  return peaks;
}

/** Of sources that agree the one with the more regular intervals. */
function distinct(found: readonly Source[], rate: number, duplicate: number): Source[] {
  const secondsOf = ({ at }: Source): Float64Array => Float64Array.from(at, (t) => t / rate);
  const kept: Source[] = [];
  for (const source of found.toSorted((a, b) => a.variation - b.variation)) {
    const times = secondsOf(source);
    if (!kept.some((k) => rateOfAgreement(times, secondsOf(k)).rate > duplicate)) kept.push(source);
  }
  return found.filter((s) => kept.includes(s));
}
