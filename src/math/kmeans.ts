import { InputError, UsageError } from '../signal/error.ts';
import type { Random } from './random.ts';

export interface KMeansOptions {
  readonly clusters: number;
  readonly random: Random;
  /** Independent starts, of which the best is kept. Default 4. */
  readonly restarts?: number;
  /** Default 100. */
  readonly maxIterations?: number;
}

export interface KMeans {
  /** clusters x dimensions, row by row. */
  readonly centers: Float64Array;
  /** The cluster of each point. */
  readonly labels: Int32Array;
  /** The sum of squared distances to the centers. */
  readonly inertia: number;
  readonly iterations: number;
  /** Whether the labels stopped changing before `maxIterations`. */
  readonly converged: boolean;
}

/**
 * k-means by Lloyd's iteration (1982) from k-means++ starts (Arthur & Vassilvitskii 2007). A cluster that loses all its
 * points moves to the point farthest from its center.
 *
 * @param points n x dimensions, row by row, all finite (`InputError` otherwise); n must be at least `clusters`.
 */
export function kmeans(points: ArrayLike<number>, dimensions: number, options: KMeansOptions): KMeans {
  const { clusters, random, restarts = 4, maxIterations = 100 } = options;
  const n = points.length / dimensions;
  if (!Number.isInteger(n) || !(clusters >= 1 && clusters <= n)) {
    throw new UsageError('k-means cannot run', {
      expected: `whole points of ${dimensions} numbers, and 1 to ${Math.floor(n)} clusters`,
      got: `${points.length} numbers, ${clusters} clusters`,
    });
  }
  for (let i = 0; i < points.length; i++) {
    if (!Number.isFinite(points[i])) {
      throw new InputError('k-means needs finite coordinates', {
        where: `point ${Math.floor(i / dimensions)}`,
        got: `${points[i]}`,
        fix: 'Leave points with missing coordinates out.',
      });
    }
  }
  let best: KMeans | undefined;
  for (let r = 0; r < Math.max(1, restarts); r++) {
    const found = lloyd(points, dimensions, plusPlus(points, dimensions, clusters, random), maxIterations);
    if (!best || found.inertia < best.inertia) best = found;
  }
  return best!;
}

/** Each further center is drawn with probability proportional to the squared distance to the nearest one so far. */
function plusPlus(points: ArrayLike<number>, d: number, clusters: number, random: Random): Float64Array {
  const n = points.length / d;
  const centers = new Float64Array(clusters * d);
  const nearest = new Float64Array(n).fill(Infinity);
  for (let c = 0; c < clusters; c++) {
    let chosen = c === 0 ? random.integer(n) : -1;
    if (c > 0) {
      let total = 0;
      for (let i = 0; i < n; i++) total += nearest[i];
      let rest = random.uniform() * total;
      for (let i = 0; i < n && chosen < 0; i++) {
        rest -= nearest[i];
        if (rest < 0) chosen = i;
      }
      // All points coincide with centers (or rounding ran past the end): any point will do.
      if (chosen < 0) chosen = random.integer(n);
    }
    for (let k = 0; k < d; k++) centers[c * d + k] = points[chosen * d + k];
    for (let i = 0; i < n; i++) nearest[i] = Math.min(nearest[i], distance2(points, i, centers, c, d));
  }
  return centers;
}

function lloyd(points: ArrayLike<number>, d: number, start: Float64Array, maxIterations: number): KMeans {
  const n = points.length / d;
  const clusters = start.length / d;
  const centers = start.slice();
  const labels = new Int32Array(n).fill(-1);
  const distances = new Float64Array(n);
  const assign = (): boolean => {
    let changed = false;
    for (let i = 0; i < n; i++) {
      let nearest = 0;
      distances[i] = Infinity;
      for (let c = 0; c < clusters; c++) {
        const distance = distance2(points, i, centers, c, d);
        if (distance < distances[i]) {
          distances[i] = distance;
          nearest = c;
        }
      }
      changed ||= labels[i] !== nearest;
      labels[i] = nearest;
    }
    return changed;
  };
  let iterations = 0;
  let changed = assign();
  while (changed && iterations < maxIterations) {
    iterations++;
    moveCenters(points, d, labels, distances, centers);
    changed = assign();
  }
  const inertia = distances.reduce((s, v) => s + v, 0);
  return { centers, labels, inertia, iterations, converged: !changed };
}

function moveCenters(
  points: ArrayLike<number>,
  d: number,
  labels: Int32Array,
  distances: Float64Array,
  centers: Float64Array,
): void {
  const counts = new Int32Array(centers.length / d);
  centers.fill(0);
  for (let i = 0; i < labels.length; i++) {
    counts[labels[i]]++;
    for (let k = 0; k < d; k++) centers[labels[i] * d + k] += points[i * d + k];
  }
  for (let c = 0; c < counts.length; c++) {
    if (counts[c] > 0) {
      for (let k = 0; k < d; k++) centers[c * d + k] /= counts[c];
      continue;
    }
    let farthest = 0;
    for (let i = 1; i < labels.length; i++) if (distances[i] > distances[farthest]) farthest = i;
    distances[farthest] = 0;
    for (let k = 0; k < d; k++) centers[c * d + k] = points[farthest * d + k];
  }
}

function distance2(a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number, d: number): number {
  let sum = 0;
  for (let k = 0; k < d; k++) sum += (a[i * d + k] - b[j * d + k]) ** 2;
  return sum;
}
