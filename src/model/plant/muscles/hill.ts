import { UsageError } from '../../../signal/error.ts';
import type { Muscle } from './muscle.ts';

/** Half width of the parabolic force-length relation, optimal fiber lengths. */
const width = 0.66;
/** Length at which the parallel elastic element starts to pull, optimal fiber lengths. */
const slack = 1.4;
/** The parallel element pulls with the maximal isometric force at 1 + `width`. */
const stiffness = 1 / (1 + width - slack) ** 2;
/** Hill's constants a/F0 and b/l0 (1/s). */
const hillA = 0.41;
const hillB = 5.2;
/** Below an activation of 0.3 the muscle slows: b falls as (1 - weakness (a - 0.3))^2. */
const weakness = 0.9 / (0.005 - 0.3);
/** Slope of the eccentric asymptote. */
const asymptote = 0.001;
const leastForceLength = 0.01;

/**
 * A rigid-tendon Hill muscle as used for planar arms (Kistemaker, Wong and Gribble 2010; van Soest and Bobbert 1993). With
 * X = a fl(l), A = 0.41 (0.41 fl beyond optimal length), B = 5.2 (below a = 0.3 times (1 - 0.9 (0.3 - a) / 0.295)^2) and d = a (fl + A) / B:
 *
 *     fl = max(1 - ((l - 1) / 0.66)^2, 0.01),   passive = ((l - 1.4)+ / 0.26)^2
 *     shortening:   f = (v a A + X B) / (B - v)
 *     lengthening:  f = s v + X (p + 1.5 v) / (p + v),   p = X / (2 (2 d - s)),   s = 0.001
 *     force = max(f, 0) + passive
 *
 * B is in 1/s, so v is in optimal lengths per second: a fully active muscle at optimal length gives no force beyond -12.7. Some simulators
 * divide v by a further 10, which all but removes the force-velocity relation; `velocityUnit: 10` does the same for agreement with them.
 * The slope doubles from shortening to lengthening; the derivative at v = 0 is the lengthening side's.
 */
export function hillMuscle(options: { readonly velocityUnit?: number } = {}): Muscle {
  const { velocityUnit = 1 } = options;
  if (!(velocityUnit > 0)) {
    throw new UsageError('the unit of velocity is not positive', {
      where: 'hillMuscle',
      expected: 'optimal fiber lengths per second, above 0',
      got: `${velocityUnit}`,
    });
  }
  return {
    name: 'hill',
    minimumActivation: 0.001,
    activationSeconds: 0.015,
    deactivationSeconds: 0.05,
    maximalVelocity: 10,
    force(a, l, v, force) {
      for (let i = 0; i < a.length; i++) {
        const stretch = (l[i] - 1) / width;
        const parabola = 1 - stretch * stretch;
        const fl = parabola < leastForceLength ? leastForceLength : parabola;
        const A = l[i] > 1 ? hillA * fl : hillA;
        const quick = a[i] < 0.3 ? 1 - weakness * (a[i] - 0.3) : 1;
        const B = hillB * quick * quick;
        const X = a[i] * fl;
        const w = v[i] / velocityUnit;
        let f: number;
        if (w < 0) f = (w * a[i] * A + X * B) / (B - w);
        else {
          const p = (0.5 * X) / ((2 * a[i] * (fl + A)) / B - asymptote);
          f = asymptote * w + (X * (p + 1.5 * w)) / (p + w);
        }
        const strain = l[i] - slack;
        force[i] = (f < 0 ? 0 : f) + (strain > 0 ? stiffness * strain * strain : 0);
      }
    },
    partials(a, l, v, byActivation, byLength, byVelocity) {
      for (let i = 0; i < a.length; i++) {
        const stretch = (l[i] - 1) / width;
        const parabola = 1 - stretch * stretch;
        const clipped = parabola < leastForceLength;
        const fl = clipped ? leastForceLength : parabola;
        const flByL = clipped ? 0 : (-2 * stretch) / width;
        const long = l[i] > 1;
        const A = long ? hillA * fl : hillA;
        const AByL = long ? hillA * flByL : 0;
        const quick = a[i] < 0.3 ? 1 - weakness * (a[i] - 0.3) : 1;
        const B = hillB * quick * quick;
        const BByA = a[i] < 0.3 ? -2 * hillB * quick * weakness : 0;
        const X = a[i] * fl;
        const w = v[i] / velocityUnit;
        let da: number;
        let dl: number;
        let dw: number;
        let f: number;
        if (w < 0) {
          f = (w * a[i] * A + X * B) / (B - w);
          da = (w * A + fl * B + (X - f) * BByA) / (B - w);
          dl = (w * a[i] * AByL + a[i] * flByL * B) / (B - w);
          dw = (a[i] * A + f) / (B - w);
        } else {
          const d = (a[i] * (fl + A)) / B;
          const q = 2 * d - asymptote;
          const p = (0.5 * X) / q;
          const sum = p + w;
          f = asymptote * w + (X * (p + 1.5 * w)) / sum;
          const byP = (-0.5 * X * w) / (sum * sum);
          const byX = (p + 1.5 * w) / sum + (byP * 0.5) / q;
          const byD = (-2 * byP * p) / q;
          da = byX * fl + byD * ((fl + A) / B - (d / B) * BByA);
          dl = byX * a[i] * flByL + (byD * a[i] * (flByL + AByL)) / B;
          dw = asymptote + (0.5 * X * p) / (sum * sum);
        }
        const active = f < 0 ? 0 : 1;
        const strain = l[i] - slack;
        byActivation[i] = active * da;
        byLength[i] = active * dl + (strain > 0 ? 2 * stiffness * strain : 0);
        byVelocity[i] = (active * dw) / velocityUnit;
      }
    },
  };
}
