import { quadruped } from '../../model/body/bodies/quadruped.ts';
import { motionOf } from '../../model/body/dynamics/derivatives.ts';
import type { BodyModel } from '../../model/body/engine/model.ts';
import { siteMarkers } from '../../model/body/fit/marker.ts';
import { PostureSolver } from '../../model/body/fit/posture.ts';
import type { Event } from '../../signal/events.ts';
import { skeleton } from '../../signal/skeleton.ts';
import { regularTime, timesOf } from '../../signal/time.ts';
import type { Stage } from '../camera/stage.ts';
import type { Support } from '../drive/driver.ts';
import { minimumJerk } from '../drive/minimum-jerk.ts';
import type { Experiment } from './experiment.ts';

/** Speed of the belt, m/s; duration of a stride, s; share of it on the ground; how high a swinging foot is lifted, m. */
const speed = 0.16;
const strideSeconds = 0.25;
const duty = 0.62;
const lift = 0.005;
/** A walking trot: when each foot touches down, as a share of the stride. */
const limbs = [
  { name: 'hind left', tip: 'toe_tip_left', joint: 'toe_left', body: 'toes_left', phase: 0 },
  { name: 'hind right', tip: 'toe_tip_right', joint: 'toe_right', body: 'toes_right', phase: 0.5 },
  { name: 'fore left', tip: 'finger_tip_left', joint: 'finger_left', body: 'fingers_left', phase: 0.45 },
  { name: 'fore right', tip: 'finger_tip_right', joint: 'finger_right', body: 'fingers_right', phase: 0.95 },
] as const;
/** Postures of a stride that are solved; harmonics of the stride that the joints then follow. */
const samples = 48;
const harmonics = 9;

const stage: Stage = {
  room: {
    backdrop: {
      point: [0, 0, 0],
      normal: [0, 0, 1],
      across: [1, 0, 0],
      along: [0, 1, 0],
      gray: 150,
      grain: 0.3,
      grainSize: 0.006,
      lines: 0.03,
    },
    light: [0.3, -0.35, 0.887],
    penumbra: 0.002,
    skinGrain: 0.0025,
  },
  gray: 95,
  grain: 0.45,
  covered: [],
  flesh: [
    { body: 'chest', middle: [-0.004, 0, 0.001], size: [0.018, 0.0125, 0.0125] },
    { body: 'chest', middle: [0.027, 0, 0.003], size: [0.013, 0.0085, 0.009] },
    { body: 'head', middle: [0.02, 0, -0.001], size: [0.009, 0.0045, 0.0045] },
    { body: 'head', middle: [0.004, 0.009, 0.008], size: [0.003, 0.005, 0.006], gray: 140 },
    { body: 'head', middle: [0.004, -0.009, 0.008], size: [0.003, 0.005, 0.006], gray: 140 },
    { body: 'head', middle: [0.0165, 0.0062, 0.0025], size: [0.0017, 0.0013, 0.0017], gray: 15, grain: 0 },
    { body: 'head', middle: [0.0165, -0.0062, 0.0025], size: [0.0017, 0.0013, 0.0017], gray: 15, grain: 0 },
    { body: 'femur_left', middle: [0.005, 0.001, -0.005], size: [0.009, 0.005, 0.009] },
    { body: 'femur_right', middle: [0.005, -0.001, -0.005], size: [0.009, 0.005, 0.009] },
  ],
  dot: 0.0016,
  viewpoints: [
    { from: [0.01, -0.26, 0.1], to: [0.005, 0, 0.022], degrees: 30 },
    { from: [0.22, -0.15, 0.13], to: [0.005, 0, 0.02], degrees: 30 },
    { from: [0.01, 0.26, 0.1], to: [0.005, 0, 0.022], degrees: 30 },
    { from: [0, 0, 0.3], to: [0, 0, 0], degrees: 30 },
  ],
  post: { from: [0.07, -0.06, 0], to: [0.07, -0.06, 0.08], radius: 0.008 },
  drift: [-speed, 0],
};

