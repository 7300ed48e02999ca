import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Project } from '../project/index.ts';
import { readManifest } from '../project/manifest.ts';
import { poseModelName, trainingOptions, trainingRunName, trainRecipe } from '../project/steps/index.ts';
import { checkpointsOf } from '../project/steps/train.ts';
import type { CurvePoint, TrainingFacts } from '../project/steps/train.ts';
import type { JobRequest, JobState, TrainingChoices, TrainingRun, TrainingStage } from './api.ts';
import type { ServerState } from './state.ts';

/** Jobs among which stopped trainings are looked for. */
const lookedBack = 20;
/** The file of a training's output that holds its curve. */
const factsFile = 'training.json';

type TrainRequest = Extract<JobRequest, { readonly kind: 'train' }>;

/** The learning curves of a project's trainings: finished, stopped and under way. What does not change any more is read once. */
class Trainings {
  readonly #state: ServerState;
  readonly #finished = new Map<string, Omit<TrainingRun, 'current'>>();
  /** The curve of a kept state, by the state's path and age. */
  readonly #kept = new Map<string, readonly CurvePoint[]>();
  /** What the training under way had learned before its job took it up. */
  #before: { readonly job: string; readonly points: readonly CurvePoint[] } | undefined;

  constructor(state: ServerState) {
    this.#state = state;
  }

  /** The newest last. */
  async list(): Promise<TrainingRun[]> {
    const { project } = this.#state.opened();
    const running = await this.#running(project);
    const finished = await this.#finishedOf(project);
    const stopped = await this.#stopped(project, running?.request);
    return [...finished, ...stopped, ...(running ? [running] : [])];
  }

  async #finishedOf(project: Project): Promise<TrainingRun[]> {
    const { models, outputs } = project;
    const current = (await models.names()).includes(poseModelName) ? await models.get(poseModelName) : '';
    const found: TrainingRun[] = [];
    for (const key of await outputs.keys()) {
      const known = this.#finished.get(key) ?? (await finishedTraining(project, key));
      if (!known) continue;
      this.#finished.set(key, known);
      found.push({ ...known, current: key === current });
    }
    return found.sort((a, b) => (a.at ?? '').localeCompare(b.at ?? ''));
  }

  /** Trainings that were stopped and can go on: their options and the labels of now are those of a state that is kept. */
  async #stopped(project: Project, running: TrainRequest | undefined): Promise<TrainingRun[]> {
    const kept = await keptStates(project);
    if (kept.length === 0) return [];
    const runs: TrainingRun[] = [];
    const seen = new Set<string>(running ? [runOf(project, running)] : []);
    for (const { id, request, state } of this.#state.jobs.list().slice(-lookedBack).toReversed()) {
      if (request.kind !== 'train' || state === 'running' || state === 'done') continue;
      const run = runOf(project, request);
      const newest = kept.find((k) => k.run === run);
      if (seen.has(run) || !newest) continue;
      seen.add(run);
      const stages = stagesOf(await this.#curveOf(project, newest));
      const options = trainingOptions(project, request);
      const at = new Date(newest.at).toISOString();
      runs.unshift({ id: `stopped-${id}`, state: 'stopped', current: false, at, options, request, stages });
    }
    return runs;
  }

  async #running(project: Project): Promise<TrainingRun | undefined> {
    const running = this.#state.jobs.runningCurve();
    const job = this.#state.jobs.list().find(({ id }) => id === running?.id);
    if (!running || !job || running.curve.length === 0) return undefined;
    if (this.#before?.job !== running.id) {
      this.#before = { job: running.id, points: await this.#beforeOf(project, running.curve) };
    }
    const request = trainRequest(job);
    return {
      id: `running-${running.id}`,
      state: 'running',
      current: false,
      options: request ? trainingOptions(project, request) : {},
      request,
      stages: stagesOf([...this.#before.points, ...running.curve]),
    };
  }

  /** From the newest state that is kept, up to the first point that the job told of. */
  async #beforeOf(project: Project, [first]: readonly CurvePoint[]): Promise<readonly CurvePoint[]> {
    const newest = (await keptStates(project)).at(0);
    if (!newest) return [];
    const curve = await this.#curveOf(project, newest);
    const end = curve.findIndex(({ stage, step }) => stage === first.stage && step >= first.step);
    return end < 0 ? curve : curve.slice(0, end);
  }

  async #curveOf(project: Project, { run, name, at }: KeptState): Promise<readonly CurvePoint[]> {
    const id = `${run}-${name} ${at}`;
    const known = this.#kept.get(id);
    if (known) return known;
    const curve: CurvePoint[] = [];
    await checkpointsOf(project, run, curve).read(name);
    this.#kept.set(id, curve);
    return curve;
  }
}

const trainRequest = ({ request }: JobState): TrainRequest | undefined =>
  request.kind === 'train' ? request : undefined;

function runOf(project: Project, request: TrainRequest): string {
  return trainingRunName(trainRecipe(project.labels.labelSet(), trainingOptions(project, request)));
}

async function finishedTraining(
  { outputs }: Project,
  key: string,
): Promise<Omit<TrainingRun, 'current'> | undefined> {
  const folder = outputs.folderOf(key);
  const manifest = await readManifest(folder);
  if (typeof manifest !== 'object' || manifest.recipe.op !== 'train') return undefined;
  const path = join(folder, factsFile);
  const { curve, trained, seconds } = JSON.parse(await readFile(path, 'utf8')) as TrainingFacts;
  return {
    id: key.slice(0, 16),
    state: 'done',
    at: (await stat(path)).mtime.toISOString(),
    options: manifest.recipe.params as TrainingChoices,
    frames: trained.length,
    seconds,
    stages: stagesOf(curve),
  };
}

interface KeptState {
  /** The training's name, and the state's among its own. */
  readonly run: string;
  readonly name: string;
  readonly at: number;
}

/** The newest state of each stage of each training that is not finished, the newest first. */
async function keptStates({ checkpoints, layout }: Project): Promise<KeptState[]> {
  const states: KeptState[] = [];
  for (const folder of await checkpoints.runs()) {
    const [, run, name] = /^(train-[0-9a-f]{16})-(.*)$/.exec(folder) ?? [];
    if (run === undefined) continue;
    states.push({ run, name, at: (await stat(join(layout.checkpoints, folder))).mtimeMs });
  }
  return states.sort((a, b) => b.at - a.at);
}

function stagesOf(curve: readonly CurvePoint[]): TrainingStage[] {
  return [...new Set(curve.map(({ stage }) => stage))].map((name) => {
    const points = curve.filter(({ stage }) => stage === name);
    const judged = points.filter(({ heldOutPx }) => heldOutPx !== undefined);
    return {
      name,
      steps: points.map(({ step }) => step),
      loss: points.map(({ loss }) => loss),
      heldOutSteps: judged.map(({ step }) => step),
      heldOutError: judged.map(({ heldOutPx }) => heldOutPx!),
    };
  });
}

/** `GET /api/training` */
export function trainingRoutes(app: Hono, state: ServerState): void {
  const trainings = new Trainings(state);
  app.get('/api/training', async (c) => c.json(await trainings.list()));
}
