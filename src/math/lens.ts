import { UsageError } from '../signal/error.ts';

/**
 * A camera with a real lens. World to camera: R X + t, in the unit of the world; the camera looks along its z, x to the right, y down. The
 * lens distorts as OpenCV's five coefficients say (Brown 1966; Conrady 1919):
 *
 *   r^2 = u^2 + v^2,   s = 1 + k1 r^2 + k2 r^4 + k3 r^6
 *   u' = u s + 2 p1 u v + p2 (r^2 + 2 u^2),   v' = v s + p1 (r^2 + 2 v^2) + 2 p2 u v,   pixel = focal (u', v') + center
 *
 * The center of the top left pixel is (0, 0).
 */
export interface LensCamera {
  readonly name: string;
  /** Size of the picture, px. */
  readonly width: number;
  readonly height: number;
  /** px. */
  readonly focal: readonly [x: number, y: number];
  readonly center: readonly [x: number, y: number];
  /** k1, k2, p1, p2, k3. */
  readonly distortion: readonly [number, number, number, number, number];
  /** 3 x 3, row-major. */
  readonly rotation: ArrayLike<number>;
  readonly translation: ArrayLike<number>;
}

/** Distorts a point of the picture plane at depth 1, in place: [u, v]. */
function distort([k1, k2, p1, p2, k3]: LensCamera['distortion'], uv: Float64Array): void {
  const [u, v] = uv;
  const r2 = u * u + v * v;
  const s = 1 + r2 * (k1 + r2 * (k2 + r2 * k3));
  uv[0] = u * s + 2 * p1 * u * v + p2 * (r2 + 2 * u * u);
  uv[1] = v * s + p1 * (r2 + 2 * v * v) + 2 * p2 * u * v;
}

/** The pixel of a world point into `pixel` (2). False, and NaN, where it does not lie in front of the camera. */
export function projectPoint(
  { focal, center, distortion, rotation: r, translation: t }: LensCamera,
  point: ArrayLike<number>,
  pixel: Float64Array,
): boolean {
  const [x, y, z] = [point[0], point[1], point[2]];
  const depth = r[6] * x + r[7] * y + r[8] * z + t[2];
  if (!(depth > 1e-9)) {
    pixel.fill(NaN, 0, 2);
    return false;
  }
  pixel[0] = (r[0] * x + r[1] * y + r[2] * z + t[0]) / depth;
  pixel[1] = (r[3] * x + r[4] * y + r[5] * z + t[1]) / depth;
  distort(distortion, pixel);
  pixel[0] = focal[0] * pixel[0] + center[0];
  pixel[1] = focal[1] * pixel[1] + center[1];
  return true;
}

/**
 * Where the line of sight of a pixel meets the plane at depth 1 of the camera: [u, v] into `uv`. By fixed-point iteration; throws `UsageError`
 * where the distortion cannot be undone there (a pixel beyond what the lens shows).
 */
export function sightOf(camera: LensCamera, x: number, y: number, uv: Float64Array): void {
  const { focal, center, distortion } = camera;
  const [a, b] = [(x - center[0]) / focal[0], (y - center[1]) / focal[1]];
  let [u, v] = [a, b];
  const tried = new Float64Array(2);
  for (let i = 0; i < 100; i++) {
    tried[0] = u;
    tried[1] = v;
    distort(distortion, tried);
    const [du, dv] = [a - tried[0], b - tried[1]];
    u += du;
    v += dv;
    if (Math.abs(du) + Math.abs(dv) < 1e-12) {
      uv[0] = u;
      uv[1] = v;
      return;
    }
  }
  throw new UsageError('the distortion of the lens cannot be undone here', {
    where: `${camera.name}, pixel (${x}, ${y})`,
    expected: 'coefficients of a lens that shows this pixel once',
    got: distortion.join(', '),
  });
}

/** Where the camera stands in the world: -R' t. */
export function centerOf({
  rotation: r,
  translation: t,
}: Pick<LensCamera, 'rotation' | 'translation'>): Float64Array {
  return Float64Array.from([0, 1, 2], (c) => -(r[c] * t[0] + r[3 + c] * t[1] + r[6 + c] * t[2]));
}

/** Rotation and translation of a camera at `from` that looks at `to`, with the world's z upwards in the picture. */
export function lookAt(
  from: readonly [number, number, number],
  to: readonly [number, number, number],
): Pick<LensCamera, 'rotation' | 'translation'> {
  const unit = (v: readonly number[]): number[] => v.map((x) => x / Math.hypot(...v));
  const ahead = unit(to.map((x, c) => x - from[c]));
  // To the right of the picture: ahead x up; for a view from straight above, the world's x is to the right.
  const across = Math.hypot(ahead[0], ahead[1]) < 1e-6 ? [1, 0, 0] : unit([ahead[1], -ahead[0], 0]);
  const down = [
    ahead[1] * across[2] - ahead[2] * across[1],
    ahead[2] * across[0] - ahead[0] * across[2],
    ahead[0] * across[1] - ahead[1] * across[0],
  ];
  const rotation = Float64Array.from([...across, ...down, ...ahead]);
  const translation = Float64Array.from(
    [0, 1, 2],
    (i) => 0 - [0, 1, 2].reduce((sum, c) => sum + rotation[3 * i + c] * from[c], 0),
  );
  return { rotation, translation };
}
