import { InputError, UsageError } from '../../../signal/error.ts';
import type { Pair } from '../paths/polynomial.ts';
import type { Skeleton } from './skeleton.ts';

/** Upper arm and forearm with hand; a pair is one value a segment. */
export interface Segments {
  /** kg. */
  readonly mass: Pair;
  /** m. */
  readonly length: Pair;
  /** From the segment's near joint to its center of mass, m. */
  readonly center: Pair;
  /** About the center of mass, kg m^2. */
  readonly inertia: Pair;
}

/** Segments of Nijhof and Kouwenhoven (2000). */
export const nijhofSegments: Segments = {
  mass: [1.82, 1.43],
  length: [0.309, 0.333],
  center: [0.135, 0.165],
  inertia: [0.051, 0.057],
};

export interface TwoLinkOptions {
  readonly segments?: Segments;
  /** A point mass held in the hand, kg. Default 0. */
  readonly payload?: number;
  /** m/s^2 towards -y. Default 0: the arm moves in a horizontal plane. */
  readonly gravity?: number;
}

/**
 * A planar arm of two segments. q1 is the upper arm's angle from the x axis, q2 the elbow's flexion (0 is straight), rad, counterclockwise;
 * the shoulder is the origin. With h = (m2 lg2 + payload L2) L1:
 *
 *     M11 = I1 + I2 + m1 lg1^2 + m2 (L1^2 + lg2^2) + payload (L1^2 + L2^2) + 2 h cos q2
 *     M12 = I2 + m2 lg2^2 + payload L2^2 + h cos q2,   M22 = I2 + m2 lg2^2 + payload L2^2
 *     C1 = -h sin q2 (2 q1' + q2') q2',   C2 = h sin q2 q1'^2
 *     M q'' = torque - C - gravity's torque
 *
 * (textbook Lagrangian dynamics; Hollerbach and Flash 1982). Throws `UsageError` for segments without mass or length.
 */
