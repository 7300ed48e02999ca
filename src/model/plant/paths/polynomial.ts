import { UsageError } from '../../../signal/error.ts';
import type { Paths } from './paths.ts';

/** A pair for the two joints. */
export type Pair = readonly [first: number, second: number];

/** length = constant + sum over joints of (linear + quadratic x) x with x = q - reference; m, m/rad, m/rad^2. */
export interface PolynomialPath {
  readonly constant: number;
  readonly linear: Pair;
  readonly quadratic?: Pair;
}

/**
 * Muscle lengths as polynomials of second degree in each joint, as fitted to measured moment arms. `reference` is the posture, rad, at which
 * the polynomials' argument is zero.
 */
export function polynomialPaths(paths: readonly PolynomialPath[], reference: Pair = [0, 0]): Paths {
  const M = paths.length;
  if (M === 0) throw new UsageError('a body needs at least one muscle', { where: 'polynomialPaths' });
  const a0 = Float64Array.from(paths, (p) => p.constant);
  const b1 = Float64Array.from(paths, (p) => p.linear[0]);
  const b2 = Float64Array.from(paths, (p) => p.linear[1]);
  const c1 = Float64Array.from(paths, (p) => p.quadratic?.[0] ?? 0);
  const c2 = Float64Array.from(paths, (p) => p.quadratic?.[1] ?? 0);
  const [r1, r2] = reference;
  return {
    name: 'polynomial',
    count: M,
    geometry(motion, length, velocity) {
      for (let b = 0, s = 0; s < motion.length; b += M, s += 4) {
        const x1 = motion[s] - r1;
        const x2 = motion[s + 1] - r2;
        const v1 = motion[s + 2];
        const v2 = motion[s + 3];
        for (let m = 0; m < M; m++) {
          const k1 = c1[m] * x1;
          const k2 = c2[m] * x2;
          length[b + m] = a0[m] + (b1[m] + k1) * x1 + (b2[m] + k2) * x2;
          velocity[b + m] = (b1[m] + 2 * k1) * v1 + (b2[m] + 2 * k2) * v2;
        }
      }
    },
    momentArms(motion, arms) {
      for (let b = 0, s = 0; s < motion.length; b += 2 * M, s += 4) {
        for (let m = 0; m < M; m++) {
          arms[b + 2 * m] = b1[m] + 2 * c1[m] * (motion[s] - r1);
          arms[b + 2 * m + 1] = b2[m] + 2 * c2[m] * (motion[s + 1] - r2);
        }
      }
    },
    torque(motion, force, torque) {
      for (let b = 0, s = 0, t = 0; s < motion.length; b += M, s += 4, t += 2) {
        const x1 = 2 * (motion[s] - r1);
        const x2 = 2 * (motion[s + 1] - r2);
        let t1 = 0;
        let t2 = 0;
        for (let m = 0; m < M; m++) {
          const f = force[b + m];
          t1 -= f * (b1[m] + c1[m] * x1);
          t2 -= f * (b2[m] + c2[m] * x2);
        }
        torque[t] = t1;
        torque[t + 1] = t2;
      }
    },
    geometryAdjoint(motion, gLength, gVelocity, gMotion) {
      for (let b = 0, s = 0; s < motion.length; b += M, s += 4) {
        const x1 = 2 * (motion[s] - r1);
        const x2 = 2 * (motion[s + 1] - r2);
        let byArm1 = 0;
        let byArm2 = 0;
        let g1 = 0;
        let g2 = 0;
        let h1 = 0;
        let h2 = 0;
        for (let m = 0; m < M; m++) {
          const gl = gLength[b + m];
          const gv = gVelocity[b + m];
          const arm1 = b1[m] + c1[m] * x1;
          const arm2 = b2[m] + c2[m] * x2;
          g1 += gl * arm1;
          g2 += gl * arm2;
          h1 += gv * arm1;
          h2 += gv * arm2;
          byArm1 += gv * c1[m];
          byArm2 += gv * c2[m];
        }
        gMotion[s] += g1 + 2 * byArm1 * motion[s + 2];
        gMotion[s + 1] += g2 + 2 * byArm2 * motion[s + 3];
        gMotion[s + 2] += h1;
        gMotion[s + 3] += h2;
      }
    },
    torqueAdjoint(motion, force, gTorque, gForce, gMotion) {
      for (let b = 0, s = 0, t = 0; s < motion.length; b += M, s += 4, t += 2) {
        const x1 = 2 * (motion[s] - r1);
        const x2 = 2 * (motion[s + 1] - r2);
        const t1 = gTorque[t];
        const t2 = gTorque[t + 1];
        let byArm1 = 0;
        let byArm2 = 0;
        for (let m = 0; m < M; m++) {
          const f = force[b + m];
          gForce[b + m] -= t1 * (b1[m] + c1[m] * x1) + t2 * (b2[m] + c2[m] * x2);
          byArm1 += f * c1[m];
          byArm2 += f * c2[m];
        }
        gMotion[s] -= 2 * byArm1 * t1;
        gMotion[s + 1] -= 2 * byArm2 * t2;
      }
    },
  };
}
