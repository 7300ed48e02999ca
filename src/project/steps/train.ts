import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
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
  type PoseModel,
  type TrainingProgress,
} from '../../measure/pose/index.ts';
import { InputError } from '../../signal/error.ts';
import type { LabelSet } from '../../signal/labels.ts';
import type { Json } from '../../signal/provenance.ts';
import { sayingMemory } from '../memory.ts';
import type { Project } from '../project.ts';
import { keyOf, type Recipe } from '../store.ts';
import { labelsHash } from './inputs.ts';
import { pictureLoader } from './pictures.ts';
import { readUnlabeled, type UnlabeledFacts, type UnlabeledOptions } from './unlabeled.ts';

/** The options of `train` in `marey.yaml`; a command line overrules them. */
export const trainOptions = z.strictObject({
  minutes: z.number().positive().default(15).describe('how long it trains'),
  steps: z
    .number()
    .int()
    .positive()
    .optional()
    .describe(
      'steps of each network, in place of minutes: the same labels, options and threads then give the same model to the bit',
    ),
  /** As `parseSplit` reads it. `none` by default where a single frame is labeled. */
  split: z
    .string()
    .optional()
    .describe(
      'frames held out: blocks:0.2 (neighbors in time together; the default), random:0.2, recordings:0.2 or none',
    ),
  network: z
    .enum(['auto', 'accurate', 'fast'])
    .default('auto')
    .describe('auto: chosen from the labels, the machine and the minutes'),
  seed: z.number().int().default(0).describe('decides everything random'),
});

/** What a training is told; `steps` may also be a number for each network in turn. */
export type TrainingLength = Omit<z.output<typeof trainOptions>, 'steps'> & {
  readonly steps?: number | readonly number[];
};

export interface TrainStepOptions extends TrainingLength {
  /** Videos to learn from without labels. */
  readonly unlabeled?: UnlabeledOptions;
  readonly threads?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: TrainingProgress) => void;
}

/** One point of a learning curve. */
export interface CurvePoint {
  readonly stage: string;
  readonly step: number;
  readonly loss: number;
  /** Where it was judged on held-out frames: its mean error on some of them, px. */
  readonly heldOutPx?: number;
}

/** What is kept beside a model: which pictures it was trained on, and how its loss fell. */
export interface TrainingFacts {
  readonly split: string;
  readonly trained: readonly string[];
  readonly curve: readonly CurvePoint[];
  /** Steps of each stage, and the seconds they took, where time bounded them; older trainings do not say. */
  readonly steps?: readonly number[];
  readonly seconds?: number;
  readonly unlabeled?: UnlabeledFacts;
}

export interface TrainedModel {
  readonly key: string;
  readonly model: PoseModel;
  readonly facts: TrainingFacts;
  /** The same training had been done before, and its result was taken. */
  readonly reused: boolean;
}

/** The options that a training gets: what is asked for, else what `marey.yaml` says. The seed is never taken from there. */
export function trainingOptions(
  project: Pick<Project, 'stepOptions'>,
  asked: Partial<z.output<typeof trainOptions>>,
): z.output<typeof trainOptions> {
  const stated = project.stepOptions('train', trainOptions);
  return {
    minutes: asked.minutes ?? stated.minutes,
    // Minutes that are asked for stand against steps in the file.
    steps: asked.steps ?? (asked.minutes === undefined ? stated.steps : undefined),
    split: asked.split ?? stated.split,
    network: asked.network ?? stated.network,
    seed: asked.seed ?? 0,
  };
}

/** The name by which the states of a training under way are kept. */
export function trainingRunName(recipe: Recipe): string {
  return `train-${keyOf(recipe).slice(0, 16)}`;
}

const memoryFix =
  'Close other programs, give a smaller --network (fast) or fewer --threads, or use a machine with more memory. What was trained so far is kept.';
const opVersion = 1;
const modelFile = 'pose.marey';
const factsFile = 'training.json';
/** The name under which a project's pose model is found. */
export const poseModelName = 'pose';
const defaultSplit = 'blocks:0.2';
/**
 * Steps between points of the learning curve. The first of each: a step that ends with a checkpoint is told of after the
 * checkpoint is written, so its point would be missing after a crash.
 */
const curveEvery = 10;
/** Of the time that the user gives, what training may use; the rest is for reading pictures and calibration. */
const trainingShare = 0.94;

/**
 * Trains the project's pose model on its labels, or takes the one that the same labels and options gave before. A training that
 * was stopped or killed goes on from its last checkpoint.
 */
