import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from './disk.ts';

/** Bytes of all files below a folder; 0 where there is none. Links are not followed. */
export async function bytesBelow(folder: string): Promise<number> {
  let sum = 0;
  try {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) sum += await bytesBelow(path);
      else if (entry.isFile()) sum += (await stat(path)).size;
    }
  } catch (error) {
    // Another process may remove files while this one counts.
    if (!isMissing(error)) throw error;
  }
  return sum;
}

/** A size for people: `1.2 GB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
