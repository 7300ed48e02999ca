import { UsageError } from '../../signal/error.ts';
import type { Pair } from './paths/polynomial.ts';

/**
 * The range of each coordinate, rad or m. `hard`: a coordinate that would leave it is put on the bound and its outward velocity becomes
 * zero, so that nothing the controller did reaches it by that way (its derivative is zero). `soft`: the ranges are springs,
 * torque = -stiffness x overshoot^2 (N m/rad^2 or N/m^2), smooth and without loss of energy.
 */
export interface JointLimits {
  readonly kind: 'hard' | 'soft';
  readonly low: Pair;
  readonly high: Pair;
  /** Of soft limits. */
  readonly stiffness?: Pair;
}

/** Throws `UsageError` for a range without width or a soft limit without stiffness. */
export function checkLimits(limits: JointLimits): void {
  for (const j of [0, 1]) {
    if (!(limits.low[j] < limits.high[j])) {
      throw new UsageError(`the range of coordinate ${j + 1} is empty`, {
        where: 'joint limits',
        expected: 'low below high',
        got: `${limits.low[j]} to ${limits.high[j]}`,
      });
    }
    if (limits.kind === 'soft' && !((limits.stiffness?.[j] ?? 0) > 0)) {
      throw new UsageError('a soft limit needs a stiffness', {
        where: 'joint limits',
        expected: 'above 0, N m/rad^2 or N/m^2',
        got: `${limits.stiffness?.[j]}`,
      });
    }
  }
}

/** Puts what left the hard range back on its bound, and stops what moves outwards there. */
export function applyHardLimits(limits: JointLimits, motion: Float64Array): void {
  for (let j = 0; j < 2; j++) {
    const low = limits.low[j];
    const high = limits.high[j];
    for (let s = j; s < motion.length; s += 4) {
      if (motion[s] <= low) {
        motion[s] = low;
        if (motion[s + 2] < 0) motion[s + 2] = 0;
      } else if (motion[s] >= high) {
        motion[s] = high;
        if (motion[s + 2] > 0) motion[s + 2] = 0;
      }
    }
  }
}

/** Zeroes the cotangents of what `applyHardLimits` set; `motion` is its result. */
export function hardLimitsAdjoint(limits: JointLimits, motion: Float64Array, g: Float64Array): void {
  for (let j = 0; j < 2; j++) {
    for (let s = j; s < motion.length; s += 4) {
      if (motion[s] !== limits.low[j] && motion[s] !== limits.high[j]) continue;
      g[s] = 0;
      if (motion[s + 2] === 0) g[s + 2] = 0;
    }
  }
}

/** Adds the soft limits' torque. */
export function addSoftLimits(limits: JointLimits, motion: Float64Array, torque: Float64Array): void {
  for (let j = 0; j < 2; j++) {
    const stiffness = limits.stiffness![j];
    for (let s = j, t = j; t < torque.length; s += 4, t += 2) {
      const over = overshoot(limits, j, motion[s]);
      torque[t] -= stiffness * over * Math.abs(over);
    }
  }
}

/** The adjoint of `addSoftLimits`: adds to the cotangent of motion. */
export function softLimitsAdjoint(
  limits: JointLimits,
  motion: Float64Array,
  gTorque: Float64Array,
  gMotion: Float64Array,
): void {
  for (let j = 0; j < 2; j++) {
    const stiffness = limits.stiffness![j];
    for (let s = j, t = j; t < gTorque.length; s += 4, t += 2) {
      gMotion[s] -= 2 * stiffness * Math.abs(overshoot(limits, j, motion[s])) * gTorque[t];
    }
  }
}

/** Energy in the soft limits' springs, J, one a trial. */
export function softLimitEnergy(limits: JointLimits, motion: Float64Array): Float64Array {
  return Float64Array.from({ length: motion.length / 4 }, (_, b) =>
    [0, 1].reduce((sum, j) => {
      const over = Math.abs(overshoot(limits, j, motion[4 * b + j]));
      return sum + (limits.stiffness![j] * over ** 3) / 3;
    }, 0),
  );
}

const overshoot = (limits: JointLimits, j: number, q: number): number =>
  q > limits.high[j] ? q - limits.high[j] : q < limits.low[j] ? q - limits.low[j] : 0;
