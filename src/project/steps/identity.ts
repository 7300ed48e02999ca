import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contentKey } from '../../media/index.ts';
import { isMissing } from '../disk.ts';

/**
 * Tells a source of frames from another one that lies, or lay, at the same path: by size, time of change and both ends of a file,
 * by names, sizes and times in a folder. Undefined where there is no such path (frames that are made, not read).
 */
export async function sourceIdentity(path: string): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isDirectory()) return await contentKey(path);
    const hash = createHash('sha256');
    for (const name of (await readdir(path)).sort()) {
      const { size, mtimeMs } = await stat(join(path, name));
      hash.update(`${name}\n${size} ${Math.round(mtimeMs)}\n`);
    }
    return hash.digest('hex').slice(0, 32);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
