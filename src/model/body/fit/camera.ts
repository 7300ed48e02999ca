import { UsageError } from '../../../signal/error.ts';

/** How points of the world come into a picture. */
export interface Camera {
  readonly name: string;
  /**
   * Writes the pixel of a world point (m) into `pixel` (2) and the pixel's derivative by the point into `jacobian` (2 x 3, row-major).
   * False where the point does not lie in front of the camera.
   */
  project(x: number, y: number, z: number, pixel: Float64Array, jacobian: Float64Array): boolean;
}

export interface PinholeParts {
  readonly name?: string;
  /** Focal lengths, px. */
  readonly focal: readonly [number, number];
  /** Principal point, px; the center of the top left pixel is (0, 0). */
  readonly center: readonly [number, number];
  /** World to camera, 3 x 3 row-major; the camera looks along its z, x to the right, y down. */
  readonly rotation: ArrayLike<number>;
  /** World to camera, m: a point's camera coordinates are `rotation point + translation`. */
  readonly translation: ArrayLike<number>;
}

/** A camera without distortion: undistort keypoints first. */
export function pinhole({
  name = 'camera',
  focal,
  center,
  rotation: r,
  translation: t,
}: PinholeParts): Camera {
  if (r.length !== 9 || t.length !== 3) {
    throw new UsageError('a camera needs a rotation of 9 numbers and a translation of 3', {
      where: name,
      got: `${r.length} and ${t.length}`,
    });
  }
  return {
    name,
    project(x, y, z, pixel, jacobian) {
      const depth = r[6] * x + r[7] * y + r[8] * z + t[2];
      if (!(depth > 1e-9)) return false;
      const u = (r[0] * x + r[1] * y + r[2] * z + t[0]) / depth;
      const v = (r[3] * x + r[4] * y + r[5] * z + t[1]) / depth;
      pixel[0] = focal[0] * u + center[0];
      pixel[1] = focal[1] * v + center[1];
      for (let k = 0; k < 3; k++) {
        jacobian[k] = (focal[0] * (r[k] - u * r[6 + k])) / depth;
        jacobian[3 + k] = (focal[1] * (r[3 + k] - v * r[6 + k])) / depth;
      }
      return true;
    },
  };
}

/**
 * A camera so far away that depth does not matter: picture = `rows world + offset`. For a planar body seen from above with `s` pixels a
 * meter, `rows` is [s, 0, 0, 0, -s, 0].
 *
 * @param rows 2 x 3, row-major, px per m. @param offset px.
 */
export function orthographic(
  rows: ArrayLike<number>,
  offset: readonly [number, number],
  name = 'camera',
): Camera {
  if (rows.length !== 6) {
    throw new UsageError('an orthographic camera needs 2 x 3 numbers', {
      where: name,
      got: `${rows.length}`,
    });
  }
  return {
    name,
    project(x, y, z, pixel, jacobian) {
      for (let i = 0; i < 2; i++) {
        pixel[i] = rows[3 * i] * x + rows[3 * i + 1] * y + rows[3 * i + 2] * z + offset[i];
        for (let k = 0; k < 3; k++) jacobian[3 * i + k] = rows[3 * i + k];
      }
      return true;
    },
  };
}
