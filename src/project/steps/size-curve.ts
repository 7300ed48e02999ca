import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeWorkerEngine } from '../../learn/engine/node.ts';
import { Random } from '../../math/random.ts';
import {
  pictureName,
  sizeCurve,
  sizeSubsets,
  trainPose,
  type NetworkName,
  type PoseModel,
  type SizeCurvePoint,
} from '../../measure/pose/index.ts';
import { UsageError } from '../../signal/error.ts';
import type { LabelSet } from '../../signal/labels.ts';
import { sha256OfJson } from '../digest.ts';
import type { Project } from '../project.ts';
import { keyOf, type Recipe } from '../store.ts';
import { judgedInstance, judgeFrames, predictFrames } from './evaluate.ts';
import { labelsHash } from './inputs.ts';
import { pictureLoader } from './pictures.ts';
import { checkpointsOf, removeCheckpoints, trainedModel, type TrainingFacts } from './train.ts';

export interface SizeCurveOptions {
  /** Of the frames that trained the project's model. */
  readonly fractions: readonly number[];
  /** How many trainings at each size, each with frames and start of its own. */
  readonly seeds: number;
  /** Training time of each point, the same for all. */
  readonly minutesPerPoint: number;
  /** Steps of each stage, where the curve must be reproducible to the bit. */
  readonly steps?: number;
  readonly seed: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SizeCurveProgress) => void;
}

export interface SizeCurveProgress {
  readonly training: number;
  readonly trainings: number;
  readonly frames: number;
  /** Of all trainings together. */
  readonly fraction: number;
}

/** The curve and what it was made from. */
export interface SizeCurveFacts {
  readonly points: readonly SizeCurvePoint[];
  /** Mean error of the null (the mean labeled position of all training frames), px. */
  readonly nullMeanPx: number;
  readonly heldOutFrames: number;
  readonly minutesPerPoint: number;
  readonly steps?: number;
  readonly network: string;
  /** What the curve is of: labels and held-out frames. A curve of others says nothing of the project as it is. */
  readonly of: string;
}

/** What one training leaves. JSON has no NaN: `null` stands for it. */
interface KeptTraining {
  readonly frames: number;
  readonly seed: number;
  readonly errorsPx: readonly (number | null)[];
  readonly nullMeanPx: number;
}

const opVersion = 1;
const trainingFile = 'training-size.json';
const curveFile = 'size-curve.json';
const curveName = 'size-curve';

/**
 * Trains on growing parts of the frames that trained the project's model and judges each on the frames that were held out from
 * it. The project's own model is left as it is. Each training is an output of the store: stopped or killed, the curve goes on
 * where it was, and more seeds or sizes only add trainings.
 *
 * Throws `UsageError` where no frame was held out.
 */
export async function sizeCurveStep(project: Project, options: SizeCurveOptions): Promise<SizeCurveFacts> {
  const { model, facts } = await trainedModel(project);
  const labels = project.labels.labelSet();
  const { pool, held } = sidesOf(labels, facts);
  if (held.length === 0) {
    throw new UsageError('there is no held-out frame to draw a training-size curve on', {
      where: project.root,
      expected: 'a model that was trained with --split blocks:0.2 or another that holds frames out',
      got: `--split ${facts.split}`,
    });
  }
  const work = Array.from({ length: options.seeds }, (_, i) => options.seed + i).flatMap((seed) =>
    sizeSubsets(pool, options.fractions, new Random(`size-curve/${seed}`)).map((frames) => ({
      seed,
      frames,
    })),
  );
  const trainings: KeptTraining[] = [];
  const keys: string[] = [];
  for (const [i, { seed, frames }] of work.entries()) {
    const told = (part: number): void =>
      options.onProgress?.({
        training: i + 1,
        trainings: work.length,
        frames: frames.length,
        fraction: (i + part) / work.length,
      });
    told(0);
    const recipe = pointRecipe(labels, frames, held, model, seed, options);
    const output = await project.outputs.run(
      recipe,
      async (folder) => {
        const kept = await trainOn(project, labels, { frames, held, seed, model, recipe, options, told });
        await writeFile(join(folder, trainingFile), JSON.stringify(kept));
      },
      { signal: options.signal },
    );
    keys.push(output.key);
    trainings.push(JSON.parse(await readFile(join(output.folder, trainingFile), 'utf8')) as KeptTraining);
  }
  const { minutesPerPoint, steps } = options;
  const curve: SizeCurveFacts = {
    points: sizeCurve(
      trainings.map((t) => ({ ...t, errorsPx: t.errorsPx.map((e) => e ?? Number.NaN) })),
      labels.skeleton.keypoints.length,
      new Random(`size-curve/${options.seed}/interval`),
    ),
    nullMeanPx: trainings.at(-1)!.nullMeanPx,
    heldOutFrames: held.length,
    minutesPerPoint,
    ...(steps === undefined ? {} : { steps }),
    network: networkOf(model),
    of: subjectOf(labels, facts),
  };
  const inputs = Object.fromEntries(keys.map((key, i) => [`training ${i + 1}`, key]));
  const output = await project.outputs.run(
    { op: 'size-curve', opVersion, params: {}, inputs },
    async (folder) => writeFile(join(folder, curveFile), JSON.stringify(curve)),
  );
  await project.results.set(curveName, output.key);
  return curve;
}

