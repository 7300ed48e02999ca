import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { nodeWorkerEngine } from '../../learn/engine/node.ts';
import { Random } from '../../math/random.ts';
import {
  evaluate,
  Picture,
  pictureName,
  PosePredictor,
  type EvaluatedFrame,
  type Evaluation,
  type PoseModel,
  type PosePrediction,
} from '../../measure/pose/index.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import type { LabeledFrame, LabeledInstance, LabelSet } from '../../signal/labels.ts';
import type { Project } from '../project.ts';
import { keyOf, type Recipe } from '../store.ts';
import { labelsHash } from './inputs.ts';
import { pictureLoader } from './pictures.ts';
import { trainedModel, type TrainingFacts } from './train.ts';

/** The options of `evaluate` in `marey.yaml`; a command line overrules them. */
export const evaluateOptions = z.strictObject({
  confidence: z
    .number()
    .min(0)
    .max(1)
    .default(0.6)
    .describe('points below it are left out of the figures of trusted points'),
  seed: z.number().int().default(0).describe('decides which frames the interval is drawn from'),
});

export interface EvaluateStepOptions {
  readonly seed: number;
  readonly threads?: number;
  readonly confidenceCut?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface EvaluateResult {
  readonly model: PoseModel;
  /** Of the model. */
  readonly key: string;
  readonly facts: TrainingFacts;
  readonly train: Evaluation;
  /** Undefined where every labeled frame trained: nothing can be said of the error then. */
  readonly test?: Evaluation;
  readonly testFrames: readonly EvaluatedFrame[];
}

const opVersion = 1;
const predictionsFile = 'predictions.json';
/** Pictures that go through the networks at once. */
const batch = 8;

/**
 * Judges the project's pose model on the labeled frames it was not trained on (those that the split held out and those labeled
 * since), and beside it on those that trained. The predictions are kept; a project that is open for reading only uses kept
 * ones and keeps none.
 */
export async function evaluateStep(project: Project, options: EvaluateStepOptions): Promise<EvaluateResult> {
  const { key, model, facts } = await trainedModel(project);
  const labels = project.labels.labelSet();
  const [known, now] = [model.skeleton.keypoints, labels.skeleton.keypoints].map((names) => names.join(', '));
  if (known !== now) {
    throw new InputError('the model is of other keypoints than the project', {
      where: project.root,
      expected: `${now}, as in marey.yaml`,
      got: `${known}, as when it was trained`,
      fix: 'Train again with "marey train".',
    });
  }
  const labeled = labels.frames.filter(({ instances }) => instances.length > 0);
  if (labeled.length === 0) {
    throw new UsageError('there are no labeled frames to judge by', { where: project.root });
  }
  const predictions = await keptPredictions(project, evaluateRecipe(labels, key), () =>
    predictFrames(project, model, labeled, options),
  );
  const trained = new Set(facts.trained);
  const trainFrames: EvaluatedFrame[] = [];
  const testFrames: EvaluatedFrame[] = [];
  labeled.forEach((frame, i) => {
    const name = pictureName(frame.picture);
    const judged = { name, truth: judgedInstance(frame), prediction: predictions[i] };
    (trained.has(name) ? trainFrames : testFrames).push(judged);
  });
  const judge = (frames: readonly EvaluatedFrame[]): Evaluation => judgeFrames(frames, model, options);
  const test = testFrames.length > 0 ? judge(testFrames) : undefined;
  return { model, key, facts, train: judge(trainFrames), test, testFrames };
}

/** What the predictions for all labeled frames depend on. */
export function evaluateRecipe(labels: LabelSet, model: string): Recipe {
  return { op: 'evaluate', opVersion, params: {}, inputs: { labels: labelsHash(labels) }, model };
}

/** Judges frames by the model's own scale, radius and null. */
export function judgeFrames(
  frames: readonly EvaluatedFrame[],
  model: PoseModel,
  { seed, confidenceCut }: Pick<EvaluateStepOptions, 'seed' | 'confidenceCut'>,
): Evaluation {
  return evaluate(frames, {
    skeleton: model.skeleton,
    bodyLengthPx: model.bodyLengthPx,
    radiusPx: model.calibration?.radiusPx ?? Math.max(1, 0.1 * model.bodyLengthPx),
    confidenceCut,
    nullPositions: model.meanPositions,
    random: new Random(`evaluate/${seed}`),
  });
}

/** The animal of a frame that a model of one animal is judged by: the one it would learn from. */
export function judgedInstance({ instances }: LabeledFrame): LabeledInstance {
  return instances.find(({ points }) => points.some((p) => p !== null)) ?? instances[0];
}

/** What a model says of labeled frames, in their order. Only a few pictures are in memory at a time. */
export async function predictFrames(
  project: Project,
  model: PoseModel,
  frames: readonly LabeledFrame[],
  { threads, signal, onProgress }: Pick<EvaluateStepOptions, 'threads' | 'signal' | 'onProgress'>,
): Promise<PosePrediction[]> {
  const load = pictureLoader(project.root);
  const engine = await nodeWorkerEngine({ threads });
  try {
    await using predictor = await PosePredictor.load(model, engine, { threads });
    const predictions: PosePrediction[] = [];
    for (let first = 0; first < frames.length; first += batch) {
      signal?.throwIfAborted();
      const pictures: Picture[] = [];
      for (const { picture } of frames.slice(first, first + batch))
        pictures.push(new Picture(await load(picture)));
      predictions.push(...(await predictor.predict(pictures)));
      onProgress?.(predictions.length, frames.length);
    }
    return predictions;
  } finally {
    await engine.terminate();
  }
}

async function keptPredictions(
  project: Project,
  recipe: Recipe,
  predict: () => Promise<PosePrediction[]>,
): Promise<PosePrediction[]> {
  if (project.readOnly) {
    const kept = await project.outputs.find(keyOf(recipe));
    return kept ? readPredictions(kept.folder) : predict();
  }
  const { folder } = await project.outputs.run(recipe, async (into) => {
    await writeFile(join(into, predictionsFile), JSON.stringify((await predict()).map(plain)));
  });
  return readPredictions(folder);
}

type PlainPrediction = { readonly [part in keyof PosePrediction]: readonly (number | null)[] };

/** JSON has no NaN: `null` stands for it. */
function plain({ positions, confidence, covariance }: PosePrediction): PlainPrediction {
  return { positions: [...positions], confidence: [...confidence], covariance: [...covariance] };
}

async function readPredictions(folder: string): Promise<PosePrediction[]> {
  const text = await readFile(join(folder, predictionsFile), 'utf8');
  const numbers = (list: readonly (number | null)[]): Float32Array =>
    Float32Array.from(list, (v) => v ?? Number.NaN);
  return (JSON.parse(text) as readonly PlainPrediction[]).map(({ positions, confidence, covariance }) => ({
    positions: numbers(positions),
    confidence: numbers(confidence),
    covariance: numbers(covariance),
  }));
}
