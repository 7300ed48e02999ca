import type { Hono } from 'hono';
import { pictureName, type Evaluation } from '../measure/pose/index.ts';
import { keyOf, type Project } from '../project/index.ts';
import {
  evaluateOptions,
  evaluateRecipe,
  evaluateStep,
  poseModelName,
  type EvaluateResult,
} from '../project/steps/index.ts';
import type { EvaluationAnswer, HeldOutExample } from './api.ts';
import type { OpenedProject } from './opened-project.ts';

/** Held-out frames that are shown, at most. */
const shown = 24;

/** The evaluation of the model by the predictions that are kept for the labels of now; null where none are kept. */
export async function evaluationOf(project: Project): Promise<EvaluationAnswer | null> {
  const key = await keptEvaluation(project);
  if (key === undefined) return null;
  const { seed, confidence } = project.stepOptions('evaluate', evaluateOptions);
  const result = await evaluateStep(project, { seed, confidenceCut: confidence });
  const { train, test, facts } = result;
  return {
    split: facts.split,
    trainFrames: train.frames,
    trainErrorPx: train.meanPx,
    test: test ? figuresOf(test) : null,
    worst: test ? worstOf(project, result, test) : [],
  };
}

/** The key of the kept predictions, where there are some. */
async function keptEvaluation({ models, outputs, labels }: Project): Promise<string | undefined> {
  if (!(await models.names()).includes(poseModelName)) return undefined;
  const key = keyOf(evaluateRecipe(labels.labelSet(), await models.get(poseModelName)));
  return (await outputs.keys()).includes(key) ? key : undefined;
}

/** JSON has no NaN. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

function figuresOf(test: Evaluation): NonNullable<EvaluationAnswer['test']> {
  const { confident } = test;
  return {
    frames: test.frames,
    points: test.count,
    meanPx: test.meanPx,
    interval: [test.meanInterval.low, test.meanInterval.high],
    medianPx: test.medianPx,
    maxPx: test.maxPx,
    bodyLengths: test.meanBodyLengths,
    nullPx: finite(test.nullMeanPx),
    confident: { cut: confident.cut, kept: confident.fractionKept, meanPx: finite(confident.meanPx) },
    keypoints: test.keypoints.map(({ keypoint, count, meanPx, medianPx }) => ({
      name: keypoint,
      points: count,
      meanPx: finite(meanPx),
      medianPx: finite(medianPx),
    })),
  };
}

function worstOf(
  { labels }: Project,
  { testFrames }: EvaluateResult,
  { worst }: Evaluation,
): readonly HeldOutExample[] {
  const keys = labels.keys();
  const keyOfName = new Map(
    labels.labelSet().frames.map(({ picture }, i) => [pictureName(picture), keys[i]] as const),
  );
  return worst.slice(0, shown).map(({ frame, name, meanPx, maxPx }) => {
    const { truth, prediction } = testFrames[frame];
    const { positions, confidence } = prediction;
    return {
      frame: keyOfName.get(name)!,
      name,
      meanPx,
      maxPx,
      truth: truth.points.map((p) => p && ([p.x, p.y] as const)),
      predicted: Array.from(confidence, (c, k) => [positions[2 * k], positions[2 * k + 1], c] as const),
    };
  });
}

/** `GET /api/evaluation` */
export function evaluationRoutes(app: Hono, opened: () => OpenedProject): void {
  app.get('/api/evaluation', async (c) => c.json(await evaluationOf(opened().project)));
}
