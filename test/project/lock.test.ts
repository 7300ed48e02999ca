import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Lock, lockHolder } from '../../src/project/lock.ts';
import { thisProcess } from '../../src/project/owner.ts';
import { Project } from '../../src/project/index.ts';
import { MachineError } from '../../src/signal/error.ts';
import { skeleton } from '../../src/signal/skeleton.ts';
import { startChild } from './killed.ts';
import { temporaryFolder } from './temporary.ts';

const newPath = (): string => join(temporaryFolder(), '.lock');

/** Leaves a lock as another process would have. */
function leave(path: string, holder: object, secondsAgo = 0): void {
  writeFileSync(path, JSON.stringify({ ...thisProcess(), token: 'left', ...holder }));
  const then = Date.now() / 1000 - secondsAgo;
  utimesSync(path, then, then);
}

const elsewhere = { host: 'cluster-node-7', machine: 'another boot' };

describe('a lock', () => {
  it('is held once, names its holder, and is free again', async () => {
    const path = newPath();
    {
      await using lock = await Lock.acquire(path);
      await lock.verify();
      const { pid, host } = thisProcess();
      expect(await lockHolder(path)).toMatchObject({ pid, host });
      await expect(Lock.acquire(path)).rejects.toThrow(`written by process ${pid} on ${host}`);
    }
    expect(readdirSync(join(path, '..'))).toEqual([]);
    await using _again = await Lock.acquire(path);
  });

  it.each([
    ['whose process is gone', { pid: 999_999_999 }, 0],
    ['whose number another process has now', { started: 'another time' }, 0],
    ['of a machine that has been silent', elsewhere, 1000],
  ])('%s is taken over', async (_, holder, secondsAgo) => {
    const path = newPath();
    leave(path, holder, secondsAgo);
    await using lock = await Lock.acquire(path);
    await lock.verify();
    expect(readdirSync(join(path, '..'))).toEqual(['.lock']);
  });

  it.each([
    ['of a process that runs', {}, 1000],
    ['of a machine heard of lately', elsewhere, 20],
  ])('%s is respected', async (_, holder, secondsAgo) => {
    const path = newPath();
    leave(path, holder, secondsAgo);
    const before = readFileSync(path, 'utf8');
    await expect(Lock.acquire(path)).rejects.toThrow(MachineError);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(readdirSync(join(path, '..'))).toEqual(['.lock']);
  });

  it('that cannot be read is respected until it is old', async () => {
    const path = newPath();
    writeFileSync(path, '{"pid": 12');
    await expect(Lock.acquire(path)).rejects.toThrow(/written by another process.*remove/);
    const then = Date.now() / 1000 - 1000;
    utimesSync(path, then, then);
    await using lock = await Lock.acquire(path);
    await lock.verify();
  });

  it('that was taken over is noticed before the next write, and is not removed', async () => {
    const path = newPath();
    const lock = await Lock.acquire(path);
    leave(path, elsewhere);
    await expect(lock.verify()).rejects.toThrow(/took over.*cluster-node-7/);
    await lock[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(true);
  });

  it('is won by one of many', async () => {
    for (const stale of [false, true]) {
      const path = newPath();
      if (stale) leave(path, { pid: 999_999_999 });
      const results = await Promise.allSettled(Array.from({ length: 12 }, () => Lock.acquire(path)));
      const won = results.flatMap((r) => (r.status === 'fulfilled' ? [r.value] : []));
      // One who took over may meet another one at it; at the end one of them holds it and the others know.
      const holding = await Promise.allSettled(won.map((lock) => lock.verify()));
      expect(holding.filter((h) => h.status === 'fulfilled')).toHaveLength(1);
      for (const lock of won) await lock[Symbol.asyncDispose]();
      expect(readdirSync(join(path, '..'))).toEqual([]);
    }
  });
});

describe('two processes on one project', () => {
  it('the second is told who writes, can read, and writes as soon as the first is killed', async () => {
    const root = join(temporaryFolder(), 'project');
    const made = await Project.create(root, { skeleton: skeleton(['nose']) });
    await made[Symbol.asyncDispose]();
    const first = startChild(['hold', root]);
    await first.firstLine;
    const pid = String(first.process.pid);
    await expect(Project.open(root)).rejects.toThrow(`being written by process ${pid} on`);
    {
      await using reader = await Project.open(root, { readOnly: true });
      expect(reader.labels.size).toBe(0);
      await expect(reader.labels.addFrame('r', { image: 'x.png' })).rejects.toThrow(/reading only/);
    }
    first.process.kill('SIGKILL');
    await first.ended;
    await using project = await Project.open(root);
    await project.labels.addFrame('r', { image: 'x.png' });
  });
});
