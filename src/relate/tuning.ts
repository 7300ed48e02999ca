import { wrapAngle } from '../math/circular.ts';
import type { Random } from '../math/random.ts';
import { InputError, UsageError } from '../signal/error.ts';
import { shiftedPosition } from './nulls.ts';

/** Firing as a function of one variable, or of two. */
export interface TuningCurve {
  /** Edges of the bins of each variable, increasing; a bin holds its lower edge, the last one both. */
  readonly edges: readonly Float64Array[];
  /** Mean rate in each bin, Hz, row-major over the variables; NaN where the variable never was for `minimumSamples`. */
  readonly rate: Float64Array;
  /** Standard error of the rate, Hz, as if samples were independent (they are not: it is a lower bound). */
  readonly standardError: Float64Array;
  /** Samples in each bin. */
  readonly occupancy: Int32Array;
}

export interface TuningOptions {
  /** Duration of one sample, seconds. */
  readonly widthSeconds: number;
  /** Bins of each variable with fewer samples are NaN. Default 1. */
  readonly minimumSamples?: number;
}

/**
 * The tuning of one unit to one variable, or jointly to two (a place map).
 *
 * @param variables one series a variable. @param edges the bins of each. @param counts spikes in each sample. Samples with a
 *   missing (NaN) count or variable, or a variable outside the edges, are left out. Throws `InputError` where none is left.
 */
export function tuningCurve(
  variables: readonly ArrayLike<number>[],
  edges: readonly ArrayLike<number>[],
  counts: ArrayLike<number>,
  options: TuningOptions,
): TuningCurve {
  const { widthSeconds, minimumSamples = 1 } = options;
  const own = edges.map((e) => Float64Array.from(e));
  if (variables.length !== own.length || variables.some((v) => v.length !== counts.length)) {
    throw new UsageError('variables, edges and counts do not fit', {
      expected: `edges for each variable and ${counts.length} samples`,
      got: `${variables.length} variables of ${variables.map((v) => v.length).join(', ')} samples, ${own.length} edges`,
    });
  }
  own.forEach((e, d) => {
    if (e.length < 2 || e.some((v, i) => !Number.isFinite(v) || (i > 0 && v <= e[i - 1]))) {
      throw new UsageError('the edges of the bins must increase', { where: `variable ${d}`, got: `${e}` });
    }
  });
  const size = own.reduce((n, e) => n * (e.length - 1), 1);
  const [sums, squares, occupancy] = [new Float64Array(size), new Float64Array(size), new Int32Array(size)];
  for (let i = 0; i < counts.length; i++) {
    if (Number.isNaN(counts[i])) continue;
    let at = 0;
    for (let d = 0; d < own.length && at >= 0; d++) {
      const k = binAmong(own[d], variables[d][i]);
      at = k < 0 ? -1 : at * (own[d].length - 1) + k;
    }
    if (at < 0) continue;
    sums[at] += counts[i];
    squares[at] += counts[i] ** 2;
    occupancy[at]++;
  }
  if (occupancy.every((n) => n === 0)) {
    throw new InputError('no sample lies within the bins', {
      where: 'tuningCurve',
      expected: `values from ${own.map((e) => `${e[0]} to ${e.at(-1)}`).join(' and ')}`,
    });
  }
  const enough = (k: number): boolean => occupancy[k] >= Math.max(1, minimumSamples);
  return {
    edges: own,
    occupancy,
    rate: sums.map((s, k) => (enough(k) ? s / occupancy[k] / widthSeconds : NaN)),
    standardError: sums.map((s, k) => {
      const n = occupancy[k];
      return enough(k) && n > 1 ? Math.sqrt((squares[k] - (s * s) / n) / (n - 1) / n) / widthSeconds : NaN;
    }),
  };
}

export interface DirectionTuning {
  readonly curve: TuningCurve;
  /** The direction of most firing by the fitted cosine, rad in (-pi, pi]. */
  readonly preferredDirection: number;
  /** Mean rate over directions, and how far the cosine goes above and below it, Hz. */
  readonly meanRate: number;
  readonly modulation: number;
  /** Share of the samples' variance that the cosine explains. */
  readonly r2: number;
  /** Length of the mean vector of the curve, 0 (flat) to 1 (one direction only); does not depend on how often each was visited. */
  readonly resultantLength: number;
  /** Probability of such a modulation where spikes are shifted against the movement (circular shifts); NaN without `random`. */
  readonly p: number;
}

