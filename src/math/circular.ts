import { InputError, UsageError } from '../signal/error.ts';
import { chi2Quantile, fTail } from './distribution.ts';
import { besselRatio } from './special.ts';

/**
 * Statistics of angles, in rad. NaN angles are left out; with none left, values are NaN. Sources: Zar, Biostatistical
 * Analysis, 5th edition (2010), chapters 26-27; Mardia & Jupp, Directional Statistics (2000); Fisher, Statistical Analysis
 * of Circular Data (1993).
 */

/** The same angle in (-pi, pi]. */
export function wrapAngle(angle: number): number {
  const turn = 2 * Math.PI;
  const wrapped = angle - turn * Math.round(angle / turn);
  return wrapped <= -Math.PI ? wrapped + turn : wrapped;
}

/** The signed shortest way from `from` to `to`, in (-pi, pi]. */
export function angleBetween(from: number, to: number): number {
  return wrapAngle(to - from);
}

/** Angles without jumps: each differs from the last one that was there by at most pi. NaN stays NaN. */
export function unwrapAngles(angles: ArrayLike<number>): Float64Array {
  const out = Float64Array.from(angles);
  let last = NaN;
  for (let i = 0; i < out.length; i++) {
    if (Number.isNaN(out[i])) continue;
    if (!Number.isNaN(last)) out[i] = last + wrapAngle(out[i] - last);
    last = out[i];
  }
  return out;
}

export interface CircularSummary {
  readonly n: number;
  /** Mean direction in (-pi, pi]. Without meaning where `resultantLength` is near 0. */
  readonly mean: number;
  /** Mean resultant length, 0 (spread evenly) to 1 (all the same). */
  readonly resultantLength: number;
  /** 1 - resultantLength. */
  readonly variance: number;
  /** sqrt(-2 ln resultantLength), rad (Mardia & Jupp 2.3.14). */
  readonly standardDeviation: number;
}

/** @param weights one non-negative weight an angle, for instance bin counts. */
export function circularSummary(angles: ArrayLike<number>, weights?: ArrayLike<number>): CircularSummary {
  if (weights && weights.length !== angles.length) {
    throw new UsageError('angles and weights differ in length', {
      expected: `${angles.length}`,
      got: `${weights.length}`,
    });
  }
  let [n, c, s] = [0, 0, 0];
  for (let i = 0; i < angles.length; i++) {
    if (Number.isNaN(angles[i])) continue;
    const w = weights?.[i] ?? 1;
    n += w;
    c += w * Math.cos(angles[i]);
    s += w * Math.sin(angles[i]);
  }
  if (!(n > 0)) return { n: 0, mean: NaN, resultantLength: NaN, variance: NaN, standardDeviation: NaN };
  const r = Math.min(1, Math.hypot(c, s) / n);
  return {
    n,
    mean: wrapAngle(Math.atan2(s, c)),
    resultantLength: r,
    variance: 1 - r,
    standardDeviation: Math.sqrt(-2 * Math.log(r)),
  };
}

export function circularMean(angles: ArrayLike<number>): number {
  return circularSummary(angles).mean;
}

export function resultantLength(angles: ArrayLike<number>): number {
  return circularSummary(angles).resultantLength;
}

export function circularVariance(angles: ArrayLike<number>): number {
  return circularSummary(angles).variance;
}

export interface RayleighTest {
  readonly n: number;
  readonly z: number;
  /** Against uniformity, for one preferred direction. */
  readonly p: number;
}

/**
 * Rayleigh's test that angles are spread evenly: R = n r, z = R^2 / n,
 * p = exp(sqrt(1 + 4n + 4(n^2 - R^2)) - (1 + 2n)) (Zar 27.4). Angles must be independent: strides of one walk are not.
 */
export function rayleighTest(angles: ArrayLike<number>): RayleighTest {
  const { n, resultantLength: r } = circularSummary(angles);
  if (n === 0) return { n, z: NaN, p: NaN };
  const R = n * r;
  return {
    n,
    z: (R * R) / n,
    p: Math.min(1, Math.exp(Math.sqrt(1 + 4 * n + 4 * (n * n - R * R)) - (1 + 2 * n))),
  };
}

