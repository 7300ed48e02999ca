/** A trained pose model: one file that says all about itself. */
import { strToU8, strFromU8, unzipSync, zipSync } from 'fflate';
import { InputError } from '../../signal/error.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import type { PosePlan } from './choose.ts';
import type { Calibration } from './confidence.ts';

/** How a model came about. */
export interface TrainingRecord {
  readonly seed: number;
  /** Labeled frames that trained, as positions in the label set. */
  readonly frames: readonly number[];
  /** Steps of each stage, in the order of `plan.stages`. */
  readonly steps: readonly number[];
  /** How long it took, where time bounded it: one bounded by steps has the same bytes whenever it is done again. */
  readonly seconds?: number;
  readonly engine: string;
}

export interface PoseModel {
  readonly skeleton: Skeleton;
  readonly plan: PosePlan;
  /** One network a stage as the bytes of an `.onnx` file, weights inside. Input `image`, outputs `maps`, `offsets`, `absent`. */
  readonly networks: readonly Uint8Array[];
  /** Median over training frames of the labeled keypoints' spread (the larger side of their box), px. */
  readonly bodyLengthPx: number;
  /** Mean labeled position of each keypoint in the training frames, x, y, px: what a guess without looking would say. */
  readonly meanPositions: readonly number[];
  /** Turns a raw score into the probability that a point lies within `radiusPx`; undefined where no frames could be held out. */
  readonly calibration?: Calibration;
  /** Factor on the heatmaps' covariances that makes them as large as the held-out errors. */
  readonly covarianceFactor: number;
  readonly record: TrainingRecord;
}

const format = 'marey-pose-model';
const version = 1;
const file = (stage: number): string => `stage-${stage}.onnx`;

/** The model as one zip archive: `model.json` and the networks, each an ONNX file of its own. Same model, same bytes. */
export function writeModel(model: PoseModel): Uint8Array {
  const { networks, ...description } = model;
  const entries: Record<string, Uint8Array> = {
    'model.json': strToU8(`${JSON.stringify({ format, version, ...description }, undefined, 1)}\n`),
  };
  networks.forEach((bytes, i) => (entries[file(i)] = bytes));
  return zipSync(entries, { level: 0, mtime: new Date(1980, 0, 1) });
}

/** @throws InputError where the bytes are no pose model, are damaged, or come from a newer version. */
export function readModel(bytes: Uint8Array, where = 'pose model'): PoseModel {
  const fix = 'Train the model again, or take it from a backup.';
  let entries: Record<string, Uint8Array>;
  let parsed: unknown;
  try {
    entries = unzipSync(bytes);
    parsed = JSON.parse(strFromU8(entries['model.json'] ?? new Uint8Array()));
  } catch (cause) {
    throw new InputError('this is no pose model, or it is damaged', { where, fix, cause });
  }
  if (!isDescription(parsed)) {
    throw new InputError('this archive is no pose model', { where, expected: `format "${format}"`, fix });
  }
  if (parsed.version !== version) {
    throw new InputError('the model was written by another version of Marey', {
      where,
      expected: `version ${version}`,
      got: `version ${parsed.version}`,
      fix: 'Update Marey, or train the model again.',
    });
  }
  const { format: _format, version: _version, ...model } = parsed;
  const networks = model.plan.stages.map((_, i) => entries[file(i)]);
  const missing = networks.findIndex((network) => network === undefined);
  if (missing >= 0) throw new InputError(`the model lacks ${file(missing)}`, { where, fix });
  return { ...model, networks };
}

type Description = Omit<PoseModel, 'networks'> & { readonly format: string; readonly version: number };

function isDescription(value: unknown): value is Description {
  if (typeof value !== 'object' || value === null) return false;
  const fields: Record<string, unknown> = { ...value };
  const isObject = (key: string): boolean => typeof fields[key] === 'object' && fields[key] !== null;
  return (
    fields.format === format &&
    typeof fields.version === 'number' &&
    ['skeleton', 'plan', 'record', 'meanPositions'].every(isObject)
  );
}
