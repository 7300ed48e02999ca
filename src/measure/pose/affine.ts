/**
 * Affine maps of the plane, p' = [a b; c d] p + [tx; ty], as six numbers [a, b, tx, c, d, ty].
 *
 * Frame of reference: continuous picture coordinates, where pixel i covers [i, i + 1). Labels and predictions count pixel
 * centers as whole numbers, so half a pixel is added on the way in and taken off on the way out (`halfPixel`).
 */
export type Affine = readonly [number, number, number, number, number, number];

/** Labels and predictions have the center of the first pixel at 0; continuous coordinates have it at this. */
export const halfPixel = 0.5;

export const identity: Affine = [1, 0, 0, 0, 1, 0];

/** outer(inner(p)). */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, tx, c, d, ty] = outer;
  const [e, f, ux, g, h, uy] = inner;
  return [
    a * e + b * g,
    a * f + b * h,
    a * ux + b * uy + tx,
    c * e + d * g,
    c * f + d * h,
    c * ux + d * uy + ty,
  ];
}

export function inverse([a, b, tx, c, d, ty]: Affine): Affine {
  const det = a * d - b * c;
  return [d / det, -b / det, (b * ty - d * tx) / det, -c / det, a / det, (c * tx - a * ty) / det];
}

/** Maps points [x, y, x, y, ...]; NaN stays NaN. */
export function transformed(map: Affine, points: ArrayLike<number>): Float64Array {
  const out = new Float64Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    out[i] = map[0] * points[i] + map[1] * points[i + 1] + map[2];
    out[i + 1] = map[3] * points[i] + map[4] * points[i + 1] + map[5];
  }
  return out;
}

/** Rotation by `angle` (from x towards y) and scaling, taking the point `from` to the point `to`. */
export function similarity(
  angle: number,
  scale: number,
  from: readonly [number, number],
  to: readonly [number, number],
): Affine {
  const c = Math.cos(angle) * scale;
  const s = Math.sin(angle) * scale;
  return [c, -s, to[0] - c * from[0] + s * from[1], s, c, to[1] - s * from[0] - c * from[1]];
}

/** The mirror about the horizontal line y = `axis`. */
export function mirror(axis: number): Affine {
  return [1, 0, 0, 0, -1, 2 * axis];
}

/** The factor by which lengths grow (the root of the determinant's size). */
export function scaleOf([a, b, , c, d]: Affine): number {
  return Math.sqrt(Math.abs(a * d - b * c));
}
