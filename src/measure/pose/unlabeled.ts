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
import { expectedPlaces, skeletonLoss, temporalLoss } from './losses.ts';
import type { PoseNetwork } from './networks/network.ts';
import type { Picture } from './sample.ts';
import { frameView } from './view.ts';

export interface Unlabeled {
  /** Runs of consecutive frames of a video, all of one length (5, two on each side of a frame, is usual). */
  readonly runs: readonly (readonly Picture[])[];
  /** A keypoint that moves more than `limitPx` picture px from frame to frame costs `weight` for each cell beyond. */
  readonly temporal?: { readonly weight: number; readonly limitPx: number };
  /** A bone shorter or longer than in any label costs `weight` for each cell beyond. Needs edges in the skeleton. */
  readonly skeleton?: { readonly weight: number };
}

/** @throws UsageError where runs differ in length, are shorter than two, or bones are asked for and the skeleton has none. */
export function checkUnlabeled({ runs, skeleton }: Unlabeled, { edges }: Skeleton): void {
  const length = runs[0]?.length ?? 0;
  if (length < 2 || runs.some((run) => run.length !== length)) {
    throw new UsageError('unlabeled frames come in runs of one length', {
      where: 'unlabeled.runs',
      expected: 'at least one run of two or more consecutive frames',
      got: `runs of ${[...new Set(runs.map((run) => run.length))].join(', ') || 'no'} frames`,
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
  const image = scope.input('unlabeled', [runs[0].length, 1, stage.height, stage.width]);
  const places = expectedPlaces(scope, network.build(scope, image, keypoints), grid);
  const terms: Tensor[] = [];
  if (temporal) {
    const limit = temporal.limitPx / (stage.scale * grid.stride);
    terms.push(multiply(temporalLoss(places, limit), temporal.weight));
  }
  if (skeleton) terms.push(multiply(skeletonLoss(places, bones.edges, bones.lengths), skeleton.weight));
  return terms.reduce((a, b) => add(a, b), scope.graph.number(0));
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
  const run = runs[random.integer(runs.length)];
  const { width, height } = stage;
  const image = new Float32Array(run.length * width * height);
  run.forEach((picture, i) =>
    picture.view(frameView(stage, picture), width, height, image, i * width * height),
  );
  for (let i = 0; i < image.length; i++) image[i] -= middle;
  return float32([run.length, 1, height, width], image);
}
