import { copyFile, mkdir, rename } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { InputError } from '../../signal/error.ts';
import { replaceFile } from '../atomic.ts';
import { sha256OfFile } from '../digest.ts';
import { exists } from '../folder.ts';
import { readManifest } from '../manifest.ts';
import type { Project } from '../project.ts';
import { keyOf } from '../store.ts';
import { planRun, withNeeds, type StepState } from './plan.ts';
import { isBlocked, type Job, type Making } from './step.ts';

/** What became of one job. */
export interface RunOutcome extends StepState {
  /** It was made now; false where it was up to date or could not be made. */
  readonly made: boolean;
}

/**
 * Brings the named steps and all they need up to date (every step where none is named), each job when its turn comes. What is up
 * to date is not touched. Stopped or killed, it goes on where it was when it is called again.
 *
 * Throws `UsageError` for a step there is not, `InputError` where nothing can be done at all, `CancelledError` on `signal`, and whatever the work throws; what was made before
 * stays.
 */
export async function bringUpToDate(
  project: Project,
  steps: readonly string[],
  making: Making,
): Promise<RunOutcome[]> {
  const wanted = withNeeds(steps);
  const outcomes: RunOutcome[] = [];
  for (const { job, state } of await planRun(project)) {
    if (!wanted.has(state.step)) continue;
    making.signal?.throwIfAborted();
    const make = !isBlocked(job) && state.status !== 'up to date';
    if (make) await bring(project, job, making);
    outcomes.push(make ? { ...state, status: 'up to date', made: true } : { ...state, made: false });
  }
  const [first] = outcomes;
  if (outcomes.every(({ status }) => status === 'blocked')) {
    throw new InputError(`no step can be run: ${first.why}`, { where: project.root });
  }
  return outcomes;
}

async function bring(project: Project, job: Job, making: Making): Promise<void> {
  const before = await lastHashes(project, job);
  await job.make(making);
  const key = keyOf(job.recipe);
  const output = await project.outputs.find(key);
  // Without someone to draw it, a report is not made.
  if (!output) return;
  for (const { file, path, drawn } of job.publishes ?? []) {
    if (!drawn) await keepChanged(path, [...before, ...hashesOf(output.manifest)], making);
    await mkdir(dirname(path), { recursive: true });
    await replaceFile(path, (beside) => copyFile(join(output.folder, file), beside));
  }
  await job.named.names.set(job.named.name, key);
}

async function lastHashes(project: Project, { named: { names, name } }: Job): Promise<string[]> {
  if (!(await names.names()).includes(name)) return [];
  const manifest = await readManifest(project.outputs.folderOf(await names.get(name)));
  return typeof manifest === 'object' ? hashesOf(manifest) : [];
}

function hashesOf({ files }: { readonly files: readonly { readonly sha256: string }[] }): string[] {
  return files.map(({ sha256 }) => sha256);
}

/** A file that is not what a step wrote was changed by a person, or is theirs: it is kept beside the new one. */
async function keepChanged(path: string, ours: readonly string[], { note }: Making): Promise<void> {
  if (!(await exists(path))) return;
  const hash = await sha256OfFile(path);
  if (ours.includes(hash)) return;
  const ending = extname(path);
  const kept = `${path.slice(0, path.length - ending.length)}.kept-${hash.slice(0, 8)}${ending}`;
  await rename(path, kept);
  note(`${path} was not as "marey run" wrote it: it is kept as ${kept}.`);
}
