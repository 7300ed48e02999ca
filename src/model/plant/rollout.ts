import { InputError, UsageError } from '../../signal/error.ts';
import { addSoftLimits, applyHardLimits } from './limits.ts';
import { Loads, type Load } from './loads.ts';
import { checkPlant, timesMaximalForce, toFibers, type Plant } from './plant.ts';

export interface RolloutOptions {
  /** Trials simulated side by side. Default 1. */
  readonly batch?: number;
  readonly steps: number;
  readonly loads?: readonly Load[];
}

/**
 * A batch of trials of one plant, kept whole so that it can be differentiated (`Adjoint`). `start` sets the first state; then either
 * `simulate` runs with excitations known beforehand, or a controller writes `inputAt(k)` and calls `step(k)` for k = 0, 1, ...
 *
 * Buffers are filled in place: `motion` is `(steps + 1) x trial x [q1, q2, q1', q2']`, `activation` and `force` (N) are
 * `(steps + 1) x trial x muscle`, `inputs` is `steps x trial x muscle`.
 */
export class Rollout {
  readonly plant: Plant;
  readonly batch: number;
  readonly steps: number;
  readonly loads: Loads;
  readonly motion: Float64Array;
  readonly activation: Float64Array;
  readonly force: Float64Array;
  readonly inputs: Float64Array;
  readonly #length: Float64Array;
  readonly #velocity: Float64Array;
  readonly #torque: Float64Array;
  readonly #acceleration: Float64Array;

  /** Throws `UsageError` where the plant's parts, the batch, the steps or the loads do not fit. */
  constructor(plant: Plant, options: RolloutOptions) {
    const { batch = 1, steps, loads = [] } = options;
    for (const [name, value] of Object.entries({ batch, steps })) {
      if (!(Number.isInteger(value) && value > 0)) {
        throw new UsageError(`${name} is not a count`, {
          where: 'Rollout',
          expected: 'a whole number above 0',
          got: `${value}`,
        });
      }
    }
    this.plant = checkPlant(plant);
    this.batch = batch;
    this.steps = steps;
    this.loads = new Loads(plant.skeleton, loads, batch, plant.stepSeconds);
    const wide = batch * plant.actuators.names.length;
    this.motion = new Float64Array((steps + 1) * batch * 4);
    this.activation = new Float64Array((steps + 1) * wide);
    this.force = new Float64Array((steps + 1) * wide);
    this.inputs = new Float64Array(steps * wide);
    this.#length = new Float64Array(wide);
    this.#velocity = new Float64Array(wide);
    this.#torque = new Float64Array(2 * batch);
    this.#acceleration = new Float64Array(2 * batch);
  }

  /** Views of one step, `trial x ...`. */
  motionAt(k: number): Float64Array {
    return view(this.motion, k, this.batch * 4);
  }
  activationAt(k: number): Float64Array {
    return view(this.activation, k, this.batch * this.plant.actuators.names.length);
  }
  forceAt(k: number): Float64Array {
    return view(this.force, k, this.batch * this.plant.actuators.names.length);
  }
  inputAt(k: number): Float64Array {
    return view(this.inputs, k, this.batch * this.plant.actuators.names.length);
  }

  /** Endpoints at step k, `trial x [x, y, dx/dt, dy/dt]`, m and m/s. */
  endpointAt(k: number): Float64Array {
    const endpoint = new Float64Array(this.batch * 4);
    this.plant.skeleton.endpoint(this.motionAt(k), endpoint);
    return endpoint;
  }

