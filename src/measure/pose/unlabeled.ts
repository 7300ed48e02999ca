/**
 * Learning from frames without labels: short runs of neighboring frames on which keypoints must not jump, and bones must keep
 * lengths that the labels show. An option for networks that see the whole picture; a body crop needs a pose to begin with.
 */
import { add, float32, multiply } from '../../learn/index.ts';
import type { Scope, Tensor, TensorValue } from '../../learn/index.ts';
import { UsageError } from '../../signal/error.ts';
import type { Random } from '../../math/random.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import type { StagePlan } from './choose.ts';
import type { Example } from './examples.ts';
import type { Grid } from './heatmap.ts';
import { expectedPlaces, presence, skeletonLoss, temporalLoss } from './losses.ts';
import type { PoseNetwork } from './networks/network.ts';
import type { Picture } from './sample.ts';
import { compose, similarity } from './affine.ts';
import { frameView } from './view.ts';

/** Consecutive frames of a video. */
export interface FrameRun {
  readonly pictures: readonly Picture[];
  /** Px of the video to one px of these pictures, which may be kept reduced. */
  readonly scale: number;
}

export interface Unlabeled {
  /** Runs of one length (5, two on each side of a frame, is usual). */
  readonly runs: readonly FrameRun[];
  /** A keypoint that moves more than `limitPx` picture px from frame to frame costs `weight` for each cell beyond. */
  readonly temporal?: { readonly weight: number; readonly limitPx: number };
  /** A bone shorter or longer than in any label costs `weight` for each cell beyond. Needs edges in the skeleton. */
  readonly skeleton?: { readonly weight: number };
}

/**
 * @throws UsageError where runs differ in length, are shorter than two, no loss is asked for, a weight or limit is not usable, or bones
 * are asked for and the skeleton has none.
 */
export function checkUnlabeled({ runs, temporal, skeleton }: Unlabeled, { edges }: Skeleton): void {
  const lengths = runs.map(({ pictures }) => pictures.length);
  const length = lengths[0] ?? 0;
  if (length < 2 || lengths.some((other) => other !== length)) {
    throw new UsageError('unlabeled frames come in runs of one length', {
      where: 'unlabeled.runs',
      expected: 'at least one run of two or more consecutive frames',
      got: `runs of ${[...new Set(lengths)].join(', ') || 'no'} frames`,
    });
  }
  const numbers = [temporal?.weight ?? 1, temporal?.limitPx ?? 0, skeleton?.weight ?? 1];
  if ((!temporal && !skeleton) || !numbers.every((v) => Number.isFinite(v) && v >= 0)) {
    throw new UsageError('unlabeled frames need a loss to be of use', {
      where: 'unlabeled',
      expected: 'a temporal or skeleton weight, and a limit in px, finite and not below 0',
      got: JSON.stringify({ temporal, skeleton }),
    });
  }
  if (skeleton && edges.length === 0) {
    throw new UsageError('the skeleton loss needs bones', {
      where: 'unlabeled.skeleton',
      expected: 'a skeleton with edges',
      fix: 'State the skeleton in the project, or leave this loss out.',
    });
  }
}

/** The weighted losses of a run of unlabeled frames, which the network sees with the same weights. Declares `unlabeled`. */
export function unlabeledLoss(
  scope: Scope,
  network: PoseNetwork,
  stage: StagePlan,
  options: Unlabeled,
  bones: { readonly edges: Skeleton['edges']; readonly lengths: readonly (readonly [number, number])[] },
  keypoints: number,
): Tensor {
  const { stride } = network;
  const grid = { width: stage.width / stride, height: stage.height / stride, stride };
  const { runs, temporal, skeleton } = options;
  const image = scope.input('unlabeled', [runs[0].pictures.length, 1, stage.height, stage.width]);
  const output = network.build(scope, image, keypoints);
  const places = expectedPlaces(scope, output, grid);
  const present = presence(output, grid);
  const terms: Tensor[] = [];
  if (temporal) {
    const limit = temporal.limitPx / (stage.scale * grid.stride);
    terms.push(multiply(temporalLoss(places, limit, present), temporal.weight));
  }
  if (skeleton)
    terms.push(multiply(skeletonLoss(places, bones.edges, bones.lengths, present), skeleton.weight));
  return terms.reduce((a, b) => add(a, b));
}

/** Shortest and longest labeled length of each bone, in cells of the stage's maps. A bone never labeled may have any length. */
export function boneLengths(
  examples: readonly Example[],
  edges: Skeleton['edges'],
  stage: StagePlan,
  grid: Grid,
): [number, number][] {
  const unit = stage.scale * grid.stride;
  return edges.map(([a, b]) => {
    const lengths = examples
      .map(
        ({ points }) =>
          Math.hypot(points[2 * a] - points[2 * b], points[2 * a + 1] - points[2 * b + 1]) / unit,
      )
      .filter(Number.isFinite);
    // A softmax over a finite map keeps lengths below its size: any large number means no limit.
    return lengths.length > 0 ? [Math.min(...lengths), Math.max(...lengths)] : [0, 1e6];
  });
}

/** The feed of a step: one random run, as the whole-picture stage sees it. */
export function unlabeledFeed(
  stage: StagePlan,
  { runs }: Unlabeled,
  middle: number,
  random: Random,
): TensorValue {
  const { pictures, scale } = runs[random.integer(runs.length)];
  const { width, height } = stage;
  const image = new Float32Array(pictures.length * width * height);
  const enlarged = similarity(0, scale, [0, 0], [0, 0]);
  pictures.forEach((picture, i) => {
    const size = { width: picture.width * scale, height: picture.height * scale };
    picture.view(compose(frameView(stage, size), enlarged), width, height, image, i * width * height);
  });
  for (let i = 0; i < image.length; i++) image[i] -= middle;
  return float32([pictures.length, 1, height, width], image);
}
