/** Data beside the videos come into a project by one command, which reads them first. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { expectClear, marey } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();
const root = join(folder, 'p');

beforeAll(() => {
  expect(marey(folder, ['new', 'p', '--keypoints', 'nose']).code).toBe(0);
  writeFileSync(join(root, 'emg.csv'), 'biceps,triceps\n1,2\n3,4\n5,6\n');
  writeFileSync(join(folder, 'stimuli.csv'), 'onset,label\n1,light\n2,light\n');
});

it('lists what it could read, under its recording', () => {
  const emg = ['import', 'emg.csv', '--as', 'signal', '--unit', 'mV', '--rate', '2000', '--offset', '1.25'];
  const run = marey(root, [...emg, '--recording', 'day1', '--json']);
  expect(run.code, run.err).toBe(0);
  expect(run.json).toMatchObject({
    recording: 'day1',
    data: ['emg: a signal of 3 samples, 2 channels, in mV'],
  });
  expect(marey(root, ['import', '../stimuli.csv', '--as', 'events']).err).toMatch(
    /stimuli: 2 events \(light\)/,
  );
  const config = readFileSync(join(root, 'marey.yaml'), 'utf8');
  expect(config).toContain('path: emg.csv');
  expect(config).toContain('offsetSeconds: 1.25');
  expect(config).toContain(join(folder, 'stimuli.csv'));
});

it('lists nothing that it cannot read', () => {
  const before = readFileSync(join(root, 'marey.yaml'), 'utf8');
  const run = (...argv: string[]) => marey(root, ['import', ...argv, '--json']);
  expectClear(run('emg.csv', '--as', 'signal'), 'InputError', /emg\.csv: the signal has no times/);
  expectClear(run('gone.csv', '--as', 'spikes'), 'InputError', /gone\.csv: the file is not there/);
  expectClear(run('emg.csv', '--as', 'recording'), 'InputError', /it is not said what this file holds/);
  expectClear(run('emg.csv', '--as', 'paintings'), 'UsageError', /--as/);
  expect(readFileSync(join(root, 'marey.yaml'), 'utf8')).toBe(before);
});
