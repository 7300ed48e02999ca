import { readdir, stat } from 'node:fs/promises';
import { makeFolders } from '../formats/file.ts';
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

/** The first of `stem` + `ending`, `stem-2` + `ending`, ... where nothing is yet. */
export async function freePath(stem: string, ending = ''): Promise<string> {
  for (let n = 1; ; n++) {
    const path = `${stem}${n === 1 ? '' : `-${n}`}${ending}`;
    if (!(await exists(path))) return path;
  }
}

/**
 * Makes a folder with its parents, where it is not there. Throws `MachineError`, naming the folder that could not be made, where the
 * disk refuses.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeFolders(path);
  } catch (error) {
    throw diskError(error, (error as NodeJS.ErrnoException).path ?? path);
  }
}
