import { matrix, transpose, type Matrix } from '../../../math/index.ts';
import { InputError, UsageError } from '../../../signal/error.ts';
import type { Load } from '../../plant/loads.ts';
import type { Plant } from '../../plant/plant.ts';
import { Rollout } from '../../plant/rollout.ts';
import { congruent, plus, product, solveAll, symmetric } from './algebra.ts';
import { checkState, linearize, stateSize, type Linearized } from './linearize.ts';

export interface ReachControl {
  readonly plant: Plant;
  readonly loads?: readonly Load[];
  /** State at the start: positions, velocities, activations. */
  readonly start: Float64Array;
  /** Where the endpoint should be, m. */
  readonly target: readonly [x: number, y: number];
  readonly steps: number;
  /** Steps at the end in which place and rest count. Default 1. */
  readonly holdSteps?: number;
  /** Weights of squared distance (1/m^2) and endpoint velocity in a step that counts, and of squared commands. Defaults 100, 1, 0.001. */
  readonly position?: number;
  readonly velocity?: number;
  readonly effort?: number;
  /** Standard deviation of each command's noise as a part of the command. Default 0. */
  readonly signalNoise?: number;
  /** Default 100. */
  readonly iterations?: number;
  /** First commands, `steps x muscle`. Default: 0 for motors, 0.02 more than the least for muscles. */
  readonly inputs?: Float64Array;
}

export interface ReachPlan {
  /** `steps x muscle`. */
  readonly inputs: Float64Array;
  /** `(steps + 1) x state`: positions, velocities, activations. */
  readonly states: Float64Array;
  /** u = inputs_t + gains_t (x - states_t), one `muscles x state` matrix a step. */
  readonly gains: readonly Matrix[];
  /** Without noise. */
  readonly cost: number;
  /** After each iteration. */
  readonly costs: readonly number[];
  /** Whether the cost stopped falling before the iterations were used up. */
  readonly converged: boolean;
}

/** The squared Levenberg damping's bounds and factor (Tassa, Erez and Todorov 2012). */
const damping = { least: 1e-8, greatest: 1e8, factor: 4 } as const;

/**
 * The iterative linear-quadratic regulator for a body's reach, with control-dependent noise (iLQG: Todorov and Li 2005), bounded commands (after Tassa, Mansard and
 * Todorov 2014) and a line search. Around the movement so far the body is linearized and the cost made quadratic (Gauss and Newton: only the endpoint's first
 * derivative); the best linear feedback gives the next movement. The state is known. Throws `InputError` where the start does not fit or the first movement is not finite.
 */
