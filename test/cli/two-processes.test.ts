/** Two processes on one project: the second is refused or only reads; nothing is lost. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { startChild } from '../project/killed.ts';
import { writeDrawnProject, writeDrawnVideo } from './drawn-project.ts';
import { expectClear, marey, startMarey, trainArguments as train } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();
const root = join(folder, 'p');
const held = /\.lock: the project is being written by process \d+ on .*Close it there/;

beforeAll(async () => {
  await writeDrawnProject(join(folder, 'dlc'), { frames: 3 });
  await writeDrawnVideo(join(folder, 'v.mp4'), 50);
  expect(marey(folder, ['import', 'dlc', '--to', 'p']).code).toBe(0);
  const run = marey(root, train(1));
  expect(run.code, run.err).toBe(0);
});

it('while one trains, others are refused or only read, and the training is not disturbed', async () => {
  const first = startMarey(root, train(100_000));
  await first.said('Training');
  expectClear(marey(root, train(1)), 'MachineError', held);
  expectClear(marey(root, ['import', '../dlc', '--json']), 'MachineError', held);
  expect(marey(root, ['info', '--json']).json).toMatchObject({ labels: { frames: 3 } });
  expect(marey(root, ['evaluate', '--json']).json).toMatchObject({ testFrames: 1 });
  expect(marey(root, ['export', 'labels.csv', '--json']).json).toMatchObject({ frames: 3 });
  const tracked = marey(root, ['track', '../v.mp4', '--threads', '1', '--json']);
  expect(tracked.code, tracked.err).toBe(0);
  expect(tracked.err).toMatch(/being written by process.*the next one begins at the first frame/);
  expect(
    readFileSync(join(root, 'tracks', 'v.csv'), 'utf8')
      .trimEnd()
      .split('\n'),
  ).toHaveLength(53);
  first.interrupt();
  const { code, err } = await first.ended;
  expect(code).toBe(1);
  expect(err).toMatch(/Training was stopped.*Run again to go on/);
});

it('while one labels, a training and another labeler are refused, and no confirmed edit is lost', async () => {
  // The labeler's keypoints.
  expect(marey(folder, ['new', 'labeled', '--keypoints', 'nose,tail,paw']).code).toBe(0);
  const root = join(folder, 'labeled');
  const labeler = startChild(['label', root, 'first']);
  await labeler.firstLine;
  try {
    expectClear(marey(root, train(2)), 'MachineError', held);
    const second = await startChild(['label', root, 'second']).ended;
    expect(second.said).toEqual([]);
    expect(second.errors).toMatch(/MachineError.*being written by process/);
  } finally {
    labeler.process.kill('SIGKILL');
  }
  const { said } = await labeler.ended;
  const { json } = marey(root, ['info', '--json']);
  const last = said.at(-1) as { sequence: number };
  expect(json.labels).toMatchObject({ problems: 0 });
  expect((json.labels as { records: number }).records).toBeGreaterThanOrEqual(last.sequence);
  expect(last.sequence).toBeGreaterThan(0);
});
