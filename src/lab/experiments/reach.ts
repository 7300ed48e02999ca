import { arm } from '../../model/body/bodies/arm.ts';
import { motionOf } from '../../model/body/dynamics/derivatives.ts';
import { siteMarkers } from '../../model/body/fit/marker.ts';
import { PostureSolver } from '../../model/body/fit/posture.ts';
import type { Event } from '../../signal/events.ts';
import { skeleton } from '../../signal/skeleton.ts';
import { regularTime, timesOf } from '../../signal/time.ts';
import type { Goal } from '../drive/driver.ts';
import { throughWaypoints, type Waypoint } from '../drive/minimum-jerk.ts';
import type { Stage } from '../camera/stage.ts';
import type { Experiment } from './experiment.ts';

/** The posture between reaches, rad, in the order of the arm's joints: the hand before the chest. */
const home = [0.75, 0.15, -0.1, 1.35, 0.3, 0, 0];
const targets = 8;
/** m; s. */
const distance = 0.1;
const moveSeconds = 0.55;
/** Standard deviation of where a reach ends around its target, m, and of its duration, as a share. */
const scatter = 0.004;
const hurry = 0.08;

/** A seated person before a wall; x is forward, y to the left, and the arm is the right one. */
const stage: Stage = {
  room: {
    backdrop: {
      point: [-0.25, 0, 1.2],
      normal: [1, 0, 0],
      across: [0, 1, 0],
      along: [0, 0, 1],
      gray: 105,
      grain: 0.35,
      grainSize: 0.05,
      lines: 0,
    },
    light: [0.64, 0.38, 0.67],
    penumbra: 0.015,
    skinGrain: 0.02,
  },
  gray: 175,
  grain: 0.35,
  covered: ['thorax'],
  flesh: [
    { body: 'thorax', middle: [-0.03, 0.17, -0.13], size: [0.11, 0.165, 0.2], gray: 70, grain: 0.5 },
    { body: 'thorax', middle: [-0.03, 0.17, -0.36], size: [0.11, 0.16, 0.24], gray: 70, grain: 0.5 },
    {
      body: 'thorax',
      from: [-0.03, 0.02, -0.015],
      to: [-0.03, 0.32, -0.015],
      radius: 0.055,
      gray: 70,
      grain: 0.5,
    },
    {
      body: 'thorax',
      from: [-0.02, 0.37, -0.03],
      to: [0.02, 0.4, -0.29],
      radius: 0.045,
      gray: 70,
      grain: 0.5,
    },
    { body: 'thorax', from: [0.02, 0.4, -0.29], to: [0.22, 0.36, -0.4], radius: 0.036 },
    { body: 'thorax', from: [-0.03, 0.17, 0.02], to: [-0.03, 0.17, 0.12], radius: 0.05 },
    { body: 'thorax', middle: [-0.01, 0.17, 0.2], size: [0.095, 0.075, 0.115] },
    { body: 'thorax', middle: [-0.03, 0.17, 0.23], size: [0.098, 0.082, 0.1], gray: 45 },
    { body: 'humerus', middle: [0, -0.005, -0.06], size: [0.048, 0.048, 0.11], gray: 70, grain: 0.5 },
    { body: 'humerus', middle: [0.006, 0, -0.16], size: [0.044, 0.042, 0.13] },
    { body: 'ulna', middle: [0, 0, -0.09], size: [0.04, 0.04, 0.12] },
    { body: 'hand', middle: [0, 0, -0.045], size: [0.044, 0.02, 0.06] },
    { body: 'hand', from: [0.033, -0.002, -0.085], to: [0.03, -0.001, -0.165], radius: 0.0085 },
    { body: 'hand', from: [0.011, 0, -0.09], to: [0.01, 0.006, -0.145], radius: 0.009 },
    { body: 'hand', from: [-0.01, 0, -0.09], to: [-0.009, 0.01, -0.135], radius: 0.009 },
    { body: 'hand', from: [-0.03, 0, -0.085], to: [-0.027, 0.01, -0.125], radius: 0.008 },
    { body: 'hand', from: [0.035, 0.005, -0.03], to: [0.055, 0.02, -0.08], radius: 0.01 },
  ],
  dot: 0.011,
  viewpoints: [
    { from: [1.6, -0.75, 1.5], to: [0.16, 0.04, 1.26], degrees: 36 },
    { from: [1.0, -1.5, 1.75], to: [0.16, 0.02, 1.26], degrees: 34 },
    { from: [1.2, 1.3, 1.7], to: [0.15, 0.03, 1.28], degrees: 36 },
    { from: [0.9, -0.3, 2.6], to: [0.15, 0.03, 1.28], degrees: 36 },
  ],
  post: { from: [0.62, -0.62, 0.9], to: [0.62, -0.62, 2], radius: 0.05 },
  drift: [0, 0],
};