export function twoLinkSkeleton(options: TwoLinkOptions = {}): Skeleton {
  const { segments = nijhofSegments, payload = 0, gravity = 0 } = options;
  const {
    mass: [m1, m2],
    length: [L1, L2],
    center: [lg1, lg2],
    inertia: [I1, I2],
  } = segments;
  if (
    !(m1 > 0 && m2 > 0 && L1 > 0 && L2 > 0 && I1 >= 0 && I2 >= 0 && payload >= 0) ||
    !Number.isFinite(gravity)
  ) {
    throw new UsageError('the segments are no arm', {
      where: 'twoLinkSkeleton',
      expected: 'masses and lengths above 0, inertias and payload of 0 or more, a finite gravity',
      got: JSON.stringify({ ...segments, payload, gravity }),
    });
  }
  const h = (m2 * lg2 + payload * L2) * L1;
  const M22 = I2 + m2 * lg2 * lg2 + payload * L2 * L2;
  const M11 = M22 + I1 + m1 * lg1 * lg1 + (m2 + payload) * L1 * L1;
  const weight1 = gravity * (m1 * lg1 + (m2 + payload) * L1);
  const weight2 = gravity * (m2 * lg2 + payload * L2);

  return {
    name: 'two-link arm',
    coordinates: ['shoulder', 'elbow'],
    positionUnit: 'rad',
    accelerate(motion, torque, acceleration) {
      for (let s = 0, t = 0; s < motion.length; s += 4, t += 2) {
        const q2 = motion[s + 1];
        const v1 = motion[s + 2];
        const v2 = motion[s + 3];
        const hc = h * Math.cos(q2);
        const hs = h * Math.sin(q2);
        let t1 = torque[t] + hs * (2 * v1 + v2) * v2;
        let t2 = torque[t + 1] - hs * v1 * v1;
        if (gravity !== 0) {
          const g2 = weight2 * Math.cos(motion[s] + q2);
          t1 -= weight1 * Math.cos(motion[s]) + g2;
          t2 -= g2;
        }
        const a = M11 + 2 * hc;
        const b = M22 + hc;
        const scale = 1 / (a * M22 - b * b);
        acceleration[t] = (M22 * t1 - b * t2) * scale;
        acceleration[t + 1] = (a * t2 - b * t1) * scale;
      }
    },
    accelerateAdjoint(motion, acceleration, gAcceleration, gTorque, gMotion) {
      for (let s = 0, t = 0; s < motion.length; s += 4, t += 2) {
        const q2 = motion[s + 1];
        const v1 = motion[s + 2];
        const v2 = motion[s + 3];
        const hc = h * Math.cos(q2);
        const hs = h * Math.sin(q2);
        const a = M11 + 2 * hc;
        const b = M22 + hc;
        const scale = 1 / (a * M22 - b * b);
        const g1 = gAcceleration[t];
        const g2 = gAcceleration[t + 1];
        // M is symmetric: the torque's cotangent is M^-1 times the acceleration's.
        const w1 = (M22 * g1 - b * g2) * scale;
        const w2 = (a * g2 - b * g1) * scale;
        gTorque[t] = w1;
        gTorque[t + 1] = w2;
        const a1 = acceleration[t];
        const a2 = acceleration[t + 1];
        gMotion[s + 1] += hs * (w1 * (2 * a1 + a2) + w2 * a1) + hc * (w1 * (2 * v1 + v2) * v2 - w2 * v1 * v1);
        gMotion[s + 2] += 2 * hs * (w1 * v2 - w2 * v1);
        gMotion[s + 3] += 2 * hs * w1 * (v1 + v2);
        if (gravity !== 0) {
          const both = weight2 * Math.sin(motion[s] + q2) * (w1 + w2);
          gMotion[s] += weight1 * Math.sin(motion[s]) * w1 + both;
          gMotion[s + 1] += both;
        }
      }
    },
    endpoint(motion, endpoint) {
      for (let s = 0; s < motion.length; s += 4) {
        const q1 = motion[s];
        const q12 = q1 + motion[s + 1];
        const v1 = motion[s + 2];
        const v12 = v1 + motion[s + 3];
        const x1 = L1 * Math.cos(q1);
        const y1 = L1 * Math.sin(q1);
        const x2 = L2 * Math.cos(q12);
        const y2 = L2 * Math.sin(q12);
        endpoint[s] = x1 + x2;
        endpoint[s + 1] = y1 + y2;
        endpoint[s + 2] = -y1 * v1 - y2 * v12;
        endpoint[s + 3] = x1 * v1 + x2 * v12;
      }
    },
    endpointAdjoint(motion, gEndpoint, gMotion) {
      for (let s = 0; s < motion.length; s += 4) {
        const q1 = motion[s];
        const q12 = q1 + motion[s + 1];
        const v1 = motion[s + 2];
        const v12 = v1 + motion[s + 3];
        const x1 = L1 * Math.cos(q1);
        const y1 = L1 * Math.sin(q1);
        const x2 = L2 * Math.cos(q12);
        const y2 = L2 * Math.sin(q12);
        const gx = gEndpoint[s];
        const gy = gEndpoint[s + 1];
        const gvx = gEndpoint[s + 2];
        const gvy = gEndpoint[s + 3];
        const far = gy * x2 - gx * y2 - (gvx * x2 + gvy * y2) * v12;
        const farVelocity = gvy * x2 - gvx * y2;
        gMotion[s] += far + gy * x1 - gx * y1 - (gvx * x1 + gvy * y1) * v1;
        gMotion[s + 1] += far;
        gMotion[s + 2] += farVelocity + gvy * x1 - gvx * y1;
        gMotion[s + 3] += farVelocity;
      }
    },
    addEndpointForce(motion, force, torque) {
      for (let s = 0, t = 0; s < motion.length; s += 4, t += 2) {
        const q1 = motion[s];
        const q12 = q1 + motion[s + 1];
        const elbow = L2 * (Math.cos(q12) * force[t + 1] - Math.sin(q12) * force[t]);
        torque[t] += elbow + L1 * (Math.cos(q1) * force[t + 1] - Math.sin(q1) * force[t]);
        torque[t + 1] += elbow;
      }
    },
    endpointForceAdjoint(motion, force, gTorque, gForce, gMotion) {
      for (let s = 0, t = 0; s < motion.length; s += 4, t += 2) {
        const q1 = motion[s];
        const q12 = q1 + motion[s + 1];
        const w1 = gTorque[t];
        const w12 = w1 + gTorque[t + 1];
        const x1 = L1 * Math.cos(q1);
        const y1 = L1 * Math.sin(q1);
        const x2 = L2 * Math.cos(q12);
        const y2 = L2 * Math.sin(q12);
        gForce[t] = -y1 * w1 - y2 * w12;
        gForce[t + 1] = x1 * w1 + x2 * w12;
        const far = -(x2 * force[t] + y2 * force[t + 1]) * w12;
        gMotion[s] += far - (x1 * force[t] + y1 * force[t + 1]) * w1;
        gMotion[s + 1] += far;
      }
    },
    energy(motion) {
      return Float64Array.from({ length: motion.length / 4 }, (_, i) => {
        const [q1, q2, v1, v2] = motion.subarray(4 * i, 4 * i + 4);
        const hc = h * Math.cos(q2);
        const kinetic = 0.5 * (M11 + 2 * hc) * v1 * v1 + (M22 + hc) * v1 * v2 + 0.5 * M22 * v2 * v2;
        return kinetic + weight1 * Math.sin(q1) + weight2 * Math.sin(q1 + q2);
      });
    },
    momentum(motion) {
      const momentum = new Float64Array(motion.length / 2);
      for (let s = 0, t = 0; s < motion.length; s += 4, t += 2) {
        const hc = h * Math.cos(motion[s + 1]);
        momentum[t] = (M11 + 2 * hc) * motion[s + 2] + (M22 + hc) * motion[s + 3];
        momentum[t + 1] = (M22 + hc) * motion[s + 2] + M22 * motion[s + 3];
      }
      return momentum;
    },
    positionsAt(x, y) {
      const distance = Math.hypot(x, y);
      if (!(distance <= L1 + L2 && distance >= Math.abs(L1 - L2))) {
        throw new InputError('the target is out of reach', {
          where: 'two-link arm',
          expected: `a distance from the shoulder of ${Math.abs(L1 - L2).toFixed(3)} to ${(L1 + L2).toFixed(3)} m`,
          got: `(${x}, ${y}) at ${distance.toFixed(3)} m`,
          fix: 'Move the target or lengthen the segments.',
        });
      }
      const cosine = (distance * distance - L1 * L1 - L2 * L2) / (2 * L1 * L2);
      const q2 = Math.acos(Math.min(1, Math.max(-1, cosine)));
      return [Math.atan2(y, x) - Math.atan2(L2 * Math.sin(q2), L1 + L2 * Math.cos(q2)), q2];
    },
  };
}
