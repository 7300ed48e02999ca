/** What was recorded beside the videos, as the contract says: lanes, values by level and range, errors that stay on their lane. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { numberArray, writeArrays } from '../../src/formats/index.ts';
import { Project, type DataFile } from '../../src/project/index.ts';
import type { RecordedLane } from '../../src/server/api.ts';
import { Random } from '../../src/math/random.ts';
import { projectWithVideo, serve, testFolder } from './served.ts';

const samples = 5000;
const rate = 1000;

async function recordedProject(): Promise<{ root: string; emg: Float32Array }> {
  const root = await projectWithVideo(testFolder(), 4);
  const random = new Random(5);
  const emg = Float32Array.from({ length: samples }, () => random.normal());
  emg.fill(NaN, 640, 1280);
  const data = { emg: numberArray(emg), other: numberArray(emg.map((v) => 2 * v)) };
  await writeArrays(join(root, 'muscles.npz'), data);
  await writeArrays(join(root, 'many.npz'), { x: numberArray(new Float32Array(40), [10, 4]) });
  writeFileSync(join(root, 'units.csv'), 'unit,t\na,0.5\na,0.75\nb,1\n');
  writeFileSync(join(root, 'unsorted.csv'), 'unit,t\na,2\na,1\n');
  writeFileSync(join(root, 'stimuli.csv'), 'onset,duration,label\n1,0.5,light\n2,,sound\n3,,sound\n');
  const files: DataFile[] = [
    { path: 'muscles.npz', kind: 'signal', unit: 'mV', rate, offsetSeconds: 0.25 },
    { path: 'many.npz', kind: 'signal', unit: 'furlong', rate },
    { path: 'units.csv', kind: 'spikes' },
    { path: 'unsorted.csv', kind: 'spikes' },
    { path: 'gone.mat', kind: 'spikes' },
    { path: 'stimuli.csv', kind: 'events' },
  ];
  await using project = await Project.open(root);
  for (const file of files) await project.addData('walk', { ...file, path: join(root, file.path) });
  return { root, emg };
}

it('gives lanes of every file, and values by level and range', async () => {
  const { root, emg } = await recordedProject();
  const { ask, get } = await serve({ root });
  const lanes = await get<RecordedLane[]>('/api/recordings/walk/lanes');
  expect(lanes.map(({ id, content }) => [id, content.kind])).toEqual([
    ['muscles', 'signal'],
    ['many/many/x 1', 'signal'],
    ['many/many/x 2', 'signal'],
    ['many/many/x 3', 'signal'],
    ['many/many/x 4', 'signal'],
    ['units', 'spikes'],
    ['unsorted', 'problem'],
    ['gone', 'problem'],
    ['stimuli', 'events'],
  ]);
  const [muscles, many] = lanes;
  const [low, high] = [Math.min(...emg.filter((v) => v === v)), Math.max(...emg.filter((v) => v === v))];
  expect(muscles.content).toEqual({
    kind: 'signal',
    unit: 'mV',
    series: ['emg', 'other'],
    reach: [
      [low, high],
      [2 * low, 2 * high],
    ],
    count: samples,
    regular: { startSeconds: 0.25, rate: expect.closeTo(rate, 6) },
  });
  expect(muscles.provenance).toMatch(
    /^From muscles\.npz; read as: kind signal, unit mV, .*offsetSeconds 0\.25; SHA-256/,
  );
  expect(many.warnings.join()).toMatch(/unit "furlong" is not known/);

  const stretch = async (query: string): Promise<Float32Array> =>
    new Float32Array(await (await ask(`/api/recordings/walk/lanes/muscles/values?${query}`)).arrayBuffer());
  expect(await stretch('level=0&from=100&to=2000')).toEqual(emg.subarray(100, 2000));
  expect(await stretch('series=1&level=0&from=0&to=5')).toEqual(emg.subarray(0, 5).map((v) => 2 * v));
  const pairs = await stretch('level=2&from=8&to=79');
  for (let b = 8; b < 79; b++) {
    const block = emg.subarray(64 * b, 64 * (b + 1)).filter((v) => v === v);
    const at = 2 * (b - 8);
    // Blocks 10 to 19 are missing as a whole.
    expect(block.length === 0).toBe(b >= 10 && b < 20);
    expect([...pairs.subarray(at, at + 2)]).toEqual(
      block.length === 0 ? [NaN, NaN] : [Math.min(...block), Math.max(...block)],
    );
  }
  for (const query of [
    'level=0&from=0&to=5001',
    'level=9&from=0&to=1',
    'level=1&from=5&to=4',
    'series=2&level=0&from=0&to=1',
    'level=0&from=x&to=1',
  ])
    expect((await ask(`/api/recordings/walk/lanes/muscles/values?${query}`)).status, query).toBe(400);
});

it('gives events and spikes as float64 times, and a signal around events', async () => {
  const { root, emg } = await recordedProject();
  const { ask } = await serve({ root });
  const float64 = async (path: string, init?: RequestInit): Promise<number[]> => [
    ...new Float64Array(await (await ask(`/api/recordings/walk/lanes/${path}`, init)).arrayBuffer()),
  ];
  expect(await float64('units/values')).toEqual([0.5, 0.75, 1]);
  expect(await float64('stimuli/values')).toEqual([1, 2, 3, 1.5, 2, 3, 0, 1, 1]);
  expect((await float64('muscles/times'))[40]).toBeCloseTo(0.25 + 40 / rate, 9);
  const [lags, ...rows] = await float64('muscles/around', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ series: 0, events: [100, 2], before: 0.01, after: 0.02 }),
  });
  expect(lags).toBe(31);
  // The first event has no values around it.
  expect(rows).toHaveLength(2 * lags + 1);
  expect(rows[10]).toBeCloseTo(0, 9);
  expect(rows[lags]).toBe(1);
  for (let i = 0; i < lags; i++) expect(rows[lags + 1 + i]).toBeCloseTo(emg[1750 - 10 + i], 5);
});

it('says on the lane what is wrong, and where there is nothing', async () => {
  const { root } = await recordedProject();
  const { ask, get } = await serve({ root });
  const lanes = await get<RecordedLane[]>('/api/recordings/walk/lanes');
  const errorOf = (id: string) => {
    const { content } = lanes.find((lane) => lane.id === id)!;
    return content.kind === 'problem' ? content.error : undefined;
  };
  expect(errorOf('unsorted')).toMatchObject({
    where: expect.stringMatching(/unsorted\.csv.*unit "a", spike 1/),
    got: '1 after 2',
  });
  expect(errorOf('gone')).toMatchObject({
    message: 'the file is not there',
    fix: expect.stringMatching(/marey\.yaml/),
  });
  // It is there as soon as the file is.
  await writeArrays(join(root, 'gone.mat'), { a: numberArray(Float64Array.of(1, 2)) });
  const again = await get<RecordedLane[]>('/api/recordings/walk/lanes');
  expect(again.find(({ id }) => id === 'gone')?.content).toMatchObject({
    kind: 'spikes',
    units: ['a'],
    counts: [2],
  });
  for (const [path, status] of [
    ['none/lanes', 404],
    ['walk/lanes/none/values', 404],
    ['walk/lanes/unsorted/values', 422],
    ['walk/lanes/muscles/values', 400],
    ['walk/lanes/units/times', 400],
    ['walk/lanes/..%2fmuscles/values', 404],
  ] as const)
    expect((await ask(`/api/recordings/${path}`)).status, path).toBe(status);
});
