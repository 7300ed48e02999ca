import { nodeWorkerEngine } from '../../learn/engine/node.ts';
import { Random } from '../../math/random.ts';
import {
  evaluate,
  loadExamples,
  pictureName,
  PosePredictor,
  type EvaluatedFrame,
  type Evaluation,
  type PoseModel,
} from '../../measure/pose/index.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import type { Project } from '../project.ts';
import { pictureLoader } from './pictures.ts';
import { trainedModel, type TrainingFacts } from './train.ts';

export interface EvaluateStepOptions {
  readonly seed: number;
  readonly threads?: number;
  readonly confidenceCut?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

export interface EvaluateResult {
  readonly model: PoseModel;
  readonly facts: TrainingFacts;
  readonly train: Evaluation;
  /** Undefined where every labeled frame trained: nothing can be said of the error then. */
  readonly test?: Evaluation;
  readonly testFrames: readonly EvaluatedFrame[];
}

/**
 * Judges the project's pose model on the labeled frames it was not trained on (those that the split held out and those labeled
 * since), and beside it on those that trained.
 */
export async function evaluateStep(project: Project, options: EvaluateStepOptions): Promise<EvaluateResult> {
  const { model, facts } = await trainedModel(project);
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
  const trained = new Set(facts.trained);
  const sides = { train: [] as number[], test: [] as number[] };
  labels.frames.forEach(({ picture, instances }, i) => {
    if (instances.length > 0) sides[trained.has(pictureName(picture)) ? 'train' : 'test'].push(i);
  });
  if (sides.train.length + sides.test.length === 0) {
    throw new UsageError('there are no labeled frames to judge by', { where: project.root });
  }
  const engine = await nodeWorkerEngine({ threads: options.threads });
  try {
    await using predictor = await PosePredictor.load(model, engine, { threads: options.threads });
    const total = sides.train.length + sides.test.length;
    let done = 0;
    const predicted = async (indices: readonly number[]): Promise<EvaluatedFrame[]> => {
      const frames: EvaluatedFrame[] = [];
      for (const i of indices) {
        options.signal?.throwIfAborted();
        const { picture, instances } = labels.frames[i];
        const loaded = { ...labels, frames: [labels.frames[i]] };
        const [example] = await loadExamples(loaded, pictureLoader(project.root));
        const [prediction] = await predictor.predict([example.picture]);
        frames.push({ name: pictureName(picture), truth: instances[0], prediction });
        options.onProgress?.(++done, total);
      }
      return frames;
    };
    const judge = (frames: readonly EvaluatedFrame[]): Evaluation =>
      evaluate(frames, {
        skeleton: model.skeleton,
        bodyLengthPx: model.bodyLengthPx,
        radiusPx: model.calibration?.radiusPx ?? Math.max(1, 0.1 * model.bodyLengthPx),
        confidenceCut: options.confidenceCut,
        nullPositions: model.meanPositions,
        random: new Random(`evaluate/${options.seed}`),
      });
    const testFrames = await predicted(sides.test);
    const train = judge(await predicted(sides.train));
    return { model, facts, train, test: testFrames.length > 0 ? judge(testFrames) : undefined, testFrames };
  } finally {
    await engine.terminate();
  }
}
