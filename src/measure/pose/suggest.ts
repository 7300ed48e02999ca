import { kmeans } from '../../math/kmeans.ts';
import { median, medianAbsoluteDeviation, normalConsistency } from '../../math/quantile.ts';
import type { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import type { Frame } from '../../media/frame.ts';
import type { PoseTrack } from '../../signal/pose.ts';

/** Side of the thumbnail that frames are compared by, in cells. */
const thumbnailSide = 16;

/**
 * A small description of a frame to compare frames by: its 16 x 16 mean gray levels, less their mean, so that the light does
 * not count. 256 numbers in gray levels.
 */
export function frameThumbnail(frame: Frame): Float32Array {
  const cells = new Float32Array(thumbnailSide * thumbnailSide);
  const counts = new Float32Array(cells.length);
  const { width, height, channels, data } = frame;
  // Every fourth pixel each way is plenty for a mean.
  const step = Math.max(1, Math.floor(Math.min(width, height) / (thumbnailSide * 8)));
  for (let y = 0; y < height; y += step) {
    const row = Math.floor((y * thumbnailSide) / height) * thumbnailSide;
    for (let x = 0; x < width; x += step) {
      const cell = row + Math.floor((x * thumbnailSide) / width);
      const at = (y * width + x) * channels;
      cells[cell] += channels === 1 ? data[at] : (data[at] + data[at + 1] + data[at + 2]) / 3;
      counts[cell]++;
    }
  }
  let total = 0;
  for (let c = 0; c < cells.length; c++) {
    if (counts[c] > 0) cells[c] /= counts[c];
    total += cells[c] / cells.length;
  }
  return cells.map((v) => v - total);
}

export interface SuggestOptions {
  readonly count: number;
  /**
   * `kmeans`: one frame from each group of alike frames (as DeepLabCut proposes them). `diverse`: each next frame is the one least
   * like those chosen (Gonzalez 1985), which also finds rare postures, and blemished frames.
   */
  readonly method?: 'kmeans' | 'diverse';
  readonly random: Random;
}

/**
 * Which frames to label first, as positions in `thumbnails`, ascending. Throws `UsageError` where fewer frames than `count`
 * are given.
 */
export function suggestFrames(thumbnails: readonly Float32Array[], options: SuggestOptions): number[] {
  const { count, method = 'kmeans', random } = options;
  if (!(count >= 1 && count <= thumbnails.length)) {
    throw new UsageError('cannot suggest that many frames', {
      expected: `1 to ${thumbnails.length}`,
      got: `${count}`,
    });
  }
  const chosen =
    method === 'kmeans' ? nearestToCenters(thumbnails, count, random) : farthestFirst(thumbnails, count);
  return chosen.sort((a, b) => a - b);
}

function nearestToCenters(thumbnails: readonly Float32Array[], clusters: number, random: Random): number[] {
  const dimensions = thumbnails[0].length;
  const points = new Float64Array(thumbnails.length * dimensions);
  thumbnails.forEach((t, i) => points.set(t, i * dimensions));
  const { centers, labels } = kmeans(points, dimensions, { clusters, random, restarts: 1 });
  const nearest = new Map<number, { readonly frame: number; readonly distance: number }>();
  labels.forEach((c, frame) => {
    const center = centers.subarray(c * dimensions, (c + 1) * dimensions);
    const distance = squaredDistance(thumbnails[frame], center);
    if (distance < (nearest.get(c)?.distance ?? Infinity)) nearest.set(c, { frame, distance });
  });
  return spread(
    [...nearest.values()].map(({ frame }) => frame),
    clusters,
    thumbnails.length,
  );
}

/** Where fewer frames differ than are wanted, the others are those that lie farthest in time from the chosen ones. */
function spread(chosen: number[], count: number, frames: number): number[] {
  const gap = Array.from({ length: frames }, (_, i) => Math.min(...chosen.map((c) => Math.abs(c - i))));
  while (chosen.length < count) {
    const next = gap.indexOf(gap.reduce((most, g) => Math.max(most, g), 0));
    chosen.push(next);
    gap.forEach((g, i) => (gap[i] = Math.min(g, Math.abs(i - next))));
  }
  return chosen;
}

function farthestFirst(thumbnails: readonly Float32Array[], count: number): number[] {
  const chosen = [0];
  const distance = thumbnails.map((t) => squaredDistance(t, thumbnails[0]));
  while (chosen.length < count) {
    const next = distance.reduce((best, d, i) => (d > distance[best] ? i : best), 0);
    // All that is left equals a chosen frame: take the first ones not chosen.
    const added = distance[next] > 0 ? next : thumbnails.findIndex((_, i) => !chosen.includes(i));
    chosen.push(added);
    thumbnails.forEach((t, i) => {
      distance[i] = Math.min(distance[i], squaredDistance(t, thumbnails[added]));
    });
  }
  return chosen;
}

function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] - b[i]) ** 2;
  return total;
}

