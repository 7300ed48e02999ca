import type { Random } from '../../math/random.ts';
import { sampleAt, type BodyPath } from './path.ts';

/**
 * How the four paws step under a moving trunk. One phase drives all limbs; its frequency follows speed, as does the
 * interlimb pattern: a lateral-sequence walk when slow, a trot (diagonal pairs together) when fast. A paw in stance
 * stays where it was set down, exactly; a swing lasts about the same time at all speeds, so that the duty factor falls
 * with speed. Numbers are of a mouse's order (stride 40 to 80 mm, 1 to 5 strides/s, swing about 0.12 s).
 */
export const pawNames = ['leftfore', 'rightfore', 'lefthind', 'righthind'] as const;

/** Where each paw rests under a standing trunk, mm from mid trunk: ahead along the heading, and to its right. */
export const restingPlace: readonly (readonly [ahead: number, right: number])[] = [
  [23, -13.5],
  [23, 13.5],
  [-21, -18],
  [-21, 18],
];

/** One limb's stances: stance `k` is set down at `contactSeconds[k]` and lifted at `liftSeconds[k]`. */
export interface Footfalls {
  /** s. A contact before the recording's start is kept where the stance reaches into it. */
  readonly contactSeconds: Float64Array;
  /** s; as many as contacts. */
  readonly liftSeconds: Float64Array;
  /** Place on the floor, mm. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** Which way the paw points, rad. */
  readonly angle: Float64Array;
}

export interface Gait {
  /** Phase of the left hind limb's stride at each sample of the path, in strides, unwrapped. */
  readonly phase: Float64Array;
  /** In the order of `pawNames`. */
  readonly limbs: readonly Footfalls[];
}

/** A paw at one moment. */
export interface Paw {
  /** mm. */
  readonly x: number;
  readonly y: number;
  /** rad. */
  readonly angle: number;
  /** Height above the floor as a fraction of the swing's greatest, 0 in stance. */
  readonly lift: number;
}

const swingSeconds = 0.12;
const turnArm = 30; // mm: the paths of the feet in a turn on the spot
const stillSpeed = 12; // mm/s: below it no new step begins
const slowestStrides = 1.3; // strides/s

/** Stride length that a steady speed asks for, mm (speed in mm/s). */
export function strideLength(speed: number): number {
  return 38 + 0.115 * speed;
}

export function step(path: BodyPath, random: Random): Gait {
  const phase = new Float64Array(path.count);
  const foreLag = new Float64Array(path.count);
  const duty = new Float64Array(path.count);
  const contacts: number[][] = [[0], [0], [0], [0]];
  const lifts: number[][] = [[], [], [], []];
  const swinging = [false, false, false, false];
  const cycle = [0, 0, 0, 0];
  const limbPhase = (limb: number, i: number): number => {
    const side = limb % 2 === 0 ? 0 : 0.5;
    return phase[i] - side - (limb < 2 ? foreLag[i] : 0);
  };
  let trot = 0;
  for (let i = 0; i < path.count; i++) {
    const effort = path.speed[i] + turnArm * Math.abs(path.turnRate[i]);
    const wanted = Math.min(1, Math.max(0, (effort - 60) / 160));
    trot += (wanted - trot) / (0.3 * path.rate);
    foreLag[i] = 0.34 + 0.15 * trot;
    const moving = effort > stillSpeed;
    const strides = Math.max(slowestStrides, effort / strideLength(effort));
    const frequency = moving || swinging.includes(true) ? strides : 0;
    duty[i] = Math.min(0.86, Math.max(0.45, 1 - strides * swingSeconds));
    if (i === 0) {
      for (let limb = 0; limb < 4; limb++) cycle[limb] = Math.floor(limbPhase(limb, 0));
      continue;
    }
    phase[i] = phase[i - 1] + frequency / path.rate;
    for (let limb = 0; limb < 4; limb++) {
      const now = limbPhase(limb, i);
      const threshold = swinging[limb] ? cycle[limb] + 1 : cycle[limb] + duty[i];
      if (now < threshold) continue;
      const before = limbPhase(limb, i - 1);
      const u = now > before ? Math.min(1, Math.max(0, (threshold - before) / (now - before))) : 1;
      const seconds = path.startSeconds + (i - 1 + u) / path.rate;
      if (swinging[limb]) {
        contacts[limb].push(seconds);
        cycle[limb] = Math.floor(now);
      } else {
        lifts[limb].push(seconds);
      }
      swinging[limb] = !swinging[limb];
    }
  }
  const end = path.startSeconds + (path.count - 1) / path.rate;
  return {
    phase,
    limbs: contacts.map((times, limb) => {
      times[0] = path.startSeconds;
      const up = [...lifts[limb]];
      if (up.length < times.length) up.push(end);
      return place(path, limb, times, up, random);
    }),
  };
}

/** Sets each stance midway between where the limb's resting place is at contact and where it is at lift. */
function place(
  path: BodyPath,
  limb: number,
  contacts: readonly number[],
  lifts: readonly number[],
  random: Random,
): Footfalls {
  const [ahead, right] = restingPlace[limb];
  const splay = (limb < 2 ? 0.16 : 0.28) * Math.sign(right);
  const count = contacts.length;
  const x = new Float64Array(count);
  const y = new Float64Array(count);
  const angle = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    for (const seconds of [contacts[k], lifts[k]]) {
      const heading = sampleAt(path, path.heading, seconds);
      const [c, s] = [Math.cos(heading), Math.sin(heading)];
      x[k] += (sampleAt(path, path.x, seconds) + ahead * c - right * s) / 2;
      y[k] += (sampleAt(path, path.y, seconds) + ahead * s + right * c) / 2;
      angle[k] += heading / 2;
    }
    x[k] += random.normal(0, 0.9);
    y[k] += random.normal(0, 0.9);
    angle[k] += splay + random.normal(0, 0.08);
  }
  return {
    contactSeconds: Float64Array.from(contacts),
    liftSeconds: Float64Array.from(lifts),
    x,
    y,
    angle,
  };
}

/** The stance that a time belongs to: the last one set down at or before it; 0 before the first. */
export function stanceAt(limb: Footfalls, seconds: number): number {
  let low = 0;
  let high = limb.contactSeconds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (limb.contactSeconds[middle] <= seconds) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** The paw at a time: fixed in stance, carried forward by a smooth (minimum-jerk) path in swing. */
export function pawAt(limb: Footfalls, seconds: number): Paw {
  const k = stanceAt(limb, seconds);
  const lifted = limb.liftSeconds[k];
  if (seconds <= lifted || k + 1 >= limb.contactSeconds.length) {
    return { x: limb.x[k], y: limb.y[k], angle: limb.angle[k], lift: 0 };
  }
  const u = (seconds - lifted) / (limb.contactSeconds[k + 1] - lifted);
  const carried = u * u * u * (10 + u * (6 * u - 15));
  return {
    x: limb.x[k] + (limb.x[k + 1] - limb.x[k]) * carried,
    y: limb.y[k] + (limb.y[k + 1] - limb.y[k]) * carried,
    angle: limb.angle[k] + (limb.angle[k + 1] - limb.angle[k]) * carried,
    lift: Math.sin(Math.PI * u),
  };
}
