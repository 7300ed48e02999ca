import { UsageError } from '../../signal/error.ts';
import type { Pair } from './paths/polynomial.ts';
import type { Skeleton } from './skeletons/skeleton.ts';

/** Rows one after the other. */
export type Square = readonly [number, number, number, number];

const zero: Square = [0, 0, 0, 0];

/**
 * What the world does to the body: a force that is affine in place and velocity,
 *
 *     force = byPosition x + byVelocity dx/dt + constant
 *
 * either at the endpoint (x is its place in m; N) or at the joints (x are the coordinates; N m, or N for a point mass).
 */
export interface Load {
  readonly name: string;
  readonly at: 'endpoint' | 'joints';
  readonly byPosition: Square;
  readonly byVelocity: Square;
  readonly constant: Pair;
  /** It acts in steps that begin in [fromSeconds, toSeconds). Default: always. */
  readonly fromSeconds?: number;
  readonly toSeconds?: number;
  /** Trials of the batch it acts in. Default: all. */
  readonly trials?: readonly number[];
}

/** When and in which trials a load acts. */
export type LoadWindow = Pick<Load, 'fromSeconds' | 'toSeconds' | 'trials'>;

/**
 * Velocity-dependent force at a right angle to the hand's velocity, F = b [[0, 1], [-1, 0]] dx/dt (Shadmehr and Mussa-Ivaldi 1994). A positive
 * b (N s/m) pushes clockwise.
 */
export const curlField = (b: number, window: LoadWindow = {}): Load => ({
  name: 'curl',
  at: 'endpoint',
  byPosition: zero,
  byVelocity: [0, b, -b, 0],
  constant: [0, 0],
  ...window,
});

/** Resistance to the hand's velocity, F = -b dx/dt, b in N s/m. */
export const viscousField = (b: number, window: LoadWindow = {}): Load => ({
  name: 'viscous',
  at: 'endpoint',
  byPosition: zero,
  byVelocity: [-b, 0, 0, -b],
  constant: [0, 0],
  ...window,
});

/** A spring from the hand to `center` (m), stiffness in N/m. */
export const elasticField = (stiffness: number, center: Pair, window: LoadWindow = {}): Load => ({
  name: 'elastic',
  at: 'endpoint',
  byPosition: [-stiffness, 0, 0, -stiffness],
  byVelocity: zero,
  constant: [stiffness * center[0], stiffness * center[1]],
  ...window,
});

/**
 * A force channel (Scheidt, Reinkensmeyer, Conditt, Rymer and Mussa-Ivaldi 2000): a spring and a damper that resist leaving the line from `from`
 * to `to` (m) sideways and leave movement along it free. Defaults 6000 N/m and 50 N s/m need steps of 1 ms or less for an arm's mass.
 */
export function channel(
  line: { readonly from: Pair; readonly to: Pair; readonly stiffness?: number; readonly damping?: number },
  window: LoadWindow = {},
): Load {
  const { from, to, stiffness = 6000, damping = 50 } = line;
  const dx = to[0] - from[0];
  const dy = to[1] - from[1];
  const length = Math.hypot(dx, dy);
  if (!(length > 0)) {
    throw new UsageError('a channel needs a direction', {
      where: 'channel',
      expected: 'two different points',
      got: `(${from.join(', ')}) and (${to.join(', ')})`,
    });
  }
  const nx = -dy / length;
  const ny = dx / length;
  const across = (k: number): Square => [-k * nx * nx, -k * nx * ny, -k * nx * ny, -k * ny * ny];
  const offset = stiffness * (nx * from[0] + ny * from[1]);
  return {
    name: 'channel',
    at: 'endpoint',
    byPosition: across(stiffness),
    byVelocity: across(damping),
    constant: [offset * nx, offset * ny],
    ...window,
  };
}

/** A steady force at the hand, N; with a window, a pulse. */
export const handForce = (force: Pair, window: LoadWindow = {}): Load => ({
  name: 'hand force',
  at: 'endpoint',
  byPosition: zero,
  byVelocity: zero,
  constant: force,
  ...window,
});

/** A steady torque at the joints, N m (N for a point mass); with a window, a pulse. */
export const jointTorque = (torque: Pair, window: LoadWindow = {}): Load => ({
  name: 'joint torque',
  at: 'joints',
  byPosition: zero,
  byVelocity: zero,
  constant: torque,
  ...window,
});

interface Timed {
  readonly load: Load;
  readonly fromStep: number;
  readonly toStep: number;
  readonly trials: Int32Array;
}

/** The loads of a batch, ready to be stepped. Throws `UsageError` for a trial that is not in the batch or numbers that are none. */
export class Loads {
  readonly #skeleton: Skeleton;
  readonly #joints: readonly Timed[];
  readonly #endpoint: readonly Timed[];
  readonly #place: Float64Array;
  readonly #force: Float64Array;
  readonly #gPlace: Float64Array;
  readonly #gForce: Float64Array;

