import { hardLimitsAdjoint, softLimitsAdjoint } from './limits.ts';
import { timesMaximalForce, toFibers, toFibersAdjoint } from './plant.ts';
import type { Rollout } from './rollout.ts';

/**
 * The vector-Jacobian product of a whole rollout, step by step from the end. Write (or add) the loss's derivatives with respect to the
 * states into `motion`, `activation` and `force`, and those with respect to endpoints by `addEndpoint`; then `run` carries them back, or `step(k)`
 * for k = steps - 1, ..., 0 where a controller in between has its own derivatives to add. Afterwards `inputs` holds the derivatives with
 * respect to the excitations and entry 0 of the states those with respect to the start. Buffers have the rollout's shapes.
 */
export class Adjoint {
  readonly rollout: Rollout;
  readonly motion: Float64Array;
  readonly activation: Float64Array;
  readonly force: Float64Array;
  readonly inputs: Float64Array;
  readonly #length: Float64Array;
  readonly #velocity: Float64Array;
  readonly #byActivation: Float64Array;
  readonly #gLength: Float64Array;
  readonly #gVelocity: Float64Array;
  readonly #gActivation: Float64Array;
  readonly #gActivationBefore: Float64Array;
  readonly #gForce: Float64Array;
  readonly #gNext: Float64Array;
  readonly #gAcceleration: Float64Array;
  readonly #gTorque: Float64Array;

  constructor(rollout: Rollout) {
    this.rollout = rollout;
    this.motion = new Float64Array(rollout.motion.length);
    this.activation = new Float64Array(rollout.activation.length);
    this.force = new Float64Array(rollout.force.length);
    this.inputs = new Float64Array(rollout.inputs.length);
    const wide = rollout.batch * rollout.plant.actuators.names.length;
    const muscles = (): Float64Array => new Float64Array(wide);
    this.#length = muscles();
    this.#velocity = muscles();
    this.#byActivation = muscles();
    this.#gLength = muscles();
    this.#gVelocity = muscles();
    this.#gActivation = muscles();
    this.#gActivationBefore = muscles();
    this.#gForce = muscles();
    this.#gNext = new Float64Array(4 * rollout.batch);
    this.#gAcceleration = new Float64Array(2 * rollout.batch);
    this.#gTorque = new Float64Array(2 * rollout.batch);
  }

  /** Everything to zero, for the next rollout in the same buffers. */
  clear(): void {
    for (const buffer of [this.motion, this.activation, this.force, this.inputs]) buffer.fill(0);
  }

  motionAt(k: number): Float64Array {
    return this.#view(this.motion, k, 4);
  }
  activationAt(k: number): Float64Array {
    return this.#view(this.activation, k, this.rollout.plant.actuators.names.length);
  }
  forceAt(k: number): Float64Array {
    return this.#view(this.force, k, this.rollout.plant.actuators.names.length);
  }
  inputAt(k: number): Float64Array {
    return this.#view(this.inputs, k, this.rollout.plant.actuators.names.length);
  }

  /** Adds derivatives with respect to the endpoints at step k, `trial x [x, y, dx/dt, dy/dt]`. */
  addEndpoint(k: number, g: Float64Array): void {
    this.rollout.plant.skeleton.endpointAdjoint(this.rollout.motionAt(k), g, this.motionAt(k));
  }

