/**
 * Models of a point's motion, one per axis, driven by continuous white noise (Bar-Shalom, Li & Kirubarajan 2001, section
 * 6.2): `velocity` has nearly constant velocity and white-noise acceleration, `acceleration` nearly constant acceleration and
 * white-noise jerk.
 */
export type MotionModel = 'velocity' | 'acceleration';

/** State a axis: position, velocity and, for `acceleration`, acceleration. */
export function stateOrder(model: MotionModel): 2 | 3 {
  return model === 'velocity' ? 2 : 3;
}

/**
 * Covariance added over `dt` seconds at unit noise density (px^2/s^3 or px^2/s^5), order x order, row-major:
 * Q = integral_0^dt g(s) g(s)^T ds, g(s) = (s^2/2, s, 1), or (s, 1).
 */
export function processCovariance(order: 2 | 3, dt: number): Float64Array {
  if (order === 2) return Float64Array.of(dt ** 3 / 3, dt ** 2 / 2, dt ** 2 / 2, dt);
  const [a, b, c, d] = [dt ** 5 / 20, dt ** 4 / 8, dt ** 3 / 6, dt ** 3 / 3];
  return Float64Array.of(a, b, c, b, d, dt ** 2 / 2, c, dt ** 2 / 2, dt);
}

/**
 * F X in place, where F = (exp of the shift by dt) x I: derivative k gains dt^(j-k)/(j-k)! times derivative j.
 *
 * @param x rows are derivative-major: row k * block + axis.
 */
export function advanceRows(x: Float64Array, order: number, block: number, width: number, dt: number): void {
  const half = (dt * dt) / 2;
  const stride = block * width;
  for (let i = 0; i < stride; i++) {
    if (order === 3) x[i] += dt * x[i + stride] + half * x[i + 2 * stride];
    else x[i] += dt * x[i + stride];
    if (order === 3) x[i + stride] += dt * x[i + 2 * stride];
  }
}

/** F^T X in place. */
export function retreatRows(x: Float64Array, order: number, block: number, width: number, dt: number): void {
  const half = (dt * dt) / 2;
  const stride = block * width;
  for (let i = 0; i < stride; i++) {
    if (order === 3) x[i + 2 * stride] += dt * x[i + stride] + half * x[i];
    x[i + stride] += dt * x[i];
  }
}

/** X F^T (`forward`) or X F in place, for a square X. */
export function shiftColumns(
  x: Float64Array,
  order: number,
  block: number,
  dt: number,
  direction: 'advance' | 'retreat',
): void {
  const n = order * block;
  const half = (dt * dt) / 2;
  for (let row = 0; row < n; row++) {
    for (let a = 0; a < block; a++) {
      const i = row * n + a;
      if (direction === 'advance') {
        x[i] += dt * x[i + block] + (order === 3 ? half * x[i + 2 * block] : 0);
        if (order === 3) x[i + block] += dt * x[i + 2 * block];
      } else {
        if (order === 3) x[i + 2 * block] += dt * x[i + block] + half * x[i];
        x[i + block] += dt * x[i];
      }
    }
  }
}