export function ilqg(control: ReachControl): ReachPlan {
  const { plant, loads = [], steps, holdSteps = 1, iterations = 100 } = control;
  const { position = 100, velocity = 1, effort = 1e-3, signalNoise = 0 } = control;
  checkState(plant, loads);
  const n = stateSize(plant);
  const m = n - 4;
  if (control.start.length !== n || !(holdSteps >= 1 && holdSteps <= steps)) {
    throw new InputError('the start or the hold does not fit', {
      where: `ilqg of ${plant.name}`,
      expected: `${n} values (positions, velocities, activations), a hold of 1 to ${steps} steps`,
      got: `${control.start.length} values, ${holdSteps} steps`,
    });
  }
  const [low, high] = plant.actuators.activation.range;
  const counts = (t: number): boolean => t > steps - holdSteps;
  const weights = [position, position, velocity, velocity];
  const errorOf = (state: Float64Array): Float64Array => endpointError(control, state);
  const costOf = (x: Float64Array, u: Float64Array): number => reachCost(control, x, u);
  const rollout = new Rollout(plant, { steps, loads });
  const roll = (
    policy: (t: number, state: Float64Array) => Float64Array,
  ): { states: Float64Array; inputs: Float64Array } => {
    const states = new Float64Array((steps + 1) * n);
    rollout.start(control.start.slice(0, 2), control.start.slice(2, 4), control.start.slice(4));
    for (let t = 0; ; t++) {
      states.set(rollout.motionAt(t), t * n);
      states.set(rollout.activationAt(t), t * n + 4);
      if (t === steps) break;
      const u = policy(t, states.slice(t * n, (t + 1) * n));
      rollout.inputAt(t).set(u.map((v) => Math.min(high, Math.max(low, v))));
      rollout.step(t);
    }
    const inputs = rollout.inputs.slice();
    return { states, inputs };
  };

  const first = control.inputs ?? new Float64Array(steps * m).fill(low < 0 ? 0 : low + 0.02);
  if (first.length !== steps * m) {
    throw new UsageError('the first commands do not fit', {
      where: 'ilqg',
      expected: `${steps} x ${m}`,
      got: `${first.length}`,
    });
  }
  let { states, inputs } = roll((t) => first.slice(t * m, (t + 1) * m));
  let cost = costOf(states, inputs);
  let gains: readonly Matrix[] = Array.from({ length: steps }, () => matrix(m, n));
  let mu = 1e-4;
  let converged = false;
  const costs: number[] = [];
  for (let i = 0; i < iterations && !converged; i++) {
    const models = linearize(plant, loads, states.subarray(0, steps * n), inputs);
    let better = false;
    while (!better && mu <= damping.greatest) {
      const plan = backward(models, mu);
      if (plan) {
        for (let alpha = 1; alpha > 1e-3 && !better; alpha /= 2) {
          const next = attempt(plan, alpha);
          if (!next) continue;
          const nextCost = costOf(next.states, next.inputs);
          const saved = cost + noiseOf(plan, inputs) - nextCost - noiseOf(plan, next.inputs);
          if (!(saved > 0)) continue;
          better = true;
          converged = saved < 1e-7 * cost;
          ({ states, inputs } = next);
          cost = nextCost;
          gains = plan.gains;
        }
      }
      mu = better ? Math.max(damping.least, mu / damping.factor) : mu * damping.factor;
    }
    costs.push(cost);
    if (!better) converged = true;
  }
  return { inputs, states, gains, cost, costs, converged };

  /** A movement under the new feedback with its open part scaled; nothing where the body's state is no longer finite. */
  function attempt(plan: Plan, alpha: number): { states: Float64Array; inputs: Float64Array } | undefined {
    try {
      return roll((t, state) => {
        const u = inputs.slice(t * m, (t + 1) * m);
        for (let j = 0; j < m; j++) {
          u[j] += alpha * plan.open[t][j];
          for (let s = 0; s < n; s++) u[j] += plan.gains[t].data[j * n + s] * (state[s] - states[t * n + s]);
        }
        return u;
      });
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
  }

  function noiseOf({ noisy }: Plan, commands: Float64Array): number {
    return commands.reduce((sum, u, i) => sum + noisy[i] * u * u, 0);
  }

  /** Riccati's recursion along the movement; nothing where a step's quadratic is not solvable. */
  function backward(models: readonly Linearized[], damp: number): Plan | undefined {
    let [v, V] = quadratic(steps);
    const noisy = new Float64Array(steps * m);
    const open: Float64Array[] = [];
    const feedback: Matrix[] = [];
    for (let t = steps - 1; t >= 0; t--) {
      const { a, b } = models[t];
      const [at, bt] = [transpose(a), transpose(b)];
      const qu = product(bt, v);
      const quu = congruent(bt, V);
      for (let j = 0; j < m; j++) {
        const u = inputs[t * m + j];
        let bend = 0;
        for (let r = 0; r < n; r++) {
          for (let s = 0; s < n; s++) bend += b.data[r * m + j] * V.data[r * n + s] * b.data[s * m + j];
        }
        // Noise in proportion to the command makes large commands dear: C_j = signalNoise b_j e_j^T.
        const noise = signalNoise * signalNoise * bend;
        noisy[t * m + j] = noise / 2;
        qu.data[j] += 2 * effort * u + noise * u;
        quu.data[j * m + j] += 2 * effort + noise;
      }
      const damped = plus(
        quu,
        matrix(
          m,
          m,
          Float64Array.from({ length: m * m }, (_, k) => (k % (m + 1) === 0 ? damp : 0)),
        ),
      );
      const qux = product(bt, V, a);
      const step = bounded(damped, qu.data, qux, inputs.subarray(t * m, (t + 1) * m), low, high);
      if (!step) return undefined;
      const { k, gain } = step;
      const kt = matrix(m, 1, k);
      const gt = transpose(gain);
      const qx = product(at, v);
      const [lx, lxx] = quadratic(t);
      v = plus(plus(qx, lx), plus(plus(product(gt, quu, kt), product(gt, qu)), product(transpose(qux), kt)));
      const mixed = product(gt, qux);
      V = symmetric(
        plus(plus(plus(congruent(at, V), lxx), product(gt, quu, gain)), plus(mixed, transpose(mixed))),
      );
      open[t] = k;
      feedback[t] = gain;
    }
    return { noisy, open, gains: feedback };
  }

  /** Gradient and curvature of the state's cost at time t. */
  function quadratic(t: number): [Matrix, Matrix] {
    const gradient = matrix(n, 1);
    const curvature = matrix(n, n);
    if (!counts(t)) return [gradient, curvature];
    const state = states.slice(t * n, (t + 1) * n);
    const e = errorOf(state);
    const slopes = [0, 1, 2, 3].map((s) => {
      const [up, down] = [1e-6, -1e-6].map((h) => errorOf(state.map((x, i) => (i === s ? x + h : x))));
      return up.map((x, i) => (x - down[i]) / 2e-6);
    });
    for (let r = 0; r < 4; r++) {
      for (let i = 0; i < 4; i++) {
        gradient.data[r] += 2 * weights[i] * slopes[r][i] * e[i];
        for (let s = 0; s < 4; s++) curvature.data[r * n + s] += 2 * weights[i] * slopes[r][i] * slopes[s][i];
      }
    }
    return [gradient, curvature];
  }
}

function endpointError({ plant, target }: ReachControl, state: Float64Array): Float64Array {
  const e = new Float64Array(4);
  plant.skeleton.endpoint(state.slice(0, 4), e);
  e[0] -= target[0];
  e[1] -= target[1];
  return e;
}

/** The cost of a movement, `states` (steps + 1) x state and `inputs` steps x muscle. */
export function reachCost(control: ReachControl, states: Float64Array, inputs: Float64Array): number {
  const { steps, holdSteps = 1, position = 100, velocity = 1, effort = 1e-3 } = control;
  const n = states.length / (steps + 1);
  let cost = effort * inputs.reduce((sum, u) => sum + u * u, 0);
  for (let t = steps - holdSteps + 1; t <= steps; t++) {
    const [x, y, vx, vy] = endpointError(control, states.subarray(t * n, (t + 1) * n));
    cost += position * (x * x + y * y) + velocity * (vx * vx + vy * vy);
  }
  return cost;
}

interface Plan {
  /** What the noise of a squared command costs on average, `steps x muscle`. */
  readonly noisy: Float64Array;
  readonly open: readonly Float64Array[];
  readonly gains: readonly Matrix[];
}

/**
 * The step k and feedback that make the quadratic least with commands in their range: commands that the step would carry out are put on
 * the bound, the others solved for again, until none is carried out. A command on its bound has no feedback.
 */
function bounded(
  quu: Matrix,
  qu: Float64Array,
  qux: Matrix,
  u: Float64Array,
  low: number,
  high: number,
): { readonly k: Float64Array; readonly gain: Matrix } | undefined {
  const m = u.length;
  const n = qux.columns;
  const k = new Float64Array(m);
  let free = Array.from({ length: m }, (_, j) => j);
  for (;;) {
    const gain = matrix(m, n);
    if (free.length === 0) return { k, gain };
    const fixed = Array.from({ length: m }, (_, j) => j).filter((j) => !free.includes(j));
    const own = matrix(free.length, free.length);
    const right = matrix(free.length, 1 + n);
    free.forEach((j, r) => {
      free.forEach((i, s) => (own.data[r * free.length + s] = quu.data[j * m + i]));
      right.data[r * (1 + n)] = -fixed.reduce((sum, i) => sum + quu.data[j * m + i] * k[i], qu[j]);
      for (let s = 0; s < n; s++) right.data[r * (1 + n) + 1 + s] = -qux.data[j * n + s];
    });
    let solved: Matrix;
    try {
      solved = solveAll(own, right, 'a step');
    } catch (error) {
      if (error instanceof InputError) return undefined;
      throw error;
    }
    free.forEach((j, r) => {
      k[j] = solved.data[r * (1 + n)];
      for (let s = 0; s < n; s++) gain.data[j * n + s] = solved.data[r * (1 + n) + 1 + s];
    });
    const out = free.filter((j) => u[j] + k[j] < low || u[j] + k[j] > high);
    if (out.length === 0) return { k, gain };
    for (const j of out) k[j] = Math.min(high, Math.max(low, u[j] + k[j])) - u[j];
    free = free.filter((j) => !out.includes(j));
  }
}
