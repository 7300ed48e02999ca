import { kalmanSmooth, type KalmanParameters, type Observations } from './kalman.ts';

/**
 * Unbiased estimate of a smoother's squared position error in units of the measurement noise (Mallows 1973; Stein 1981), but for
 * a constant:
 *
 *   sum over used samples of (z - x)' R^-1 (z - x) + 2 tr(P R^-1);   gated samples count as `gate` each
 *
 * Needs no model of the motion, only the noise R: the choice for smooth movement, which no driving noise made.
 */
export function smoothingRisk(observed: Observations, parameters: KalmanParameters): number {
  const { axes, positions, noise } = observed;
  const path = kalmanSmooth(observed, parameters);
  const [position] = path.derivatives;
  const [covariance] = path.covariances;
  const entries = (axes * (axes + 1)) / 2;
  let risk = 0;
  path.use.forEach((use, t) => {
    if (use === 0) return;
    if (use === 2) {
      risk += parameters.gate;
      return;
    }
    // R^-1 by its adjugate over its determinant, entry by entry of the upper triangle.
    const R =
      observed.noiseKind === 'isotropic'
        ? identity[axes - 1].map((e) => e * noise[t])
        : Array.from(noise.subarray(t * entries, (t + 1) * entries));
    const inverse = inverted(R, axes);
    const residual = Array.from({ length: axes }, (_, a) => positions[t * axes + a] - position[t * axes + a]);
    let entry = 0;
    for (let a = 0; a < axes; a++) {
      for (let b = a; b < axes; b++, entry++) {
        const twice = a === b ? 1 : 2;
        const product = residual[a] * residual[b] + 2 * covariance[t * entries + entry];
        risk += (twice * inverse[entry] * product) / parameters.noiseScale;
      }
    }
  });
  return risk;
}

/** Upper triangles of the identity in one, two and three dimensions. */
const identity = [[1], [1, 0, 1], [1, 0, 0, 1, 0, 1]];

function inverted(R: readonly number[], axes: number): number[] {
  if (axes === 1) return [1 / R[0]];
  if (axes === 2) {
    const [a, b, c] = R;
    const determinant = a * c - b * b;
    return [c / determinant, -b / determinant, a / determinant];
  }
  const [a, b, c, d, e, f] = R;
  const [A, B, C] = [d * f - e * e, c * e - b * f, b * e - c * d];
  const determinant = a * A + b * B + c * C;
  return [A, B, C, a * f - c * c, b * c - a * e, a * d - b * b].map((v) => v / determinant);
}
