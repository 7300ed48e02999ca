import { planarArm } from '../../model/body/bodies/planar-arm.ts';
import { motionOf } from '../../model/body/dynamics/derivatives.ts';
import { twoLinkSkeleton } from '../../model/plant/skeletons/two-link.ts';
import type { Event } from '../../signal/events.ts';
import { skeleton } from '../../signal/skeleton.ts';
import { regularTime, timesOf } from '../../signal/time.ts';
import type { Stage } from '../camera/stage.ts';
import type { Goal } from '../drive/driver.ts';
import { throughWaypoints, type Waypoint } from '../drive/minimum-jerk.ts';
import type { Experiment } from './experiment.ts';

/** Where movements start, m, before the shoulder; how far they go, m, to how many targets; how long they take, s. */
export const tabletopCenter = [0, 0.4] as const;
export const tabletopDistance = 0.1;
const targets = 8;
const moveSeconds = 0.5;

/** A person at a table, seen from above: x is to the right, y forward, and the arm is the right one. */
const stage: Stage = {
  room: {
    backdrop: {
      point: [0, 0, -0.05],
      normal: [0, 0, 1],
      across: [1, 0, 0],
      along: [0, 1, 0],
      gray: 120,
      grain: 0.35,
      grainSize: 0.04,
      lines: 0,
    },
    light: [-0.35, 0.3, 0.887],
    penumbra: 0.01,
    skinGrain: 0.02,
  },
  gray: 175,
  grain: 0.35,
  covered: ['upper_arm', 'forearm'],
  flesh: [
    { body: 'world', middle: [-0.19, -0.05, 0.02], size: [0.2, 0.11, 0.09], gray: 70, grain: 0.5 },
    { body: 'world', middle: [-0.2, 0.0, 0.12], size: [0.08, 0.1, 0.1], gray: 50 },
    { body: 'upper_arm', from: [0, 0, 0], to: [0.14, 0, 0], radius: 0.05, gray: 70, grain: 0.5 },
    { body: 'upper_arm', middle: [0.2, 0, 0], size: [0.13, 0.042, 0.042] },
    { body: 'forearm', middle: [0.12, 0, 0], size: [0.14, 0.038, 0.036] },
    { body: 'forearm', from: [0.2, 0, 0], to: [0.27, 0, 0], radius: 0.026 },
    { body: 'forearm', middle: [0.31, 0, 0], size: [0.05, 0.04, 0.02] },
    { body: 'forearm', from: [0.34, 0.02, 0], to: [0.4, 0.018, 0], radius: 0.009 },
    { body: 'forearm', from: [0.345, 0, 0], to: [0.41, 0, 0], radius: 0.009 },
    { body: 'forearm', from: [0.34, -0.02, 0], to: [0.4, -0.02, 0], radius: 0.009 },
    { body: 'forearm', from: [0.3, 0.035, 0], to: [0.34, 0.065, 0], radius: 0.01 },
  ],
  dot: 0.012,
  viewpoints: [
    { from: [0.1, 0.25, 1.7], to: [0.05, 0.27, 0], degrees: 38 },
    { from: [1.1, 0.9, 1.3], to: [0.08, 0.25, 0], degrees: 36 },
    { from: [-0.8, 1.2, 1.3], to: [0.05, 0.25, 0], degrees: 36 },
    { from: [0.1, -0.9, 1.5], to: [0.05, 0.28, 0], degrees: 36 },
  ],
  post: { from: [0.45, 0.45, -0.05], to: [0.45, 0.45, 0.5], radius: 0.04 },
  drift: [0, 0],
};

/**
 * Center-out-and-back reaching on a table: a target appears, the hand goes there and stays, the target disappears, the hand returns; each block of eight in a
 * new order. The arm is the one that networks of `model/circuit` learn to move.
 */
export const tabletop: Experiment = {
  name: 'tabletop',
  title: 'an arm on a table reaches to eight targets and back',
  species: 'Homo sapiens',
  body: planarArm,
  skeleton: skeleton(
    ['shoulder', 'elbow', 'wrist'],
    [
      ['shoulder', 'elbow'],
      ['elbow', 'wrist'],
    ],
    [],
  ),
  effector: 'wrist',
  driver: 'muscle-control',
  rate: 500,
  stage,
  assign(model, { seconds }, random) {
    const links = twoLinkSkeleton();
    const postureAt = (x: number, y: number): number[] => [...links.positionsAt(x, y)];
    const home = postureAt(...tabletopCenter);
    const events: Event[] = [];
    const goals: Goal[] = [];
    const waypoints: Waypoint[] = [{ startSeconds: 0, moveSeconds: 1, posture: home }];
    let block: Int32Array = random.permutation(targets);
    let at = 0.5;
    for (let trial = 0; ; trial++) {
      if (trial > 0 && trial % targets === 0) block = random.permutation(targets);
      const target = block[trial % targets];
      const angle = (2 * Math.PI * target) / targets;
      const [x, y] = [
        tabletopCenter[0] + tabletopDistance * Math.cos(angle),
        tabletopCenter[1] + tabletopDistance * Math.sin(angle),
      ];
      const leave = at + moveSeconds + random.uniform(0.3, 0.5);
      const end = leave + moveSeconds;
      if (end > seconds - 0.1) break;
      waypoints.push(
        { startSeconds: at + moveSeconds, moveSeconds, posture: postureAt(x, y) },
        { startSeconds: end, moveSeconds, posture: home },
      );
      events.push(
        { label: `target ${target + 1}`, startSeconds: at, endSeconds: leave, source: 'task' },
        { label: 'reach', startSeconds: at, endSeconds: at + moveSeconds, source: 'truth' },
        { label: 'return', startSeconds: leave, endSeconds: end, source: 'truth' },
      );
      goals.push({ marker: 'wrist', startSeconds: at, endSeconds: leave, place: [x, y, 0] });
      at = end + random.uniform(0.3, 0.6);
    }
    const times = timesOf(regularTime(Math.round(seconds * this.rate), this.rate));
    const wanted = motionOf(model, throughWaypoints(waypoints, times), times);
    return { model, rate: this.rate, wanted, goals, support: [], events };
  },
};
