import type { Muscle } from './muscle.ts';

/** Maximal shortening velocity, optimal fiber lengths per second. */
const vmax = 10;
/** The three Gaussian-like terms of the active force-length relation: b1, b2, b3, b4. */
const terms = [
  [0.8150671134243542, 1.055033428970575, 0.162384573599574, 0.063303448465465],
  [0.433004984392647, 0.71677541339776, -0.029947116970696, 0.200356847296188],
  [0.1, 1, 0.353553390593274, 0],
] as const;
const d1 = -0.3211346127989808;
const d2 = -8.149;
const d3 = -0.374;
const d4 = 0.8825327733249912;
const passiveRate = 4 / 0.6;
const passiveOffset = Math.exp(passiveRate * (0.2 - 1));
const passiveScale = 1 / (Math.exp(4) - passiveOffset);

function forceLength(l: number): number {
  let sum = 0;
  for (const [b1, b2, b3, b4] of terms) {
    const z = (l - b2) / (b3 + b4 * l);
    sum += b1 * Math.exp(-0.5 * z * z);
  }
  return sum;
}

function forceLengthSlope(l: number): number {
  let sum = 0;
  for (const [b1, b2, b3, b4] of terms) {
    const s = b3 + b4 * l;
    const z = (l - b2) / s;
    sum -= (b1 * Math.exp(-0.5 * z * z) * z * (1 - b4 * z)) / s;
  }
  return sum;
}

/**
 * The muscle of De Groote, Kinney, Rao and Fregly (2016, supplement), whose curves are smooth everywhere, so that gradients have no kinks:
 *
 *     fl = sum_i b1 exp(-((l - b2) / (b3 + b4 l))^2 / 2),   fv = d1 asinh(d2 v / vmax + d3) + d4
 *     passive = (exp(4 (l - 1) / 0.6) - exp(4 (0.2 - 1) / 0.6)) / (e^4 - exp(4 (0.2 - 1) / 0.6))
 *     force = a fl fv + passive
 *
 * vmax = 10 optimal lengths per second; constants as in OpenSim's DeGrooteFregly2016Muscle. Lengths below 0.2 and velocities below -vmax are
 * outside the model: force can fall below zero there.
 */
export const deGrooteMuscle: Muscle = {
  name: 'de-groote',
  minimumActivation: 0.001,
  activationSeconds: 0.015,
  deactivationSeconds: 0.06,
  maximalVelocity: vmax,
  force(a, l, v, force) {
    for (let i = 0; i < a.length; i++) {
      const x = (d2 * v[i]) / vmax + d3;
      const fv = d1 * Math.log(x + Math.sqrt(x * x + 1)) + d4;
      const passive = passiveScale * (Math.exp(passiveRate * (l[i] - 1)) - passiveOffset);
      force[i] = a[i] * forceLength(l[i]) * fv + passive;
    }
  },
  partials(a, l, v, byActivation, byLength, byVelocity) {
    for (let i = 0; i < a.length; i++) {
      const x = (d2 * v[i]) / vmax + d3;
      const root = Math.sqrt(x * x + 1);
      const fv = d1 * Math.log(x + root) + d4;
      const fl = forceLength(l[i]);
      byActivation[i] = fl * fv;
      byLength[i] =
        a[i] * forceLengthSlope(l[i]) * fv + passiveScale * passiveRate * Math.exp(passiveRate * (l[i] - 1));
      byVelocity[i] = (a[i] * fl * d1 * d2) / (vmax * root);
    }
  },
};
