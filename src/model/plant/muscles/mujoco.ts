import { UsageError } from '../../../signal/error.ts';
import type { Muscle } from './muscle.ts';

export interface MujocoOptions {
  /** Lengths between which the muscle can pull, optimal fiber lengths. */
  readonly lmin?: number;
  readonly lmax?: number;
  /** Maximal shortening velocity, optimal fiber lengths per second. */
  readonly vmax?: number;
  /** Passive force at `lmax`, isometric forces. */
  readonly fpmax?: number;
  /** Greatest eccentric force, isometric forces. */
  readonly fvmax?: number;
}

/** Quadratic spline that is 0 at `left` and `right` and 1 at 1, with slope 0 at all three (MuJoCo's bump). */
function bump(l: number, left: number, right: number): number {
  if (l <= left || l >= right) return 0;
  const A = 0.5 * (left + 1);
  const B = 0.5 * (1 + right);
  if (l <= A) return 0.5 * ((l - left) / (A - left)) ** 2;
  if (l <= 1) return 1 - 0.5 * ((1 - l) / (1 - A)) ** 2;
  if (l <= B) return 1 - 0.5 * ((l - 1) / (B - 1)) ** 2;
  return 0.5 * ((right - l) / (right - B)) ** 2;
}

function bumpSlope(l: number, left: number, right: number): number {
  if (l <= left || l >= right) return 0;
  const A = 0.5 * (left + 1);
  const B = 0.5 * (1 + right);
  if (l <= A) return (l - left) / (A - left) ** 2;
  if (l <= 1) return (1 - l) / (1 - A) ** 2;
  if (l <= B) return -(l - 1) / (B - 1) ** 2;
  return -(right - l) / (right - B) ** 2;
}

/**
 * MuJoCo's muscle (its documentation, "Muscle actuators"): force = a FL(l) FV(v / vmax) + FP(l). FL is a bump over [lmin, 1, lmax]; with
 * V = v / vmax and y = fvmax - 1, FV is 0 below -1, (V + 1)^2 up to 0, fvmax - (y - V)^2 / y up to y, fvmax beyond; with B = (1 + lmax) / 2,
 * FP is 0 up to 1, fpmax / 2 ((l - 1) / (B - 1))^2 up to B, and linear beyond.
 */
export function mujocoMuscle(options: MujocoOptions = {}): Muscle {
  const { lmin = 0.5, lmax = 1.6, vmax = 1.5, fpmax = 1.3, fvmax = 1.2 } = options;
  if (!(lmin < 1 && lmax > 1 && vmax > 0 && fpmax >= 0 && fvmax > 1)) {
    throw new UsageError('the constants are no muscle', {
      where: 'mujocoMuscle',
      expected: 'lmin < 1 < lmax, vmax > 0, fpmax >= 0, fvmax > 1',
      got: `lmin ${lmin}, lmax ${lmax}, vmax ${vmax}, fpmax ${fpmax}, fvmax ${fvmax}`,
    });
  }
  const B = 0.5 * (1 + lmax);
  const y = fvmax - 1;

  const forceVelocity = (V: number): number =>
    V <= -1 ? 0 : V <= 0 ? (V + 1) * (V + 1) : V <= y ? fvmax - ((y - V) * (y - V)) / y : fvmax;
  const passive = (l: number): number => {
    const x = (l - 1) / (B - 1);
    return l <= 1 ? 0 : fpmax * (x <= 1 ? 0.5 * x * x : x - 0.5);
  };

  return {
    name: 'mujoco',
    minimumActivation: 0,
    activationSeconds: 0.01,
    deactivationSeconds: 0.04,
    maximalVelocity: vmax,
    force(a, l, v, force) {
      for (let i = 0; i < a.length; i++) {
        force[i] = a[i] * bump(l[i], lmin, lmax) * forceVelocity(v[i] / vmax) + passive(l[i]);
      }
    },
    partials(a, l, v, byActivation, byLength, byVelocity) {
      for (let i = 0; i < a.length; i++) {
        const V = v[i] / vmax;
        const fl = bump(l[i], lmin, lmax);
        const fv = forceVelocity(V);
        const flSlope = bumpSlope(l[i], lmin, lmax);
        const fvSlope = V <= -1 || V > y ? 0 : V <= 0 ? 2 * (V + 1) : (2 * (y - V)) / y;
        byActivation[i] = fl * fv;
        const x = (l[i] - 1) / (B - 1);
        const passiveSlope = l[i] <= 1 ? 0 : (fpmax * (x <= 1 ? x : 1)) / (B - 1);
        byLength[i] = a[i] * flSlope * fv + passiveSlope;
        byVelocity[i] = (a[i] * fl * fvSlope) / vmax;
      }
    },
  };
}
