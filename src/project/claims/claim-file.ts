import { readFile } from 'node:fs/promises';
import { planSchema, type ClaimPlan } from '../../inquire/index.ts';
import { InputError } from '../../signal/error.ts';
import type { Json } from '../../signal/provenance.ts';
import { sha256OfJson } from '../digest.ts';
import { diskError, isMissing } from '../disk.ts';
import { YamlFile } from '../yaml-file.ts';

/** A claim as a person wrote it down, with the hash by which a later reader knows that it is the same. */
export interface ClaimFile {
  readonly path: string;
  readonly plan: ClaimPlan;
  /** SHA-256 of the plan with its defaults: comments and the order of keys do not matter, the order of hypotheses neither. */
  readonly hash: string;
}

/** Throws `InputError` with file, line and column where it is no claim. */
export async function readClaimFile(path: string): Promise<ClaimFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (!isMissing(error)) throw diskError(error, path);
    throw new InputError('there is no such claim', { where: path, expected: 'a YAML file' });
  }
  const file = new YamlFile(path, text);
  const plan = file.check(planSchema, file.value);
  const { files, project } = plan.data;
  if ((files === undefined) === (project === undefined)) {
    throw new InputError('a claim is about files or about a project', {
      where: file.where(['data']),
      expected: 'either "files" or "project"',
      got: files ? 'both' : 'neither',
    });
  }
  return { path, plan, hash: sha256OfJson(plan as unknown as Json) };
}
