import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { InputError } from '../signal/error.ts';
import { isMissing } from './disk.ts';
import { baseName } from './edits.ts';
import { exists } from './folder.ts';

/** Where a path that a project names was found. */
export interface FoundPath {
  /** As the project names it. */
  readonly named: string;
  /** Absolute; where it should be when it is not found. */
  readonly path: string;
  readonly found: boolean;
  /** What the person should hear: it was found elsewhere than named. */
  readonly note?: string;
}

/** Whether a path is absolute on any system: a project may come from another one. */
export function isAbsoluteAnywhere(path: string): boolean {
  return isAbsolute(path) || path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith('\\\\');
}

/**
 * The absolute path of `named`, which must lie inside the project at `root`: no `..` and no link leads out of it.
 * Throws `InputError`. The file need not exist.
 */
export async function insidePath(root: string, named: string, where: string): Promise<string> {
  const path = resolve(root, named.replaceAll('\\', '/'));
  if (isAbsoluteAnywhere(named) || !isInside(root, path)) throw leaves(named, path, where);
  const real = await realpathOfNearest(path);
  const realRoot = await realpath(root);
  if (!isInside(realRoot, real)) throw leaves(named, real, where);
  return path;
}

/**
 * Finds a video, or another file that a person may keep outside the project. Relative paths start from the project and stay
 * inside it. An absolute path is taken as it is; where nothing is there (the project came from another machine), a file
 * with the same name is looked for in the project, in its `videos` folder and beside the project, and that is said.
 */
export async function findPath(root: string, named: string, where: string): Promise<FoundPath> {
  if (!isAbsoluteAnywhere(named)) {
    const path = await insidePath(root, named, where);
    return { named, path, found: await exists(path) };
  }
  if (await exists(named)) return { named, path: named, found: true };
  const name = baseName(named);
  for (const folder of [root, join(root, 'videos'), dirname(root)]) {
    const path = join(folder, name);
    if (await exists(path))
      return { named, path, found: true, note: `${named} is not there; took ${path} instead.` };
  }
  return { named, path: named, found: false };
}

/** The path as a project should name it: relative with `/` where it lies inside, absolute elsewhere. */
export function projectPath(root: string, path: string): string {
  const absolute = resolve(root, path);
  return isInside(root, absolute) ? relative(root, absolute).split(sep).join('/') : absolute;
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** `path` with every link followed, as far as it exists. */
async function realpathOfNearest(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error;
    return join(await realpathOfNearest(dirname(path)), baseName(path));
  }
}

function leaves(named: string, path: string, where: string): InputError {
  return new InputError(`the path "${named}" leads out of the project`, {
    where,
    expected: 'a path inside the project',
    got: path,
    fix: 'Name a file outside by its whole path.',
  });
}
