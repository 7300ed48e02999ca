import { readFile } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import type { ClaimResult } from '../../inquire/index.ts';
import { InputError, MareyError, UsageError } from '../../signal/error.ts';
import { isMissing } from '../disk.ts';
import { exists, namesIn } from '../folder.ts';
import { readClaimFile, type ClaimFile } from './claim-file.ts';
import { Ledger, resultFile, type Change, type SeenResult } from './ledger.ts';

/** Where a project's claims are looked for: beside its `marey.yaml`, and here. */
const folder = 'claims';
const ending = /\.ya?ml$/i;
const own = 'marey.yaml';

/** What `judgeClaim` wrote: the numbers as they stand in the file. */
export interface WrittenResult extends Omit<ClaimResult, 'ranking'> {
  readonly ranking: readonly (Omit<ClaimResult['ranking'][number], 'unitScores'> & {
    readonly unitScores: readonly number[];
  })[];
  readonly unitNames: readonly string[];
  readonly changes: readonly Change[];
}

export interface ProjectClaim {
  /** Its path in the project, with `/` between names. */
  readonly id: string;
  readonly path: string;
  /** The claim, or why it cannot be read. */
  readonly file: ClaimFile | MareyError;
  /** Results that anyone has seen, of this plan and of earlier ones, the oldest first. */
  readonly seen: readonly SeenResult[];
  /** The result of the plan as it is now. */
  readonly result?: WrittenResult;
}

/** The claims of a project, by name: YAML files that say `claim`. A file that is meant as one and is none is told, not left out. */
export async function projectClaims(root: string): Promise<ProjectClaim[]> {
  const claims: ProjectClaim[] = [];
  for (const within of [root, join(root, folder)]) {
    if (!(await exists(within))) continue;
    for (const name of await namesIn(within)) {
      const path = join(within, name);
      if (name === own || !ending.test(name)) continue;
      const text = await readFile(path, 'utf8');
      if (within !== root || /^claim\s*:/m.test(text)) claims.push(await claimAt(root, path));
    }
  }
  return claims;
}

/** The path of a claim by its id. Throws `UsageError` where it is none of this project. */
export function claimPath(root: string, id: string): string {
  const parts = id.split('/');
  const plain = parts.every((part) => part !== '' && !part.startsWith('.') && !/[\\:]/.test(part));
  const placed = parts.length === 1 || (parts.length === 2 && parts[0] === folder);
  if (plain && placed && ending.test(id) && id !== own) return join(root, ...parts);
  throw new UsageError('this is no claim of the project', {
    expected: `a YAML file in the project's folder, or in its folder ${folder}`,
    got: id,
  });
}

async function claimAt(root: string, path: string): Promise<ProjectClaim> {
  const id = posix.join(...relative(root, path).split(sep));
  const seen = await Ledger.seen(path);
  try {
    const file = await readClaimFile(path);
    return { id, path, file, seen, result: await readResult(path, file.hash) };
  } catch (error) {
    if (!(error instanceof MareyError)) throw error;
    return { id, path, file: error, seen };
  }
}

async function readResult(claim: string, hash: string): Promise<WrittenResult | undefined> {
  const path = resultFile(claim, hash);
  try {
    return JSON.parse(await readFile(path, 'utf8')) as WrittenResult;
  } catch (error) {
    if (isMissing(error)) return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new InputError('the result of the claim is damaged', {
      where: path,
      got: error.message,
      fix: 'Judge the claim again: marey claim writes the same result.',
    });
  }
}
