import type { Muscle } from './muscle.ts';

/** Maximal shortening velocity, optimal fiber lengths per second. */
const vmax = 10;
/** Curvature of the concentric branch. */
const Af = 0.25;
/** Greatest eccentric force, isometric forces. */
const flen = 1.4;
const widthSquared = 0.45;
/** Exponent of the passive curve over its strain at the maximal isometric force. */
const passiveRate = 5 / 0.6;
const passiveScale = 1 / (Math.exp(5) - 1);

/**
 * Thelen's muscle with a rigid tendon (Thelen 2003, equations 3 to 7, young adults; the force-velocity relation solved for force):
 *
 *     fl = exp(-(l - 1)^2 / 0.45),   passive = (exp(5 (l - 1) / 0.6) - 1)+ / (e^5 - 1)
 *     v <= 0: fv = Af (vmax (3 a + 1) + 4 v) / (Af vmax (3 a + 1) - 4 v)
 *     v > 0:  fv = (k + flen e) / (k + e),   k = Af vmax (flen - 1) (3 a + 1),   e = 8 (Af + 1) v
 *     force = a fl max(fv, 0) + passive
 *
 * Af = 0.25, flen = 1.4, vmax = 10 optimal lengths per second. At v = 0 the derivative is the shortening side's.
 */
export const thelenMuscle: Muscle = {
  name: 'thelen',
  minimumActivation: 0.001,
  activationSeconds: 0.015,
  deactivationSeconds: 0.05,
  maximalVelocity: vmax,
  force(a, l, v, force) {
    for (let i = 0; i < a.length; i++) {
      const beyond = l[i] - 1;
      const fl = Math.exp((-beyond * beyond) / widthSquared);
      const m = vmax * (3 * a[i] + 1);
      let fv: number;
      if (v[i] <= 0) fv = (Af * (m + 4 * v[i])) / (Af * m - 4 * v[i]);
      else {
        const k = Af * (flen - 1) * m;
        const e = 8 * (Af + 1) * v[i];
        fv = (k + flen * e) / (k + e);
      }
      const passive = beyond > 0 ? passiveScale * (Math.exp(passiveRate * beyond) - 1) : 0;
      force[i] = a[i] * fl * (fv < 0 ? 0 : fv) + passive;
    }
  },
  partials(a, l, v, byActivation, byLength, byVelocity) {
    for (let i = 0; i < a.length; i++) {
      const beyond = l[i] - 1;
      const fl = Math.exp((-beyond * beyond) / widthSquared);
      const m = vmax * (3 * a[i] + 1);
      let fv: number;
      let fvByA: number;
      let fvByV: number;
      if (v[i] <= 0) {
        const d = Af * m - 4 * v[i];
        fv = (Af * (m + 4 * v[i])) / d;
        fvByA = (3 * vmax * Af * (1 - fv)) / d;
        fvByV = (4 * (Af + fv)) / d;
      } else {
        const k = Af * (flen - 1) * m;
        const e = 8 * (Af + 1) * v[i];
        fv = (k + flen * e) / (k + e);
        fvByA = (3 * vmax * Af * (flen - 1) * (1 - fv)) / (k + e);
        fvByV = (8 * (Af + 1) * (flen - fv)) / (k + e);
      }
      const pulls = fv < 0 ? 0 : 1;
      byActivation[i] = pulls * fl * (fv + a[i] * fvByA);
      byLength[i] =
        (-2 * beyond * pulls * a[i] * fl * fv) / widthSquared +
        (beyond > 0 ? passiveScale * passiveRate * Math.exp(passiveRate * beyond) : 0);
      byVelocity[i] = pulls * a[i] * fl * fvByV;
    }
  },
};
