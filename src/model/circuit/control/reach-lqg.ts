import { matrix, Random, type Matrix } from '../../../math/index.ts';
import { UsageError } from '../../../signal/error.ts';
import type { Plant } from '../../plant/plant.ts';
import { Rollout } from '../../plant/rollout.ts';
import { postureAt } from '../task.ts';
import { checkState, linearize, stateSize, stepMany } from './linearize.ts';
import type { LinearController, LinearProblem } from './lqg.ts';

export interface LinearReach {
  readonly plant: Plant;
  /** m. */
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  readonly steps: number;
  /** Steps at the end in which place and rest count. Default 1. */
  readonly holdSteps?: number;
  /** Weights at a step that counts: of squared distance (1/m^2 or 1/rad^2) and velocity, and of squared commands at every step. Defaults 1, 0.05, 1e-4. */
  readonly position?: number;
  readonly velocity?: number;
  readonly effort?: number;
  /** Standard deviation of each command's noise as a part of the command. Default 0.2. */
  readonly signalNoise?: number;
  /** Of what is sensed of positions, m or rad, and velocities. Defaults 0.005 and 0.05. */
  readonly sensorNoise?: readonly [position: number, velocity: number];
  /** Of what is sensed in proportion to itself. Default 0. */
  readonly sensorSignalNoise?: number;
  /** Default 0. */
  readonly delaySteps?: number;
}

/**
 * A reach of a body to rest at a target as a linear problem in the deviation from the target: exact for a point mass moved by forces, the linearization there for
 * other bodies. What is sensed is the motion of `delaySteps` ago (the state then holds the states in between; Todorov 2005). Throws `InputError` where start or target are out of
 * reach, `UsageError` for a body that does not rest at the target with its motors off.
 */
export function reachProblem(reach: LinearReach): LinearProblem {
  const { plant, steps, holdSteps = 1, delaySteps = 0 } = reach;
  const {
    position = 1,
    velocity = 0.05,
    effort = 1e-4,
    signalNoise = 0.2,
    sensorNoise = [0.005, 0.05],
  } = reach;
  const { sensorSignalNoise = 0 } = reach;
  checkState(plant, []);
  const n = stateSize(plant);
  const m = n - 4;
  const target = restingState(plant, reach.to, 'the target');
  const start = restingState(plant, reach.from, 'the start');
  const off = new Float64Array(m).fill(plant.actuators.activation.rest);
  const next = stepMany(plant, [], target, off);
  if (next.some((x, i) => Math.abs(x - target[i]) > 1e-9)) {
    throw new UsageError('the body does not rest at the target', {
      where: `reachProblem of ${plant.name}`,
      expected: 'a state that stays when nothing is commanded: a body of motors',
    });
  }
  const [{ a, b }] = linearize(plant, [], target, off);
  const wide = n * (delaySteps + 1);
  const place = (block: Matrix, row: number, column: number, rows: number, columns: number): Matrix => {
    const out = matrix(rows, columns);
    for (let i = 0; i < block.rows; i++) {
      for (let j = 0; j < block.columns; j++)
        out.data[(row + i) * columns + column + j] = block.data[i * block.columns + j];
    }
    return out;
  };
  const whole = place(a, 0, 0, wide, wide);
  for (let i = n; i < wide; i++) whole.data[i * wide + i - n] = 1;
  const cost = (counts: boolean): Matrix => {
    const q = matrix(wide, wide);
    if (counts) for (let i = 0; i < 4; i++) q.data[i * wide + i] = i < 2 ? position : velocity;
    return q;
  };
  const diagonal = (values: readonly number[]): Matrix => {
    const out = matrix(values.length, values.length);
    values.forEach((v, i) => (out.data[i * values.length + i] = v));
    return out;
  };
  const h = matrix(4, wide);
  for (let i = 0; i < 4; i++) h.data[i * wide + wide - n + i] = 1;
  const own = (column: number): Matrix => {
    const out = matrix(n, m);
    for (let i = 0; i < n; i++) out.data[i * m + column] = signalNoise * b.data[i * m + column];
    return out;
  };
  const sensed = (row: number): Matrix => {
    const out = matrix(4, wide);
    out.data[row * wide + wide - n + row] = sensorSignalNoise;
    return out;
  };
  const offset = start.map((x, i) => x - target[i]);
  return {
    a: whole,
    b: place(b, 0, 0, wide, m),
    h,
    c: signalNoise > 0 ? Array.from({ length: m }, (_, j) => place(own(j), 0, 0, wide, m)) : [],
    d: sensorSignalNoise > 0 ? [0, 1, 2, 3].map(sensed) : [],
    processNoise: matrix(wide, wide),
    sensorNoise: diagonal([sensorNoise[0], sensorNoise[0], sensorNoise[1], sensorNoise[1]].map((s) => s * s)),
    stateCosts: Array.from({ length: steps + 1 }, (_, t) => cost(t > steps - holdSteps)),
    controlCost: diagonal(Array.from({ length: m }, () => effort)),
    start: Float64Array.from({ length: wide }, (_, i) => offset[i % n]),
    startCovariance: matrix(wide, wide),
  };
}

