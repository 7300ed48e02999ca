import { createHash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelSet } from '../../signal/labels.ts';
import type { Json } from '../../signal/provenance.ts';
import { sha256OfJson } from '../digest.ts';
import { diskError } from '../disk.ts';

/** What names the labels as an input of a step: their skeleton, frames and points. */
export function labelsHash({ skeleton, frames }: Pick<LabelSet, 'skeleton' | 'frames'>): string {
  return sha256OfJson(JSON.parse(JSON.stringify({ skeleton, frames })) as Json);
}

const blockBytes = 1 << 20;
/** Places of a file that are read, as fractions of it. */
const places = [0, 0.25, 0.5, 0.75, 1];

/**
 * What names a video as an input of a step without reading all of it: its size and five blocks of 1 MiB from start to end; for a
 * folder of pictures their names and sizes. A moved or copied video keeps it. A change between the blocks that keeps the size
 * is not seen: videos are not edited in place.
 */
export async function videoHash(path: string): Promise<string> {
  try {
    const stats = await stat(path);
    const { size } = stats;
    if (stats.isDirectory()) {
      const names = (await readdir(path)).sort();
      const sizes = await Promise.all(names.map(async (name) => (await stat(join(path, name))).size));
      return sha256OfJson(names.map((name, i) => [name, sizes[i]]));
    }
    const hash = createHash('sha256').update(`${size}`);
    await using file = await open(path);
    for (const place of size <= blockBytes ? [0] : places) {
      const position = Math.round(place * Math.max(0, size - blockBytes));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(blockBytes), 0, blockBytes, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
    return hash.digest('hex');
  } catch (error) {
    throw diskError(error, path);
  }
}
