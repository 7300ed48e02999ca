import { matrix } from '../../../math/matrix.ts';
import type { BodyModel } from '../engine/model.ts';
import type { Motion } from './derivatives.ts';
import { boxQp } from './box-qp.ts';
import { Muscles } from './muscles.ts';

/** Muscle activations that explain torques. */
export interface Activations {
  readonly names: readonly string[];
  /** Frames x muscles, 0 to 1. */
  readonly activations: Float64Array;
  /** Frames x muscles, N: the pull, passive force included. */
  readonly forces: Float64Array;
  /** Frames x nv: what of the torques the muscles cannot make. At degrees of freedom that no muscle crosses: all of it. */
  readonly residuals: Float64Array;
}

/** Weight of the torques against the activations, in units of the torque's square: large, so that torques are met where they can be. */
const torqueWeight = 1e4;

/**
 * The activations of one state: minimize sum a^2 + W |tau - L^T (active a + passive)|^2 with 0 <= a <= 1, W = 1e4 / |tau|^2 (Crowninshield &
 * Brand 1981 with squares; the torques as a strong penalty, so that there is always an answer).
 *
 * @param leverage muscles x nv. @param only degrees of freedom that count.
 */
export function activationsFor(
  torque: ArrayLike<number>,
  leverage: Float64Array,
  active: Float64Array,
  passive: Float64Array,
  only: (dof: number) => boolean = () => true,
  start?: ArrayLike<number>,
): Float64Array {
  const n = active.length;
  const nv = torque.length;
  const target = new Float64Array(nv);
  let square = 0;
  let capacity = 0;
  for (let d = 0; d < nv; d++) {
    if (!only(d)) continue;
    target[d] = torque[d];
    for (let m = 0; m < n; m++) {
      target[d] -= leverage[m * nv + d] * passive[m];
      capacity += (leverage[m * nv + d] * active[m]) ** 2;
    }
    square += torque[d] ** 2;
  }
  // At rest torques vanish: a thousandth of what the muscles can make stands for them, or the activations would not count at all.
  const weight = torqueWeight / Math.max(square, 1e-6 * capacity, 1e-30);
  const h = matrix(n, n);
  const g = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    for (let d = 0; d < nv; d++) {
      if (!only(d)) continue;
      const own = leverage[i * nv + d] * active[i];
      g[i] -= weight * own * target[d];
      for (let j = 0; j <= i; j++) h.data[i * n + j] += weight * own * leverage[j * nv + d] * active[j];
    }
    h.data[i * n + i] += 1;
  }
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) h.data[j * n + i] = h.data[i * n + j];
  return boxQp(h, g, new Float64Array(n), new Float64Array(n).fill(1), start);
}

/**
 * Static optimization: for each frame the least squared activations that make the torques. Muscles have no memory here: see
 * `computedMuscleControl` where activation dynamics matter.
 *
 * @param torques frames x nv, of `inverseDynamics`. Throws `UsageError` where the body has no muscles.
 */
export function staticOptimization(model: BodyModel, motion: Motion, torques: Float64Array): Activations {
  const muscles = new Muscles(model);
  const { nq, nv } = model.sizes;
  const frames = motion.times.length;
  const n = muscles.indices.length;
  const activations = new Float64Array(frames * n);
  const forces = new Float64Array(frames * n);
  const residuals = new Float64Array(frames * nv);
  const simulation = model.simulate();
  try {
    let before: Float64Array | undefined;
    for (let t = 0; t < frames; t++) {
      simulation.set('qpos', motion.positions.subarray(t * nq, (t + 1) * nq));
      simulation.set('qvel', motion.velocities.subarray(t * nv, (t + 1) * nv));
      simulation.forward();
      const { active, passive } = muscles.strengths(simulation);
      const leverage = muscles.leverage(simulation);
      const crossed = Array.from({ length: nv }, (_, d) =>
        active.some((_a, m) => Math.abs(leverage[m * nv + d]) > 1e-9),
      );
      const torque = torques.subarray(t * nv, (t + 1) * nv);
      const a = activationsFor(torque, leverage, active, passive, (d) => crossed[d], before);
      before = a;
      activations.set(a, t * n);
      residuals.set(torque, t * nv);
      for (let m = 0; m < n; m++) {
        const force = active[m] * a[m] + passive[m];
        forces[t * n + m] = force;
        for (let d = 0; d < nv; d++) residuals[t * nv + d] -= leverage[m * nv + d] * force;
      }
    }
  } finally {
    simulation[Symbol.dispose]();
  }
  return { names: muscles.names, activations, forces, residuals };
}
