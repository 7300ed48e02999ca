import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Project } from '../../src/project/index.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { runChild } from './killed.ts';
import { temporaryFolder } from './temporary.ts';

/** Namespaces of one's own let a test mount without being root; a container may forbid them. */
const namespaces = spawnSync('unshare', ['-Urm', 'true']).status === 0;
const posix = process.platform !== 'win32';
if (!namespaces) console.log('Skipped: full and read-only disks by mounting (unshare is not allowed here).');

/** Runs the child where `mount` was done, in a namespace that vanishes with it. */
function mounted(mount: string, arguments_: readonly string[]): ReturnType<typeof runChild> {
  return runChild(arguments_, ['unshare', '-Urm', 'sh', '-c', `${mount} && exec "$@"`, 'sh']);
}

async function newProject(): Promise<string> {
  const root = join(temporaryFolder(), 'project');
  const project = await Project.create(root, { skeleton: skeleton(['nose']) });
  await project[Symbol.asyncDispose]();
  return root;
}

interface Refused {
  name: string;
  message: string;
  code: string;
}

describe('a disk that is full', () => {
  it.runIf(namespaces)(
    'refuses with a clear error, keeps what it confirmed, and goes on when there is room',
    async () => {
      const root = await newProject();
      const mount = `mount -t tmpfs -o size=200k tmpfs "${root}.disk" && cp -r "${root}" "${root}.disk/p"`;
      const run = await mounted(`mkdir "${root}.disk" && ${mount}`, ['fill', `${root}.disk/p`, 'ballast']);
      expect(run.errors).toBe('');
      const [labels, output, after] = run.said as [
        Refused & { confirmed: number; inMemory: number },
        Refused & { unfinished: number },
        { confirmed: number; reopened: number; problems: unknown[] },
      ];
      expect(labels).toMatchObject({ name: 'MachineError', code: 'ENOSPC' });
      expect(labels.message).toMatch(
        /journal\.jsonl: the disk is full\..*Free some space.*What was confirmed/,
      );
      expect(labels.confirmed).toBeGreaterThan(50);
      expect(labels.inMemory).toBe(labels.confirmed);
      expect(output).toMatchObject({ name: 'MachineError', code: 'ENOSPC', unfinished: 0 });
      expect(after).toEqual({
        confirmed: labels.confirmed + 1,
        reopened: labels.confirmed + 1,
        problems: [],
      });
    },
  );

  it.runIf(posix)('is like a limit on the size of files', async () => {
    const root = await newProject();
    // 32 blocks of 512 bytes.
    const run = await runChild(['fill', root, 'limit'], ['sh', '-c', 'ulimit -f 32; exec "$@"', 'sh']);
    expect(run.errors).toBe('');
    const [labels, output, after] = run.said as [
      Refused & { confirmed: number; inMemory: number },
      Refused,
      { confirmed: number; reopened: number; problems: unknown[] },
    ];
    expect(labels).toMatchObject({ name: 'MachineError', code: 'EFBIG' });
    expect(labels.inMemory).toBe(labels.confirmed);
    expect(output).toMatchObject({ name: 'MachineError', code: 'EFBIG' });
    expect(after).toEqual({ confirmed: labels.confirmed, reopened: labels.confirmed, problems: [] });
  });
});

describe('a folder that is read-only', () => {
  const expectRefusals = (said: readonly unknown[], code: string): void => {
    const refused = Object.fromEntries((said as (Refused & { what: string })[]).map((s) => [s.what, s]));
    expect(refused.write).toMatchObject({ name: 'MachineError', code });
    expect(refused.write.message).toMatch(/can still be opened for reading/);
    expect(refused.create).toMatchObject({ name: 'MachineError', code });
    expect(refused.file).toMatchObject({ name: 'MachineError', code });
    expect(refused.read).toEqual({ what: 'read', frames: 0 });
  };

  it.runIf(namespaces)('can be read, and says why it cannot be written: a read-only disk', async () => {
    const root = await newProject();
    const before = readFileSync(join(root, 'marey.yaml'), 'utf8');
    const mount = `mount --bind "${root}" "${root}" && mount -o remount,bind,ro "${root}"`;
    const run = await mounted(mount, ['readonly', root]);
    expect(run.errors).toBe('');
    expectRefusals(run.said, 'EROFS');
    expect(readFileSync(join(root, 'marey.yaml'), 'utf8')).toBe(before);
  });

  // Permissions do not bind the superuser, but do where its capabilities are taken away.
  const superuser = process.getuid?.() === 0;
  const ordinary = superuser ? ['setpriv', '--bounding-set=-all', '--'] : [];
  const bound = posix && (!superuser || spawnSync('setpriv', [...ordinary.slice(1), 'true']).status === 0);

  it.runIf(bound)('can be read, and says why it cannot be written: permissions', async () => {
    const root = await newProject();
    chmodSync(root, 0o555);
    try {
      const run = await runChild(['readonly', root], ordinary);
      expect(run.errors).toBe('');
      expectRefusals(run.said, 'EACCES');
    } finally {
      chmodSync(root, 0o755);
    }
  });
});
