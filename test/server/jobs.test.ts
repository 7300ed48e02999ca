/** Long work over the server: a command in its own process, inside the server's lock, while labels go on. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type {
  EvaluationAnswer,
  JobState,
  LabelsReceipt,
  ProjectOverview,
  StepOverview,
  TrackOverview,
  TrainingRun,
} from '../../src/server/api.ts';
import { Project } from '../../src/project/index.ts';
import { drawnProject } from '../project/drawn-project.ts';
import { commandLine, listen, serve, testFolder } from './served.ts';

async function tinyProject(): Promise<string> {
  await using project = await drawnProject(testFolder(), { labeled: 8, video: 12 });
  return project.root;
}

const ends =
  ({ id }: JobState) =>
  (job: JobState) =>
    job.id === id && job.state !== 'running';
const quick = { kind: 'train', minutes: 0.05, network: 'fast', split: 'random:0.2' } as const;
const long = { ...quick, minutes: 30, seed: 1 } as const;

it('trains, judges and tracks while labels are changed, and the pages hear of it', async () => {
  const root = await tinyProject();
  const server = await serve({ root });
  const events = await listen(server);
  const training = await server.post<JobState>('/api/jobs', quick);
  expect(training.state).toBe('running');
  const refused = await server.ask('/api/jobs', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'evaluate' }),
  });
  expect(refused.status).toBe(409);
  await events.until('job', ({ progress }) => progress?.what.startsWith('Training') ?? false);
  // The server holds the lock and goes on labeling.
  const edit = {
    op: 'frame',
    frame: 'walk/walk#2',
    recording: 'walk',
    picture: { video: 'walk', frame: 2 },
    instances: [],
  };
  expect(await server.post<LabelsReceipt>('/api/labels', { edits: [edit] })).toMatchObject({ revision: 2 });

  const trained = await events.until('job', ends(training));
  expect(trained, JSON.stringify(trained.error)).toMatchObject({
    state: 'done',
    result: { split: 'random:0.2' },
  });
  expect(await (await server.ask(`/api/jobs/${training.id}/log`)).text()).toMatch(/^marey train .*\n/);
  const [run] = await server.get<TrainingRun[]>('/api/training');
  expect(run.stages.length).toBeGreaterThan(0);
  expect(run).toMatchObject({
    state: 'done',
    current: true,
    options: { minutes: 0.05, network: 'fast', split: 'random:0.2', seed: 0 },
    frames: trained.result?.['trainFrames'],
  });
  expect(await server.get('/api/evaluation')).toBeNull();
  for (const { steps, loss, heldOutSteps, heldOutError } of run.stages) {
    expect(loss).toHaveLength(steps.length);
    expect(heldOutSteps.at(-1)).toBe(steps.at(-1));
    expect(heldOutError).toHaveLength(heldOutSteps.length);
    expect(Math.min(...heldOutError)).toBeGreaterThan(0);
  }

  const judging = await server.post<JobState>('/api/jobs', { kind: 'evaluate' });
  const judged = await events.until('job', ends(judging));
  expect(judged, JSON.stringify(judged.error)).toMatchObject({ state: 'done' });
  const { model } = await server.get<ProjectOverview>('/api/project');
  expect(model).toMatchObject({ network: 'fast', testErrorPx: judged.result?.['testErrorPx'] });
  expect(model?.trainedFrames).toBeGreaterThan(0);

  const evaluation = await server.get<EvaluationAnswer>('/api/evaluation');
  expect(evaluation.test).toMatchObject({ meanPx: model?.testErrorPx, frames: evaluation.worst.length });
  const [worst] = evaluation.worst;
  const distances = worst.truth.map(
    (p, k) => p && Math.hypot(p[0] - worst.predicted[k][0], p[1] - worst.predicted[k][1]),
  );
  expect(worst.maxPx).toBeCloseTo(Math.max(...distances.map((d) => d ?? 0)), 3);
  expect(worst.maxPx).toBe(evaluation.test?.maxPx);
  expect((await server.ask(`/api/labels/picture?frame=${encodeURIComponent(worst.frame)}`)).status).toBe(200);

  const tracking = await server.post<JobState>('/api/jobs', { kind: 'track', videos: ['walk'] });
  const tracked = await events.until('job', ends(tracking));
  expect(tracked, JSON.stringify(tracked.error)).toMatchObject({ state: 'done', result: { frames: 12 } });
  expect((await server.get<ProjectOverview>('/api/project')).tracks).toMatchObject([
    { id: 'file-walk.csv', video: 'walk', frames: 12 },
  ]);

  // The step makes the same with its covariance, and is what is shown then.
  const running = await server.post<JobState>('/api/jobs', { kind: 'run', steps: ['export'] });
  const ran = await events.until('job', ends(running));
  expect(ran, JSON.stringify(ran.error)).toMatchObject({ state: 'done' });
  const steps = await server.get<StepOverview[]>('/api/steps');
  expect(steps.find(({ name }) => name === 'export')).toMatchObject({ state: 'done', needs: ['track'] });
  const { tracks } = await server.get<{ tracks: TrackOverview[] }>('/api/project');
  expect(tracks[0]).toMatchObject({ id: 'step-walk', video: 'walk', frames: 12, covariance: true });
  // The published file is the same track; the one that was there before was kept under another name.
  expect(tracks.map(({ name }) => name)).toEqual(['walk', expect.stringMatching(/^walk\.kept-.*\.csv$/)]);
  const values = await (await server.ask('/api/tracks/step-walk/values')).arrayBuffer();
  expect(values.byteLength).toBe(12 * tracks[0].keypoints.length * 6 * 4);
});

it('stops a training on request and with the server, keeps its state, and goes on with it', async () => {
  const root = await tinyProject();
  const server = await serve({ root });
  const events = await listen(server);
  const first = await server.post<JobState>('/api/jobs', long);
  await events.until('job', ({ progress }) => progress?.what.startsWith('Training') ?? false);
  const live = await server.get<TrainingRun[]>('/api/training');
  expect(live.at(-1)).toMatchObject({ id: `running-${first.id}` });
  await server.post(`/api/jobs/${first.id}/cancel`, {});
  expect(await events.until('job', ends(first))).toMatchObject({ state: 'cancelled' });
  const again = await server.ask(`/api/jobs/${first.id}/cancel`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(again.status).toBe(409);
  await using project = await Project.open(root, { readOnly: true });
  const kept = (await project.checkpoints.runs()).filter((name) => name.startsWith('train-'));
  expect(kept).toHaveLength(1);
  const [stopped] = await server.get<TrainingRun[]>('/api/training');
  expect(stopped).toMatchObject({ state: 'stopped', request: long, options: { minutes: 30, seed: 1 } });
  expect(stopped.stages[0].steps[0]).toBe(1);

  // It goes on at the step where it was: its curve begins with what is kept.
  const second = await server.post<JobState>('/api/jobs', long);
  await events.until(
    'job',
    ({ id, progress }) => id === second.id && (progress?.what.startsWith('Training') ?? false),
  );
  const resumed = (await server.get<TrainingRun[]>('/api/training')).at(-1)!;
  expect(resumed.id).toBe(`running-${second.id}`);
  expect(resumed.stages[0].steps[0]).toBe(1);
  await server.close();

  const later = await serve({ root });
  const jobs = await later.get<JobState[]>('/api/jobs');
  expect(jobs.map(({ id, state }) => [id, state])).toEqual([
    [first.id, 'cancelled'],
    [second.id, 'failed'],
  ]);
  expect(jobs[1].error).toEqual({ message: 'the server was stopped', fix: 'Start it again to go on.' });
  expect((await project.checkpoints.runs()).filter((name) => name.startsWith('train-'))).toEqual(kept);
});

it('refuses work that there is not, and tells what failed as the command does', async () => {
  const root = await tinyProject();
  const server = await serve({ root });
  const events = await listen(server);
  const post = async (body: unknown): Promise<number> =>
    (
      await server.ask('/api/jobs', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    ).status;
  expect(await post({ kind: 'paint' })).toBe(400);
  expect(await post({ kind: 'track', videos: ['none'] })).toBe(404);
  expect(await post({ kind: 'run', steps: ['--help'] })).toBe(400);
  expect(await post({ kind: 'demo' })).toBe(400);
  expect(await server.get('/api/jobs')).toEqual([]);
  const job = await server.post<JobState>('/api/jobs', { kind: 'evaluate' });
  const failed = await events.until('job', ends(job));
  expect(failed).toMatchObject({
    state: 'failed',
    error: { message: 'there is no model "pose"', where: join(root, 'models', 'pose.json') },
  });
  expect(failed.error?.fix).toMatch(/marey train/);
});

it('lets a command in by the pass of the process that holds the lock, to outputs and not to labels', async () => {
  const root = await tinyProject();
  const writer = await Project.open(root);
  await using inside = await Project.open(root, { within: writer.pass });
  expect(inside.readOnly).toBe(false);
  expect(inside.pass).toBeUndefined();
  const recipe = { op: 'test', opVersion: 1, params: {}, inputs: {} };
  const { key } = await inside.outputs.run(recipe, async () => undefined);
  expect(await writer.outputs.find(key)).toBeDefined();
  await expect(inside.labels.addFrame('walk', { video: 'walk', frame: 1 })).rejects.toThrow(/reading only/);
  await expect(inside.addVideos(['x.mp4'])).rejects.toThrow(/belong to the process that started this one/);
  await expect(Project.open(root, { within: 'another' })).rejects.toThrow(/no longer holds the project/);
  const { pass } = writer;
  await writer[Symbol.asyncDispose]();
  await expect(Project.open(root, { within: pass })).rejects.toThrow(/no longer holds the project/);
  expect(existsSync(join(root, '.lock'))).toBe(false);
  expect(commandLine.environment(undefined)['MAREY_PASS']).toBeUndefined();
});
