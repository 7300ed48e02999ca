import { UsageError } from '../../../signal/error.ts';
import type { BodyModel } from '../engine/model.ts';
import type { Simulation } from '../engine/simulation.ts';
import type { Motion } from './derivatives.ts';

/** MuJoCo's number for a muscle's gain. */
const muscleGainType = 2;

/** The muscles of a body and how strong they are in a state. */
export class Muscles {
  readonly model: BodyModel;
  /** Indices among the actuators. */
  readonly indices: readonly number[];
  readonly names: readonly string[];
  readonly #parameters: readonly (readonly number[])[];
  readonly #ranges: readonly (readonly number[])[];
  readonly #acc0: Float64Array;

  /** Throws `UsageError` where the body has no muscle. */
  constructor(model: BodyModel) {
    this.model = model;
    const types = model.get('actuator_gaintype');
    this.indices = Array.from(types.keys()).filter((i) => types[i] === muscleGainType);
    if (this.indices.length === 0) throw new UsageError('the body has no muscles', { where: model.name });
    this.names = this.indices.map((i) => model.names.actuators[i]);
    const gains = model.get('actuator_gainprm');
    const ranges = model.get('actuator_lengthrange');
    const per = gains.length / types.length;
    this.#parameters = this.indices.map((i) => Array.from(gains.subarray(i * per, i * per + 9)));
    this.#ranges = this.indices.map((i) => [ranges[2 * i], ranges[2 * i + 1]]);
    this.#acc0 = model.get('actuator_acc0');
  }

  /** Pull with and without activation, N, of each muscle in the simulation's state (after `forward` or `inverse`): force = active a + passive. */
  strengths(simulation: Simulation): { readonly active: Float64Array; readonly passive: Float64Array } {
    const { physics } = this.model;
    const lengths = simulation.get('actuator_length');
    const velocities = simulation.get('actuator_velocity');
    const active = new Float64Array(this.indices.length);
    const passive = new Float64Array(this.indices.length);
    this.indices.forEach((i, m) => {
      active[m] = -physics.muscleGain(
        lengths[i],
        velocities[i],
        this.#ranges[m],
        this.#acc0[i],
        this.#parameters[m],
      );
      passive[m] = -physics.muscleBias(lengths[i], this.#ranges[m], this.#acc0[i], this.#parameters[m]);
    });
    return { active, passive };
  }

  /** Torque per pull, muscles x nv, m: minus the change of length with each degree of freedom. */
  leverage(simulation: Simulation): Float64Array {
    const { nv } = this.model.sizes;
    const moments = simulation.moments();
    return Float64Array.from(
      { length: this.indices.length * nv },
      (_, k) => -moments[this.indices[Math.floor(k / nv)] * nv + (k % nv)],
    );
  }
}

export interface MuscleGeometry {
  readonly names: readonly string[];
  /** Frames x muscles, m, m/s: of the whole path, tendon included. */
  readonly lengths: Float64Array;
  readonly velocities: Float64Array;
  /** Frames x muscles x nv, m: torque per pull. */
  readonly momentArms: Float64Array;
}

/** Lengths, velocities and moment arms of a body's muscles over a movement. */
export function muscleGeometry(model: BodyModel, motion: Motion): MuscleGeometry {
  const muscles = new Muscles(model);
  const { nq, nv } = model.sizes;
  const frames = motion.times.length;
  const n = muscles.indices.length;
  const lengths = new Float64Array(frames * n);
  const velocities = new Float64Array(frames * n);
  const momentArms = new Float64Array(frames * n * nv);
  const simulation = model.simulate();
  try {
    for (let t = 0; t < frames; t++) {
      simulation.set('qpos', motion.positions.subarray(t * nq, (t + 1) * nq));
      simulation.set('qvel', motion.velocities.subarray(t * nv, (t + 1) * nv));
      simulation.forward();
      const length = simulation.get('actuator_length');
      const velocity = simulation.get('actuator_velocity');
      muscles.indices.forEach((i, m) => {
        lengths[t * n + m] = length[i];
        velocities[t * n + m] = velocity[i];
      });
      momentArms.set(muscles.leverage(simulation), t * n * nv);
    }
  } finally {
    simulation[Symbol.dispose]();
  }
  return { names: muscles.names, lengths, velocities, momentArms };
}