/** A mouse-sized quadruped walks on a belt: feet that stand go with the belt, feet that swing overtake it by a minimum-jerk movement. */
export const treadmill: Experiment = {
  name: 'treadmill',
  title: 'a mouse-sized quadruped walks on a treadmill',
  species: 'Mus musculus',
  body: quadruped,
  skeleton: skeleton(
    [
      'nose',
      'ear_left',
      'ear_right',
      'shoulders',
      'back',
      'hips',
      'tail_base',
      'tail_tip',
      ...(['left', 'right'] as const).flatMap((side) =>
        ['hip', 'knee', 'ankle', 'toe', 'toe_tip', 'shoulder', 'elbow', 'wrist', 'finger_tip'].map(
          (joint) => `${joint}_${side}`,
        ),
      ),
    ],
    [
      ['nose', 'shoulders'],
      ['shoulders', 'back'],
      ['back', 'hips'],
      ['hips', 'tail_base'],
      ['tail_base', 'tail_tip'],
      ...(['left', 'right'] as const).flatMap((side) =>
        [
          ['hip', 'knee'],
          ['knee', 'ankle'],
          ['ankle', 'toe'],
          ['toe', 'toe_tip'],
          ['shoulder', 'elbow'],
          ['elbow', 'wrist'],
          ['wrist', 'finger_tip'],
        ].map(([a, b]): [string, string] => [`${a}_${side}`, `${b}_${side}`]),
      ),
    ],
  ),
  effector: 'nose',
  driver: 'tracked-joints',
  rate: 250,
  stage,
  assign(model, { seconds }, random) {
    const { nq } = model.sizes;
    const times = timesOf(regularTime(Math.round(seconds * this.rate), this.rate));
    const start = random.uniform();
    const postures = smoothStride(solveStride(model), nq);
    const positions = new Float64Array(times.length * nq);
    times.forEach((t, i) => positions.set(postures(t / strideSeconds + start), i * nq));
    const events: Event[] = [];
    for (const { name, phase } of limbs) {
      for (let k = 0; ; k++) {
        const touch = (k - 1 + phase - start) * strideSeconds;
        const off = touch + duty * strideSeconds;
        if (off + (1 - duty) * strideSeconds > seconds) break;
        if (touch < 0) continue;
        events.push(
          { label: 'stance', startSeconds: touch, endSeconds: off, source: name },
          { label: 'swing', startSeconds: off, endSeconds: touch + strideSeconds, source: name },
        );
      }
    }
    const wanted = motionOf(model, positions, times);
    return {
      model,
      rate: this.rate,
      wanted,
      goals: [],
      support: floorForces(model, wanted.positions, times, start),
      events,
    };
  },
};

/** Where a foot is in its own cycle: along the belt, from its middle, and above it, m. */
function footAt(cycle: number): { readonly ahead: number; readonly above: number } {
  const reach = (speed * strideSeconds * duty) / 2;
  if (cycle < duty) return { ahead: reach * (1 - (2 * cycle) / duty), above: 0 };
  const swing = (cycle - duty) / (1 - duty);
  return { ahead: reach * (2 * minimumJerk(swing) - 1), above: lift * Math.sin(Math.PI * swing) ** 2 };
}

const wrap = (x: number): number => x - Math.floor(x);

