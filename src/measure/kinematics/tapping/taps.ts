import { median, quantile } from '../../../math/index.ts';

/** One tap: from closed fingers to open to closed again. */
export interface Tap {
  readonly startSeconds: number;
  readonly peakSeconds: number;
  readonly endSeconds: number;
  /** Opening at the peak less the mean of the closed openings before and after. */
  readonly amplitude: number;
  readonly openingSpeed: number;
  readonly closingSpeed: number;
}

/**
 * Taps in the opening between two fingertips: alternating minima and maxima whose height is at least a share of the usual opening
 * and stands out of the noise. NaN: a tap that touches a missing stretch is left out.
 *
 * @param speed time derivative of the opening.
 * @param heightFraction of the 95 % quantile of the opening's span. Taps that have shrunk below it count as halts.
 */
export function findTaps(
  times: Float64Array,
  opening: Float64Array,
  speed: Float64Array,
  heightFraction = 0.1,
): Tap[] {
  const span = quantile(opening, 0.95) - quantile(opening, 0.05);
  const height = heightFraction * span;
  if (!(height > 0)) return [];
  const extremes = turningPoints(opening, height);
  const taps: Tap[] = [];
  for (let i = 0; i + 2 < extremes.length; i++) {
    const [a, b, c] = extremes.slice(i, i + 3);
    if (opening[b] <= opening[a] || opening.subarray(a, c + 1).some(Number.isNaN)) continue;
    let [fastest, slowest] = [0, 0];
    for (let t = a; t <= c; t++) {
      fastest = Math.max(fastest, t <= b ? speed[t] : 0);
      slowest = Math.min(slowest, t >= b ? speed[t] : 0);
    }
    taps.push({
      startSeconds: times[a],
      peakSeconds: times[b],
      endSeconds: times[c],
      amplitude: opening[b] - (opening[a] + opening[c]) / 2,
      openingSpeed: fastest,
      closingSpeed: -slowest,
    });
  }
  return taps;
}

/** Positions of alternating minima and maxima that differ by at least `height`, by hysteresis. */
function turningPoints(x: Float64Array, height: number): number[] {
  const found: number[] = [];
  let [low, high] = [-1, -1];
  let rising: boolean | undefined;
  for (let t = 0; t < x.length; t++) {
    if (Number.isNaN(x[t])) continue;
    if (low < 0 || x[t] < x[low]) low = t;
    if (high < 0 || x[t] > x[high]) high = t;
    if (rising !== false && x[t] < x[high] - height) {
      if (rising === true || high > 0) found.push(high);
      rising = false;
      low = t;
    } else if (rising !== true && x[t] > x[low] + height) {
      found.push(low);
      rising = true;
      high = t;
    }
  }
  if (rising === false && low >= 0) found.push(low);
  return found;
}

/**
 * The slope by Theil 1950 and Sen 1968 (median of the slopes between all pairs), which single odd taps do not pull, and the level
 * there it starts from. NaN with fewer than two points.
 */
export function robustLine(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { readonly slope: number; readonly intercept: number } {
  const slopes: number[] = [];
  for (let i = 0; i < x.length; i++) {
    for (let j = i + 1; j < x.length; j++) slopes.push((y[j] - y[i]) / (x[j] - x[i]));
  }
  const slope = median(slopes);
  return { slope, intercept: median(Array.from(x, (v, i) => y[i] - slope * v)) };
}
