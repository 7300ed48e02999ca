import { keyOf } from '../project/index.ts';
import {
  evaluateOptions,
  evaluateRecipe,
  evaluateStep,
  poseModelName,
  trainedModel,
} from '../project/steps/index.ts';
import { MareyError } from '../signal/error.ts';
import type { ModelOverview, ProjectOverview, VideoOverview } from './api.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { OpenedProject } from './opened-project.ts';

/** Damaged records and lost tracks that are named one by one. */
const named = 5;

/** What is in the open project. What cannot be shown is said in `notes`. */
export async function projectOverview(opened: OpenedProject, jobs: Jobs): Promise<ProjectOverview> {
  await opened.refresh();
  const { project } = opened;
  const { config, labels } = project;
  const notes: string[] = [];
  /** The part, or `otherwise` with a note where it cannot be had. */
  const orNote = async <T>(part: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await part;
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      notes.push(error.message);
      return otherwise;
    }
  };
  const videos = await orNote<readonly VideoOverview[]>(opened.videos.overview(), []);
  const tracks = await orNote(opened.tracks.overview(), { tracks: [], notes: [] });
  const model = await orNote(modelOverview(opened, jobs), undefined);
  if (opened.configProblem !== undefined) notes.push(opened.configProblem);
  const damaged = labels.problems.filter((p) => p.kind === 'damaged');
  for (const { line, what } of damaged.slice(0, named))
    notes.push(`The labels' journal, line ${line}: ${what}. A label may be lost.`);
  for (const { line, what } of project.corrections.problems
    .filter((p) => p.kind === 'damaged')
    .slice(0, named))
    notes.push(`The corrections' journal, line ${line}: ${what}. A correction may be lost.`);
  notes.push(...labels.labelSet().notes, ...tracks.notes.slice(0, named));
  for (const { note } of await orNote(opened.videos.list(), [])) if (note !== undefined) notes.push(note);
  return {
    name: config.name,
    root: project.root,
    readOnly: opened.readOnly,
    skeleton: config.skeleton,
    individuals: config.individuals,
    videos,
    tracks: tracks.tracks,
    labeledFrames: labels.size,
    model,
    notes: [...new Set(notes)],
  };
}

async function modelOverview(opened: OpenedProject, jobs: Jobs): Promise<ModelOverview | undefined> {
  const { project } = opened;
  if (!(await project.models.names()).includes(poseModelName)) return undefined;
  const { key, model, facts } = await trainedModel(project);
  return {
    network: [...new Set(model.plan.stages.map(({ network }) => network))].join(', '),
    steps: model.record.steps.reduce((sum, n) => sum + n, 0),
    trainedFrames: facts.trained.length,
    testErrorPx: await testError(opened, key, jobs),
    keypoints: model.skeleton.keypoints,
  };
}

/** As last judged: by the predictions that are kept for the labels of now, else as the last job that judged this model said. */
async function testError({ project }: OpenedProject, model: string, jobs: Jobs): Promise<number | undefined> {
  const recipe = evaluateRecipe(project.labels.labelSet(), model);
  if ((await project.outputs.keys()).includes(keyOf(recipe))) {
    const { seed, confidence } = project.stepOptions('evaluate', evaluateOptions);
    return (await evaluateStep(project, { seed, confidenceCut: confidence })).test?.meanPx;
  }
  const last = jobs
    .list()
    .findLast(({ request, result }) => request.kind === 'evaluate' && result?.['model'] === model);
  const px = last?.result?.['testErrorPx'];
  return typeof px === 'number' ? px : undefined;
}
