/** Training one stage: batches of views with their targets, and the network that learns from them. */
import { adamW, add, cosine, exportModel, fit, float32, epochBatches, Trainer } from '../../learn/index.ts';
import type {
  Engine,
  FitOptions,
  FitResult,
  Objective,
  Schedule,
  Scope,
  TensorValue,
  Values,
} from '../../learn/index.ts';
import { Random } from '../../math/random.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import { transformed } from './affine.ts';
import { changeLight } from './augment.ts';
import type { PosePlan, StagePlan } from './choose.ts';
import type { Example } from './examples.ts';
import { writeTarget } from './heatmap.ts';
import type { Grid } from './heatmap.ts';
import { heatmapLoss } from './losses.ts';
import { foldStandardization, networkNamed } from './networks/index.ts';
import { boneLengths, unlabeledFeed, unlabeledLoss } from './unlabeled.ts';
import type { Unlabeled } from './unlabeled.ts';
import { poseView, trainingView } from './view.ts';

/** Cells of a stage's maps. */
export function gridOf({ network, width, height }: StagePlan): Grid {
  const { stride } = networkNamed(network);
  return { width: width / stride, height: height / stride, stride };
}

/** Gray value, of [0, 1], that is 0 to the network. */
export const middleGray = 0.5;

/**
 * The batch of a step: views of random training pictures, and where their keypoints are in them. A pure function of step
 * and random numbers, so that a resumed run sees the same batches.
 */
export function batchOf(
  plan: PosePlan,
  stage: StagePlan,
  examples: readonly Example[],
  members: readonly number[],
  random: Random,
): Values {
  const { width, height, sigma } = stage;
  const n = members.length;
  const keypoints = plan.swap.length;
  const grid = gridOf(stage);
  const cells = grid.width * grid.height;
  const image = new Float32Array(n * width * height);
  const maps = new Float32Array(n * keypoints * (cells + 1));
  const places = new Float32Array(n * keypoints * 2);
  members.forEach((member, i) => {
    const example = examples[member];
    const view = trainingView(plan, stage, example, random);
    const offset = i * width * height;
    example.picture.view(view.map, width, height, image, offset);
    changeLight(image, width, height, random, { offset });
    const points = transformed(view.map, example.points);
    const named = view.mirrored ? swapped(points, plan.swap) : points;
    writeTarget(view.wrong ? named.fill(Number.NaN) : named, grid, sigma, { maps, places }, i);
  });
  for (let i = 0; i < image.length; i++) image[i] -= middleGray;
  return {
    image: float32([n, 1, height, width], image),
    maps: float32([n, keypoints, cells + 1], maps),
    places: float32([n, keypoints, 2], places),
    weights: float32([n, keypoints], new Float32Array(n * keypoints).fill(1)),
  };
}

/** Keypoints of a mirrored animal under their names: left and right exchanged. */
export function swapped(points: Float64Array, swap: readonly number[]): Float64Array {
  return points.map((_, i) => points[2 * swap[i >> 1] + (i % 2)]);
}

export interface StageTraining extends Pick<
  FitOptions,
  'steps' | 'timeSeconds' | 'clock' | 'watch' | 'onProgress' | 'signal' | 'checkpoint'
> {
  readonly engine: Engine;
  readonly plan: PosePlan;
  readonly stage: StagePlan;
  readonly examples: readonly Example[];
  readonly seed: number;
  readonly threads?: number;
  /** For `frame` stages only. */
  readonly unlabeled?: Unlabeled & { readonly edges: Skeleton['edges'] };
}

/** Trains a stage's network from scratch. The weights returned are averaged over the last steps. */
export async function trainStage(options: StageTraining): Promise<FitResult> {
  const { trainer, batches } = await stageTrainer(options);
  try {
    return await fit(trainer, { ...options, batches, schedule: scheduleOf(options.stage) });
  } finally {
    await trainer.dispose();
  }
}

/** Seconds that a training step of this stage takes here: the shortest of a few, the first left out. */
export async function stepSeconds(
  options: StageTraining & { readonly clock: () => number },
): Promise<number> {
  const { trainer, batches } = await stageTrainer(options);
  try {
    const times: number[] = [];
    for (let step = 0; step < 4; step++) {
      const feeds = await batches(step, new Random(`pace/${step}`));
      const start = options.clock();
      await trainer.step(feeds, 0);
      times.push(options.clock() - start);
    }
    return Math.min(...times.slice(1));
  } finally {
    await trainer.dispose();
  }
}

const scheduleOf = ({ learningRate }: StagePlan): Schedule =>
  cosine({ peak: learningRate, warmup: 0.1, final: 0.01 * learningRate });

async function stageTrainer(
  options: StageTraining,
): Promise<{ trainer: Trainer; batches: FitOptions['batches'] }> {
  const { engine, plan, stage, examples, seed, threads } = options;
  const unlabeled = stage.kind === 'frame' ? options.unlabeled : undefined;
  const grid = gridOf(stage);
  const usable = examples.filter(
    ({ points }) => stage.kind !== 'body' || poseView(stage, plan.body!, points) !== undefined,
  );
  const network = networkNamed(stage.network);
  const trainer = await Trainer.create({
    engine,
    seed,
    threads,
    optimizer: adamW({ decay: 0.01 }),
    clipNorm: 5,
    averaging: 0.998,
    model: (scope: Scope): Objective => {
      const image = scope.input('image', [stage.batch, 1, stage.height, stage.width]);
      const labeled = heatmapLoss(scope, network.build(scope, image, plan.swap.length), grid);
      if (!unlabeled) return { loss: labeled };
      const bones = { edges: unlabeled.edges, lengths: boneLengths(usable, unlabeled.edges, stage, grid) };
      const extra = unlabeledLoss(scope, network, stage, unlabeled, bones, plan.swap.length);
      return { loss: add(labeled, extra) };
    },
  });
  const members = epochBatches(usable.length, stage.batch, `${seed}/members`);
  return {
    trainer,
    batches: (step, random) => ({
      ...batchOf(plan, stage, usable, members(step), random),
      ...(unlabeled && { unlabeled: unlabeledFeed(stage, unlabeled, middleGray, random) }),
    }),
  };
}

/** The trained network as an `.onnx` file that takes any number of pictures. */
export function exportStage(
  plan: PosePlan,
  stage: StagePlan,
  weights: Readonly<Record<string, TensorValue>>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  return exportModel({
    weights: foldStandardization(weights),
    network: (scope) => {
      const image = scope.input('image', [1, 1, stage.height, stage.width]);
      return { ...networkNamed(stage.network).build(scope, image, plan.swap.length) };
    },
    openBatch: true,
    metadata: {
      ...metadata,
      input: 'image [batch, 1, height, width]: gray value in [0, 1] minus 0.5',
      'picture px per input px': String(stage.scale),
      'input px per cell': String(gridOf(stage).stride),
    },
  });
}