/** The curve that was made last, or undefined where there is none of the labels and held-out frames as they are now. */
export async function keptSizeCurve(
  project: Project,
  facts: TrainingFacts,
): Promise<SizeCurveFacts | undefined> {
  if (!(await project.results.names()).includes(curveName)) return undefined;
  const output = await project.outputs.find(await project.results.get(curveName));
  if (!output) return undefined;
  const curve = JSON.parse(await readFile(join(output.folder, curveFile), 'utf8')) as SizeCurveFacts;
  return curve.of === subjectOf(project.labels.labelSet(), facts) ? curve : undefined;
}

/** Positions in `labels.frames` of the frames that trained, and of those that judge. */
function sidesOf(
  labels: LabelSet,
  { trained }: TrainingFacts,
): { readonly pool: number[]; readonly held: number[] } {
  const names = new Set(trained);
  const [pool, held]: [number[], number[]] = [[], []];
  labels.frames.forEach(({ picture, instances }, i) => {
    if (instances.some(({ points }) => points.some((p) => p !== null)))
      (names.has(pictureName(picture)) ? pool : held).push(i);
  });
  return { pool, held };
}

function subjectOf(labels: LabelSet, { trained }: TrainingFacts): string {
  return sha256OfJson([labelsHash(labels), [...trained]]);
}

function networkOf({ plan }: PoseModel): NetworkName {
  return plan.stages[0].network;
}

function pointRecipe(
  labels: LabelSet,
  frames: readonly number[],
  held: readonly number[],
  model: PoseModel,
  seed: number,
  { minutesPerPoint, steps }: SizeCurveOptions,
): Recipe {
  const of = (indices: readonly number[]): string =>
    labelsHash({ skeleton: labels.skeleton, frames: indices.map((i) => labels.frames[i]) });
  const bound: Recipe['params'] = steps === undefined ? { minutes: minutesPerPoint } : { steps };
  return {
    op: 'train-size',
    opVersion,
    params: { ...bound, network: networkOf(model), seed },
    inputs: { frames: of(frames), heldOut: of(held) },
  };
}

interface PointWork {
  readonly frames: readonly number[];
  readonly held: readonly number[];
  readonly seed: number;
  readonly model: PoseModel;
  readonly recipe: Recipe;
  readonly options: SizeCurveOptions;
  readonly told: (fraction: number) => void;
}

async function trainOn(
  project: Project,
  labels: LabelSet,
  { frames, held, seed, model, recipe, options, told }: PointWork,
): Promise<KeptTraining> {
  const { threads, signal, steps, minutesPerPoint } = options;
  const run = `size-${keyOf(recipe).slice(0, 16)}`;
  const engine = await nodeWorkerEngine({ threads });
  let trained: PoseModel;
  try {
    trained = await trainPose(labels, {
      engine,
      pictures: pictureLoader(project.root),
      frames,
      ...(steps === undefined ? { timeSeconds: minutesPerPoint * 60 } : { steps }),
      seed,
      threads,
      network: networkOf(model),
      signal,
      checkpoints: checkpointsOf(project, run),
      onProgress: ({ fraction }) => told(fraction),
    });
  } finally {
    await engine.terminate();
  }
  const judging = held.map((i) => labels.frames[i]);
  const predictions = await predictFrames(project, trained, judging, { threads, signal });
  const judged = judging.map((frame, i) => ({
    name: pictureName(frame.picture),
    truth: judgedInstance(frame),
    prediction: predictions[i],
  }));
  // The radius and null of the project's model: points of a curve must differ in training alone.
  const { errorsPx, nullMeanPx } = judgeFrames(judged, model, { seed });
  await removeCheckpoints(project, run);
  return {
    frames: frames.length,
    seed,
    errorsPx: [...errorsPx].map((e) => (Number.isNaN(e) ? null : e)),
    nullMeanPx,
  };
}
