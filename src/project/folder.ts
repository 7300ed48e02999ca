import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskError, errorCode, isMissing } from './disk.ts';

/** The names in a folder, sorted; none where there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw diskError(error, folder);
  }
}

/** Whether there is a file or folder at `path`. */
export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (isMissing(error) || errorCode(error) === 'ENOTDIR') return false;
    throw diskError(error, path);
  }
}

/** A folder in one that is there. Where it is missing all the same, nothing can be made there (`/proc`). */
async function makeIn(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return;
    throw diskError(error, path);
  }
}

/**
 * Makes a folder with its parents, where it is not there. Throws `MachineError` where the disk refuses: Node's own
 * recursive `mkdir` reports a read-only disk as a missing file.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || dirname(path) === path) throw diskError(error, path);
    await makeFolder(dirname(path));
    await makeIn(path);
  }
}
