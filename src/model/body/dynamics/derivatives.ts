import { UsageError } from '../../../signal/error.ts';
import type { BodyModel } from '../engine/model.ts';

/** A movement with its derivatives: frames x nq, frames x nv, frames x nv. */
export interface Motion {
  readonly times: Float64Array;
  readonly positions: Float64Array;
  readonly velocities: Float64Array;
  readonly accelerations: Float64Array;
}

/**
 * Velocities and accelerations of a movement by central differences on the manifold of postures: a quaternion's velocity is the rotation between
 * its neighbors, in the body's frame. The first and last frame have those of their neighbors. Smooth the movement first: differences amplify
 * noise by the square of the rate.
 *
 * @param positions frames x nq. @param times seconds. Throws `UsageError` with fewer than three frames.
 */
export function motionOf(model: BodyModel, positions: Float64Array, times: Float64Array): Motion {
  const { nq, nv } = model.sizes;
  const frames = times.length;
  if (frames < 3 || positions.length !== frames * nq) {
    throw new UsageError('a movement needs three frames of the body', {
      where: model.name,
      expected: `${nq} numbers for each of ${frames} times`,
      got: `${positions.length}`,
    });
  }
  const between = (a: number, b: number): Float64Array => {
    const out = new Float64Array(nv);
    const dt = times[b] - times[a];
    const scalar = (p: number, v: number): void => {
      out[v] = (positions[b * nq + p] - positions[a * nq + p]) / dt;
    };
    for (const { type, position: p, velocity: v } of model.joints) {
      if (type === 'hinge' || type === 'slide') scalar(p, v);
      if (type === 'free') for (let k = 0; k < 3; k++) scalar(p + k, v + k);
      if (type === 'hinge' || type === 'slide') continue;
      const [q, d] = type === 'free' ? [p + 3, v + 3] : [p, v];
      out.set(
        turnBetween(positions.subarray(a * nq + q), positions.subarray(b * nq + q)).map((w) => w / dt),
        d,
      );
    }
    return out;
  };
  const velocities = new Float64Array(frames * nv);
  const accelerations = new Float64Array(frames * nv);
  for (let t = 1; t + 1 < frames; t++) {
    velocities.set(between(t - 1, t + 1), t * nv);
    const [back, forth] = [between(t - 1, t), between(t, t + 1)];
    const dt = (times[t + 1] - times[t - 1]) / 2;
    accelerations.set(
      forth.map((f, d) => (f - back[d]) / dt),
      t * nv,
    );
  }
  for (const values of [velocities, accelerations]) {
    values.copyWithin(0, nv, 2 * nv);
    values.copyWithin((frames - 1) * nv, (frames - 2) * nv, (frames - 1) * nv);
  }
  return { times, positions, velocities, accelerations };
}

/** The rotation vector from quaternion a to b, in a's frame: a^-1 b. */
function turnBetween(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const w = a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
  const sign = w < 0 ? -1 : 1;
  const x = a[0] * b[1] - a[1] * b[0] - a[2] * b[3] + a[3] * b[2];
  const y = a[0] * b[2] + a[1] * b[3] - a[2] * b[0] - a[3] * b[1];
  const z = a[0] * b[3] - a[1] * b[2] + a[2] * b[1] - a[3] * b[0];
  const sine = Math.hypot(x, y, z);
  const factor = sine > 1e-12 ? (2 * sign * Math.atan2(sine, sign * w)) / sine : 2 * sign;
  return [x * factor, y * factor, z * factor];
}
