import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeWorkerEngine } from '../../learn/engine/node.ts';
import type { Store } from '../../learn/index.ts';
import { Random } from '../../math/random.ts';
import {
  parseSplit,
  pictureName,
  readModel,
  splitFrames,
  trainPose,
  writeModel,
  type NetworkName,
  type PoseModel,
  type TrainingProgress,
} from '../../measure/pose/index.ts';
import { InputError } from '../../signal/error.ts';
import type { LabelSet } from '../../signal/labels.ts';
import type { Json } from '../../signal/provenance.ts';
import { sha256OfJson } from '../digest.ts';
import type { Project } from '../project.ts';
import { keyOf, type Recipe } from '../store.ts';
import { pictureLoader } from './pictures.ts';
import { readUnlabeled, type UnlabeledFacts, type UnlabeledOptions } from './unlabeled.ts';

export interface TrainStepOptions {
  readonly minutes: number;
  /** Ends each stage after this many steps, or with the minutes if those end first; a run that ends so is reproducible. */
  readonly steps?: number;
  /** As `parseSplit` reads it. */
  readonly split: string;
  readonly network: NetworkName;
  /** Videos to learn from without labels. */
  readonly unlabeled?: UnlabeledOptions;
  readonly seed: number;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** One point of a learning curve. */
export interface CurvePoint {
  readonly stage: string;
  readonly step: number;
  readonly loss: number;
}

/** What is kept beside a model: which pictures it was trained on, and how its loss fell. */
export interface TrainingFacts {
  readonly split: string;
  readonly trained: readonly string[];
  readonly curve: readonly CurvePoint[];
  readonly unlabeled?: UnlabeledFacts;
}

export interface TrainedModel {
  readonly key: string;
  readonly model: PoseModel;
  readonly facts: TrainingFacts;
  /** The same training had been done before, and its result was taken. */
  readonly reused: boolean;
}

const opVersion = 1;
const modelFile = 'pose.marey';
const factsFile = 'training.json';
/** The name under which a project's pose model is found. */
export const poseModelName = 'pose';
/** Of the time that the user gives, what training may use; the rest is for reading pictures and calibration. */
const trainingShare = 0.94;

/**
 * Trains the project's pose model on its labels, or takes the one that the same labels and options gave before. A training that
 * was stopped or killed goes on from its last checkpoint.
 */
export async function trainStep(project: Project, options: TrainStepOptions): Promise<TrainedModel> {
  const labels = project.labels.labelSet();
  if (labels.frames.length === 0) {
    throw new InputError('there is nothing to learn from: no frame is labeled', {
      where: project.root,
      expected: '50 to 200 labeled frames',
      fix: 'Take over labels with "marey import".',
    });
  }
  const split = splitFrames(labels.frames, parseSplit(options.split), new Random(`split/${options.seed}`));
  const unlabeled =
    options.unlabeled && (await readUnlabeled(options.unlabeled, labels, project.layout.cache));
  const recipe: Recipe = {
    op: 'train',
    opVersion,
    params: {
      minutes: options.minutes,
      split: options.split,
      network: options.network,
      seed: options.seed,
      ...(options.steps !== undefined && { steps: options.steps }),
      ...(unlabeled && { unlabeled: unlabeled.params }),
    },
    inputs: { labels: labelsHash(labels), ...(unlabeled && { unlabeled: unlabeled.hash }) },
  };
  const run = `train-${keyOf(recipe).slice(0, 16)}`;
  const output = await project.outputs.run(
    recipe,
    async (folder) => {
      const engine = await nodeWorkerEngine({ threads: options.threads });
      const curve: CurvePoint[] = [];
      try {
        const model = await trainPose(labels, {
          engine,
          pictures: pictureLoader(project.root),
          frames: [...split.train],
          timeSeconds: options.minutes * 60 * trainingShare,
          steps: options.steps,
          unlabeled: unlabeled?.unlabeled,
          seed: options.seed,
          threads: options.threads,
          network: options.network,
          signal: options.signal,
          checkpoints: checkpointsOf(project, run),
          onProgress(progress) {
            const { stage, step, loss } = progress;
            if (step % 10 === 0) curve.push({ stage, step, loss });
            options.onProgress?.(progress);
          },
        });
        const facts: TrainingFacts = {
          split: options.split,
          trained: Array.from(split.train, (i) => pictureName(labels.frames[i].picture)),
          curve,
          unlabeled: unlabeled?.facts(model.plan),
        };
        await writeFile(join(folder, modelFile), writeModel(model));
        await writeFile(join(folder, factsFile), JSON.stringify(facts));
      } finally {
        await engine.terminate();
      }
    },
    {
      signal: options.signal,
      provenance: { step: 'train', options: { ...recipe.params }, inputs: [labels.provenance] },
    },
  );
  for (const state of await project.checkpoints.runs())
    if (state.startsWith(`${run}-`)) await project.checkpoints.remove(state);
  await project.models.set(poseModelName, output.key);
  return { ...(await readTrained(project, output.key)), reused: output.reused };
}

/** The project's pose model. Throws `InputError` where none was trained, or its output is gone or damaged. */
export async function trainedModel(project: Project): Promise<TrainedModel> {
  return { ...(await readTrained(project, await project.models.get(poseModelName))), reused: true };
}

async function readTrained(project: Project, key: string): Promise<Omit<TrainedModel, 'reused'>> {
  const output = await project.outputs.find(key);
  if (!output) {
    throw new InputError('the trained model is gone or damaged', {
      where: project.outputs.folderOf(key),
      fix: 'Train again with "marey train".',
    });
  }
  const path = join(output.folder, modelFile);
  return {
    key,
    model: readModel(await readFile(path), path),
    facts: JSON.parse(await readFile(join(output.folder, factsFile), 'utf8')) as TrainingFacts,
  };
}

/** The states of one training among those of the project. */
function checkpointsOf({ checkpoints }: Project, run: string): Store {
  return {
    read: (name) => checkpoints.read(`${run}-${name}`),
    write: (name, bytes) => checkpoints.write(`${run}-${name}`, bytes),
  };
}

function labelsHash({ skeleton, frames }: LabelSet): string {
  return sha256OfJson(JSON.parse(JSON.stringify({ skeleton, frames })) as Json);
}
