import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { InputError, MachineError } from '../signal/error.ts';

/** Files are read whole; larger ones are refused before a byte is read. */
export const largestFileBytes = 4 * 1024 ** 3;

/** Runs a file operation; the system's refusals become errors that say which file and why. */
async function attempt<T>(path: string, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause;
    switch (cause.code) {
      case 'ENOENT':
        throw new InputError('there is no such file or folder', {
          where: path,
          fix: 'Check the path.',
          cause,
        });
      case 'ENOTDIR':
        throw new InputError('a part of the path is a file, not a folder', { where: path, cause });
      case 'EISDIR':
        throw new InputError('this is a folder, not a file', { where: path, cause });
      case 'EACCES':
      case 'EPERM':
      case 'EROFS':
        throw new MachineError('access is not permitted', {
          where: path,
          fix: 'Check the rights of it and its folder.',
          cause,
        });
      case 'EFBIG':
        throw new MachineError('the file would be larger than this account may write', {
          where: path,
          fix: 'Raise the limit (ulimit -f).',
          cause,
        });
      case 'ENOSPC':
      case 'EDQUOT':
        throw new MachineError('the disk is full', {
          where: path,
          fix: 'Free some space and try again.',
          cause,
        });
      default:
        throw new MachineError(cause.message, { where: path, cause });
    }
  }
}

export async function readBytes(path: string): Promise<Uint8Array> {
  return attempt(path, async () => {
    const { size } = await stat(path);
    if (size > largestFileBytes) {
      throw new InputError('the file is too large to be read whole', {
        where: path,
        expected: `at most ${largestFileBytes / 1024 ** 3} GiB`,
        got: `${(size / 1024 ** 3).toFixed(1)} GiB`,
      });
    }
    return readFile(path);
  });
}

export async function isFolder(path: string): Promise<boolean> {
  return attempt(path, async () => (await stat(path)).isDirectory());
}

/** Names in a folder, sorted, hidden ones left out. */
export async function namesIn(folder: string): Promise<string[]> {
  const names = await attempt(folder, () => readdir(folder));
  return names.filter((name) => !name.startsWith('.')).sort();
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Throws where `writeBytes` could not write at `path`. Makes the folder where it is missing. */
export async function checkWritable(path: string): Promise<void> {
  await attempt(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    if ((await exists(path)) && (await stat(path)).isDirectory()) {
      throw new InputError('this is a folder, not a file', { where: path, fix: 'Name a file in it.' });
    }
    const beside = besideOf(path);
    const file = await open(beside, 'w');
    await file.close();
    await rm(beside);
  });
}

const host = sha256(new TextEncoder().encode(hostname())).slice(0, 8);

/** Where a file is written before it is renamed to `path`; it says who writes. */
function besideOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.${host}-${process.pid}.part${extname(path)}`);
}

/** Removes what killed processes of this machine left beside `path` when they wrote it. */
async function sweepBeside(path: string): Promise<void> {
  const [start, end] = [`.${basename(path)}.${host}-`, `.part${extname(path)}`];
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(start) || !name.endsWith(end)) continue;
    const pid = name.slice(start.length, name.length - end.length);
    if (/^\d+$/.test(pid) && !isRunning(Number(pid))) await rm(join(dirname(path), name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Writes beside and renames, so that a reader sees the old file or the whole new one. Makes the folder where it is missing. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  const beside = besideOf(path);
  await attempt(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    try {
      const file = await open(beside, 'w');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
      await sweepBeside(path);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  });
}
