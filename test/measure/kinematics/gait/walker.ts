import type { Random } from '../../../../src/math/index.ts';
import { poseTrack, type PoseTrack } from '../../../../src/signal/pose.ts';
import { skeleton } from '../../../../src/signal/skeleton.ts';
import { regularTime } from '../../../../src/signal/time.ts';
import { made } from '../made.ts';

export interface WalkerOptions {
  readonly random: Random;
  /** Body speed, px/s. */
  readonly speed: number;
  readonly rate: number;
  readonly seconds: number;
  readonly noise: number;
  /** Share of samples missing, in stretches of 1 to 3 frames. */
  readonly missing?: number;
  /** Share of stances with a slip back by a fifth of a stride. */
  readonly slips?: number;
  /** Belt velocity along x, px/s: the body then stands still. */
  readonly belt?: number;
  /** Coefficient of variation of stride times and lengths, default 0.05. */
  readonly variation?: number;
  /** Order of the feet. Default `trot`: diagonal pairs; `walk`: lateral sequence, a quarter apart; `bound`: hind pair, then front pair. */
  readonly gait?: keyof typeof phases;
  /** How a swing starts and ends. */
  readonly profile?: 'sine' | 'minimumJerk' | 'trapezoid' | 'skewed';
  /** From below (default), from the side (y is height, down), or in space (z is height). */
  readonly view?: 'below' | 'side' | 'space';
  /** How high the feet swing, px. Default 15; a slip stays on the ground. */
  readonly height?: number;
  /** How a swing rises and falls: half a sine, its square, fast up and slowly down, or that with a soft landing. */
  readonly rise?: 'sine' | 'sineSquared' | 'skewed' | 'soft';
}

export interface Walker {
  readonly track: PoseTrack;
  readonly lifts: Readonly<Record<string, readonly number[]>>;
  readonly contacts: Readonly<Record<string, readonly number[]>>;
  readonly slips: number;
}

/** When each foot first lifts, as a share of the stride: left and right hind, left and right front. */
const phases = {
  trot: [0.25, 0.75, 0.75, 0.25],
  walk: [0, 0.5, 0.25, 0.75],
  bound: [0.25, 0.25, 0.75, 0.75],
} as const;

/**
 * A quadruped on a straight line seen from below: four feet, by default trotting, in pairs of opposite phase. Stride frequency grows
 * with speed and duty factor falls, as in mice (Bellardita & Kiehn 2015 give such relations); swings follow a half sine of speed or the
 * minimum-jerk profile; stride times and lengths vary.
 */
