import { UsageError } from '../signal/error.ts';

/**
 * Interpolation between known points (x increasing strictly, no NaN in x). Each maker returns a function of x; outside the
 * known range, and between two points of which one is NaN (linear), it returns NaN: nothing is extrapolated. PCHIP and the
 * cubic spline need finite y and throw `UsageError` otherwise.
 */
export type Interpolator = (x: number) => number;

/** Straight lines. */
export function linearInterpolator(x: ArrayLike<number>, y: ArrayLike<number>): Interpolator {
  check(x, y, 1, false);
  return (at) => {
    const i = interval(x, at);
    if (i < 0) return NaN;
    if (at === x[i]) return y[i];
    if (at === x[i + 1]) return y[i + 1];
    const t = (at - x[i]) / (x[i + 1] - x[i]);
    return y[i] + t * (y[i + 1] - y[i]);
  };
}

/**
 * Piecewise cubic Hermite interpolation that keeps the data's monotony: no overshoot (Fritsch & Carlson 1980; weighted
 * harmonic mean of slopes, Fritsch & Butland 1984; three-point ends as in Moler 2004, section 3.6).
 */
export function pchipInterpolator(x: ArrayLike<number>, y: ArrayLike<number>): Interpolator {
  check(x, y, 2, true);
  const n = x.length;
  const { h, slope } = secants(x, y);
  if (n === 2) return hermite(x, y, Float64Array.of(slope[0], slope[0]));
  const d = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    if (slope[i - 1] * slope[i] <= 0) continue;
    const w1 = 2 * h[i] + h[i - 1];
    const w2 = h[i] + 2 * h[i - 1];
    d[i] = (w1 + w2) / (w1 / slope[i - 1] + w2 / slope[i]);
  }
  d[0] = endSlope(h[0], h[1], slope[0], slope[1]);
  d[n - 1] = endSlope(h[n - 2], h[n - 3], slope[n - 2], slope[n - 3]);
  return hermite(x, y, d);
}

function endSlope(h0: number, h1: number, s0: number, s1: number): number {
  const d = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1);
  if (Math.sign(d) !== Math.sign(s0)) return 0;
  return Math.sign(s0) !== Math.sign(s1) && Math.abs(d) > 3 * Math.abs(s0) ? 3 * s0 : d;
}

/**
 * The cubic spline: twice continuously differentiable (de Boor 1978, chapter 4). Ends: `not-a-knot` (default; the first two
 * and the last two pieces are one cubic) or `natural` (second derivative zero). With three points `not-a-knot` is the
 * parabola through them, with two the line.
 */
export function cubicInterpolator(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: { readonly ends?: 'not-a-knot' | 'natural' } = {},
): Interpolator {
  check(x, y, 2, true);
  const n = x.length;
  const { h, slope } = secants(x, y);
  if (n === 2) return hermite(x, y, Float64Array.of(slope[0], slope[0]));
  const natural = options.ends === 'natural';
  if (n === 3 && !natural) {
    const bend = (slope[1] - slope[0]) / (h[0] + h[1]);
    const d = [slope[0] - bend * h[0], slope[0] + bend * h[0], slope[1] + bend * h[1]];
    return hermite(x, y, Float64Array.from(d));
  }
  // Tridiagonal system for the slopes d: lower[i] d[i-1] + diagonal[i] d[i] + upper[i] d[i+1] = right[i].
  const lower = new Float64Array(n);
  const diagonal = new Float64Array(n);
  const upper = new Float64Array(n);
  const right = new Float64Array(n);
  for (let i = 1; i < n - 1; i++) {
    lower[i] = h[i];
    diagonal[i] = 2 * (h[i - 1] + h[i]);
    upper[i] = h[i - 1];
    right[i] = 3 * (h[i] * slope[i - 1] + h[i - 1] * slope[i]);
  }
  const end = (h0: number, h1: number, s0: number, s1: number): [number, number, number] =>
    natural ? [2, 1, 3 * s0] : [h1, h0 + h1, ((h0 + 2 * (h0 + h1)) * h1 * s0 + h0 * h0 * s1) / (h0 + h1)];
  [diagonal[0], upper[0], right[0]] = end(h[0], h[1], slope[0], slope[1]);
  [diagonal[n - 1], lower[n - 1], right[n - 1]] = end(h[n - 2], h[n - 3], slope[n - 2], slope[n - 3]);
  for (let i = 1; i < n; i++) {
    const factor = lower[i] / diagonal[i - 1];
    diagonal[i] -= factor * upper[i - 1];
    right[i] -= factor * right[i - 1];
  }
  const d = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) d[i] = (right[i] - (i < n - 1 ? upper[i] * d[i + 1] : 0)) / diagonal[i];
  return hermite(x, y, d);
}

/** The cubic with values y and slopes d at both ends of each interval. */
function hermite(xs: ArrayLike<number>, ys: ArrayLike<number>, d: Float64Array): Interpolator {
  return (at) => {
    const i = interval(xs, at);
    if (i < 0) return NaN;
    const h = xs[i + 1] - xs[i];
    const t = (at - xs[i]) / h;
    const u = 1 - t;
    return (
      (1 + 2 * t) * u * u * ys[i] +
      t * u * u * h * d[i] +
      t * t * (3 - 2 * t) * ys[i + 1] -
      t * t * u * h * d[i + 1]
    );
  };
}

function secants(x: ArrayLike<number>, y: ArrayLike<number>): { h: Float64Array; slope: Float64Array } {
  const h = Float64Array.from({ length: x.length - 1 }, (_, i) => x[i + 1] - x[i]);
  return { h, slope: h.map((width, i) => (y[i + 1] - y[i]) / width) };
}

/** The i with x[i] <= at <= x[i + 1]; -1 outside (a single point counts as an interval of its own). */
function interval(x: ArrayLike<number>, at: number): number {
  if (!(at >= x[0] && at <= x[x.length - 1])) return -1;
  let low = 0;
  let high = x.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  return low;
}

function check(x: ArrayLike<number>, y: ArrayLike<number>, least: number, finite: boolean): void {
  if (x.length !== y.length || x.length < least) {
    throw new UsageError('interpolation needs points', {
      expected: `as many x as y, at least ${least}`,
      got: `${x.length} and ${y.length}`,
    });
  }
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || (i > 0 && x[i] <= x[i - 1]) || (finite && !Number.isFinite(y[i]))) {
      throw new UsageError('interpolation needs increasing x and finite y', {
        where: `point ${i}`,
        got: `x = ${x[i]}, y = ${y[i]}`,
        fix: 'Leave missing points out.',
      });
    }
  }
}
