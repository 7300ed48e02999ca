import { cpSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeDrawnProject, writeDrawnVideo } from './drawn-project.ts';
import { expectClear, marey, startMarey, trainArguments as train } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();
const track = ['track', '../v.mp4', '--threads', '1', '--json'];

beforeAll(async () => {
  await writeDrawnProject(join(folder, 'dlc'), { frames: 3 });
  await writeDrawnVideo(join(folder, 'v.mp4'), 20);
  expect(marey(folder, ['import', 'dlc', '--to', 'trained']).code).toBe(0);
  const run = marey(join(folder, 'trained'), train(1));
  expect(run.code, run.err).toBe(0);
});

function copy(name: string): string {
  cpSync(join(folder, 'trained'), join(folder, name), { recursive: true });
  return join(folder, name);
}

/** The file of the project's model. */
function modelFile(root: string): string {
  const { key } = JSON.parse(readFileSync(join(root, 'models', 'pose.json'), 'utf8')) as { key: string };
  return join(root, 'objects', key.slice(0, 2), key, 'pose.marey');
}

it('a model of other keypoints than the project has now: evaluate refuses, track says so', () => {
  const root = copy('renamed');
  const config = readFileSync(join(root, 'marey.yaml'), 'utf8');
  expect(config.match(/\btail\b/g)).toHaveLength(1);
  writeFileSync(join(root, 'marey.yaml'), config.replace(/\btail\b/, 'hip'));
  expectClear(
    marey(root, ['evaluate', '--json']),
    'InputError',
    /model is of other keypoints.*nose, leftear, rightear, hip.*nose, leftear, rightear, tail.*marey train/,
  );
  const tracked = marey(root, track);
  expect(tracked.code, tracked.err).toBe(0);
  expect(tracked.json.notes).toEqual([
    expect.stringMatching(/does not know hip; it tracks tail.*marey train/),
  ]);
  expect(tracked.err).toMatch(/Note: The model is of other keypoints/);
  // The points of the keypoint that is gone are not lost, only left out, and that is said.
  expect(tracked.err).toMatch(/3 points of "tail".*left out/);
});

describe.each([
  ['damaged', (path: string): void => writeFileSync(path, readFileSync(path).fill(1, 500, 600))],
  ['cut short', (path: string): void => truncateSync(path, 1000)],
])('a model file that is %s', (how, spoil) => {
  it('is refused by name, and made again by train', () => {
    const root = copy(how);
    spoil(modelFile(root));
    for (const argv of [['evaluate', '--json'], track])
      expectClear(marey(root, argv), 'InputError', /objects.*trained model is gone or damaged.*marey train/);
    const again = marey(root, train(1));
    expect(again.json).toMatchObject({ reused: false });
    expect(marey(root, track).code).toBe(0);
  });
});

it('a checkpoint that is cut short is passed over, and that is said', async () => {
  const root = copy('checkpoint');
  const started = startMarey(root, train(5000));
  await started.said('Training');
  // The first stage writes no state for a while; a stop by Ctrl-C keeps one.
  started.interrupt();
  const stopped = await started.ended;
  expect(stopped.code).toBe(1);
  expect(stopped.err).toMatch(/Training was stopped.*Run again to go on/);
  const [run] = readdirSync(join(root, 'checkpoints'));
  const [state] = readdirSync(join(root, 'checkpoints', run));
  truncateSync(join(root, 'checkpoints', run, state), 5000);
  const again = startMarey(root, train(5000));
  await again.said('Note: ');
  again.interrupt();
  const { err } = await again.ended;
  expect(err).toMatch(/state-1: truncated, \d+ of \d+ bytes/);
  expect(err).not.toContain('fault in Marey');
});
