/** Motions with known velocities, and errors of their measurement, for `validation/kinematics.ts`. */
import { Random } from '../src/math/index.ts';
import { poseTrack, type PoseTrack } from '../src/signal/pose.ts';
import { Signal } from '../src/signal/signal.ts';
import { regularTime } from '../src/signal/time.ts';

/** A path along one axis, px, and its velocity, px/s. */
export interface Motion {
  readonly position: Float64Array;
  readonly velocity: Float64Array;
}

const turn = 2 * Math.PI;

/** Integrated white jerk of density q, px^2/s^5, sampled exactly (Cholesky factor of the covariance of one step). */
export function drivenByJerk(random: Random, count: number, rate: number, q: number): Motion {
  const dt = 1 / rate;
  let [p, v, a] = [0, 0, 0];
  const samples = Array.from({ length: count }, (_, t) => {
    if (t > 0) {
      const [z1, z2, z3] = [random.normal(), random.normal(), random.normal()].map((z) => z * Math.sqrt(q));
      p += v * dt + (a * dt * dt) / 2;
      p += dt ** 2.5 * (z1 / 6 + (z2 * Math.sqrt(12)) / 24 + z3 / Math.sqrt(720));
      v += a * dt + dt ** 1.5 * (z1 / 2 + z2 / Math.sqrt(12));
      a += z1 * Math.sqrt(dt);
    }
    return [p, v];
  });
  return {
    position: Float64Array.from(samples, ([x]) => x),
    velocity: Float64Array.from(samples, ([, u]) => u),
  };
}

/**
 * A stationary Gaussian motion of known spectrum, periodic over the recording, and the velocity that the non-causal Wiener filter
 * (Wiener 1949) gives from its measurement with white noise of variance 1: at each frequency the share S / (S + noise), differentiated.
 * No linear filter has a smaller mean squared error.
 *
 * @param spectrum power over frequency in Hz, up to a factor.
 * @param sd of the motion, px.
 */
export function ofSpectrum(
  random: Random,
  count: number,
  rate: number,
  { spectrum, sd }: { readonly spectrum: (hertz: number) => number; readonly sd: number },
): Motion & { readonly measured: Float64Array; readonly wienerVelocity: Float64Array } {
  const frequencies = Array.from({ length: count / 2 - 1 }, (_, k) => ((k + 1) * rate) / count);
  const raw = frequencies.map(spectrum);
  const total = raw.reduce((a, b) => a + b, 0);
  const position = new Float64Array(count);
  const velocity = new Float64Array(count);
  const wienerVelocity = new Float64Array(count);
  const variances = raw.map((s) => (s / total) * sd * sd);
  const cosine = Float64Array.from({ length: count }, (_, i) => Math.cos((turn * i) / count));
  const at = (k: number, t: number): [number, number] => {
    const i = ((k + 1) * t) % count;
    return [cosine[i], cosine[(i + count - count / 4) % count]];
  };
  variances.forEach((variance, k) => {
    const [a, b] = [random.normal(0, Math.sqrt(variance)), random.normal(0, Math.sqrt(variance))];
    const omega = turn * frequencies[k];
    for (let t = 0; t < count; t++) {
      const [c, s] = at(k, t);
      position[t] += a * c + b * s;
      velocity[t] += omega * (b * c - a * s);
    }
  });
  const measured = position.map((x) => x + random.normal());
  variances.forEach((variance, k) => {
    let [a, b] = [0, 0];
    for (let t = 0; t < count; t++) {
      const [c, s] = at(k, t);
      a += (2 / count) * measured[t] * c;
      b += (2 / count) * measured[t] * s;
    }
    const gain = (turn * frequencies[k] * variance) / (variance + 2 / count);
    for (let t = 0; t < count; t++) {
      const [c, s] = at(k, t);
      wienerVelocity[t] += gain * (b * c - a * s);
    }
  });
  return { position, velocity, measured, wienerVelocity };
}

/** One measured coordinate as a signal of time x space; with a variance, one that states it. */
export function coordinate(values: Float64Array, rate: number, variance?: number): Signal {
  const time = regularTime(values.length, rate);
  const provenance = { step: 'simulated' };
  const leading = { name: 'time', size: values.length };
  const covariance =
    variance === undefined
      ? undefined
      : new Signal({
          name: 'covariance',
          dimensions: [leading, { name: 'entry', size: 1 }],
          values: new Float64Array(values.length).fill(variance),
          unit: 'px*px',
          time,
          provenance,
        });
  const dimensions = [leading, { name: 'space', size: 1 }];
  return new Signal({ name: 'coordinate', dimensions, values, unit: 'px', time, covariance, provenance });
}

/**
 * Positions as a pose network's tracker gives them: errors of 1 px an axis, half of whose variance is shared between neighboring frames
 * (correlation 0.8 a frame), one sample in 200 some 20 to 60 px off, 3 % missing in stretches of 1 to 3 frames. Its covariance states 1 px.
 */
export function asTracked(track: PoseTrack, random: Random): PoseTrack {
  const [count, individuals, keypoints, space] = track.positions.shape;
  const values = Float64Array.from(track.positions.contiguous());
  const points = individuals * keypoints;
  for (let p = 0; p < points; p++) {
    const slow = Array.from({ length: space }, () => random.normal());
    for (let t = 0; t < count; t++) {
      const jump = random.uniform() < 0.005 ? random.uniform(20, 60) : 0;
      const way = random.uniform(0, turn);
      for (let a = 0; a < space; a++) {
        slow[a] = 0.8 * slow[a] + Math.sqrt(1 - 0.64) * random.normal();
        const off = jump * [Math.cos(way), Math.sin(way), 0][a];
        values[(t * points + p) * space + a] += Math.SQRT1_2 * (slow[a] + random.normal()) + off;
      }
    }
    for (let t = 0; t < count; t++) {
      if (random.uniform() >= 0.015) continue;
      const end = Math.min(count, t + 1 + random.integer(3));
      for (let m = t; m < end; m++) values.fill(NaN, (m * points + p) * space, (m * points + p + 1) * space);
    }
  }
  const entries = (space * (space + 1)) / 2;
  const diagonal = space === 2 ? [0, 2] : [0, 3, 5];
  return poseTrack({
    skeleton: track.skeleton,
    space: space as 2 | 3,
    positions: values,
    covariance: Float64Array.from({ length: count * points * entries }, (_, i) =>
      diagonal.includes(i % entries) ? 1 : 0,
    ),
    unit: track.positions.unit,
    time: track.positions.time!,
    provenance: track.positions.provenance,
  });
}