/**
 * The concentration of the von Mises distribution that fits best: I1(kappa) / I0(kappa) = r. With `n` given, the estimate for
 * small samples (n <= 15; Best & Fisher 1981; Fisher 1993, 4.41) is returned instead of the biased maximum.
 *
 * @param r mean resultant length, 0 to 1; kappa is infinite at 1.
 */
export function vonMisesKappa(r: number, n = Infinity): number {
  if (Number.isNaN(r)) return NaN;
  if (!(r >= 0 && r <= 1)) {
    throw new UsageError('a mean resultant length lies between 0 and 1', { got: `${r}` });
  }
  if (r === 1) return Infinity;
  // Start from Best & Fisher's approximation, then Newton: A'(k) = 1 - A(k)^2 - A(k)/k.
  let kappa =
    r < 0.53
      ? 2 * r + r ** 3 + (5 * r ** 5) / 6
      : r < 0.85
        ? -0.4 + 1.39 * r + 0.43 / (1 - r)
        : 1 / (r ** 3 - 4 * r ** 2 + 3 * r);
  for (let i = 0; i < 50 && kappa > 0; i++) {
    const a = besselRatio(kappa);
    const step = (a - r) / (1 - a * a - a / kappa);
    if (!Number.isFinite(step)) break;
    kappa -= step;
    if (Math.abs(step) <= 1e-13 * kappa) break;
  }
  if (n > 15) return kappa;
  return kappa < 2 ? Math.max(kappa - 2 / (n * kappa), 0) : ((n - 1) ** 3 * kappa) / (n ** 3 + n);
}

/**
 * The half width of the confidence interval of the mean direction, rad (Zar 26.24 for r <= 0.9, 26.25 above; Upton 1986);
 * NaN where the angles are too spread for one.
 */
export function circularMeanInterval(angles: ArrayLike<number>, level = 0.95): number {
  const { n, resultantLength: r } = circularSummary(angles);
  const R = n * r;
  const chi2 = chi2Quantile(level, 1);
  const inside =
    r <= 0.9
      ? Math.sqrt((2 * n * (2 * R * R - n * chi2)) / (4 * n - chi2)) / R
      : Math.sqrt(n * n - (n * n - R * R) * Math.exp(chi2 / n)) / R;
  return Math.acos(inside);
}

export interface WatsonWilliamsTest {
  readonly f: number;
  readonly df1: number;
  readonly df2: number;
  readonly p: number;
  /** Concentration common to all groups. */
  readonly kappa: number;
  /** What the test assumes and the data do not meet; empty when it may be used. */
  readonly caveats: readonly string[];
}

/**
 * Watson and Williams' test that two or more groups of angles share one mean direction:
 * F = K (N - k)(sum R_j - R) / ((k - 1)(N - sum R_j)), K = 1 + 3 / (8 kappa) (Zar 27.11; Mardia & Jupp 7.4.15).
 * Throws `InputError` where a group is empty or fewer than two groups are given.
 */
export function watsonWilliamsTest(groups: readonly ArrayLike<number>[]): WatsonWilliamsTest {
  const summaries = groups.map((g) => circularSummary(g));
  if (groups.length < 2 || summaries.some((s) => s.n === 0)) {
    throw new InputError('Watson and Williams compare groups of angles', {
      expected: 'two or more groups with at least one angle each',
      got: summaries.map((s) => `${s.n}`).join(', ') || 'none',
    });
  }
  const k = groups.length;
  const n = summaries.reduce((sum, s) => sum + s.n, 0);
  const within = summaries.reduce((sum, s) => sum + s.n * s.resultantLength, 0);
  const all = Math.hypot(
    summaries.reduce((sum, s) => sum + s.n * s.resultantLength * Math.cos(s.mean), 0),
    summaries.reduce((sum, s) => sum + s.n * s.resultantLength * Math.sin(s.mean), 0),
  );
  const kappa = vonMisesKappa(within / n);
  const correction = 1 + 3 / (8 * kappa);
  const f = (correction * ((n - k) * (within - all))) / ((k - 1) * (n - within));
  const caveats = [
    ...(within / n < 0.45 ? ['the angles are too spread: mean resultant length below 0.45'] : []),
    ...(n / k < 5 ? ['fewer than five angles a group'] : []),
  ];
  return { f, df1: k - 1, df2: n - k, p: fTail(Math.max(0, f), k - 1, n - k), kappa, caveats };
}
