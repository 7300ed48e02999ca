/** From labeled pictures to a pose model, within a time that the user can spend. */
import type { Engine, Progress, Store } from '../../learn/index.ts';
import { median } from '../../math/quantile.ts';
import { Random } from '../../math/random.ts';
import type { LabelSet } from '../../signal/labels.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import { choosePlan, type PosePlan } from './choose.ts';
import { calibrate, type Calibration } from './confidence.ts';
import { bodyLength, meanPositions } from './evaluate.ts';
import { loadExamples, type Example, type PictureLoader } from './examples.ts';
import { HeldOut, judgedAt } from './held-out.ts';
import type { PoseModel } from './model.ts';
import type { NetworkName } from './networks/index.ts';
import { planAtPace } from './pace.ts';
import { PosePredictor } from './predict.ts';
import { exportStage, trainStage } from './stage.ts';
import { checkUnlabeled, type Unlabeled } from './unlabeled.ts';

export interface TrainingProgress {
  readonly stage: string;
  readonly step: number;
  readonly loss: number;
  /** At a few moments: mean error on some of the held-out frames, with the stages trained so far, px. */
  readonly heldOutPx?: number;
  /** Of the whole training, in [0, 1]. */
  readonly fraction: number;
  readonly remainingSeconds: number;
}

export interface TrainPoseOptions {
  readonly engine: Engine;
  readonly pictures: PictureLoader;
  /** Positions in `labels.frames` that may train. All by default. */
  readonly frames?: readonly number[];
  /** Positions of frames by which the training is judged on its way (`held-out.ts`). It learns nothing from them. None by default. */
  readonly heldOut?: readonly number[];
  /** How long to train, seconds. A run bounded by time is not reproducible to the bit; one bounded by `steps` is. */
  readonly timeSeconds?: number;
  /** Steps of each stage: one number for all, or one for each, of which the last holds for those after it. */
  readonly steps?: number | readonly number[];
  readonly seed: number;
  readonly threads?: number;
  /** By default what suits the labels, and the time on this machine where `timeSeconds` bounds it (`pace.ts`). */
  readonly network?: NetworkName;
  /** A clock in seconds. */
  readonly clock?: () => number;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
  /** Frames without labels to learn from as well, for networks that see the whole picture. None by default. */
  readonly unlabeled?: Unlabeled;
  /** Keeps the state of the training; a run with the same store goes on where it stopped. */
  readonly checkpoints?: Store;
}

/**
 * Share of the time that each stage gets: finding an animal is learned sooner than refining its points; but where the points
 * move by themselves, a closer look only corrects what the whole picture says.
 */
const stageShares = { alone: [1], body: [0.35, 0.65], point: [0.7, 0.3] } as const;
/** Steps between checkpoints. */
const checkpointEvery = 100;
/** Frames kept from training to calibrate confidence on: this fraction, where there are at least that many frames. */
const calibrationFraction = 0.1;
const calibrationFrom = 20;
/** Radius that confidence speaks of, in body lengths. */
const radiusBodyLengths = 0.1;

/**
 * Trains from scratch: chooses the stages from the labels (`choose.ts`), trains each, and calibrates confidence on a tenth of the
 * training frames that are kept back (from 20 frames on; fewer leave the model uncalibrated, and `calibration` undefined).
 * Only the first labeled animal of a frame is learned.
 *
 * Throws `InputError` for unusable labels or pictures, `CancelledError` on `signal` (the state is then kept in `checkpoints`).
 */