  /** Adds derivatives with respect to fiber lengths and velocities at step k (`Rollout.fibersAt`), `trial x muscle` each. */
  addFibers(k: number, gLength: Float64Array, gVelocity: Float64Array): void {
    const { actuators } = this.rollout.plant;
    const motion = this.rollout.motionAt(k);
    actuators.paths.geometry(motion, this.#length, this.#velocity);
    toFibers(actuators, this.#length, this.#velocity);
    this.#gLength.set(gLength);
    this.#gVelocity.set(gVelocity);
    toFibersAdjoint(actuators, this.#length, this.#gLength, this.#gVelocity);
    actuators.paths.geometryAdjoint(motion, this.#gLength, this.#gVelocity, this.motionAt(k));
  }

  /** All steps from the last to the first, then the start. */
  run(): void {
    for (let k = this.rollout.steps - 1; k >= 0; k--) this.step(k);
    this.start();
  }

  /** From the cotangents of step k + 1 to those of step k (added) and of its excitations (written). */
  step(k: number): void {
    const { rollout } = this;
    const { plant } = rollout;
    const { actuators, skeleton, limits, damping } = plant;
    const h = plant.stepSeconds;
    const motion = rollout.motionAt(k);
    const gMotion = this.motionAt(k);
    const gNext = this.#gNext;
    gNext.set(this.motionAt(k + 1));
    if (limits?.kind === 'hard') hardLimitsAdjoint(limits, rollout.motionAt(k + 1), gNext);

    const explicit = plant.integrator === 'explicit';
    const gAcceleration = this.#gAcceleration;
    for (let s = 0, t = 0; s < gNext.length; s += 4, t += 2) {
      for (let j = 0; j < 2; j++) {
        const gq = gNext[s + j];
        const gv = gNext[s + 2 + j];
        const throughVelocity = explicit ? gv : gv + h * gq;
        gMotion[s + j] += gq;
        gMotion[s + 2 + j] += explicit ? gv + h * gq : throughVelocity;
        gAcceleration[t + j] = h * throughVelocity;
      }
    }

    const gTorque = this.#gTorque;
    skeleton.accelerateAdjoint(motion, rollout.accelerationAt(k), gAcceleration, gTorque, gMotion);
    rollout.loads.adjoint(k, motion, gTorque, gMotion);
    if (limits?.kind === 'soft') softLimitsAdjoint(limits, motion, gTorque, gMotion);
    const [d1, d2] = damping;
    if (d1 !== 0 || d2 !== 0) {
      for (let s = 0, t = 0; s < gMotion.length; s += 4, t += 2) {
        gMotion[s + 2] -= d1 * gTorque[t];
        gMotion[s + 3] -= d2 * gTorque[t + 1];
      }
    }

    const gForce = this.#gForce;
    gForce.set(this.forceAt(k + 1));
    const delayed = plant.forceDelaySteps === 1;
    actuators.paths.torqueAdjoint(
      motion,
      rollout.forceAt(delayed ? k : k + 1),
      gTorque,
      delayed ? this.forceAt(k) : gForce,
      gMotion,
    );
    const gActivation = this.#gActivation;
    gActivation.set(this.activationAt(k + 1));
    this.#muscleAdjoint(motion, rollout.activationAt(k + 1), gForce, gActivation, gMotion);

    const before = this.#gActivationBefore;
    actuators.activation.adjoint(
      rollout.inputAt(k),
      rollout.activationAt(k),
      rollout.activationAt(k + 1),
      gActivation,
      before,
      this.inputAt(k),
      h,
    );
    const gBefore = this.activationAt(k);
    for (let i = 0; i < before.length; i++) gBefore[i] += before[i];
  }

  /** Carries the cotangent of the forces at step 0 to the motion and activation there, from which `Rollout.start` computed them. */
  start(): void {
    const gForce = this.#gForce;
    gForce.set(this.forceAt(0));
    if (gForce.every((g) => g === 0)) return;
    this.#muscleAdjoint(
      this.rollout.motionAt(0),
      this.rollout.activationAt(0),
      gForce,
      this.activationAt(0),
      this.motionAt(0),
    );
    this.forceAt(0).fill(0);
  }

  /** Overwrites `gForce`, adds to the others. */
  #muscleAdjoint(
    motion: Float64Array,
    activation: Float64Array,
    gForce: Float64Array,
    gActivation: Float64Array,
    gMotion: Float64Array,
  ): void {
    const { actuators } = this.rollout.plant;
    const length = this.#length;
    const velocity = this.#velocity;
    const gLength = this.#gLength;
    const gVelocity = this.#gVelocity;
    actuators.paths.geometry(motion, length, velocity);
    toFibers(actuators, length, velocity);
    const byActivation = this.#byActivation;
    actuators.muscle.partials(activation, length, velocity, byActivation, gLength, gVelocity);
    timesMaximalForce(actuators, gForce);
    for (let i = 0; i < gForce.length; i++) {
      gActivation[i] += gForce[i] * byActivation[i];
      gLength[i] *= gForce[i];
      gVelocity[i] *= gForce[i];
    }
    toFibersAdjoint(actuators, length, gLength, gVelocity);
    actuators.paths.geometryAdjoint(motion, gLength, gVelocity, gMotion);
  }

  #view(array: Float64Array, k: number, size: number): Float64Array {
    const width = this.rollout.batch * size;
    return array.subarray(k * width, (k + 1) * width);
  }
}
