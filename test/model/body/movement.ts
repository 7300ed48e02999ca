import { Random } from '../../../src/math/random.ts';
import type { BodyModel } from '../../../src/model/body/index.ts';
import { poseTrack, type PoseTrack } from '../../../src/signal/pose.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { regularTime } from '../../../src/signal/time.ts';

export interface Movement {
  /** `qpos` of every frame. */
  readonly postures: readonly Float64Array[];
  readonly keypoints: readonly string[];
  /** Frames x keypoints x 3, m, without noise. */
  readonly places: Float64Array;
}

/** Smooth movement of all joints over 70 % of their ranges; a free trunk turns and travels. */
export function movement(model: BodyModel, frames: number, rate: number, seed: string): Movement {
  const random = new Random(seed);
  using simulation = model.simulate();
  const keypoints = model.names.sites.filter(
    (n) => !/_[oim]$|^head_|^elbow_(back|inside)$|^shoulder_(front|back)$/.test(n),
  );
  const sites = keypoints.map((n) => model.names.sites.indexOf(n));
  const courses = model.joints.map(() => ({
    frequency: random.uniform(0.3, 1.2),
    phase: random.uniform(0, 6),
  }));
  const places = new Float64Array(frames * keypoints.length * 3);
  const postures = Array.from({ length: frames }, (_, t) => {
    const q = model.get('qpos0');
    model.joints.forEach((j, i) => {
      if (!j.range || j.type === 'ball') return;
      const { frequency, phase } = courses[i];
      const [low, high] = j.range;
      q[j.position] =
        (low + high) / 2 + 0.35 * (high - low) * Math.sin((2 * Math.PI * frequency * t) / rate + phase);
    });
    if (model.joints[0].type === 'free') {
      const turn = (1.5 * t) / rate;
      q[0] += 0.1 * Math.sin(turn);
      q[1] += 0.1 * Math.cos(turn);
      q[3] = Math.cos(turn / 2);
      q[6] = Math.sin(turn / 2);
    }
    simulation.set('qpos', q);
    simulation.kinematics();
    const xpos = simulation.get('site_xpos');
    sites.forEach((s, k) => places.set(xpos.subarray(3 * s, 3 * s + 3), (t * keypoints.length + k) * 3));
    return q;
  });
  return { postures, keypoints, places };
}

export interface TrackOptions {
  readonly rate?: number;
  /** Standard deviation of each coordinate, in the track's unit. */
  readonly noise?: number;
  /** Standard deviation that the covariances state. Default `noise`. */
  readonly stated?: number;
  readonly seed?: string;
  readonly unit?: string;
  /** Leave the covariances out. */
  readonly bare?: boolean;
  readonly space?: 2 | 3;
}

/** A track of places (frames x keypoints x space) with noise and its covariance. */
export function trackOf(
  keypoints: readonly string[],
  places: Float64Array,
  options: TrackOptions = {},
): PoseTrack {
  const { rate = 200, noise = 0, seed = 'noise', unit = 'm', bare = false, space = 3 } = options;
  const random = new Random(seed);
  const points = places.length / space;
  const variance = Math.max(options.stated ?? noise, 1e-6) ** 2;
  const entries = space === 3 ? [variance, 0, 0, variance, 0, variance] : [variance, 0, variance];
  return poseTrack({
    skeleton: skeleton(keypoints),
    space,
    positions: places.map((v) => v + noise * random.normal()),
    covariance: bare ? undefined : Float64Array.from(Array.from({ length: points }, () => entries).flat()),
    unit,
    time: regularTime(points / keypoints.length, rate),
    provenance: { step: 'test' },
  });
}

/**
 * Errors of standard deviation 1, frames x width: the share `lasting` of their variance is e' = f e + ..., f = exp(-1 / span), the rest is new in every
 * frame.
 */
export function lastingErrors(
  frames: number,
  width: number,
  {
    lasting = 0,
    span = 1,
    seed,
  }: { readonly lasting?: number; readonly span?: number; readonly seed: string },
): Float64Array {
  const random = new Random(seed);
  const f = Math.exp(-1 / span);
  const out = new Float64Array(frames * width);
  const slow = Float64Array.from({ length: width }, () => random.normal());
  for (let t = 0; t < frames; t++) {
    for (let i = 0; i < width; i++) {
      if (t > 0) slow[i] = f * slow[i] + Math.sqrt(1 - f * f) * random.normal();
      out[t * width + i] = Math.sqrt(lasting) * slow[i] + Math.sqrt(1 - lasting) * random.normal();
    }
  }
  return out;
}

/** Root mean square error of each hinge, degrees, over frames where the fit has it. */
export function hingeErrors(
  model: BodyModel,
  angles: { at(...i: number[]): number },
  postures: readonly Float64Array[],
): number[] {
  return model.joints
    .filter((j) => j.type === 'hinge')
    .map((j, k) => {
      const errors = postures.map((q, t) => angles.at(t, k) - q[j.position]).filter(Number.isFinite);
      return (Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length) * 180) / Math.PI;
    });
}