export interface DirectionTuningOptions extends TuningOptions {
  /** Bins of the curve. Default 16. */
  readonly bins?: number;
  /** For the test by circular shifts. */
  readonly random?: Random;
  /** Default 200. */
  readonly shifts?: number;
}

/**
 * Tuning to a direction: count = b0 + b1 cos(direction) + b2 sin(direction) by least squares (Georgopoulos et al. 1982), and the
 * binned curve from -pi to pi.
 *
 * @param direction rad, NaN where there is none (at rest). @param counts spikes in each sample.
 */
export function directionTuning(
  direction: ArrayLike<number>,
  counts: ArrayLike<number>,
  options: DirectionTuningOptions,
): DirectionTuning {
  const { widthSeconds, bins = 16, random, shifts = 200 } = options;
  const edges = Float64Array.from({ length: bins + 1 }, (_, k) => Math.PI * ((2 * k) / bins - 1));
  const angles = Float64Array.from(direction, wrapAngle);
  const curve = tuningCurve([angles], [edges], counts, options);
  const [cosines, sines] = [angles.map(Math.cos), angles.map(Math.sin)];
  const fit = cosineFit(cosines, sines, counts);
  const [c, s, total] = curve.rate.reduce(
    ([c, s, total], rate, k) => {
      if (Number.isNaN(rate)) return [c, s, total];
      const center = (edges[k] + edges[k + 1]) / 2;
      return [c + rate * Math.cos(center), s + rate * Math.sin(center), total + rate];
    },
    [0, 0, 0],
  );
  let p = NaN;
  if (random) {
    let beyond = 0;
    for (let r = 0; r < shifts; r++) {
      const offset = shiftedPosition(counts.length, random);
      const shifted = Float64Array.from(counts, (_, i) => counts[(i + offset) % counts.length]);
      if (cosineFit(cosines, sines, shifted).modulation >= fit.modulation) beyond++;
    }
    p = (1 + beyond) / (1 + shifts);
  }
  return {
    curve,
    preferredDirection: fit.preferred,
    meanRate: fit.mean / widthSeconds,
    modulation: fit.modulation / widthSeconds,
    r2: fit.r2,
    resultantLength: total > 0 ? Math.hypot(c, s) / total : NaN,
    p,
  };
}

interface Cosine {
  readonly mean: number;
  readonly modulation: number;
  readonly preferred: number;
  readonly r2: number;
}

/** Least squares of y on 1, cos, sin by its normal equations, in closed form after centering. */
function cosineFit(cosines: Float64Array, sines: Float64Array, y: ArrayLike<number>): Cosine {
  let [n, sy, sc, ss] = [0, 0, 0, 0];
  const there = (i: number): boolean => !Number.isNaN(cosines[i]) && !Number.isNaN(y[i]);
  for (let i = 0; i < y.length; i++) {
    if (!there(i)) continue;
    n++;
    sy += y[i];
    sc += cosines[i];
    ss += sines[i];
  }
  const [my, mc, ms] = [sy / n, sc / n, ss / n];
  let [cc, cs, ssq, cy, sy2, yy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < y.length; i++) {
    if (!there(i)) continue;
    const [c, s, v] = [cosines[i] - mc, sines[i] - ms, y[i] - my];
    cc += c * c;
    cs += c * s;
    ssq += s * s;
    cy += c * v;
    sy2 += s * v;
    yy += v * v;
  }
  const determinant = cc * ssq - cs * cs;
  const a = (cy * ssq - sy2 * cs) / determinant;
  const b = (sy2 * cc - cy * cs) / determinant;
  return {
    mean: my - a * mc - b * ms,
    modulation: Math.hypot(a, b),
    preferred: wrapAngle(Math.atan2(b, a)),
    r2: (a * cy + b * sy2) / yy,
  };
}

function binAmong(edges: Float64Array, value: number): number {
  const last = edges.length - 1;
  if (!(value >= edges[0] && value <= edges[last])) return -1;
  let k = last - 1;
  while (k > 0 && edges[k] > value) k--;
  return k;
}