/** Center-out reaching to eight targets on a circle before the body, in an upright plane, each block of eight in a new order. */
export const reach: Experiment = {
  name: 'reach',
  title: 'an arm reaches to eight targets and back',
  species: 'Homo sapiens',
  body: arm,
  skeleton: skeleton(
    [
      'sternum',
      'acromion',
      'deltoid_tip',
      'epicondyle_lateral',
      'epicondyle_medial',
      'radial_styloid',
      'ulnar_styloid',
      'knuckle_index',
      'knuckle_little',
    ],
    [
      ['sternum', 'acromion'],
      ['acromion', 'deltoid_tip'],
      ['deltoid_tip', 'epicondyle_lateral'],
      ['epicondyle_lateral', 'epicondyle_medial'],
      ['epicondyle_lateral', 'radial_styloid'],
      ['epicondyle_medial', 'ulnar_styloid'],
      ['radial_styloid', 'knuckle_index'],
      ['ulnar_styloid', 'knuckle_little'],
      ['knuckle_index', 'knuckle_little'],
    ],
    [],
  ),
  effector: 'knuckle_index',
  driver: 'muscle-control',
  rate: 500,
  stage,
  assign(model, { seconds }, random) {
    using simulation = model.simulate();
    const knuckles = siteMarkers(model, ['knuckle_index', 'knuckle_little']);
    const solver = new PostureSolver(model, simulation, knuckles);
    const center = solver.place(Float64Array.from(home));
    const events: Event[] = [];
    const goals: Goal[] = [];
    const waypoints: Waypoint[] = [{ startSeconds: 0, moveSeconds: 1, posture: home }];
    const placeOf = (target: number): [number, number, number] => {
      const angle = (2 * Math.PI * target) / targets;
      return [center[0], center[1] + distance * Math.cos(angle), center[2] + distance * Math.sin(angle)];
    };
    /** The posture that carries the knuckles from home to a place. */
    const postureAt = (place: ArrayLike<number>): Float64Array => {
      const frame = knuckles.map((_, marker) => ({
        marker,
        camera: undefined,
        value: Float64Array.from([0, 1, 2], (c) => center[3 * marker + c] + place[c] - center[c]),
        whitening: Float64Array.of(1e3, 0, 0, 0, 1e3, 0, 0, 0, 1e3),
      }));
      return solver.solve(Float64Array.from(home), frame).position;
    };
    const homePlace = Array.from(center.subarray(0, 3));
    let block: Int32Array = random.permutation(targets);
    let at = 0.5;
    for (let trial = 0; ; trial++) {
      if (trial > 0 && trial % targets === 0) block = random.permutation(targets);
      const target = block[trial % targets];
      const place = placeOf(target);
      const onset = at + random.uniform(0.25, 0.4);
      const out = moveSeconds * Math.exp(random.normal(0, hurry));
      const back = moveSeconds * Math.exp(random.normal(0, hurry));
      const arrived = onset + out;
      const leave = arrived + random.uniform(0.3, 0.5);
      const end = leave + back;
      if (end > seconds - 0.1) break;
      const noisy = (p: readonly number[]): number[] => p.map((v) => v + random.normal(0, scatter));
      waypoints.push(
        { startSeconds: arrived, moveSeconds: out, posture: postureAt(noisy(place)) },
        { startSeconds: end, moveSeconds: back, posture: postureAt(noisy(homePlace)) },
      );
      events.push(
        { label: `target ${target + 1}`, startSeconds: at, endSeconds: leave, source: 'task' },
        { label: 'reach', startSeconds: onset, endSeconds: arrived, source: 'truth' },
        { label: 'return', startSeconds: leave, endSeconds: end, source: 'truth' },
      );
      goals.push({ marker: 'knuckle_index', startSeconds: at, endSeconds: leave, place });
      at = end + random.uniform(0.3, 0.6);
    }
    const times = timesOf(regularTime(Math.round(seconds * this.rate), this.rate));
    const wanted = motionOf(model, throughWaypoints(waypoints, times), times);
    return { model, rate: this.rate, wanted, goals, support: [], events };
  },
};