  /** Fiber lengths (optimal lengths) and velocities (optimal lengths per second) at step k, `trial x muscle`. */
  fibersAt(k: number): { readonly length: Float64Array; readonly velocity: Float64Array } {
    const length = new Float64Array(this.#length.length);
    const velocity = new Float64Array(length.length);
    this.plant.actuators.paths.geometry(this.motionAt(k), length, velocity);
    toFibers(this.plant.actuators, length, velocity);
    return { length, velocity };
  }

  /**
   * Sets the state at step 0. `positions` and `velocities` are a pair for all trials or `trial x 2` (velocities default to 0); activation is at
   * rest unless it is given (`trial x muscle`), force follows from them. Throws `InputError` for lengths that do not fit, values that are not
   * finite, and places outside the limits.
   */
  start(
    positions: ArrayLike<number>,
    velocities: ArrayLike<number> = [0, 0],
    activation?: ArrayLike<number>,
  ): void {
    const { skeleton, actuators, limits } = this.plant;
    const motion = this.motionAt(0);
    for (const [offset, values, name] of [
      [0, positions, 'positions'],
      [2, velocities, 'velocities'],
    ] as const) {
      if (values.length !== 2 && values.length !== 2 * this.batch) {
        throw new InputError(`${name} do not fit the batch`, {
          where: 'Rollout.start',
          expected: `2 values, or 2 for each of ${this.batch} trials`,
          got: `${values.length}`,
        });
      }
      for (let b = 0; b < this.batch; b++) {
        for (let j = 0; j < 2; j++) {
          const value = values[values.length === 2 ? j : 2 * b + j];
          motion[4 * b + offset + j] = value;
          const bounded = offset === 0 && limits?.kind === 'hard';
          if (!Number.isFinite(value) || (bounded && !(value >= limits.low[j] && value <= limits.high[j]))) {
            throw new InputError(`trial ${b} cannot start there`, {
              where: `Rollout.start, ${skeleton.coordinates[j]}`,
              expected: bounded
                ? `${limits.low[j]} to ${limits.high[j]} ${skeleton.positionUnit}`
                : 'a finite value',
              got: `${value}`,
            });
          }
        }
      }
    }
    const a = this.activationAt(0);
    if (activation === undefined) a.fill(actuators.activation.rest);
    else {
      if (activation.length !== a.length) {
        throw new InputError('activation does not fit', {
          where: 'Rollout.start',
          expected: `${this.batch} trials x ${actuators.names.length} muscles`,
          got: `${activation.length} values`,
        });
      }
      a.set(activation);
    }
    this.#muscleForce(motion, a, this.forceAt(0));
  }

  /** All steps under `inputs`, `steps x trial x muscle`. Throws `InputError` where they do not fit or the state is no longer finite. */
  simulate(inputs: ArrayLike<number>): void {
    if (inputs.length !== this.inputs.length) {
      throw new InputError('the excitations do not fit', {
        where: 'Rollout.simulate',
        expected: `${this.steps} steps x ${this.batch} trials x ${this.plant.actuators.names.length} muscles = ${this.inputs.length} values`,
        got: `${inputs.length}`,
      });
    }
    if (inputs !== this.inputs) this.inputs.set(inputs);
    for (let k = 0; k < this.steps; k++) this.step(k);
  }

  /** From step k to k + 1 under `inputAt(k)`. Throws `InputError` where the new state is not finite, with the step, the trial and the joint. */
  step(k: number): void {
    const { plant } = this;
    const motion = this.motionAt(k);
    const next = this.motionAt(k + 1);
    const h = plant.stepSeconds;
    const activation = this.activationAt(k + 1);
    plant.actuators.activation.update(this.inputAt(k), this.activationAt(k), activation, h);
    this.#muscleForce(motion, activation, this.forceAt(k + 1));
    const acceleration = this.accelerationAt(k);
    const explicit = plant.integrator === 'explicit';
    for (let s = 0, t = 0; s < motion.length; s += 4, t += 2) {
      const v1 = motion[s + 2] + h * acceleration[t];
      const v2 = motion[s + 3] + h * acceleration[t + 1];
      next[s] = motion[s] + h * (explicit ? motion[s + 2] : v1);
      next[s + 1] = motion[s + 1] + h * (explicit ? motion[s + 3] : v2);
      next[s + 2] = v1;
      next[s + 3] = v2;
    }
    if (plant.limits?.kind === 'hard') applyHardLimits(plant.limits, next);
    let sum = 0;
    for (let s = 0; s < next.length; s++) sum += next[s] - next[s];
    if (sum !== 0) this.#explain(k);
  }

  /** Accelerations of step k, whose forces must be there: `trial x 2`, overwritten by the next call. */
  accelerationAt(k: number): Float64Array {
    const { skeleton, actuators, damping, limits, forceDelaySteps } = this.plant;
    const motion = this.motionAt(k);
    const torque = this.#torque;
    actuators.paths.torque(motion, this.forceAt(k + 1 - forceDelaySteps), torque);
    const [d1, d2] = damping;
    if (d1 !== 0 || d2 !== 0) {
      for (let s = 0, t = 0; s < motion.length; s += 4, t += 2) {
        torque[t] -= d1 * motion[s + 2];
        torque[t + 1] -= d2 * motion[s + 3];
      }
    }
    if (limits?.kind === 'soft') addSoftLimits(limits, motion, torque);
    this.loads.apply(k, motion, torque);
    skeleton.accelerate(motion, torque, this.#acceleration);
    return this.#acceleration;
  }

  #muscleForce(motion: Float64Array, activation: Float64Array, force: Float64Array): void {
    const { actuators } = this.plant;
    actuators.paths.geometry(motion, this.#length, this.#velocity);
    toFibers(actuators, this.#length, this.#velocity);
    actuators.muscle.force(activation, this.#length, this.#velocity, force);
    timesMaximalForce(actuators, force);
  }

  #explain(k: number): never {
    const { skeleton, actuators } = this.plant;
    const next = this.motionAt(k + 1);
    const s = next.findIndex((x) => !Number.isFinite(x));
    const trial = s >> 2;
    const what = (s & 3) < 2 ? 'position' : 'velocity';
    const count = actuators.names.length;
    for (let i = Math.max(0, k - this.plant.forceDelaySteps); i <= k; i++) {
      const input = this.inputAt(i).subarray(trial * count, (trial + 1) * count);
      const m = input.findIndex((u) => Number.isNaN(u));
      if (m < 0) continue;
      throw new InputError('an excitation is not a number', {
        where: `${this.plant.name}, step ${i}, trial ${trial}, ${actuators.names[m]}`,
        expected: 'a finite excitation',
        got: `${input[m]}`,
        fix: 'Look at what the controller computes.',
      });
    }
    throw new InputError(`the ${what} of the ${skeleton.coordinates[s & 1]} is no longer finite`, {
      where: `${this.plant.name}, step ${k + 1}, trial ${trial}`,
      expected: 'a finite state',
      got: `${next[s]}`,
      fix: 'Take a shorter step, or weaker loads: a stiff load needs a step below 2 sqrt(mass / stiffness).',
    });
  }
}

const view = (array: Float64Array, k: number, size: number): Float64Array =>
  array.subarray(k * size, (k + 1) * size);
