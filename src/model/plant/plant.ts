import { UsageError } from '../../signal/error.ts';
import type { Activation } from './activation.ts';
import { checkLimits, type JointLimits } from './limits.ts';
import type { Muscle } from './muscles/muscle.ts';
import type { Paths } from './paths/paths.ts';
import type { Pair } from './paths/polynomial.ts';
import type { Skeleton } from './skeletons/skeleton.ts';

/** Muscles (or motors) and what they are attached to; a list has one value a muscle. */
export interface Actuators {
  readonly names: readonly string[];
  readonly paths: Paths;
  readonly muscle: Muscle;
  readonly activation: Activation;
  /** Maximal isometric force, N (N m for a motor at a joint). */
  readonly maximalForce: readonly number[];
  /** Optimal fiber length, m. */
  readonly optimalLength: readonly number[];
  /** Length of the rigid tendon, m. */
  readonly slackLength: readonly number[];
}

/**
 * A body with muscles in discrete time. One step from k to k + 1, `h` long, under the excitation u_k:
 *
 *     a_{k+1} = activation(a_k, u_k);   F_{k+1} = muscle(a_{k+1}, geometry(q_k, v_k))
 *     acceleration from F_{k+1} (or, with `forceDelaySteps` 1, from F_k), damping, limits and loads, all at (q_k, v_k)
 *     v_{k+1} = v_k + h acceleration;   q_{k+1} = q_k + h v_{k+1} (semi-implicit) or q_k + h v_k (explicit)
 *
 * both of first order. The state is motion (`trial x 4`), activation and force (`trial x muscle`).
 */
export interface Plant {
  readonly name: string;
  readonly skeleton: Skeleton;
  readonly actuators: Actuators;
  /** Torque = -damping x velocity; N m s/rad or N s/m. */
  readonly damping: Pair;
  readonly limits?: JointLimits;
  readonly stepSeconds: number;
  readonly integrator: 'semi-implicit' | 'explicit';
  readonly forceDelaySteps: 0 | 1;
}

/** Checks that the parts fit. Throws `UsageError` with what does not. */
export function checkPlant(plant: Plant): Plant {
  const where = `plant "${plant.name}"`;
  const { actuators, damping, stepSeconds } = plant;
  const count = actuators.names.length;
  const lists = {
    paths: actuators.paths.count,
    maximalForce: actuators.maximalForce.length,
    optimalLength: actuators.optimalLength.length,
    slackLength: actuators.slackLength.length,
  };
  for (const [name, length] of Object.entries(lists)) {
    if (length !== count) {
      throw new UsageError(`${name} does not fit the muscles`, {
        where,
        expected: `${count}, one for each of ${actuators.names.join(', ')}`,
        got: `${length}`,
      });
    }
  }
  const positive = [...actuators.maximalForce, ...actuators.optimalLength];
  if (!positive.every((x) => x > 0 && Number.isFinite(x)) || !actuators.slackLength.every(Number.isFinite)) {
    throw new UsageError('forces and fiber lengths must be above 0, tendon lengths finite', { where });
  }
  if (!(stepSeconds > 0 && Number.isFinite(stepSeconds))) {
    throw new UsageError('the step is not a time', {
      where,
      expected: 'seconds above 0',
      got: `${stepSeconds}`,
    });
  }
  if (!damping.every((d) => d >= 0)) {
    throw new UsageError('damping is negative', { where, expected: '0 or more', got: damping.join(', ') });
  }
  if (plant.limits) checkLimits(plant.limits);
  return plant;
}

/** Fiber length (optimal lengths, never below 0) and velocity (optimal lengths per second) from those of muscle and tendon, in place. */
export function toFibers(actuators: Actuators, length: Float64Array, velocity: Float64Array): void {
  const count = actuators.names.length;
  for (let m = 0; m < count; m++) {
    const perOptimal = 1 / actuators.optimalLength[m];
    const slack = actuators.slackLength[m];
    for (let i = m; i < length.length; i += count) {
      const l = (length[i] - slack) * perOptimal;
      length[i] = l < 0 ? 0 : l;
      velocity[i] *= perOptimal;
    }
  }
}

/** The adjoint of `toFibers`, in place: cotangents of fiber length and velocity become those of muscle and tendon. */
export function toFibersAdjoint(
  actuators: Actuators,
  fiberLength: Float64Array,
  gLength: Float64Array,
  gVelocity: Float64Array,
): void {
  const count = actuators.names.length;
  for (let m = 0; m < count; m++) {
    const perOptimal = 1 / actuators.optimalLength[m];
    for (let i = m; i < gLength.length; i += count) {
      gLength[i] *= fiberLength[i] === 0 ? 0 : perOptimal;
      gVelocity[i] *= perOptimal;
    }
  }
}

/** Multiplies each muscle's entries by its maximal force, in place. */
export function timesMaximalForce(actuators: Actuators, force: Float64Array): void {
  const count = actuators.names.length;
  for (let m = 0; m < count; m++) {
    const maximal = actuators.maximalForce[m];
    for (let i = m; i < force.length; i += count) force[i] *= maximal;
  }
}