  constructor(skeleton: Skeleton, loads: readonly Load[], batch: number, stepSeconds: number) {
    this.#skeleton = skeleton;
    const timed = loads.map((load): Timed => {
      const { byPosition, byVelocity, constant, fromSeconds = 0, toSeconds = Infinity, trials } = load;
      if (
        ![...byPosition, ...byVelocity, ...constant].every(Number.isFinite) ||
        !(fromSeconds <= toSeconds)
      ) {
        throw new UsageError('a load is not finite, or ends before it starts', {
          where: `load "${load.name}"`,
          got: JSON.stringify(load),
        });
      }
      const wrong = trials?.find((b) => !(Number.isInteger(b) && b >= 0 && b < batch));
      if (wrong !== undefined) {
        throw new UsageError('a load acts in a trial that is not there', {
          where: `load "${load.name}"`,
          expected: `trials 0 to ${batch - 1}`,
          got: `${wrong}`,
        });
      }
      // A step begins at k * stepSeconds; the small number keeps 0.3 / 0.1 from being the step after.
      const step = (seconds: number): number => Math.ceil(seconds / stepSeconds - 1e-9);
      return {
        load,
        fromStep: step(fromSeconds),
        toStep: step(toSeconds),
        trials: Int32Array.from(trials ?? Array.from({ length: batch }, (_, b) => b)),
      };
    });
    this.#joints = timed.filter((t) => t.load.at === 'joints');
    this.#endpoint = timed.filter((t) => t.load.at === 'endpoint');
    const endpoints = this.#endpoint.length > 0 ? batch : 0;
    this.#place = new Float64Array(4 * endpoints);
    this.#gPlace = new Float64Array(4 * endpoints);
    this.#force = new Float64Array(2 * endpoints);
    this.#gForce = new Float64Array(2 * endpoints);
  }

  /** Adds the loads of this step to `torque`. */
  apply(step: number, motion: Float64Array, torque: Float64Array): void {
    for (const timed of this.#active(this.#joints, step)) addForce(timed, motion, torque);
    if (!this.#endpointForce(step, motion)) return;
    this.#skeleton.addEndpointForce(motion, this.#force, torque);
  }

  /** The adjoint of `apply`: adds to the cotangent of motion. */
  adjoint(step: number, motion: Float64Array, gTorque: Float64Array, gMotion: Float64Array): void {
    for (const timed of this.#active(this.#joints, step)) addForceAdjoint(timed, gTorque, gMotion);
    if (!this.#endpointForce(step, motion)) return;
    this.#skeleton.endpointForceAdjoint(motion, this.#force, gTorque, this.#gForce, gMotion);
    this.#gPlace.fill(0);
    for (const timed of this.#active(this.#endpoint, step))
      addForceAdjoint(timed, this.#gForce, this.#gPlace);
    this.#skeleton.endpointAdjoint(motion, this.#gPlace, gMotion);
  }

  /** Forces at the endpoint in this step, `trial x 2`, N, as a robot's handle would measure them; zero where no load acts. */
  endpointForce(step: number, motion: Float64Array): Float64Array {
    return this.#endpointForce(step, motion) ? this.#force.slice() : new Float64Array(motion.length / 2);
  }

  #endpointForce(step: number, motion: Float64Array): boolean {
    const active = this.#active(this.#endpoint, step);
    if (active.length === 0) return false;
    this.#skeleton.endpoint(motion, this.#place);
    this.#force.fill(0);
    for (const timed of active) addForce(timed, this.#place, this.#force);
    return true;
  }

  #active(timed: readonly Timed[], step: number): readonly Timed[] {
    return timed.length === 0 ? timed : timed.filter((t) => step >= t.fromStep && step < t.toStep);
  }
}

function addForce({ load, trials }: Timed, x: Float64Array, force: Float64Array): void {
  const [a, b, c, d] = load.byPosition;
  const [e, f, g, h] = load.byVelocity;
  const [p, q] = load.constant;
  for (const trial of trials) {
    const s = 4 * trial;
    force[2 * trial] += a * x[s] + b * x[s + 1] + e * x[s + 2] + f * x[s + 3] + p;
    force[2 * trial + 1] += c * x[s] + d * x[s + 1] + g * x[s + 2] + h * x[s + 3] + q;
  }
}

function addForceAdjoint({ load, trials }: Timed, gForce: Float64Array, gx: Float64Array): void {
  const [a, b, c, d] = load.byPosition;
  const [e, f, g, h] = load.byVelocity;
  for (const trial of trials) {
    const s = 4 * trial;
    const u = gForce[2 * trial];
    const v = gForce[2 * trial + 1];
    gx[s] += a * u + c * v;
    gx[s + 1] += b * u + d * v;
    gx[s + 2] += e * u + g * v;
    gx[s + 3] += f * u + h * v;
  }
}
