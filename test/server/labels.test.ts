/** Labels over the server: in the journal before they are confirmed, told to every page, one writer. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openFrames } from '../../src/media/index.ts';
import { Project } from '../../src/project/index.ts';
import { parseJournal } from '../../src/project/records.ts';
import type { LabelsAnswer, LabelsReceipt, ProjectOverview } from '../../src/server/api.ts';
import { listen, projectWithVideo, serve, testFolder } from './served.ts';

const frame = 'walk/walk.mp4#3';
const made = {
  op: 'frame',
  frame,
  recording: 'walk',
  picture: { video: 'walk.mp4', frame: 3 },
  instances: [],
};
const placed = {
  op: 'place',
  frame,
  individual: 'individual',
  keypoint: 'nose',
  x: 4.5,
  y: 6,
  visibility: 'visible',
};

it('confirms an edit when the journal has it, tells it to all pages, and undoes it', async () => {
  const root = await projectWithVideo(testFolder());
  const server = await serve({ root });
  const events = await listen(server);
  expect(await server.get<LabelsAnswer>('/api/labels')).toEqual({ revision: 0, frames: [] });

  const first = await server.post<LabelsReceipt>('/api/labels', {
    edits: [made, placed],
    by: 'Ada',
    page: 'p1',
  });
  expect(first.revision).toBe(1);
  const { records } = parseJournal(readFileSync(join(root, 'labels', 'journal.jsonl')));
  expect(records[1].content).toMatchObject({ by: 'Ada', edits: [{ op: 'frame', frame }, placed] });
  const told = await events.until('labels', ({ revision }) => revision === 1);
  expect(told).toMatchObject({ page: 'p1', edits: [{ op: 'frame', frame }, placed] });

  const { frames } = await server.get<LabelsAnswer>('/api/labels');
  expect(frames).toMatchObject([
    { frame, instances: [{ individual: 'individual', points: [['nose', 4.5, 6, 'visible']] }] },
  ]);
  const undone = await server.post<LabelsReceipt>('/api/labels', { edits: first.undo });
  expect(undone.revision).toBe(2);
  expect((await server.get<LabelsAnswer>('/api/labels')).frames).toEqual([]);
});

it("copies the picture of a video's frame into the project, so that a network can learn from it", async () => {
  const root = await projectWithVideo(testFolder());
  const server = await serve({ root });
  await server.post('/api/labels', { edits: [made] });
  const { frames } = await server.get<LabelsAnswer>('/api/labels');
  expect(frames[0].picture).toEqual({ video: 'walk.mp4', frame: 3, image: 'pictures/walk/walk-000003.png' });
  await using video = await openFrames(join(root, 'videos', 'walk.mp4'));
  const truth = await video.frame(3);
  await using copy = await openFrames(join(root, 'pictures', 'walk', 'walk-000003.png'));
  expect((await copy.frame(0)).data).toEqual(truth.data);
  const shown = await server.ask(`/api/labels/picture?frame=${encodeURIComponent(frame)}`);
  expect(shown.headers.get('content-type')).toBe('image/png');
  expect((await server.ask('/api/labels/picture?frame=none')).status).toBe(404);
});

it.each([
  ['no edits', { edits: [] }],
  ['an unknown kind of edit', { edits: [{ op: 'wipe' }] }],
  ['a point at no place', { edits: [made, { ...placed, x: null }] }],
  ['an unknown keypoint', { edits: [made, { ...placed, keypoint: 'wing' }] }],
  ['a frame that is not labeled', { edits: [placed] }],
  ['a frame under another name', { edits: [{ ...made, frame: 'walk/walk.mp4#4' }] }],
  [
    'a frame that the video does not have',
    { edits: [{ ...made, frame: 'walk/walk.mp4#999', picture: { video: 'walk.mp4', frame: 999 } }] },
  ],
  ['no object', 7],
])('refuses %s and changes nothing', async (_, body) => {
  const root = await projectWithVideo(testFolder());
  const server = await serve({ root });
  const answer = await server.ask('/api/labels', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(400);
  const { error } = (await answer.json()) as { error: { message: string } };
  expect(error.message).not.toMatch(/fault/);
  expect(await server.get('/api/labels')).toEqual({ revision: 0, frames: [] });
});

it('only reads while another process writes, says so, shows what that one writes, and takes over afterwards', async () => {
  const root = await projectWithVideo(testFolder());
  const writer = await Project.open(root);
  const server = await serve({ root });
  const before = await server.get<ProjectOverview>('/api/project');
  expect(before.readOnly).toMatch(/being written by process \d+/);
  const refused = await server.ask('/api/labels', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ edits: [made] }),
  });
  expect(refused.status).toBe(409);
  await writer.labels.addFrame('walk', { video: 'walk.mp4', frame: 7 });
  expect((await server.get<LabelsAnswer>('/api/labels')).frames.map((f) => f.frame)).toEqual([
    'walk/walk.mp4#7',
  ]);
  await writer[Symbol.asyncDispose]();
  expect(await server.post<LabelsReceipt>('/api/labels', { edits: [made] })).toMatchObject({ revision: 2 });
  expect((await server.get<ProjectOverview>('/api/project')).readOnly).toBeUndefined();
});

it('a project that a server has open is not written by a second one', async () => {
  const root = await projectWithVideo(testFolder());
  const first = await serve({ root });
  const second = await serve({ root });
  expect((await second.get<ProjectOverview>('/api/project')).readOnly).toMatch(/being written/);
  await first.post('/api/labels', { edits: [made] });
  expect(await second.get('/api/labels')).toMatchObject({ revision: 1, frames: [{ frame }] });
  await first.close();
  expect((await second.get<ProjectOverview>('/api/project')).readOnly).toBeUndefined();
});
