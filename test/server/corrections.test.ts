/** Corrections over the server: in the journal before they are confirmed, told to every page, refused where they do not fit. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writePose } from '../../src/formats/index.ts';
import { Project } from '../../src/project/index.ts';
import { parseJournal } from '../../src/project/records.ts';
import type { CorrectionsAnswer, CorrectionsReceipt, TrackOverview } from '../../src/server/api.ts';
import { poseTrack } from '../../src/signal/pose.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { regularTime } from '../../src/signal/time.ts';
import { keypoints, listen, projectWithVideo, serve, testFolder } from './served.ts';

const frames = 6;
const id = 'file-walk.csv~black';
const path = `/api/tracks/${encodeURIComponent(id)}/corrections`;
const track = 'tracks/walk.csv';

/** A project with a track of two animals. */
async function tracked(): Promise<string> {
  const root = await projectWithVideo(testFolder(), frames);
  const points = frames * 2 * keypoints.length;
  const pose = poseTrack({
    skeleton: skeleton(keypoints),
    individuals: ['black', 'white'],
    positions: Float32Array.from({ length: 2 * points }, (_, i) => i),
    confidence: new Float32Array(points).fill(0.5),
    time: regularTime(frames, 30),
    provenance: { step: 'test' },
  });
  await writePose(join(root, 'tracks', 'walk.csv'), pose);
  return root;
}

const swap = { kind: 'swap individuals', first: 1, last: 3, pair: ['black', 'white'] };
const correct = (name: string, change: unknown = swap) => ({
  op: 'correct',
  track,
  id: name,
  on: 'k',
  change,
});

it('confirms a correction when the journal has it, tells it to all pages, undoes it, and leaves the track as it was', async () => {
  const root = await tracked();
  const file = readFileSync(join(root, 'tracks', 'walk.csv'));
  const server = await serve({ root });
  const events = await listen(server);
  expect(await server.get<TrackOverview>(`/api/tracks/${encodeURIComponent(id)}`)).toMatchObject({
    individual: 'black',
    corrections: track,
    key: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });
  expect(await server.get(path)).toEqual({ revision: 0, tracks: {} });
  const first = await server.post<CorrectionsReceipt>(path, {
    edits: [correct('a')],
    by: 'Ada',
    page: 'p1',
  });
  expect(first).toEqual({ revision: 1, undo: [{ op: 'withdraw', track, id: 'a' }] });
  const { records } = parseJournal(readFileSync(join(root, 'corrections', 'journal.jsonl')));
  expect(records[1].content).toMatchObject({ by: 'Ada', edits: [correct('a')] });
  expect(await events.until('corrections')).toEqual({ revision: 1, edits: [correct('a')], page: 'p1' });

  const kept = { correction: { id: 'a', on: 'k', change: swap }, withdrawn: false };
  expect(await server.get<CorrectionsAnswer>(path)).toEqual({ revision: 1, tracks: { [track]: [kept] } });
  const undone = await server.post<CorrectionsReceipt>(path, { edits: first.undo });
  expect(undone).toEqual({ revision: 2, undo: [{ op: 'restore', track, id: 'a' }] });
  expect(await server.get('/api/corrections')).toEqual({
    revision: 2,
    tracks: { [track]: [{ ...kept, withdrawn: true }] },
  });
  expect(readFileSync(join(root, 'tracks', 'walk.csv'))).toEqual(file);
});

it('knows the animals that a split makes', async () => {
  const server = await serve({ root: await tracked() });
  const split = { kind: 'split', frame: 2, individual: 'white', into: 'late' };
  await server.post(path, {
    edits: [correct('a', split), correct('b', { ...swap, pair: ['late', 'black'] })],
  });
  await server.post(path, { edits: [correct('c', { kind: 'join', individual: 'white', other: 'late' })] });
  expect((await server.get<CorrectionsAnswer>(path)).revision).toBe(2);
});

const move = { kind: 'move', individual: 'black', keypoint: 'nose', frame: 1, x: 1, y: 2 };
const misfits: readonly (readonly [string, unknown])[] = [
  ['no edits', { edits: [] }],
  ['an unknown change', { edits: [correct('a', { kind: 'wipe' })] }],
  ['a place that is none', { edits: [correct('a', { ...move, x: null })] }],
  ['an unknown keypoint', { edits: [correct('a', { ...move, keypoint: 'wing' })] }],
  ['an unknown animal', { edits: [correct('a', { ...swap, pair: ['black', 'grey'] })] }],
  ['a frame that the track does not have', { edits: [correct('a', { ...move, frame: 6 })] }],
  ['an interval that ends before it begins', { edits: [correct('a', { ...swap, first: 3, last: 1 })] }],
  ['a correction of another track', { edits: [{ ...correct('a'), track: 'walk' }] }],
  ['undoing what was not done', { edits: [{ op: 'withdraw', track, id: 'z' }] }],
  ['two of which one does not fit', { edits: [correct('a'), correct('a')] }],
];
it('refuses what does not fit, all of it, and changes nothing', async () => {
  const server = await serve({ root: await tracked() });
  for (const [what, body] of misfits) {
    const answer = await server.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(answer.status, what).toBe(400);
    const { error } = (await answer.json()) as { error: { message: string } };
    expect(error.message).not.toMatch(/fault/);
  }
  expect(await server.get(path)).toEqual({ revision: 0, tracks: {} });
});

it('only reads while another process writes, and shows what that one corrects', async () => {
  const root = await tracked();
  const writer = await Project.open(root);
  const server = await serve({ root });
  const refused = await server.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ edits: [correct('a')] }),
  });
  expect(refused.status).toBe(409);
  await writer.corrections.edit([
    {
      op: 'correct',
      track,
      id: 'theirs',
      on: 'k',
      change: { ...swap, kind: 'swap individuals', pair: ['black', 'white'] },
    },
  ]);
  expect((await server.get<CorrectionsAnswer>(path)).tracks[track]).toHaveLength(1);
  await writer[Symbol.asyncDispose]();
  expect(await server.post(path, { edits: [correct('a')] })).toMatchObject({ revision: 2 });
});
