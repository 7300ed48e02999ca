import { InputError, UsageError } from '../../../signal/error.ts';
import type { Skeleton } from './skeleton.ts';

/** A mass (kg) in the plane, under gravity (m/s^2, towards -y) where it is given. Its coordinates are its place, m. */
export function pointMassSkeleton(
  options: { readonly mass?: number; readonly gravity?: number } = {},
): Skeleton {
  const { mass = 1, gravity = 0 } = options;
  if (!(mass > 0) || !Number.isFinite(gravity)) {
    throw new UsageError('not a mass and a gravity', {
      where: 'pointMassSkeleton',
      expected: 'a mass above 0 kg and a finite gravity',
      got: `${mass} kg, ${gravity} m/s^2`,
    });
  }
  return {
    name: 'point mass',
    coordinates: ['x', 'y'],
    positionUnit: 'm',
    accelerate(_motion, torque, acceleration) {
      for (let t = 0; t < torque.length; t += 2) {
        acceleration[t] = torque[t] / mass;
        acceleration[t + 1] = torque[t + 1] / mass - gravity;
      }
    },
    accelerateAdjoint(_motion, _acceleration, gAcceleration, gTorque) {
      for (let t = 0; t < gTorque.length; t++) gTorque[t] = gAcceleration[t] / mass;
    },
    endpoint(motion, endpoint) {
      endpoint.set(motion);
    },
    endpointAdjoint(_motion, gEndpoint, gMotion) {
      for (let i = 0; i < gMotion.length; i++) gMotion[i] += gEndpoint[i];
    },
    addEndpointForce(_motion, force, torque) {
      for (let i = 0; i < torque.length; i++) torque[i] += force[i];
    },
    endpointForceAdjoint(_motion, _force, gTorque, gForce) {
      gForce.set(gTorque);
    },
    energy(motion) {
      return Float64Array.from({ length: motion.length / 4 }, (_, b) => {
        const [, y, vx, vy] = motion.subarray(4 * b, 4 * b + 4);
        return 0.5 * mass * (vx * vx + vy * vy) + mass * gravity * y;
      });
    },
    momentum(motion) {
      return Float64Array.from(
        { length: motion.length / 2 },
        (_, i) => mass * motion[4 * (i >> 1) + 2 + (i & 1)],
      );
    },
    positionsAt(x, y) {
      if (!Number.isFinite(x) || !Number.isFinite(y)) {
        throw new InputError('the target is not a place', {
          where: 'point mass',
          expected: 'finite coordinates, m',
          got: `(${x}, ${y})`,
        });
      }
      return [x, y];
    },
  };
}
