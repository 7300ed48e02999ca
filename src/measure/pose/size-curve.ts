/** How the error on held-out frames falls with the number of training frames: whether more labels would help. */
import { bootstrap } from '../../math/bootstrap.ts';
import type { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import type { Interval } from './evaluate.ts';

/** One training on a part of the training frames, judged on the same held-out frames as all others. */
export interface SizeTraining {
  /** Frames that trained. */
  readonly frames: number;
  readonly seed: number;
  /** held-out frame x keypoint, px; NaN where not labeled. */
  readonly errorsPx: ArrayLike<number>;
}

export interface SizeCurvePoint {
  readonly frames: number;
  /** Mean over seeds of the mean error over labeled held-out points, px. */
  readonly meanPx: number;
  /** 95 %, held-out frames resampled, each with the mean error over seeds. It does not hold the chance of training. */
  readonly interval: Interval;
  /** Mean error of each seed: how much which frames and which start matter. */
  readonly seeds: readonly { readonly seed: number; readonly meanPx: number }[];
}

/**
 * Which frames train at each size: the first n of one random order, so that a larger set holds the smaller ones and sizes differ
 * by what was added.
 * @param fractions of `frames`, in (0, 1]; sizes below 2 frames become 2, equal sizes come once.
 * @throws UsageError for a fraction outside (0, 1] or fewer than 2 frames.
 */
export function sizeSubsets(
  frames: readonly number[],
  fractions: readonly number[],
  random: Random,
): readonly (readonly number[])[] {
  if (frames.length < 2 || fractions.length === 0 || !fractions.every((f) => f > 0 && f <= 1)) {
    throw new UsageError('a training-size curve needs sizes to train on', {
      where: 'sizeSubsets',
      expected: 'fractions above 0 and up to 1 of at least 2 training frames',
      got: `${fractions.join(', ') || 'no fraction'} of ${frames.length} frames`,
    });
  }
  const order = Array.from(random.permutation(frames.length), (i) => frames[i]);
  const sizes = fractions.map((f) => Math.max(2, Math.round(f * frames.length)));
  const distinct = [...new Set(sizes)].sort((a, b) => a - b);
  return distinct.map((size) => order.slice(0, size).sort((a, b) => a - b));
}

/** The curve from its trainings, by size; several seeds of a size become one point. */
export function sizeCurve(
  trainings: readonly SizeTraining[],
  keypoints: number,
  random: Random,
): SizeCurvePoint[] {
  const sizes = [...new Set(trainings.map((t) => t.frames))].sort((a, b) => a - b);
  return sizes.map((frames) => {
    const own = trainings.filter((t) => t.frames === frames);
    const pooled = meanOver(own.map((t) => t.errorsPx));
    const sums = new Float64Array(pooled.length / keypoints);
    const counts = new Float64Array(sums.length);
    pooled.forEach((error, i) => {
      if (Number.isNaN(error)) return;
      sums[Math.floor(i / keypoints)] += error;
      counts[Math.floor(i / keypoints)]++;
    });
    const total = (of: Float64Array, rows: Int32Array): number => rows.reduce((sum, f) => sum + of[f], 0);
    const { low, high } = bootstrap(sums.length, (rows) => total(sums, rows) / total(counts, rows), {
      resamples: 1000,
      method: 'percentile',
      random,
    });
    return {
      frames,
      meanPx: meanOf(pooled),
      interval: { low, high },
      seeds: own.map(({ seed, errorsPx }) => ({ seed, meanPx: meanOf(errorsPx) })),
    };
  });
}

function meanOver(lists: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(lists[0], (_, i) => lists.reduce((sum, l) => sum + l[i], 0) / lists.length);
}

/** NaN are left out; NaN where nothing is left. */
function meanOf(values: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i];
    count++;
  }
  return sum / count;
}
