import { projectPoint, sightOf, type LensCamera } from '../../math/lens.ts';

/** A keypoint in a camera's plane at depth 1, where lenses do not bend lines: what all geometry is done with. */
export interface Sight {
  readonly camera: LensCamera;
  readonly u: number;
  readonly v: number;
  /** Inverse of the covariance of (u, v): uu, uv, vv. */
  readonly precision: readonly [number, number, number];
}

const uv = new Float64Array(2);
const step = 1e-6;

/**
 * The line of sight of a pixel with its uncertainty, the lens undone to first order around it. Undefined for a pixel that the lens does not show.
 * @param covariance of the pixel: xx, xy, yy, px^2.
 */
export function sightThrough(
  camera: LensCamera,
  x: number,
  y: number,
  [xx, xy, yy]: readonly [number, number, number],
): Sight | undefined {
  try {
    sightOf(camera, x, y, uv);
  } catch {
    return undefined;
  }
  const [u, v] = uv;
  const [across, down] = [pixelAt(camera, u + step, v), pixelAt(camera, u, v + step)];
  const j = [across[0] - x, down[0] - x, across[1] - y, down[1] - y].map((d) => d / step);
  // Precision of the pixel, then J' P J.
  const determinant = xx * yy - xy * xy;
  const [a, b, c] = [yy / determinant, -xy / determinant, xx / determinant];
  const precision = [
    j[0] * (a * j[0] + b * j[2]) + j[2] * (b * j[0] + c * j[2]),
    j[0] * (a * j[1] + b * j[3]) + j[2] * (b * j[1] + c * j[3]),
    j[1] * (a * j[1] + b * j[3]) + j[3] * (b * j[1] + c * j[3]),
  ] as const;
  return { camera, u, v, precision };
}

const unmoved = { rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] };

function pixelAt(camera: LensCamera, u: number, v: number): Float64Array {
  const pixel = new Float64Array(2);
  projectPoint({ ...camera, ...unmoved }, [u, v, 1], pixel);
  return pixel;
}
