import {
  activityOf,
  claim,
  hypothesesOf,
  type ClaimOptions,
  type ClaimPlan,
  type ClaimResult,
} from '../../inquire/index.ts';
import type { Json } from '../../signal/provenance.ts';
import { writeAtomic } from '../atomic.ts';
import { readClaimFile } from './claim-file.ts';
import { Ledger, resultFile, resultsFolder, type Change, type SeenResult } from './ledger.ts';
import { readVariables } from './read-variables.ts';

export interface JudgedClaim {
  readonly plan: ClaimPlan;
  readonly hash: string;
  readonly inputs: SeenResult['inputs'];
  readonly result: ClaimResult;
  /** Names of the activity's channels, in the order of `unitScores`. */
  readonly units: readonly string[];
  /** Earlier results of this claim when it was another: the claim was changed after they were seen. */
  readonly changes: readonly Change[];
  readonly notes: readonly string[];
  readonly folder: string;
  /** The result as JSON. */
  readonly file: string;
}

/**
 * Judges a claim as its file says, notes that its result was seen, and writes it beside the claim. The same file on the same data gives the same
 * result to the byte. Throws `InputError` for a file, variable or recording that is not what the claim says; see `claim` for the rest.
 */
export async function judgeClaim(
  path: string,
  {
    now,
    folder: data,
    ...options
  }: Pick<ClaimOptions, 'onProgress' | 'signal'> & {
    /** Where the paths of the claim start from; default: where it lies. */
    readonly folder?: string;
    readonly now?: Date;
  } = {},
): Promise<JudgedClaim> {
  const file = await readClaimFile(path);
  const { plan, hash } = file;
  const { variables, inputs, notes: read } = await readVariables(file, data);
  const activity = activityOf(plan, variables);
  const result = await claim(activity, hypothesesOf(plan, variables), {
    folds: plan.folds,
    transform: plan.activity.transform,
    nullDraws: plan.chance.shifts,
    resamples: plan.resamples,
    recoveries: plan.recoveries,
    level: plan.level,
    seed: plan.seed,
    ...options,
  });
  await using ledger = await Ledger.open(path);
  const changes = ledger.changes({ plan, hash, inputs });
  const notes = [...read, ...result.notes, ...ledger.problems];
  const folder = resultsFolder(path);
  const written = resultFile(path, hash);
  const units = activity.names;
  const content = { ...result, hash, plan, inputs, unitNames: units, changes, notes };
  await writeAtomic(written, `${JSON.stringify(content, plainArrays, 1)}\n`);
  const at = (now ?? new Date()).toISOString();
  await ledger.note({ at, plan, hash, inputs, sentence: result.verdict.sentence });
  return { plan, hash, inputs, result, units, changes, notes, folder, file: written };
}

const plainArrays = (_: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<Json>) : value;
