import { matrix, Random } from '../../src/math/index.ts';
import { seriesFrom, series, type Series } from '../../src/relate/index.ts';
import type { Hypothesis } from '../../src/inquire/index.ts';

const binSeconds = 0.05;

/** A smooth random process of unit variance: noise through two leaky integrators. */
export function smooth(samples: number, random: Random, seconds = 0.3): Float64Array {
  const keep = Math.exp(-binSeconds / seconds);
  let [a, b] = [0, 0];
  const out = Float64Array.from({ length: samples + 200 }, () => {
    a = keep * a + (1 - keep) * random.normal();
    b = keep * b + (1 - keep) * a;
    return b;
  }).subarray(200);
  const mean = out.reduce((s, v) => s + v, 0) / samples;
  const spread = Math.sqrt(out.reduce((s, v) => s + (v - mean) ** 2, 0) / samples);
  return out.map((v) => (v - mean) / spread);
}

/** What six accounts of motor cortex say of a hand that moves in a plane, held by an arm of two joints. */
export function sixHypotheses(samples: number, random: Random): Hypothesis[] {
  const [x, y] = [smooth(samples, random), smooth(samples, random)];
  const change = (v: Float64Array): Float64Array =>
    v.map((_, i) => (v[Math.min(samples - 1, i + 1)] - v[Math.max(0, i - 1)]) / (2 * binSeconds));
  const [vx, vy] = [change(x), change(y)];
  const [ax, ay] = [change(vx), change(vy)];
  // Two joints, arms of 1: the law of cosines.
  const reach = x.map((v, i) => Math.hypot(0.25 * v, 1 + 0.25 * y[i]));
  const elbow = reach.map((r) => Math.acos(Math.min(1, Math.max(-1, 1 - (r * r) / 2))));
  const shoulder = x.map((v, i) => Math.atan2(1 + 0.25 * y[i], 0.25 * v) - (Math.PI - elbow[i]) / 2);
  const [elbowRate, shoulderRate] = [change(elbow), change(shoulder)];
  const spindle = (length: Float64Array, rate: Float64Array): Float64Array =>
    length.map((l, i) => Math.max(0, l - 1) + Math.sign(rate[i]) * Math.abs(rate[i]) ** 0.6);
  const of = (name: string, columns: Record<string, Float64Array>): Hypothesis => ({
    name,
    features: seriesFrom(columns),
  });
  return [
    of('position', { x, y }),
    of('velocity', { vx, vy }),
    of('acceleration', { ax, ay }),
    of('speed', { speed: vx.map((v, i) => Math.hypot(v, vy[i])) }),
    of('joints', { elbow, shoulder, elbowRate, shoulderRate }),
    of('spindles', {
      elbow: spindle(elbow, elbowRate),
      shoulder: spindle(shoulder, shoulderRate),
      antagonist: spindle(
        elbow,
        elbowRate.map((v) => -v),
      ),
    }),
  ];
}

/** Poisson counts of units that each follow a random mix of standardized features. */
export function counts(
  { features }: Hypothesis,
  random: Random,
  { units = 20, gain = 0.6, rate = 1 } = {},
): Series {
  const { rows, columns, data } = features.values;
  const means = Array.from({ length: columns }, (_, c) => mean(rows, (r) => data[r * columns + c]));
  const scales = means.map((m, c) => Math.sqrt(mean(rows, (r) => (data[r * columns + c] - m) ** 2)));
  const out = matrix(rows, units);
  for (let u = 0; u < units; u++) {
    const weights = means.map(() => random.normal());
    const length = Math.hypot(...weights);
    for (let r = 0; r < rows; r++) {
      const drive = weights.reduce(
        (s, w, c) => s + (w / length) * ((data[r * columns + c] - means[c]) / scales[c]),
        0,
      );
      out.data[r * units + u] = random.poisson(rate * Math.exp(gain * drive - (gain * gain) / 2));
    }
  }
  return series(
    out,
    Array.from({ length: units }, (_, u) => `unit ${u + 1}`),
  );
}

function mean(n: number, of: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += of(i) / n;
  return sum;
}

/** Counts of units that follow something of their own: smooth, shared by all, and related to no hypothesis. */
export function unrelatedCounts(samples: number, random: Random, units = 20): Series {
  const own: Hypothesis = {
    name: 'own',
    features: seriesFrom({
      a: smooth(samples, random),
      b: smooth(samples, random),
      c: smooth(samples, random),
    }),
  };
  return counts(own, random, { units });
}
