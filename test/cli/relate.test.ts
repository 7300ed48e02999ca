import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { numberArray, readArrays, writeArrays } from '../../src/formats/index.ts';
import { Random } from '../../src/math/index.ts';
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