/** A tracked frame that a person should look at, and why. */
export interface RankedFrame {
  readonly frame: number;
  /** Larger is worse; compares frames of one track only. */
  readonly score: number;
  readonly reasons: readonly string[];
}

export interface RankOptions {
  readonly count: number;
  /** Frames apart that two suggestions must be, so that they are not one event twice. Default 10. */
  readonly minimumGap?: number;
}

/**
 * Which tracked frames to label or correct next: low confidence, a jump from the frame before, a body segment of unusual
 * length. Jumps and lengths count in robust standard deviations beyond 4. Positions of the track must be 2D or 3D; missing
 * points count as no confidence. Worst first.
 */
export function rankFrames(track: PoseTrack, { count, minimumGap = 10 }: RankOptions): RankedFrame[] {
  const { positions } = track;
  const [T, individuals, K, space] = positions.shape;
  const values = positions.contiguous();
  const confidence = positions.confidence?.contiguous();
  const point = (t: number, i: number, k: number): number => ((t * individuals + i) * K + k) * space;
  const distance = (p: number, q: number): number => {
    let total = 0;
    for (let s = 0; s < space; s++) total += (values[p + s] - values[q + s]) ** 2;
    return Math.sqrt(total);
  };
  const scores = new Float64Array(T);
  const reasons = Array.from({ length: T }, () => new Set<string>());
  const blame = (series: Float64Array, offset: number, reason: string): void => {
    const center = median(series);
    const spread = medianAbsoluteDeviation(series) * normalConsistency + 1e-9;
    series.forEach((v, t) => {
      const excess = Math.abs(v - center) / spread - 4;
      if (!(excess > 0)) return;
      scores[t + offset] += Math.min(1, excess / 10);
      reasons[t + offset].add(reason);
    });
  };
  for (let i = 0; i < individuals; i++) {
    for (let k = 0; k < K; k++) {
      const name = track.skeleton.keypoints[k];
      for (let t = 0; t < T; t++) {
        const c = confidence ? confidence[(t * individuals + i) * K + k] : 1;
        const trust = Number.isNaN(values[point(t, i, k)]) || Number.isNaN(c) ? 0 : c;
        scores[t] += 1 - trust;
        if (trust < 0.5) reasons[t].add(`${name} is uncertain`);
      }
      const steps = Float64Array.from({ length: Math.max(0, T - 1) }, (_, t) =>
        distance(point(t + 1, i, k), point(t, i, k)),
      );
      blame(steps, 1, `${name} jumps`);
    }
    for (const [a, b] of track.skeleton.edges) {
      const lengths = Float64Array.from({ length: T }, (_, t) => distance(point(t, i, a), point(t, i, b)));
      blame(
        lengths,
        0,
        `${track.skeleton.keypoints[a]}-${track.skeleton.keypoints[b]} has an unusual length`,
      );
    }
  }
  const order = [...scores.keys()].sort((a, b) => scores[b] - scores[a] || a - b);
  const ranked: RankedFrame[] = [];
  for (const frame of order) {
    if (ranked.length === count) break;
    if (ranked.some((r) => Math.abs(r.frame - frame) < minimumGap)) continue;
    ranked.push({ frame, score: scores[frame], reasons: [...reasons[frame]] });
  }
  return ranked;
}
