import { createHash } from 'node:crypto';
import { access, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
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
      case 'ENOSPC':
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

/** Writes beside and renames, so that a reader sees the old file or the whole new one. Makes the folder where it is missing. */
export async function writeBytes(path: string, bytes: Uint8Array): Promise<void> {
  const beside = join(dirname(path), `.${basename(path)}.${process.pid}.part${extname(path)}`);
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
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
  });
}
