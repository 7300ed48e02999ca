import { UsageError } from '../../../signal/error.ts';
import type { Paths } from './paths.ts';
import type { Pair } from './polynomial.ts';

/** Muscles of a point mass: straight lines from `anchors` (m) in the plane to the mass. A mass at an anchor has no direction: NaN. */
export function straightPaths(anchors: readonly Pair[]): Paths {
  const M = anchors.length;
  if (M === 0) throw new UsageError('a body needs at least one muscle', { where: 'straightPaths' });
  const ax = Float64Array.from(anchors, (p) => p[0]);
  const ay = Float64Array.from(anchors, (p) => p[1]);
  return {
    name: 'straight',
    count: M,
    geometry(motion, length, velocity) {
      for (let b = 0, s = 0; s < motion.length; b += M, s += 4) {
        for (let m = 0; m < M; m++) {
          const x = motion[s] - ax[m];
          const y = motion[s + 1] - ay[m];
          const l = Math.sqrt(x * x + y * y);
          length[b + m] = l;
          velocity[b + m] = (x * motion[s + 2] + y * motion[s + 3]) / l;
        }
      }
    },
    momentArms(motion, arms) {
      for (let b = 0, s = 0; s < motion.length; b += 2 * M, s += 4) {
        for (let m = 0; m < M; m++) {
          const x = motion[s] - ax[m];
          const y = motion[s + 1] - ay[m];
          const l = Math.sqrt(x * x + y * y);
          arms[b + 2 * m] = x / l;
          arms[b + 2 * m + 1] = y / l;
        }
      }
    },
    torque(motion, force, torque) {
      for (let b = 0, s = 0, t = 0; s < motion.length; b += M, s += 4, t += 2) {
        let fx = 0;
        let fy = 0;
        for (let m = 0; m < M; m++) {
          const x = motion[s] - ax[m];
          const y = motion[s + 1] - ay[m];
          const pull = force[b + m] / Math.sqrt(x * x + y * y);
          fx -= pull * x;
          fy -= pull * y;
        }
        torque[t] = fx;
        torque[t + 1] = fy;
      }
    },
    geometryAdjoint(motion, gLength, gVelocity, gMotion) {
      for (let b = 0, s = 0; s < motion.length; b += M, s += 4) {
        for (let m = 0; m < M; m++) {
          const x = motion[s] - ax[m];
          const y = motion[s + 1] - ay[m];
          const l = Math.sqrt(x * x + y * y);
          const ex = x / l;
          const ey = y / l;
          const gl = gLength[b + m];
          const gv = gVelocity[b + m];
          const vx = motion[s + 2];
          const vy = motion[s + 3];
          const along = ex * vx + ey * vy;
          gMotion[s] += gl * ex + (gv * (vx - along * ex)) / l;
          gMotion[s + 1] += gl * ey + (gv * (vy - along * ey)) / l;
          gMotion[s + 2] += gv * ex;
          gMotion[s + 3] += gv * ey;
        }
      }
    },
    torqueAdjoint(motion, force, gTorque, gForce, gMotion) {
      for (let b = 0, s = 0, t = 0; s < motion.length; b += M, s += 4, t += 2) {
        const tx = gTorque[t];
        const ty = gTorque[t + 1];
        for (let m = 0; m < M; m++) {
          const x = motion[s] - ax[m];
          const y = motion[s + 1] - ay[m];
          const l = Math.sqrt(x * x + y * y);
          const ex = x / l;
          const ey = y / l;
          const along = ex * tx + ey * ty;
          gForce[b + m] -= along;
          const f = force[b + m] / l;
          gMotion[s] -= f * (tx - along * ex);
          gMotion[s + 1] -= f * (ty - along * ey);
        }
      }
    },
  };
}
