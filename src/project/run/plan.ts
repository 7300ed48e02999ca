import { InputError, UsageError } from '../../signal/error.ts';
import { canonicalJson } from '../../signal/provenance.ts';
import { sha256OfFile } from '../digest.ts';
import { exists } from '../folder.ts';
import { readManifest, type Manifest } from '../manifest.ts';
import { nearest } from '../nearest.ts';
import type { Project } from '../project.ts';
import { keyOf, type Recipe } from '../store.ts';
import { stepRecords } from './records/index.ts';
import { isBlocked, type Blocked, type Job } from './step.ts';

export type StepStatus = 'up to date' | 'stale' | 'missing' | 'blocked';

/** How one thing that a step makes stands. */
export interface StepState {
  readonly step: string;
  /** Of the video; none for the whole project. */
  readonly item?: string;
  readonly status: StepStatus;
  /** Why it is not up to date, in words. */
  readonly why?: string;
}

export interface PlannedJob {
  readonly state: StepState;
  readonly job: Job | Blocked;
}

/**
 * Every job of every step with its state, in the order in which they are to be done. Nothing is made and no large file is read.
 * Throws `InputError` where `marey.yaml` names a step or an option that there is not.
 */
export async function planRun(project: Project): Promise<PlannedJob[]> {
  checkStepNames(project);
  const labels = project.labels.labelSet();
  const jobs = new Map<string, readonly (Job | Blocked)[]>();
  const planned: PlannedJob[] = [];
  for (const record of stepRecords) {
    const own = await record.plan({ project, labels, jobsOf: (step) => jobs.get(step) ?? [] });
    jobs.set(record.name, own);
    for (const job of own) planned.push({ state: await stateOf(project, job), job });
  }
  return planned;
}

/** The steps asked for and all they need; every step where none is named. Throws `UsageError` for one there is not. */
export function withNeeds(names: readonly string[]): Set<string> {
  const known = stepRecords.map(({ name }) => name);
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const record = stepRecords.find((r) => r.name === name);
    if (!record) {
      throw new UsageError(`there is no step "${name}"`, {
        where: 'marey run',
        expected: `one of ${known.join(', ')}`,
        fix: nearest(name, known, (near) => `Did you mean "${near}"?`),
      });
    }
    wanted.add(name);
    record.needs.forEach(add);
  };
  (names.length === 0 ? known : names).forEach(add);
  return wanted;
}

async function stateOf(project: Project, job: Job | Blocked): Promise<StepState> {
  const { step, item } = job;
  const about = { step, ...(item === undefined ? {} : { item }) };
  if (isBlocked(job)) return { ...about, status: 'blocked', why: job.blocked };
  const key = keyOf(job.recipe);
  const { names, name } = job.named;
  if (!(await names.names()).includes(name)) {
    return { ...about, status: 'missing', why: 'not made yet' };
  }
  const lastKey = await names.get(name);
  const last = await readManifest(project.outputs.folderOf(lastKey));
  if (typeof last !== 'object') return { ...about, status: 'stale', why: 'its output is gone or damaged' };
  if (lastKey !== key) return { ...about, status: 'stale', why: changes(last.recipe, job.recipe) };
  const why = await publishedProblem(job, last);
  return why === undefined ? { ...about, status: 'up to date' } : { ...about, status: 'stale', why };
}

/** What is wrong with the files that a person finds, or undefined where they are as the output's. */
async function publishedProblem({ publishes = [] }: Job, { files }: Manifest): Promise<string | undefined> {
  for (const { file, path } of publishes) {
    if (!(await exists(path))) return `${path} is not there`;
    const kept = files.find((f) => f.path === file);
    if ((await sha256OfFile(path)) !== kept?.sha256) return `${path} was changed`;
  }
  return undefined;
}

/** What differs between the recipe of the last output and the one of now, in words. */
function changes(before: Recipe, now: Recipe): string {
  const said: string[] = [];
  if (before.opVersion !== now.opVersion) said.push('this Marey makes it differently');
  for (const name of namesOf(before.params, now.params)) {
    const [was, is] = [before.params[name], now.params[name]];
    const text = (value: typeof was): string => (value === undefined ? 'not set' : canonicalJson(value));
    if (text(was) !== text(is)) said.push(`${name} was ${text(was)}, is ${text(is)}`);
  }
  if (before.model !== now.model) said.push('another model');
  for (const role of namesOf(before.inputs, now.inputs)) {
    if (before.inputs[role] === now.inputs[role]) continue;
    const added = before.inputs[role] === undefined;
    const removed = now.inputs[role] === undefined;
    said.push(added ? `${role} is new` : removed ? `${role} is gone` : `${role} changed`);
  }
  return said.join('; ');
}

function namesOf(...records: readonly object[]): string[] {
  return [...new Set(records.flatMap((r) => Object.keys(r)))].sort();
}

function checkStepNames({ config, layout }: Project): void {
  const known = stepRecords.map(({ name }) => name);
  const unknown = Object.keys(config.steps).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new InputError(`there is no step "${unknown}"`, {
    where: `${layout.config}, steps`,
    expected: `one of ${known.join(', ')}`,
    fix: nearest(unknown, known, (near) => `Did you mean "${near}"?`),
  });
}
