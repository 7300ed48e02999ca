import { wilsonInterval } from '../../math/proportion.ts';
import { UsageError } from '../../signal/error.ts';

/**
 * Confidence that means something: the probability that a predicted point lies within a stated radius of the truth.
 *
 * A network's raw score s in (0, 1) (a heatmap's peak) is monotone in that probability but not equal to it. Platt's
 * method (1999, with the smoothed targets of his section 2.2) fits
 *
 *     P(error <= radius | s) = 1 / (1 + exp(-(a + b * logit(s)))),   b >= 0
 *
 * on points the network has not been trained on.
 */
export interface Calibration {
  /** The radius, px of the full picture. */
  readonly radiusPx: number;
  readonly intercept: number;
  readonly slope: number;
  /** How many held-out points it was fitted on. */
  readonly count: number;
}

export interface ScoredPoint {
  /** The raw score, in [0, 1]. */
  readonly score: number;
  /** Distance to the truth, px; Infinity for a point that a person says is not there. */
  readonly errorPx: number;
}

/** Weak prior toward b = 1, a = 0 (trust the raw score), in units of pseudo-observations. */
const priorStrength = 1;

/** Fits the calibration by Newton's method. Throws `UsageError` without points or with a radius that is not positive. */
export function calibrate(points: readonly ScoredPoint[], radiusPx: number): Calibration {
  if (!(radiusPx > 0) || points.length === 0) {
    throw new UsageError('a calibration needs held-out points and a radius', {
      where: 'calibrate',
      expected: 'at least one point and a positive radius in px',
      got: `${points.length} points, radius ${radiusPx}`,
    });
  }
  const hits = points.filter((p) => p.errorPx <= radiusPx).length;
  const misses = points.length - hits;
  // Platt's targets: one pseudo-observation of the other kind on each side keeps the fit finite.
  const high = (hits + 1) / (hits + 2);
  const low = 1 / (misses + 2);
  let a = 0;
  let b = 1;
  for (let iteration = 0; iteration < 50; iteration++) {
    let [ga, gb] = [priorStrength * a, priorStrength * (b - 1)];
    let [haa, hab, hbb] = [priorStrength, 0, priorStrength];
    for (const { score, errorPx } of points) {
      const x = logit(score);
      const p = logistic(a + b * x);
      const residual = p - (errorPx <= radiusPx ? high : low);
      const w = Math.max(p * (1 - p), 1e-6);
      ga += residual;
      gb += residual * x;
      haa += w;
      hab += w * x;
      hbb += w * x * x;
    }
    const determinant = haa * hbb - hab * hab;
    const da = (hbb * ga - hab * gb) / determinant;
    const db = (haa * gb - hab * ga) / determinant;
    a -= da;
    b = Math.max(0, b - db);
    if (Math.abs(da) + Math.abs(db) < 1e-10) break;
  }
  return { radiusPx, intercept: a, slope: b, count: points.length };
}

/** The calibrated probability of a raw score; NaN stays NaN. */
export function confidenceOf(calibration: Calibration, score: number): number {
  return logistic(calibration.intercept + calibration.slope * logit(score));
}

/** One bin of a reliability curve. */
export interface ReliabilityBin {
  /** Mean confidence that was stated. */
  readonly stated: number;
  /** Fraction of points within the radius. */
  readonly observed: number;
  /** 95 % Wilson interval of `observed`. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export interface Reliability {
  readonly bins: readonly ReliabilityBin[];
  /** Mean of |stated - observed| over points, by bin. Zero is perfect. */
  readonly expectedCalibrationError: number;
  readonly radiusPx: number;
}

/**
 * Stated confidence against what happened, in bins of equal count. Points of one frame are not independent, so the
 * intervals are somewhat too narrow. Points whose confidence is NaN are left out.
 */
export function reliability(
  points: readonly { readonly confidence: number; readonly errorPx: number }[],
  radiusPx: number,
  binCount = 10,
): Reliability {
  const sorted = points
    .filter((p) => !Number.isNaN(p.confidence))
    .sort((p, q) => p.confidence - q.confidence || p.errorPx - q.errorPx);
  const bins: ReliabilityBin[] = [];
  let error = 0;
  const used = Math.min(binCount, sorted.length);
  for (let k = 0; k < used; k++) {
    const members = sorted.slice(
      Math.floor((k * sorted.length) / used),
      Math.floor(((k + 1) * sorted.length) / used),
    );
    const stated = members.reduce((total, p) => total + p.confidence, 0) / members.length;
    const within = members.filter((p) => p.errorPx <= radiusPx).length;
    const observed = within / members.length;
    const [low, high] = wilsonInterval(within, members.length);
    bins.push({ stated, observed, low, high, count: members.length });
    error += (Math.abs(stated - observed) * members.length) / sorted.length;
  }
  return { bins, expectedCalibrationError: sorted.length === 0 ? NaN : error, radiusPx };
}

function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function logit(score: number): number {
  const s = Math.min(1 - 1e-4, Math.max(1e-4, score));
  return Number.isNaN(score) ? NaN : Math.log(s / (1 - s));
}