export async function trainPose(labels: LabelSet, options: TrainPoseOptions): Promise<PoseModel> {
  const { engine, seed, threads, timeSeconds } = options;
  const clock = options.clock ?? ((): number => performance.now() / 1000);
  const start = clock();
  const indices = options.frames ?? labels.frames.map((_, i) => i);
  const examples = await loadExamples(labels, options.pictures, indices);
  const { training, calibrating } = keepBack(examples, seed);
  if (options.unlabeled) checkUnlabeled(options.unlabeled, labels.skeleton);
  const plan = await planOf(training, labels.skeleton, { ...options, clock });
  const shares = sharesOf(plan);
  const instances = indices.flatMap((i) => labels.frames[i].instances);
  const heldOut =
    options.heldOut &&
    (await HeldOut.load(labels, { ...options, frames: options.heldOut, clock, timeSeconds }));
  const budget = timeSeconds === undefined ? undefined : Math.max(1, timeSeconds - (clock() - start));
  const networks: Uint8Array[] = [];
  const steps: number[] = [];
  const modelOf = (stages: PosePlan['stages'], weights: readonly Uint8Array[]): PoseModel => ({
    skeleton: labels.skeleton,
    plan: { ...plan, stages },
    networks: weights,
    bodyLengthPx: bodyLength(instances),
    meanPositions: [...meanPositions(instances, labels.skeleton.keypoints.length)],
    covarianceFactor: 1,
    record: {
      seed,
      frames: indices,
      steps,
      ...(timeSeconds !== undefined && { seconds: clock() - start }),
      engine: engine.name,
    },
  });
  let done = 0;
  for (const [i, stage] of plan.stages.entries()) {
    const share = shares[i];
    const exported = (weights: Parameters<typeof exportStage>[2], step: number): Uint8Array =>
      exportStage(plan, stage, weights, {
        keypoints: labels.skeleton.keypoints.join(','),
        seed: `${seed}`,
        steps: `${step}`,
      });
    const told = (
      {
        step,
        fraction,
        remainingSeconds,
        result,
      }: Pick<Progress, 'step' | 'fraction' | 'remainingSeconds' | 'result'>,
      heldOutPx?: number,
    ): void =>
      options.onProgress?.({
        stage: stage.kind === 'frame' ? 'finding the animal' : 'refining its points',
        step,
        loss: result.loss,
        heldOutPx,
        fraction: done + share * fraction,
        remainingSeconds: remainingSeconds + (budget ?? 0) * (1 - done - share),
      });
    const result = await trainStage({
      engine,
      plan,
      stage,
      examples: training,
      unlabeled: options.unlabeled && { ...options.unlabeled, edges: labels.skeleton.edges },
      seed: seed + i,
      threads,
      steps: typeof options.steps === 'object' ? (options.steps[i] ?? options.steps.at(-1)) : options.steps,
      timeSeconds: budget === undefined ? undefined : budget * share,
      clock,
      signal: options.signal,
      checkpoint: options.checkpoints && {
        store: options.checkpoints,
        name: `stage-${i}`,
        every: checkpointEvery,
      },
      watch: heldOut && {
        at: judgedAt,
        async look(weights, progress) {
          const model = modelOf(plan.stages.slice(0, i + 1), [...networks, exported(weights, progress.step)]);
          const px = await heldOut.error(model, { last: progress.fraction === 1 });
          if (px !== undefined) told(progress, px);
        },
      },
      onProgress: (progress) => told(progress),
    });
    done += share;
    steps.push(result.steps);
    networks.push(exported(result.weights, result.steps));
  }
  const uncalibrated = modelOf(plan.stages, networks);
  return { ...uncalibrated, ...(await calibration(uncalibrated, calibrating, engine, threads)) };
}

function sharesOf({ stages }: PosePlan): readonly number[] {
  const second = stages.at(1)?.kind;
  return stageShares[second === 'body' || second === 'point' ? second : 'alone'];
}

// A run that is resumed keeps the plan it began with: how fast the machine is then may differ.
async function planOf(
  examples: readonly Example[],
  skeleton: Skeleton,
  options: TrainPoseOptions & { readonly clock: () => number },
): Promise<PosePlan> {
  const { network, timeSeconds, checkpoints } = options;
  if (network !== undefined || timeSeconds === undefined) return choosePlan(examples, skeleton, { network });
  const kept = await checkpoints?.read('plan');
  if (kept) return JSON.parse(new TextDecoder().decode(kept)) as PosePlan;
  const plan = await planAtPace(examples, skeleton, { ...options, timeSeconds, shares: sharesOf });
  await checkpoints?.write('plan', new TextEncoder().encode(JSON.stringify(plan)));
  return plan;
}

function keepBack(
  examples: readonly Example[],
  seed: number,
): { training: readonly Example[]; calibrating: readonly Example[] } {
  if (examples.length < calibrationFrom) return { training: examples, calibrating: [] };
  const order = new Random(`${seed}/calibration`).permutation(examples.length);
  const back = new Set(order.subarray(0, Math.round(examples.length * calibrationFraction)));
  return {
    training: examples.filter((_, i) => !back.has(i)),
    calibrating: examples.filter((_, i) => back.has(i)),
  };
}

async function calibration(
  model: PoseModel,
  examples: readonly Example[],
  engine: Engine,
  threads?: number,
): Promise<{ calibration?: Calibration; covarianceFactor: number }> {
  if (examples.length === 0 || !(model.bodyLengthPx > 0)) return { covarianceFactor: 1 };
  await using predictor = await PosePredictor.load(model, engine, { threads });
  const radiusPx = Math.max(1, radiusBodyLengths * model.bodyLengthPx);
  const scored: { score: number; errorPx: number }[] = [];
  const squared: number[] = [];
  for (const { picture, points } of examples) {
    const [estimate] = await predictor.estimate([picture]);
    for (let k = 0; k < points.length / 2; k++) {
      const dx = estimate.points[2 * k] - points[2 * k];
      const dy = estimate.points[2 * k + 1] - points[2 * k + 1];
      const errorPx = Number.isNaN(dx) ? Infinity : Math.hypot(dx, dy);
      scored.push({ score: estimate.scores[k], errorPx });
      if (errorPx <= radiusPx)
        squared.push(mahalanobis(dx, dy, estimate.covariance.subarray(3 * k, 3 * k + 3)));
    }
  }
  // The median of a squared Mahalanobis distance in two dimensions is 2 ln 2.
  const factor = squared.length >= 10 ? median(squared.filter(Number.isFinite)) / (2 * Math.LN2) : 1;
  return { calibration: calibrate(scored, radiusPx), covarianceFactor: factor > 0 ? factor : 1 };
}

function mahalanobis(dx: number, dy: number, [xx, xy, yy]: Float64Array): number {
  return (dx * dx * yy - 2 * dx * dy * xy + dy * dy * xx) / (xx * yy - xy * xy);
}
