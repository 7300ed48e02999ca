/** The ellipse in which a point lies with 95 % probability where its error is normal with this covariance. */
export interface Ellipse {
  /** Half axes, px. */
  readonly major: number;
  readonly minor: number;
  /** Direction of the major axis, rad, from x towards y. */
  readonly angle: number;
}

/** 95 % quantile of the chi-squared distribution with two degrees of freedom: -2 ln 0.05. */
const chiSquared95 = -2 * Math.log(0.05);

/** From xx, xy, yy in px^2; undefined where one is NaN or the matrix is no covariance. */
export function ellipse95(xx: number, xy: number, yy: number): Ellipse | undefined {
  const mean = (xx + yy) / 2;
  const spread = Math.hypot((xx - yy) / 2, xy);
  const least = mean - spread;
  if (!(least >= -1e-6 * mean && mean + spread < Infinity)) return undefined;
  return {
    major: Math.sqrt(chiSquared95 * (mean + spread)),
    minor: Math.sqrt(chiSquared95 * Math.max(0, least)),
    angle: Math.atan2(2 * xy, xx - yy) / 2,
  };
}
