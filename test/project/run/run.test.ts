import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Project } from '../../../src/project/index.ts';
import {
  bringUpToDate,
  planRun,
  readTrack,
  withNeeds,
  type StepState,
} from '../../../src/project/run/index.ts';
import { trainOptions, trainStep } from '../../../src/project/steps/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';
import { drawnProject } from '../drawn-project.ts';

const frames = 6;
const folder = mkdtempSync(join(tmpdir(), 'marey-run-'));
let project: Project;
const notes: string[] = [];
const making = {
  threads: 1,
  note: (text: string) => void notes.push(text),
  drawReport: async () => '<html>drawn</html>',
};

async function states(): Promise<StepState[]> {
  return (await planRun(project)).map(({ state }) => state);
}

beforeAll(async () => {
  project = await drawnProject(folder, { labeled: 10, video: frames });
  await project.editConfig(() => [
    [['steps'], { train: { steps: 3, split: 'random:0.2', network: 'fast' } }],
  ]);
});
afterAll(async () => {
  await project[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('the steps of a project', () => {
  it('are all missing at first, and nothing is made by looking', async () => {
    expect((await states()).map(({ step, item, status }) => [step, item, status])).toEqual([
      ['train', undefined, 'missing'],
      ['evaluate', undefined, 'missing'],
      ['track', 'walk', 'missing'],
      ['export', 'walk', 'missing'],
      ['kinematics', 'walk', 'missing'],
      ['report', undefined, 'missing'],
    ]);
    expect(await project.outputs.keys()).toEqual([]);
  });

  it('are brought up to date once, and not again', async () => {
    const first = await bringUpToDate(project, [], making);
    expect(first.map((o) => o.made)).toEqual([true, true, true, true, true, true]);
    expect((await states()).map((s) => s.status)).toEqual(Array(6).fill('up to date'));

    const csv = readFileSync(join(project.layout.tracks, 'walk.csv'), 'utf8').trimEnd().split('\n');
    expect(csv).toHaveLength(3 + frames);
    const [head, ...rows] = readFileSync(join(project.layout.tracks, 'walk-kinematics.csv'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(head).toContain('time (s)');
    expect(head).toContain('speed nose (px/s)');
    expect(rows).toHaveLength(frames);
    expect(readFileSync(join(project.root, 'report.html'), 'utf8')).toContain('drawn');

    const keys = await project.outputs.keys();
    const second = await bringUpToDate(project, [], making);
    expect(second.every((o) => !o.made && o.status === 'up to date')).toBe(true);
    expect(await project.outputs.keys()).toEqual(keys);
  });

  it('say what was changed, and keep a file that a person edited', async () => {
    const path = join(project.layout.tracks, 'walk.csv');
    const ours = readFileSync(path, 'utf8');
    writeFileSync(path, 'corrected by hand\n');
    const exported = (await states()).find((s) => s.step === 'export');
    expect(exported).toMatchObject({
      status: 'stale',
      why: expect.stringContaining('was changed') as string,
    });
    await bringUpToDate(project, ['export'], making);
    expect(readFileSync(path, 'utf8')).toBe(ours);
    const kept = readdirSync(project.layout.tracks).find((name) => name.startsWith('walk.kept-'));
    expect(readFileSync(join(project.layout.tracks, kept!), 'utf8')).toBe('corrected by hand\n');
    expect(notes.some((n) => n.includes(kept!))).toBe(true);
  });

  it('an option in marey.yaml makes its own step stale and no other', async () => {
    const measures = [{ measure: 'heading', keypoints: ['tail', 'nose'] }];
    await project.editConfig(() => [[['steps', 'kinematics'], { measures }]]);
    const stale = (await states()).filter((s) => s.status !== 'up to date');
    expect(stale.map((s) => s.step)).toEqual(['kinematics']);
    expect(stale[0].why).toContain('measures was');
    await bringUpToDate(project, ['kinematics'], making);
    const table = readFileSync(join(project.layout.tracks, 'walk-kinematics.csv'), 'utf8');
    expect(table.split('\n')[0]).toContain('heading tail nose (deg)');
  });

  it('a model that was trained with unlabeled video by hand is up to date', async () => {
    const options = trainOptions.parse({ steps: 3, split: 'random:0.2', network: 'fast' });
    const [video] = await project.videos();
    await trainStep(project, {
      ...options,
      threads: 1,
      unlabeled: { videos: [video.path], temporal: 0.1 },
    });
    expect((await states()).find((s) => s.step === 'train')?.status).toBe('up to date');
    await bringUpToDate(project, [], making);
    expect((await states()).map((s) => s.status)).toEqual(Array(6).fill('up to date'));
  });

  it('a correction makes stale what is made of the track, and the track itself stays; undone, all is as before', async () => {
    const track = await project.results.get('track walk');
    const raw = await readTrack(project, track);
    const path = join(project.layout.tracks, 'walk.csv');
    const before = readFileSync(path, 'utf8');
    const change = {
      kind: 'move',
      individual: 'individual',
      keypoint: 'nose',
      frame: 2,
      x: 5.5,
      y: 6.25,
    } as const;
    const { undo } = await project.corrections.edit([
      { op: 'correct', track: 'walk', id: 'a', on: track, change },
    ]);
    const stale = (await states()).filter((s) => s.status !== 'up to date');
    expect(stale.map(({ step, why }) => [step, why])).toEqual([
      ['export', 'corrections is new'],
      ['kinematics', 'corrections is new'],
      ['report', 'corrections of walk is new'],
    ]);
    await bringUpToDate(project, [], making);
    const rows = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(rows[3 + 2]).toContain('5.5,6.25,1');
    expect(readFileSync(path, 'utf8')).not.toBe(before);
    expect((await states()).map((s) => s.status)).toEqual(Array(6).fill('up to date'));
    expect(await readTrack(project, track)).toEqual(raw);
    await project.corrections.edit(undo);
    expect((await states()).find((s) => s.step === 'export')?.why).toBe('corrections is gone');
    await bringUpToDate(project, [], making);
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('new labels make stale all that rests on them', async () => {
    const [frame] = project.labels.keys();
    await project.labels.edit(
      [{ op: 'place', frame, individual: 'individual', keypoint: 'nose', x: 3, y: 4, visibility: 'visible' }],
      { by: 'test' },
    );
    const now = await states();
    expect(now.find((s) => s.step === 'train')).toMatchObject({ status: 'stale', why: 'labels changed' });
    expect(now.find((s) => s.step === 'track')).toMatchObject({ status: 'stale', why: 'another model' });
    expect(now.every((s) => s.status === 'stale')).toBe(true);
  });

  it('a video that is gone blocks its own jobs alone', async () => {
    await project.editConfig(({ recordings }) => [
      [['recordings', recordings.length], { name: 'gone', videos: ['videos/gone.mp4'] }],
    ]);
    const now = await states();
    expect(now.find((s) => s.item === 'gone' && s.step === 'track')).toMatchObject({
      status: 'blocked',
      why: expect.stringContaining('gone.mp4') as string,
    });
    expect(now.find((s) => s.item === 'gone' && s.step === 'export')?.status).toBe('blocked');
    expect(now.find((s) => s.item === 'walk' && s.step === 'track')?.status).toBe('stale');
  });

  it('refuse what there is not', async () => {
    expect(withNeeds(['export'])).toEqual(new Set(['export', 'track', 'train']));
    expect(() => withNeeds(['tracks'])).toThrow(UsageError);
    await project.editConfig(() => [[['steps', 'trian'], {}]]);
    await expect(planRun(project)).rejects.toThrow(/there is no step "trian".*Did you mean "train"/);
    await project.editConfig(() => [[['steps', 'trian'], undefined]]);
    await project.editConfig(() => [[['steps', 'train', 'minuts'], 3]]);
    await expect(planRun(project)).rejects.toThrow(/minuts/);
    await project.editConfig(() => [[['steps', 'train', 'minuts'], undefined]]);
  });
});

it('a project without labels has nothing to run', async () => {
  const empty = mkdtempSync(join(folder, 'empty-'));
  const { Project: P } = await import('../../../src/project/index.ts');
  await using fresh = await P.create(empty, { name: 'empty' });
  expect((await planRun(fresh)).every(({ state }) => state.status === 'blocked')).toBe(true);
  await expect(bringUpToDate(fresh, [], making)).rejects.toThrow(InputError);
  expect(existsSync(join(empty, 'report.html'))).toBe(false);
});
