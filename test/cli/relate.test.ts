import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { numberArray, readArrays, writeArrays } from '../../src/formats/index.ts';
import { Random } from '../../src/math/index.ts';
import { recordedOf } from '../../src/project/claims/index.ts';
import { Project } from '../../src/project/index.ts';
import { projectWithVideo, testFolder } from '../server/served.ts';
import { expectClear, marey } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();
const samples = 1500;

beforeAll(async () => {
  const random = new Random(2);
  const hand = new Float64Array(2 * samples);
  let [vx, vy] = [0, 0];
  const spikes = new Float64Array(3 * samples);
  for (let t = 1; t < samples; t++) {
    vx += -0.2 * vx + 0.5 * random.normal();
    vy += -0.2 * vy + 0.5 * random.normal();
    hand[2 * t] = 0.99 * hand[2 * t - 2] + 0.05 * vx;
    hand[2 * t + 1] = 0.99 * hand[2 * t - 1] + 0.05 * vy;
    spikes.set(
      [vx, vy, 0].map((v) => random.poisson(Math.exp(0.5 * v))),
      3 * t,
    );
  }
  await writeArrays(join(folder, 'data.npz'), {
    spikes: numberArray(spikes, [samples, 3]),
    hand: numberArray(hand, [samples, 2]),
  });
});

test('marey relate writes a report without a script, and its numbers', async () => {
  const argv = ['relate', 'data.npz', '--spikes', 'spikes', '--movement', 'hand', '--unit', 'm', '--json'];
  const run = marey(folder, argv);
  expect(run.code, run.err).toBe(0);
  expect(run.json).toMatchObject({ units: 3, samples, predicted: ['spikes 1', 'spikes 2'] });
  const page = readFileSync(join(folder, 'relate', 'report.html'), 'utf8');
  for (const id of ['raster', 'tuning', 'preferred', 'encoding', 'weights', 'decoding', 'shares'])
    expect(page).toContain(`<figure id="${id}"`);
  expect(page).not.toMatch(/<script|src="http|NaN|undefined/);
  const arrays = await readArrays(join(folder, 'relate', 'relate.npz'));
  expect(arrays.pseudo_r2.shape).toEqual([3]);
  expect(arrays.velocity_decoded.shape).toEqual([samples, 2]);
});

test.each([
  [['nothing.npz', '--spikes', 'spikes', '--movement', 'hand'], 'InputError', /not there/],
  [['data.npz', '--spikes', 'units', '--movement', 'hand'], 'InputError', /no variable "units"/],
  [['data.npz', '--spikes', 'hand', '--movement', 'hand'], 'UsageError', /named twice/],
  [
    ['data.npz', '--spikes', 'spikes', '--movement', 'hand', '--from', '900'],
    'InputError',
    /nothing was recorded/,
  ],
])('marey relate %j says what is wrong', (argv, kind, message) => {
  expectClear(marey(folder, ['relate', ...argv, '--out', 'wrong', '--json']), kind, message);
  expect(existsSync(join(folder, 'wrong'))).toBe(false);
});

test('marey relate tells the phase that spikes keep in a rhythm, and leaves the decoded movement in the project', async () => {
  const root = await projectWithVideo(testFolder(), 4);
  const random = new Random(5);
  const [spikes, strides, hand] = [['unit,t'], ['onset,label'], ['time,x,y']];
  for (let k = 0; k < 160; k++) {
    const start = 0.4 * k + 0.05 * random.normal();
    strides.push(`${start},stride`);
    for (const at of [0.05, 0.1, 0.15]) spikes.push(`locked,${start + at + 0.01 * random.normal()}`);
  }
  const free = Array.from({ length: 600 }, () => 64 * random.uniform()).sort((a, b) => a - b);
  spikes.push(...free.map((t) => `free,${t}`));
  spikes.splice(
    1,
    480,
    ...spikes.slice(1, 481).sort((a, b) => Number(a.split(',')[1]) - Number(b.split(',')[1])),
  );
  let [x, y] = [0, 0];
  for (let i = 0; i < 6400; i++) {
    x += -0.01 * x + 0.1 * random.normal();
    y += -0.01 * y + 0.1 * random.normal();
    hand.push(`${i / 100},${x},${y}`);
  }
  writeFileSync(join(root, 'units.csv'), spikes.join('\n'));
  writeFileSync(join(root, 'strides.csv'), strides.join('\n'));
  writeFileSync(join(root, 'hand.csv'), hand.join('\n'));
  {
    await using project = await Project.open(root);
    await project.addData('walk', { path: join(root, 'units.csv'), kind: 'spikes' });
    await project.addData('walk', { path: join(root, 'strides.csv'), kind: 'events' });
    await project.addData('walk', { path: join(root, 'hand.csv'), kind: 'signal', unit: 'm', time: 'time' });
  }
  const argv = ['relate', '--spikes', 'units', '--movement', 'hand', '--unit', 'm', '--json'];
  const run = marey(root, [...argv, '--rhythm', 'strides:stride', '--keep']);
  expect(run.code, run.err).toBe(0);
  const page = readFileSync(join(root, 'relate', 'report.html'), 'utf8');
  expect(page).toMatch(/corrected for 2 units: 1 keep a phase at 0\.05/);
  await using project = await Project.open(root, { readOnly: true });
  const { signals } = await recordedOf(project, 'walk');
  const decoded = signals.filter(({ name }) => name.startsWith('decoded-hand'));
  expect(decoded.length).toBeGreaterThan(0);
  expect(String(decoded[0].unit)).toBe('m/s');
  expectClear(marey(root, [...argv, '--rhythm', 'breaths']), 'UsageError', /no events of this name/);
}, 60_000);
