import { createHash } from 'node:crypto';
import {
  access,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
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
      case 'EEXIST':
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

/**
 * Makes a folder with its parents, where it is not there. Node's own recursive `mkdir` never ends where the system lets nothing
 * be made (`/proc`), and calls a read-only disk a missing file.
 */
export async function makeFolders(path: string, parents = true): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || !parents || dirname(path) === path) throw error;
    await makeFolders(dirname(path));
    await makeFolders(path, false);
  }
}

/** Throws where `writeBytes` could not write at `path`. Makes the folder where it is missing. */
export async function checkWritable(path: string): Promise<void> {
  await attempt(path, async () => {
    await makeFolders(dirname(path));
    if ((await exists(path)) && (await stat(path)).isDirectory()) {
      throw new InputError('this is a folder, not a file', { where: path, fix: 'Name a file in it.' });
    }
    if (await isDevice(path)) return;
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

/** Whether there is something else than a file or folder: a pipe, a terminal, `/dev/null`. It must not be renamed over. */
async function isDevice(path: string): Promise<boolean> {
  if (!(await exists(path))) return false;
  const facts = await stat(path);
  return !facts.isFile() && !facts.isDirectory();
}

/**
 * Writes beside and renames, so that a reader sees the old file or the whole new one. Makes the folder where it is missing. A link
 * stays, and the file that it leads to is replaced; pipes and devices are written to.
 */
export async function writeBytes(to: string, bytes: Uint8Array): Promise<void> {
  await attempt(to, async () => {
    if (await isDevice(to)) return writeFile(to, bytes);
    await makeFolders(dirname(to));
    const path = (await exists(to)) ? await realpath(to) : to;
    const beside = besideOf(path);
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