/** Postures at equal phases of the stride, by inverse kinematics of the feet under a trunk that sways. */
function solveStride(model: BodyModel): Float64Array[] {
  using simulation = model.simulate();
  const markers = siteMarkers(model, [...limbs.map((l) => l.tip), ...limbs.map((l) => l.joint)]);
  const solver = new PostureSolver(model, simulation, markers);
  const rest = model.get('qpos0');
  const home = solver.place(rest);
  const angle = (posture: Float64Array, joint: string, value: number): void => {
    posture[model.joints[model.index('joints', joint)].position] = value;
  };
  const limbJoint = (slot: number): boolean => {
    const name = model.degreeOfFreedom(solver.coordinates.free[slot]);
    return /^(hip|knee|ankle|toe|shoulder|elbow|wrist|finger)/.test(name);
  };
  const postures: Float64Array[] = [];
  let posture = rest;
  // Twice around, so that the first posture comes after the last.
  for (let s = 0; s < 2 * samples; s++) {
    const phase = wrap(s / samples);
    const sway = 2 * Math.PI * phase;
    posture = posture.slice();
    posture[2] = rest[2] - 0.0015 + 0.0008 * Math.cos(2 * sway);
    angle(posture, 'back_yaw', 0.08 * Math.cos(sway));
    angle(posture, 'back_pitch', 0.03 * Math.cos(2 * sway));
    angle(posture, 'neck_yaw', -0.06 * Math.cos(sway));
    angle(posture, 'neck_pitch', 0.04 * Math.sin(2 * sway));
    angle(posture, 'tail_yaw', 0.2 * Math.cos(sway + 1));
    angle(posture, 'tail_end_yaw', 0.3 * Math.cos(sway));
    angle(posture, 'tail_pitch', -0.2);
    const frame = limbs.flatMap((limb, k) => {
      const { ahead, above } = footAt(wrap(phase - limb.phase));
      return [k, k + limbs.length].map((marker) => ({
        marker,
        camera: undefined,
        value: Float64Array.of(home[3 * marker] + ahead, home[3 * marker + 1], home[3 * marker + 2] + above),
        whitening: Float64Array.of(1e4, 0, 0, 0, 1e4, 0, 0, 0, 1e4),
      }));
    });
    posture = solver.solve(posture, frame, { only: limbJoint }).position;
    if (s >= samples) postures.push(posture);
  }
  return postures;
}

/** The stride as a function of its phase: each coordinate's mean and first harmonics. */
function smoothStride(postures: readonly Float64Array[], nq: number): (phase: number) => Float64Array {
  const n = postures.length;
  const [cosines, sines] = [0, 1].map(() => new Float64Array((harmonics + 1) * nq));
  for (let h = 0; h <= harmonics; h++) {
    const scale = (h === 0 ? 1 : 2) / n;
    postures.forEach((posture, s) => {
      const angle = (2 * Math.PI * h * s) / n;
      for (let q = 0; q < nq; q++) {
        cosines[h * nq + q] += scale * Math.cos(angle) * posture[q];
        sines[h * nq + q] += scale * Math.sin(angle) * posture[q];
      }
    });
  }
  return (phase) => {
    const out = new Float64Array(nq);
    for (let h = 0; h <= harmonics; h++) {
      const angle = 2 * Math.PI * h * phase;
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      for (let q = 0; q < nq; q++) out[q] += c * cosines[h * nq + q] + s * sines[h * nq + q];
    }
    return out;
  };
}

/** What the belt pushes back with: half a sine over each stance, which carries the body's weight in the mean. */
function floorForces(
  model: BodyModel,
  positions: Float64Array,
  times: Float64Array,
  start: number,
): Support[] {
  using simulation = model.simulate();
  const { nq } = model.sizes;
  const weight = 9.81 * model.get('body_mass').reduce((sum, m) => sum + m, 0);
  const peak = ((Math.PI / 2) * weight) / (limbs.length * duty);
  const sites = limbs.map((l) => model.index('sites', l.joint));
  const support = limbs.map(({ body }) => ({
    body,
    force: new Float64Array(3 * times.length),
    point: new Float64Array(3 * times.length),
  }));
  times.forEach((t, i) => {
    simulation.set('qpos', positions.subarray(i * nq, (i + 1) * nq));
    simulation.kinematics();
    const places = simulation.get('site_xpos');
    limbs.forEach(({ phase }, k) => {
      const cycle = wrap(t / strideSeconds + start - phase);
      if (cycle < duty) support[k].force[3 * i + 2] = peak * Math.sin((Math.PI * cycle) / duty);
      support[k].point.set(places.subarray(3 * sites[k], 3 * sites[k] + 3), 3 * i);
    });
  });
  return support;
}
