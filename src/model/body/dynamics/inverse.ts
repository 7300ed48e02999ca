import { UsageError } from '../../../signal/error.ts';
import type { BodyModel } from '../engine/model.ts';
import { Coordinates } from '../fit/coordinates.ts';
import type { Motion } from './derivatives.ts';

/** A measured force on a body: a ground reaction, a load in the hand. World frame. */
export interface ExternalForce {
  readonly body: string;
  /** Frames x 3, N. */
  readonly force: Float64Array;
  /** Frames x 3, m: where it acts. */
  readonly point: Float64Array;
  /** Frames x 3, N m, about that point; none by default. */
  readonly moment?: Float64Array;
}

export interface InverseOptions {
  readonly forces?: readonly ExternalForce[];
  /** Keep the model's own contacts and joint limits in the balance. Default false: measured forces stand for them. */
  readonly constraints?: boolean;
}

/**
 * Inverse dynamics: the forces at the degrees of freedom that make the movement, frames x nv, N or N m:
 *
 *   tau = M(q) q'' + C(q, q') - passive forces - J^T F
 *
 * (Featherstone 2008, recursive Newton-Euler, by `mj_inverse`). Passive joint damping and springs are the model's, and are not in tau. At a free
 * trunk tau is the residual that no muscle explains.
 */
export function inverseDynamics(
  model: BodyModel,
  motion: Motion,
  options: InverseOptions = {},
): Float64Array {
  const { nq, nv } = model.sizes;
  const { positions, velocities, accelerations, times } = motion;
  const forces = (options.forces ?? []).map((f) => ({ ...f, index: model.index('bodies', f.body) }));
  for (const { body, force, point, moment } of forces) {
    if ([force, point, moment ?? point].some((a) => a.length !== 3 * times.length)) {
      throw new UsageError('an external force does not have the frames of the movement', {
        where: body,
        expected: `3 numbers for each of ${times.length} frames`,
        got: `${force.length} and ${point.length}`,
      });
    }
  }
  const { chains } = new Coordinates(model);
  const roots = model.get('body_rootid');
  const torques = new Float64Array(times.length * nv);
  const used = options.constraints ? model.copy() : model.withoutConstraints();
  const simulation = used.simulate();
  try {
    for (let t = 0; t < times.length; t++) {
      simulation.set('qpos', positions.subarray(t * nq, (t + 1) * nq));
      simulation.set('qvel', velocities.subarray(t * nv, (t + 1) * nv));
      simulation.set('qacc', accelerations.subarray(t * nv, (t + 1) * nv));
      simulation.inverse();
      const tau = simulation.get('qfrc_inverse');
      if (forces.length > 0) {
        const screws = simulation.get('cdof');
        const com = simulation.get('subtree_com');
        for (const { index, force, point, moment } of forces) {
          const root = 3 * roots[index];
          const at = [0, 1, 2].map((c) => point[3 * t + c] - com[root + c]);
          const [fx, fy, fz] = force.subarray(3 * t, 3 * t + 3);
          // Moment about the tree's center of mass, about which the screws are written.
          const n = [at[1] * fz - at[2] * fy, at[2] * fx - at[0] * fz, at[0] * fy - at[1] * fx].map(
            (v, c) => v + (moment?.[3 * t + c] ?? 0),
          );
          for (const d of chains[index]) {
            const s = 6 * d;
            tau[d] -=
              screws[s] * n[0] +
              screws[s + 1] * n[1] +
              screws[s + 2] * n[2] +
              screws[s + 3] * fx +
              screws[s + 4] * fy +
              screws[s + 5] * fz;
          }
        }
      }
      torques.set(tau, t * nv);
    }
  } finally {
    simulation[Symbol.dispose]();
    used[Symbol.dispose]();
  }
  return torques;
}
