/** Behavior over the server: in the journal before it is confirmed, told to every page, as tables out and in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Project } from '../../src/project/index.ts';
import { parseJournal } from '../../src/project/records.ts';
import type { BehaviorAnswer, BehaviorReading, BehaviorReceipt } from '../../src/server/api.ts';
import { listen, projectWithVideo, serve, testFolder, type Asker } from './served.ts';

const path = '/api/behavior';
const groom = { op: 'define', name: 'groom', key: 'g', color: '#0072b2', kind: 'state' };
const peep = { op: 'define', name: 'peep', key: 'p', color: '#d55e00', kind: 'point' };

async function served(frames = 20): Promise<{ root: string; server: Asker; id: string; video: string }> {
  const root = await projectWithVideo(testFolder(), frames);
  const server = await serve({ root });
  const { videos } = await server.get<{ videos: { id: string; recording: string }[] }>('/api/project');
  return { root, server, id: videos[0].id, video: `${videos[0].recording}/walk.mp4` };
}

it('confirms what is in the journal, tells it to all pages, undoes it, and still has it when it is opened again', async () => {
  const { root, server, video } = await served();
  const events = await listen(server);
  expect(await server.get(path)).toEqual({ revision: 0, behaviors: [], bouts: [] });
  const bout = { op: 'bout', id: 'a', video, behavior: 'groom', first: 3, last: 7 };
  const edits = [groom, bout];
  const receipt = await server.post<BehaviorReceipt>(path, { edits, by: 'Ada', page: 'p1' });
  expect(receipt).toEqual({
    revision: 1,
    undo: [
      { op: 'remove-bout', id: 'a' },
      { op: 'forget', name: 'groom' },
    ],
  });
  const { records } = parseJournal(readFileSync(join(root, 'behavior', 'journal.jsonl')));
  expect(records[1].content).toMatchObject({ by: 'Ada', edits });
  expect(await events.until('behavior')).toEqual({ revision: 1, edits, page: 'p1' });
  await server.post(path, { edits: [{ ...bout, last: 9 }] });
  await server.close();
  await using project = await Project.open(root, { readOnly: true });
  expect([...project.behavior.state.bouts.values()]).toEqual([
    { id: 'a', video, behavior: 'groom', first: 3, last: 9 },
  ]);
});

it('refuses what does not fit, all of it, and changes nothing', async () => {
  const { server, video } = await served();
  const bout = { op: 'bout', id: 'a', video, behavior: 'groom', first: 3, last: 7 };
  for (const edits of [
    [groom, { ...bout, video: 'r/other.mp4' }],
    [groom, { ...bout, behavior: 'fly' }],
    [groom, { ...bout, last: 2 }],
    [groom, { ...peep, key: 'g' }],
    [{ ...groom, color: 'red' }],
    [],
  ]) {
    const answer = await server.ask(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ edits }),
    });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: { message: string } }).error.message).not.toMatch(/fault/);
  }
  expect(await server.get(path)).toEqual({ revision: 0, behaviors: [], bouts: [] });
});

it.each(['boris', 'csv'])(
  'gives bouts as a %s table, and reads it back to the same frames; a second time adds nothing',
  async (format) => {
    const { server, id, video } = await served();
    const bouts = [
      { id: 'a', video, behavior: 'groom', first: 0, last: 4 },
      { id: 'b', video, behavior: 'groom', first: 5, last: 5 },
      { id: 'c', video, behavior: 'peep', first: 6, last: 6 },
      { id: 'd', video, behavior: 'groom', first: 12, last: 19 },
    ];
    const made = bouts.map((bout) => ({ op: 'bout', ...bout }));
    await server.post(path, { edits: [groom, peep, ...made] });
    const table = await server.ask(`${path}/export?video=${id}&format=${format}`);
    expect(table.headers.get('content-disposition')).toContain('walk.mp4-behavior.csv');
    const text = await table.text();
    expect(text).toMatch(format === 'boris' ? /^Observation id,walk\.mp4/ : /^behavior,kind,start/);
    const read = (body: string): Promise<BehaviorReading> =>
      server.post(`${path}/read`, { video: id, file: 'b.csv', text: body });
    expect(await read(text)).toEqual({
      edits: [],
      added: 0,
      known: 4,
      outside: 0,
      overlapping: 0,
      behaviors: [],
    });
    const removed = bouts.map((bout) => ({ op: 'remove-bout', id: bout.id }));
    const forgotten = [groom, peep].map(({ name }) => ({ op: 'forget', name }));
    await server.post(path, { edits: [...removed, ...forgotten] });
    const again = await read(text);
    expect(again).toMatchObject({ added: 4, known: 0, behaviors: ['groom', 'peep'] });
    await server.post(path, { edits: again.edits });
    const answer = await server.get<BehaviorAnswer>(path);
    expect(answer.behaviors.map(({ name, key, kind }) => [name, key, kind])).toEqual([
      ['groom', 'g', 'state'],
      ['peep', 'p', 'point'],
    ]);
    expect(answer.bouts.map(({ behavior, first, last }) => [behavior, first, last])).toEqual(
      bouts.map(({ behavior, first, last }) => [behavior, first, last]),
    );
  },
);

it('says of a file what is left out and what overlaps, and what is wrong with it', async () => {
  const { server, id, video } = await served();
  const bout = { op: 'bout', id: 'a', video, behavior: 'groom', first: 3, last: 7 };
  await server.post(path, { edits: [groom, bout] });
  const { times } = { times: await server.ask(`/api/videos/${id}/times`) };
  const seconds = new Float64Array(await times.arrayBuffer());
  const ask = (body: string) =>
    server.ask(`${path}/read`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ video: id, file: 'events.tsv', text: body }),
    });
  const text = `Time\tBehavior\tStatus\n${seconds[5]}\tgroom\tSTART\n${seconds[9]}\tgroom\tSTOP\n99\tgroom\tSTART\n100\tgroom\tSTOP\n`;
  expect(await (await ask(text)).json()).toMatchObject({ added: 1, outside: 1, overlapping: 1, known: 0 });
  const wrong = await ask('Time\tBehavior\tStatus\n1\tgroom\tSTART\n');
  expect(wrong.status).toBe(422);
  expect(await wrong.json()).toMatchObject({ error: { where: 'events.tsv, line 2' } });
  const nothing = await ask('a,b\n1,2\n');
  expect(nothing.status).toBe(422);
});