export async function trainStep(project: Project, options: TrainStepOptions): Promise<TrainedModel> {
  const { steps } = options;
  if (options.split !== undefined) parseSplit(options.split);
  const labels = project.labels.labelSet();
  if (labels.frames.length === 0) {
    throw new InputError('there is nothing to learn from: no frame is labeled', {
      where: project.root,
      expected: '50 to 200 labeled frames',
      fix: 'Take over labels with "marey import".',
    });
  }
  const rule = splitRule(labels, options.split);
  const split = splitFrames(labels.frames, parseSplit(rule), new Random(`split/${options.seed}`));
  const unlabeled =
    options.unlabeled && (await readUnlabeled(options.unlabeled, labels, project.layout.cache));
  const recipe = trainRecipe(labels, options, unlabeled);
  const run = trainingRunName(recipe);
  const output = await project.outputs.run(
    recipe,
    async (folder) => {
      const engine = await nodeWorkerEngine({ threads: options.threads });
      const curve: CurvePoint[] = [];
      try {
        const model = await sayingMemory(
          { where: `training on ${split.train.length} frames`, fix: memoryFix },
          () =>
            trainPose(labels, {
              engine,
              pictures: pictureLoader(project.root),
              frames: [...split.train],
              heldOut: [...split.test],
              ...(steps === undefined ? { timeSeconds: options.minutes * 60 * trainingShare } : { steps }),
              unlabeled: unlabeled?.unlabeled,
              seed: options.seed,
              threads: options.threads,
              network: options.network === 'auto' ? undefined : options.network,
              signal: options.signal,
              checkpoints: checkpointsOf(project, run, curve),
              onProgress(progress) {
                addTo(curve, progress);
                options.onProgress?.(progress);
              },
            }),
        );
        const facts: TrainingFacts = {
          split: rule,
          trained: Array.from(split.train, (i) => pictureName(labels.frames[i].picture)),
          curve,
          steps: model.record.steps,
          ...(model.record.seconds !== undefined && { seconds: model.record.seconds }),
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
  await removeCheckpoints(project, run);
  await project.models.set(poseModelName, output.key);
  return { ...(await readTrained(project, output.key)), reused: output.reused };
}

/** Every so many steps, and wherever it was judged; a step that was judged is told of twice. */
function addTo(curve: CurvePoint[], { stage, step, loss, heldOutPx }: TrainingProgress): void {
  if (heldOutPx !== undefined) curve.push({ stage, step, loss, heldOutPx });
  else if (step % curveEvery === 1 && curve.at(-1)?.step !== step) curve.push({ stage, step, loss });
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

/**
 * The states of one training among those of the project. The learning curve up to a state lies in front of it, behind its own
 * length: a training that goes on from there goes on with its curve.
 */
export function checkpointsOf({ checkpoints }: Project, run: string, curve: CurvePoint[] = []): Store {
  return {
    async read(name) {
      const bytes = await checkpoints.read(`${run}-${name}`);
      if (bytes === undefined) return undefined;
      const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
      // The store has compared its SHA-256: it is what was written.
      curve.splice(0, curve.length, ...(JSON.parse(text) as CurvePoint[]));
      return bytes.subarray(4 + length);
    },
    async write(name, bytes) {
      const text = Buffer.from(JSON.stringify(curve));
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      await checkpoints.write(`${run}-${name}`, Buffer.concat([length, text, bytes]));
    },
  };
}

/** Removes the states of one training: it is done. */
export async function removeCheckpoints({ checkpoints }: Project, run: string): Promise<void> {
  for (const state of await checkpoints.runs())
    if (state.startsWith(`${run}-`)) await checkpoints.remove(state);
}

function splitRule({ frames }: LabelSet, stated: string | undefined): string {
  return stated ?? (frames.length === 1 ? 'none' : defaultSplit);
}

/** What a training depends on. */
export function trainRecipe(
  labels: LabelSet,
  { minutes, steps, split, network, seed }: TrainingLength,
  unlabeled?: { readonly params: Json; readonly hash: string },
): Recipe {
  return {
    op: 'train',
    opVersion,
    params: {
      ...(steps === undefined ? { minutes } : { steps }),
      split: splitRule(labels, split),
      network,
      seed,
      ...(unlabeled && { unlabeled: unlabeled.params }),
    },
    inputs: { labels: labelsHash(labels), ...(unlabeled && { unlabeled: unlabeled.hash }) },
  };
}
