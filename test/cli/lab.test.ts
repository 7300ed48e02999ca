import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readPose } from '../../src/formats/index.ts';
import { Project } from '../../src/project/index.ts';
import { readRecorded } from '../../src/project/recorded/read.ts';
import { deserialize } from '../../src/signal/serialize.ts';

const folder = mkdtempSync(join(tmpdir(), 'marey-lab-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const lab = (...argv: string[]): { code: number | null; out: string; err: string } => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [resolve('bin/marey.js'), 'lab', ...argv], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, out: stdout, err: stderr };
};

// prettier-ignore
const small = [
  '--seconds', '4', '--stimulation', '1', '--labeled', '3', '--width', '96', '--height', '72', '--frame-rate', '30',
];

/** SHA-256 of every file of a folder, but for journals, which say when each entry was made. */
function bytesOf(root: string): Record<string, string> {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((e) => e.isFile());
  const paths = files.map((e) => join(e.parentPath, e.name)).filter((path) => !path.endsWith('.jsonl'));
  return Object.fromEntries(
    paths.map((path) => [
      relative(root, path),
      createHash('sha256').update(readFileSync(path)).digest('hex'),
    ]),
  );
}

test('a simulated experiment becomes a project that Marey reads, with its truth beside it', async () => {
  const { code, out, err } = lab('p', ...small, '--json');
  expect(code, err).toBe(0);
  const result = JSON.parse(out.trimEnd().split('\n').at(-1)!) as {
    alignmentErrorMs: Record<string, number>;
    frames: Record<string, number>;
  };
  expect(Object.keys(result.alignmentErrorMs)).toEqual([
    'camera 1',
    'camera 2',
    'emg',
    'neural',
    'stimulator',
  ]);
  for (const error of Object.values(result.alignmentErrorMs)) expect(error).toBeLessThan(0.5);

  await using project = await Project.open(join(folder, 'p'));
  const [recording] = project.config.recordings;
  expect(recording.videos).toEqual(['videos/camera-1.mp4', 'videos/camera-2.mp4']);
  for (const video of recording.videos) expect(existsSync(join(folder, 'p', video))).toBe(true);
  const kinds = recording.data!.map(({ kind }) => kind);
  expect(kinds).toEqual(['signal', 'spikes', 'events']);
  for (const file of recording.data!) {
    const { warnings, signals, spikes } = await readRecorded(join(folder, 'p', file.path), file);
    expect(warnings).toEqual([]);
    if (file.kind === 'signal') expect(signals[0].shape[1]).toBe(19);
    if (file.kind === 'spikes') expect(spikes[0].units).toHaveLength(30);
  }
  const bytes = readFileSync(join(folder, 'p', 'truth', 'truth.marey'));
  const truth = deserialize('Recording', bytes, 'truth.marey');
  expect(truth.signals.map(({ name }) => name)).toContain('true primary afferents');
  const pose = await readPose(join(folder, 'p', 'truth', 'camera-1.csv'));
  expect(pose.positions.shape[0]).toBe(result.frames['camera 1']);
});

test('the same knobs write the same bytes, videos and recordings too', () => {
  expect(lab('again', ...small, '--json').code).toBe(0);
  const first = bytesOf(join(folder, 'p'));
  expect(Object.keys(first)).toEqual(
    expect.arrayContaining(['marey.yaml', 'videos/camera-1.mp4', 'data/emg.parquet', 'truth/truth.marey']),
  );
  // A project's name is that of its experiment, not of its folder.
  expect(bytesOf(join(folder, 'again'))).toEqual(first);
});

test('knobs that do not fit and folders that are taken are refused in words', () => {
  const { code, err } = lab('q', '--cameras', '99');
  expect(code).toBe(2);
  expect(err).toMatch(/cameras/);
  expect(lab('r', '--encoding', 'thoughts', '--seconds', '2').err).toMatch(/position, velocity/);
});
