import { cubicInterpolator } from '../../math/interpolate.ts';
import { UsageError } from '../../signal/error.ts';

/** A point of the writing plane: x to the right, y up, in heights of a small letter's box. */
export type PenPoint = readonly [x: number, y: number];

/** A letter-like shape drawn in one stroke: a smooth curve goes through its points in their order. */
export interface Character {
  readonly name: string;
  readonly points: readonly PenPoint[];
}

/**
 * Twenty single-stroke characters of Marey's own design, in a box about 1 wide and 1 high, loops above and below it included: the same kind of
 * material as the letters of Sandbrink et al. (2023, eLife 12:e81499), but drawn here rather than recorded.
 */
// prettier-ignore
export const characters: readonly Character[] = [
  { name: 'a', points: [[0.85, 0.75], [0.45, 0.98], [0.08, 0.5], [0.4, 0.04], [0.8, 0.4], [0.86, 0.8], [0.84, 0.25], [1, 0.02]] },
  { name: 'b', points: [[0.2, 1], [0.18, 0.5], [0.2, 0.05], [0.34, 0.42], [0.62, 0.55], [0.82, 0.28], [0.55, 0], [0.22, 0.1]] },
  { name: 'c', points: [[0.88, 0.78], [0.55, 0.98], [0.14, 0.7], [0.12, 0.28], [0.5, 0.02], [0.9, 0.2]] },
  { name: 'd', points: [[0.72, 0.42], [0.4, 0.56], [0.1, 0.28], [0.35, 0.01], [0.68, 0.2], [0.78, 0.6], [0.8, 1], [0.8, 0.4], [0.86, 0.02]] },
  { name: 'e', points: [[0.12, 0.45], [0.5, 0.5], [0.85, 0.68], [0.55, 0.98], [0.16, 0.66], [0.2, 0.18], [0.58, 0.01], [0.92, 0.2]] },
  { name: 'g', points: [[0.8, 0.85], [0.45, 1], [0.18, 0.75], [0.42, 0.5], [0.76, 0.66], [0.82, 0.86], [0.8, 0.3], [0.5, 0], [0.15, 0.14]] },
  { name: 'h', points: [[0.15, 1], [0.14, 0.5], [0.13, 0.02], [0.2, 0.36], [0.5, 0.56], [0.74, 0.36], [0.78, 0.02]] },
  { name: 'l', points: [[0.2, 0.1], [0.5, 0.5], [0.66, 0.86], [0.5, 1], [0.36, 0.75], [0.38, 0.25], [0.55, 0.02], [0.8, 0.14]] },
  { name: 'm', points: [[0.05, 0.9], [0.08, 0.1], [0.14, 0.6], [0.32, 0.95], [0.46, 0.55], [0.48, 0.1], [0.54, 0.6], [0.74, 0.95], [0.88, 0.55], [0.95, 0.05]] },
  { name: 'n', points: [[0.12, 0.92], [0.14, 0.5], [0.15, 0.06], [0.26, 0.6], [0.55, 0.95], [0.8, 0.6], [0.86, 0.04]] },
  { name: 'o', points: [[0.55, 0.98], [0.16, 0.76], [0.12, 0.28], [0.5, 0.02], [0.88, 0.28], [0.86, 0.74], [0.58, 0.98]] },
  { name: 'p', points: [[0.2, 0.9], [0.2, 0.45], [0.2, 0.02], [0.22, 0.55], [0.45, 0.98], [0.8, 0.82], [0.66, 0.48], [0.3, 0.46]] },
  { name: 'q', points: [[0.76, 0.86], [0.4, 0.98], [0.14, 0.72], [0.38, 0.46], [0.72, 0.64], [0.78, 0.84], [0.76, 0.35], [0.78, 0.02], [0.98, 0.18]] },
  { name: 'r', points: [[0.2, 0.95], [0.22, 0.5], [0.22, 0.04], [0.26, 0.5], [0.45, 0.86], [0.82, 0.9]] },
  { name: 's', points: [[0.84, 0.84], [0.5, 1], [0.2, 0.78], [0.5, 0.52], [0.8, 0.24], [0.5, 0], [0.14, 0.14]] },
  { name: 'u', points: [[0.1, 0.95], [0.12, 0.4], [0.36, 0.04], [0.66, 0.3], [0.76, 0.92], [0.78, 0.4], [0.95, 0.04]] },
  { name: 'v', points: [[0.08, 0.96], [0.26, 0.5], [0.46, 0.03], [0.64, 0.45], [0.86, 0.97]] },
  { name: 'w', points: [[0.04, 0.95], [0.12, 0.4], [0.26, 0.04], [0.4, 0.35], [0.5, 0.7], [0.6, 0.35], [0.74, 0.04], [0.88, 0.4], [0.96, 0.95]] },
  { name: 'y', points: [[0.16, 1], [0.26, 0.66], [0.5, 0.54], [0.74, 0.78], [0.8, 1], [0.74, 0.55], [0.55, 0.1], [0.25, 0.02]] },
  { name: 'z', points: [[0.1, 0.92], [0.5, 0.94], [0.88, 0.9], [0.5, 0.5], [0.12, 0.08], [0.5, 0.06], [0.92, 0.1]] },
];