export function walker(o: WalkerOptions): Walker {
  const { random, belt = 0, profile = 'sine', variation = 0.05, view = 'below', rise = 'sine' } = o;
  const axes = view === 'space' ? 3 : 2;
  const feet = ['leftHind', 'rightHind', 'leftFront', 'rightFront'];
  const frequency = 2 + o.speed / 150;
  const swingSeconds = 0.1 + 0.02 * (4 - Math.min(4, frequency / 2));
  const slipLength = (0.2 * o.speed) / frequency;
  const count = Math.round(o.seconds * o.rate);
  const positions = new Float64Array(count * 4 * axes).fill(NaN);
  const lifts: Record<string, number[]> = {};
  const contacts: Record<string, number[]> = {};
  let slips = 0;
  const travelled = (s: number): number => {
    if (profile === 'sine') return (1 - Math.cos(Math.PI * s)) / 2;
    if (profile === 'minimumJerk') return s ** 3 * (10 - 15 * s + 6 * s * s);
    // A quarter sine up over the first 35 %, a quarter cosine down: of no family that the fit knows.
    if (profile === 'skewed') {
      return s < 0.35
        ? 0.35 * (1 - Math.cos((Math.PI / 2) * (s / 0.35)))
        : 0.35 + 0.65 * Math.sin(((Math.PI / 2) * (s - 0.35)) / 0.65);
    }
    // Speed rises over the first fifth, holds, and falls over the last.
    const half = (x: number): number => (x < 0.2 ? (x * x) / 0.4 : x - 0.1) / 0.8;
    return s < 0.5 ? half(s) : 1 - half(1 - s);
  };
  const raised = (s: number): number => {
    if (rise === 'sine') return Math.sin(Math.PI * s);
    if (rise === 'sineSquared') return Math.sin(Math.PI * s) ** 2;
    return s < 0.3
      ? Math.sin(((Math.PI / 2) * s) / 0.3)
      : Math.cos(((Math.PI / 2) * (s - 0.3)) / 0.7) ** (rise === 'soft' ? 1.5 : 1);
  };
  feet.forEach((foot, f) => {
    const y = f % 2 === 0 ? 0 : 40;
    const phase = phases[o.gait ?? 'trot'][f];
    lifts[foot] = [];
    contacts[foot] = [];
    let x = f < 2 ? 0 : 90;
    // Pieces of the path over the ground: [start, end, from, to].
    const pieces: [number, number, number, number, slip?: boolean][] = [];
    let now = 0;
    for (let k = 0; now < o.seconds + 1; k++) {
      const period = (1 / frequency) * (1 + variation * random.normal());
      const lift = k === 0 ? phase / frequency + 0.1 : now + period - swingSeconds;
      const contact = lift + swingSeconds;
      if (random.uniform() < (o.slips ?? 0) && k > 0 && lift - now > 0.08) {
        const start = now + 0.4 * (lift - now);
        const back = x - slipLength;
        pieces.push([start, start + 0.04, x, back, true]);
        x = back;
        slips++;
      }
      const target = x + (o.speed / frequency) * (1 + variation * random.normal());
      pieces.push([lift, contact, x, target]);
      lifts[foot].push(lift);
      contacts[foot].push(contact);
      x = target;
      now = contact;
    }
    for (let t = 0; t < count; t++) {
      const s = t / o.rate;
      const piece = pieces.findLast((p) => p[0] <= s);
      const ground = piece
        ? piece[2] + (piece[3] - piece[2]) * travelled(Math.min(1, (s - piece[0]) / (piece[1] - piece[0])))
        : pieces[0][2];
      const done = piece && !piece[4] ? Math.min(1, (s - piece[0]) / (piece[1] - piece[0])) : 1;
      const height = (o.height ?? 15) * raised(done);
      const place = { below: [y], side: [300 - height], space: [y, height] }[view];
      [ground + belt * s, ...place].forEach((v, a) => {
        positions[(t * 4 + f) * axes + a] = v + o.noise * random.normal();
      });
    }
    for (let t = 0; t < count; t++) {
      if (random.uniform() >= (o.missing ?? 0) / 2) continue;
      const end = Math.min(count, t + 1 + random.integer(3));
      for (let m = t; m < end; m++) positions.fill(NaN, (m * 4 + f) * axes, (m * 4 + f + 1) * axes);
    }
  });
  const track = poseTrack({
    skeleton: skeleton(feet),
    space: axes,
    positions,
    time: regularTime(count, o.rate),
    provenance: made,
  });
  return { track, lifts, contacts, slips };
}

/**
 * Share of true events that have a found one within one frame, and of found ones that have a true one; events within 0.3 s of the
 * recording's ends are left out.
 */
export function matched(
  truth: readonly number[],
  found: readonly number[],
  rate: number,
  seconds: number,
): {
  readonly hit: number;
  readonly of: number;
  readonly spurious: number;
  readonly errors: readonly number[];
} {
  const inner = (t: number): boolean => t > 0.3 && t < seconds - 0.3;
  const near = (t: number, list: readonly number[]): number =>
    list.reduce((best, x) => (Math.abs(x - t) < Math.abs(best) ? x - t : best), Infinity);
  const tolerance = 1 / rate + 1e-9;
  const errors = truth.filter(inner).map((t) => near(t, found));
  return {
    hit: errors.filter((e) => Math.abs(e) <= tolerance).length,
    of: errors.length,
    spurious: found.filter((t) => inner(t) && Math.abs(near(t, truth)) > 3 * tolerance).length,
    errors,
  };
}
