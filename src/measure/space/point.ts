import { centerOf } from '../../math/lens.ts';
import type { Sight } from './sight.ts';

export interface SpacePoint {
  /** x, y, z. */
  readonly point: Float64Array;
  /** xx, xy, xz, yy, yz, zz. */
  readonly covariance: Float64Array;
  /** Squared distance of each sight from the point, in units of its own covariance: chi-squared of 2 degrees of freedom minus what was fitted. */
  readonly misses: readonly number[];
}

/**
 * Where lines of sight of two cameras or more meet: from the point nearest to all lines, Gauss-Newton on the misfit in the pictures weighted by their
 * covariances, which is the maximum-likelihood estimate under Gaussian errors (Hartley & Zisserman 2004, section 12.4). The covariance is the inverse of the information
 * there. Undefined for lines that are parallel, or meet behind a camera.
 */
export function pointFrom(sights: readonly Sight[]): SpacePoint | undefined {
  const start = nearestToLines(sights);
  if (!start) return undefined;
  const point = start;
  const information = new Float64Array(9);
  for (let iteration = 0; iteration < 20; iteration++) {
    const slope = new Float64Array(3);
    information.fill(0);
    for (const sight of sights) if (!accumulate(sight, point, information, slope)) return undefined;
    const change = solve3(information, slope);
    if (!change) return undefined;
    for (let c = 0; c < 3; c++) point[c] += change[c];
    if (Math.hypot(...change) < 1e-12 * (1 + Math.hypot(...point))) break;
  }
  information.fill(0);
  for (const sight of sights)
    if (!accumulate(sight, point, information, new Float64Array(3))) return undefined;
  const columns = [0, 1, 2].map((c) =>
    solve3(
      information,
      Float64Array.from([0, 1, 2], (i) => Number(i === c)),
    ),
  );
  if (columns.some((c) => !c)) return undefined;
  const [x, y, z] = columns as Float64Array[];
  return {
    point,
    covariance: Float64Array.of(x[0], x[1], x[2], y[1], y[2], z[2]),
    misses: sights.map((s) => missOf(s, point)),
  };
}

/** Adds J' P J to `information` and J' P r to `slope`; false behind the camera. */
function accumulate(
  sight: Sight,
  point: Float64Array,
  information: Float64Array,
  slope: Float64Array,
): boolean {
  const { rotation: r } = sight.camera;
  const seen = inCamera(sight, point);
  if (!(seen[2] > 1e-9)) return false;
  const [u, v] = [seen[0] / seen[2], seen[1] / seen[2]];
  const [du, dv] = [sight.u - u, sight.v - v];
  const [a, b, c] = sight.precision;
  const [wu, wv] = [a * du + b * dv, b * du + c * dv];
  const ju = [0, 1, 2].map((k) => (r[k] - u * r[6 + k]) / seen[2]);
  const jv = [0, 1, 2].map((k) => (r[3 + k] - v * r[6 + k]) / seen[2]);
  for (let i = 0; i < 3; i++) {
    slope[i] += ju[i] * wu + jv[i] * wv;
    for (let k = 0; k < 3; k++) {
      information[3 * i + k] += ju[i] * (a * ju[k] + b * jv[k]) + jv[i] * (b * ju[k] + c * jv[k]);
    }
  }
  return true;
}

function inCamera({ camera: { rotation: r, translation: t } }: Sight, p: Float64Array): number[] {
  return [0, 1, 2].map((i) => r[3 * i] * p[0] + r[3 * i + 1] * p[1] + r[3 * i + 2] * p[2] + t[i]);
}

function missOf(sight: Sight, point: Float64Array): number {
  const [x, y, z] = inCamera(sight, point);
  const [du, dv] = [sight.u - x / z, sight.v - y / z];
  const [a, b, c] = sight.precision;
  return a * du * du + 2 * b * du * dv + c * dv * dv;
}

/** The point with the least sum of squared distances to all lines of sight. */
function nearestToLines(sights: readonly Sight[]): Float64Array | undefined {
  const a = new Float64Array(9);
  const b = new Float64Array(3);
  for (const { camera, u, v } of sights) {
    const { rotation: r } = camera;
    const from = centerOf(camera);
    const ray = [0, 1, 2].map((k) => r[k] * u + r[3 + k] * v + r[6 + k]);
    const length = Math.hypot(...ray);
    for (let i = 0; i < 3; i++) {
      for (let k = 0; k < 3; k++) {
        const across = Number(i === k) - (ray[i] * ray[k]) / length ** 2;
        a[3 * i + k] += across;
        b[i] += across * from[k];
      }
    }
  }
  return solve3(a, b);
}

/** x with A x = b for a symmetric 3 x 3 matrix; undefined where it is singular. */
function solve3(a: Float64Array, b: Float64Array): Float64Array | undefined {
  const c00 = a[4] * a[8] - a[5] * a[7];
  const c01 = a[5] * a[6] - a[3] * a[8];
  const c02 = a[3] * a[7] - a[4] * a[6];
  const determinant = a[0] * c00 + a[1] * c01 + a[2] * c02;
  const size = Math.max(Math.abs(a[0]), Math.abs(a[4]), Math.abs(a[8]));
  if (!(Math.abs(determinant) > 1e-12 * size ** 3)) return undefined;
  const c11 = a[0] * a[8] - a[2] * a[6];
  const c12 = a[1] * a[6] - a[0] * a[7];
  const c22 = a[0] * a[4] - a[1] * a[3];
  return Float64Array.of(
    (c00 * b[0] + c01 * b[1] + c02 * b[2]) / determinant,
    (c01 * b[0] + c11 * b[1] + c12 * b[2]) / determinant,
    (c02 * b[0] + c12 * b[1] + c22 * b[2]) / determinant,
  );
}