/** Pieces a curve is cut into to measure its length and its curvature. */
const pieces = 400;

/** Curvature below which a pen gets no faster, 1/heights: a straight stretch would have no end to its speed. */
const straightCurvature = 0.5;

/** Share of a movement that it takes to get up to speed, and to come to rest again. */
const rise = 0.15;

/**
 * The pen's way along a character as a function of the elapsed share of the movement (0 to 1, clamped). The curve is a cubic spline through the points over the
 * distance between them; along it the pen follows the two-thirds power law, speed ~ (curvature + 0.5)^(-1/3) (Lacquaniti, Terzuolo & Viviani
 * 1983, Acta Psychol 54:115), times a raised cosine in time over the first and the last 15 %, so that it starts and ends at rest. The middle of the
 * box is the origin. Throws `UsageError` for fewer than three points, or two equal ones in a row.
 */
export function penPath({ name, points }: Character): (share: number) => PenPoint {
  const along = new Float64Array(points.length);
  for (let i = 1; i < points.length; i++) along[i] = along[i - 1] + distance(points[i], points[i - 1]);
  if (points.length < 3 || along.some((a, i) => i > 0 && !(a > along[i - 1]))) {
    throw new UsageError('this is no character', {
      where: `character "${name}"`,
      expected: 'three points or more, each in another place than the one before',
      got: JSON.stringify(points),
    });
  }
  const [x, y] = [0, 1].map((d) =>
    cubicInterpolator(
      along,
      points.map((p) => p[d]),
      { ends: 'natural' },
    ),
  );
  const last = along[along.length - 1];
  const at = (piece: number): PenPoint => {
    const s = Math.min(last, (piece / pieces) * last);
    return [x(s), y(s)];
  };
  const places = Array.from({ length: pieces + 1 }, (_, i) => at(i));
  // Time that each piece takes, summed up: the inverse of this is the way.
  const elapsed = new Float64Array(pieces + 1);
  for (let i = 1; i <= pieces; i++) {
    const middle = Math.min(pieces - 1, Math.max(1, i));
    const speed =
      (curvature(places[middle - 1], places[middle], places[middle + 1]) + straightCurvature) ** (-1 / 3);
    elapsed[i] = elapsed[i - 1] + distance(places[i], places[i - 1]) / speed;
  }
  return (share) => {
    const wanted = phase(share) * elapsed[pieces];
    let [low, high] = [0, pieces];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (elapsed[middle] <= wanted) low = middle;
      else high = middle;
    }
    const [px, py] = at(low + (wanted - elapsed[low]) / (elapsed[high] - elapsed[low]));
    return [px - 0.5, py - 0.5];
  };
}

/** How far along a movement is whose rate rises and falls as a raised cosine: 0 to 1 over 0 to 1. */
function phase(share: number): number {
  const t = Math.min(1, Math.max(0, share));
  const rising = (u: number): number => (u - (rise * Math.sin((Math.PI * u) / rise)) / Math.PI) / 2;
  const area = 1 - rise;
  if (t < rise) return rising(t) / area;
  if (t > 1 - rise) return 1 - rising(1 - t) / area;
  return (t - rise / 2) / area;
}

function distance(a: PenPoint, b: PenPoint): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** Of the circle through three points (Menger): 4 area / product of the sides. */
function curvature(a: PenPoint, b: PenPoint, c: PenPoint): number {
  const area = Math.abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) * (b[1] - a[1])) / 2;
  return (4 * area) / (distance(a, b) * distance(b, c) * distance(a, c) || Infinity);
}
