/** Disks that are full or read-only, and paths that cannot be written: a clear error, and what was there stays. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bodyparts, writeDrawnProject, writeDrawnVideo } from './drawn-project.ts';
import { expectClear, marey, type Run } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();
const quick = ['--network', 'fast', '--threads', '1', '--json'];

/** Namespaces of one's own let a test mount without being root; a container may forbid them. */
const namespaces = spawnSync('unshare', ['-Urm', 'true']).status === 0;
if (!namespaces) console.log('Skipped: full and read-only disks by mounting (unshare is not allowed here).');

/** Runs the command where `mount` was done, in a namespace that vanishes with it. */
function mounted(mount: string, cwd: string, argv: readonly string[], after = 'true'): Run {
  const script = `${mount} && cd "${cwd}" && { "$@"; code=$?; ${after}; exit $code; }`;
  return marey(folder, argv, ['unshare', '-Urm', 'sh', '-c', script, 'sh']);
}

beforeAll(async () => {
  await writeDrawnProject(join(folder, 'dlc'), { frames: 3 });
  await writeDrawnVideo(join(folder, 'v.mp4'), 400);
  expect(marey(folder, ['import', 'dlc', '--to', 'p']).code).toBe(0);
  const run = marey(join(folder, 'p'), ['train', '--steps', '1', ...quick]);
  expect(run.code, run.err).toBe(0);
  for (const name of ['disk', 'kept']) mkdirSync(join(folder, name));
});

describe.runIf(namespaces)('a disk that is full', () => {
  const disk = join(folder, 'disk');
  const tmpfs = (size: string, content: string): string =>
    `mount -t tmpfs -o size=${size} tmpfs "${disk}" && cp -r "${join(folder, content)}" "${disk}/"`;

  it('import: too little room for the pictures is found before one is copied', async () => {
    await writeDrawnProject(join(folder, 'big'), { frames: 30 });
    const mount = `mount -t tmpfs -o size=64k tmpfs "${disk}"`;
    const run = mounted(
      mount,
      folder,
      ['import', 'big', '--to', `${disk}/m`, '--json'],
      `ls "${disk}/m/pictures" >&2`,
    );
    expectClear(
      run,
      'MachineError',
      /pictures: there is not enough room on the disk.*for the labeled pictures.*Free some/,
    );
    expect(run.err).not.toContain('drawn');
  });

  it('train: the project is whole, and goes on when there is room', () => {
    const root = join(disk, 'p');
    const small = `size=$(du -sk --apparent-size "${join(folder, 'p')}" | cut -f1); ${tmpfs('$((size + 300))k', 'p')}`;
    const after = `cp -r "${root}/." "${join(folder, 'kept')}"`;
    const run = mounted(small, root, ['train', '--steps', '2', ...quick], after);
    expectClear(run, 'MachineError', /the disk is full.*Free some space/);
    const kept = join(folder, 'kept');
    const { json } = marey(kept, ['doctor', '--thorough', '--json']);
    const failed = (json.findings as { check: string; status: string }[]).filter((f) => f.status === 'fail');
    expect(failed).toEqual([]);
    expect(marey(kept, ['train', '--steps', '2', ...quick]).json.steps).toEqual([2, 2]);
  });

  it('track: too little room for the track is found before a frame is tracked', () => {
    const bytes = 60 * bodyparts.length * 400;
    const mount = `mount -t tmpfs -o size=${Math.floor(bytes / 2 / 4096) * 4}k tmpfs "${disk}"`;
    const run = mounted(mount, join(folder, 'p'), [
      'track',
      '../v.mp4',
      '--out',
      `${disk}/t.csv`,
      ...quick.slice(2),
    ]);
    expectClear(
      run,
      'MachineError',
      /t\.csv: there is not enough room on the disk.*96\.0 kB for the track.*Free some/,
    );
    expect(run.err).not.toContain('Tracking');
  });

  it.runIf(process.platform === 'linux')('a file that takes nothing: export to /dev/full', () => {
    const run = marey(join(folder, 'p'), ['export', '/dev/full', '--format', 'deeplabcut-csv', '--json']);
    expectClear(run, 'MachineError', /\/dev\/full: the disk is full/);
    // The device was written to, not replaced.
    expect(statSync('/dev/full').isCharacterDevice()).toBe(true);
  });
});

