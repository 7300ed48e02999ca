import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Project } from '../project/index.ts';
import { readManifest } from '../project/manifest.ts';
import { checkpointsOf } from '../project/steps/train.ts';
import type { CurvePoint, TrainingFacts } from '../project/steps/train.ts';
import type { TrainingRun } from './api.ts';
import type { ServerState } from './state.ts';

/** The file of a training's output that holds its curve. */
const factsFile = 'training.json';

/** The learning curves of the trainings whose outputs are there, the newest last. */
export async function finishedTrainings({ outputs }: Project): Promise<TrainingRun[]> {
  const found: { readonly at: number; readonly run: TrainingRun }[] = [];
  for (const key of await outputs.keys()) {
    const folder = outputs.folderOf(key);
    const manifest = await readManifest(folder);
    if (typeof manifest !== 'object' || manifest.recipe.op !== 'train') continue;
    const path = join(folder, factsFile);
    const { curve } = JSON.parse(await readFile(path, 'utf8')) as TrainingFacts;
    found.push({ at: (await stat(path)).mtimeMs, run: { id: key.slice(0, 16), stages: stagesOf(curve) } });
  }
  return found.sort((a, b) => a.at - b.at).map(({ run }) => run);
}

/**
 * What the training at work had learned before this job took it up, from the newest state that it keeps; it goes up to the first point
 * that the job told of.
 */
async function before(project: Project, [first]: readonly CurvePoint[]): Promise<readonly CurvePoint[]> {
  // A run that begins anew has nothing before.
  if (first === undefined) return [];
  const runs = (await project.checkpoints.runs()).flatMap(
    (run) => /^(train-[0-9a-f]{16})-(.*)$/.exec(run) ?? [],
  );
  const states: { readonly run: string; readonly name: string; readonly at: number }[] = [];
  for (let i = 0; i + 2 < runs.length; i += 3) {
    const { mtimeMs } = await stat(join(project.layout.checkpoints, runs[i]));
    states.push({ run: runs[i + 1], name: runs[i + 2], at: mtimeMs });
  }
  const newest = states.sort((a, b) => b.at - a.at).at(0);
  if (!newest) return [];
  const curve: CurvePoint[] = [];
  await checkpointsOf(project, newest.run, curve).read(newest.name);
  const end = curve.findIndex(({ stage, step }) => stage === first.stage && step >= first.step);
  return end < 0 ? curve : curve.slice(0, end);
}

function stagesOf(curve: readonly CurvePoint[]): TrainingRun['stages'] {
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
  // Read once a job: it does not change any more.
  let known: { readonly id: string; readonly points: readonly CurvePoint[] } | undefined;
  app.get('/api/training', async (c) => {
    const { project } = state.opened();
    const runs = await finishedTrainings(project);
    const running = state.jobs.runningCurve();
    if (!running || running.curve.length === 0) return c.json(runs);
    if (known?.id !== running.id) known = { id: running.id, points: await before(project, running.curve) };
    const live = { id: `running-${running.id}`, stages: stagesOf([...known.points, ...running.curve]) };
    return c.json([...runs, live]);
  });
}
