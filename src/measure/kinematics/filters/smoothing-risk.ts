import { kalmanSmooth, type KalmanParameters, type Observations } from './kalman.ts';

/** How closely a smoother follows its samples, and how many of them it spends on that. */
export interface Following {
  /** Sum of (z - x)' R^-1 (z - x) over the samples used. */
  readonly misfit: number;
  /** Sum of tr(P R^-1): the degrees of freedom of the fit. */
  readonly freedom: number;
  /** Numbers used: samples times axes. */
  readonly count: number;
}

/**
 * Of the samples from `from` to `to`. Both sums together estimate the squared position error without bias and without any model of the
 * motion: misfit + 2 freedom, in units of the noise and but for a constant (Mallows 1973; Stein 1981). Where the noise is known up to a factor
 * only, misfit / (count - freedom)^2 is least at nearly the same place (generalized cross-validation: Craven & Wahba 1979).
 */
export function following(
  observed: Observations,
  parameters: KalmanParameters,
  [from, to]: readonly [from: number, to: number],
): Following {
  const { axes, positions, noise } = observed;
  const path = kalmanSmooth(observed, parameters);
  const [position] = path.derivatives;
  const [covariance] = path.covariances;
  const entries = (axes * (axes + 1)) / 2;
  let [misfit, freedom, count] = [0, 0, 0];
  path.use.forEach((use, t) => {
    if (use !== 1 || t < from || t >= to) return;
    count += axes;
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
        const weight = (twice * inverse[entry]) / parameters.noiseScale;
        misfit += weight * residual[a] * residual[b];
        freedom += weight * covariance[t * entries + entry];
      }
    }
  });
  return { misfit, freedom, count };
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