describe.runIf(namespaces)('a project on a read-only disk', () => {
  const root = join(folder, 'p');
  const mount = `mount --bind "${root}" "${root}" && mount -o remount,bind,ro "${root}"`;

  it('cannot be written, and says so', () => {
    for (const argv of [
      ['train', '--steps', '2', ...quick],
      ['import', '../dlc', '--json'],
      ['track', '../v.mp4', ...quick.slice(2)],
      ['export', 'labels.csv', '--json'],
    ])
      expectClear(mounted(mount, root, argv), 'MachineError', /read-only|not permitted/);
  });

  it('can be read: info, evaluate, and a track written elsewhere', () => {
    expect(mounted(mount, root, ['info', '--json']).json.labels).toMatchObject({ frames: 3 });
    expect(mounted(mount, root, ['evaluate', '--json']).json).toMatchObject({ testFrames: 1 });
    const run = mounted(mount, root, ['track', '../v.mp4', '--out', '../elsewhere.csv', ...quick.slice(2)]);
    expect(run.code, run.err).toBe(0);
    expect(run.err).toMatch(/Note: .*read-only.*the next one begins at the first frame/);
    expect(readFileSync(join(folder, 'elsewhere.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(403);
  });
});

describe('a place that cannot be written', () => {
  const root = join(folder, 'p');
  const track = (out: string): Run => marey(root, ['track', '../v.mp4', '--out', out, ...quick.slice(2)]);

  it('is found before a frame is tracked', () => {
    writeFileSync(join(folder, 'file'), 'in the way');
    mkdirSync(join(folder, 'folder.csv'));
    for (const [out, name, message] of [
      ['../file/t.csv', 'InputError', /t\.csv: a part of the path is a file/],
      ['../folder.csv', 'InputError', /folder\.csv: this is a folder, not a file/],
      ['../t.avi', 'UsageError', /t\.avi: no format for pose has the extension "\.avi".*\.csv/],
    ] as const) {
      const run = track(out);
      expectClear(run, name, message);
      expect(run.err).not.toContain('Tracking');
    }
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('in the way');
  });

  it.runIf(process.platform === 'linux')('ends, where the system makes no folder at all', () => {
    expectClear(track('/proc/nothing/t.csv'), 'InputError', /\/proc\/nothing\/t\.csv: there is no such file/);
    expectClear(
      marey(folder, ['new', '/proc/nothing/p', '--json']),
      'MachineError',
      /\/proc\/nothing: the operating system refused/,
    );
  });

  it('is not a link: the file that it leads to is replaced', () => {
    writeFileSync(join(folder, 'target.csv'), 'old');
    symlinkSync('target.csv', join(folder, 'link.csv'));
    expect(marey(root, ['export', '../link.csv', '--format', 'deeplabcut-csv']).code).toBe(0);
    expect(readFileSync(join(folder, 'target.csv'), 'utf8')).toMatch(/^scorer,/);
  });

  it('new in the place of a file', () => {
    expectClear(
      marey(folder, ['new', 'file', '--json']),
      'MachineError',
      /file\/labels: a part of the path is a file/,
    );
  });

  it('leaves nothing behind', () => {
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  });
});

it('a project that a newer Marey wrote is refused by every command and not touched', () => {
  const root = join(folder, 'newer');
  cpSync(join(folder, 'p'), root, { recursive: true });
  const config = readFileSync(join(root, 'marey.yaml'), 'utf8').replace(/^marey: 1$/m, 'marey: 99');
  writeFileSync(join(root, 'marey.yaml'), config);
  const journal = readFileSync(join(root, 'labels', 'journal.jsonl'));
  for (const argv of [
    ['train', ...quick],
    ['evaluate', '--json'],
    ['track', '../v.mp4', '--json'],
    ['export', 'x.csv', '--json'],
    ['import', '../dlc', '--json'],
    ['info', '--json'],
  ])
    expectClear(
      marey(root, argv),
      'InputError',
      /marey\.yaml:2:1: this project was written by a newer.*format 99.*newest Marey/,
    );
  expect(readFileSync(join(root, 'marey.yaml'), 'utf8')).toBe(config);
  expect(readFileSync(join(root, 'labels', 'journal.jsonl'))).toEqual(journal);
});