/** The state at rest with the endpoint at a place. */
function restingState(plant: Plant, at: readonly [number, number], what: string): Float64Array {
  const q = postureAt(plant, at[0], at[1], what);
  return Float64Array.from([...q, 0, 0, ...plant.actuators.names.map(() => plant.actuators.activation.rest)]);
}

/** What a controller did on the body itself. */
export interface ControlledReach {
  /** Cost of each trial. */
  readonly costs: Float64Array;
  /** The body's motion, `(steps + 1) x trial x [q1, q2, q1', q2']`. */
  readonly motion: Float64Array;
}

/**
 * Reaches of the body itself (not of its linearization) under a linear controller, all noise drawn. Commands beyond the motors' range are clipped by the body.
 */
export function controlledReaches(
  reach: LinearReach,
  controller: LinearController,
  options: { readonly trials: number; readonly seed?: number | string },
): ControlledReach {
  const { plant, steps, delaySteps = 0, signalNoise = 0.2 } = reach;
  const { trials, seed = 0 } = options;
  const problem = reachProblem(reach);
  const { a, b, h, sensorNoise, stateCosts, controlCost, start } = problem;
  const wide = a.rows;
  const m = b.columns;
  const random = new Random(seed);
  const target = postureAt(plant, reach.to[0], reach.to[1], 'the target');
  const rollout = new Rollout(plant, { batch: trials, steps });
  rollout.start(postureAt(plant, reach.from[0], reach.from[1], 'the start'));
  const costs = new Float64Array(trials);
  const estimates = Array.from({ length: trials }, () => start.slice());
  const deviation = (k: number, trial: number): Float64Array => {
    const x = rollout.motionAt(Math.max(0, k)).slice(4 * trial, 4 * trial + 4);
    x[0] -= target[0];
    x[1] -= target[1];
    return x;
  };
  const stateCost = (k: number, trial: number): number => {
    const x = deviation(k, trial);
    return x.reduce((sum, v, i) => sum + stateCosts[k].data[i * wide + i] * v * v, 0);
  };
  for (let k = 0; k < steps; k++) {
    const commands = rollout.inputAt(k);
    for (let trial = 0; trial < trials; trial++) {
      const estimate = estimates[trial];
      const u = times(controller.gains[k], estimate).map((v) => -v);
      costs[trial] +=
        stateCost(k, trial) + u.reduce((sum, v, j) => sum + controlCost.data[j * m + j] * v * v, 0);
      u.forEach((v, j) => (commands[trial * m + j] = v * (1 + signalNoise * random.normal())));
      const sensed = deviation(k - delaySteps, trial).map(
        (v, i) =>
          v * (1 + (reach.sensorSignalNoise ?? 0) * random.normal()) +
          random.normal(0, Math.sqrt(sensorNoise.data[5 * i])),
      );
      const expected = times(h, estimate);
      const corrected = times(
        controller.filters[k],
        sensed.map((y, i) => y - expected[i]),
      );
      const moved = times(a, estimate);
      const pushed = times(b, u);
      estimates[trial] = moved.map((v, i) => v + pushed[i] + corrected[i]);
    }
    rollout.step(k);
  }
  for (let trial = 0; trial < trials; trial++) costs[trial] += stateCost(steps, trial);
  return { costs, motion: rollout.motion };
}

function times(a: Matrix, x: Float64Array): Float64Array {
  const out = new Float64Array(a.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) out[i] += a.data[i * a.columns + j] * x[j];
  }
  return out;
}
