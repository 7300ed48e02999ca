import { createHash, type Hash } from 'node:crypto';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LabelSet } from '../../signal/labels.ts';
import type { Json } from '../../signal/provenance.ts';
import { sha256OfJson } from '../digest.ts';
import { diskError, isMissing } from '../disk.ts';

/** What names the labels as an input of a step: their skeleton, frames and points. */
export function labelsHash({ skeleton, frames }: Pick<LabelSet, 'skeleton' | 'frames'>): string {
  return sha256OfJson(JSON.parse(JSON.stringify({ skeleton, frames })) as Json);
}

const blockBytes = 1 << 20;
/** Places of a file, and pictures of a folder, that are read, as fractions of it. */
const places = [0, 0.25, 0.5, 0.75, 1];

/**
 * What names a video as an input of a step without reading all of it: its size and five blocks of 1 MiB from start to end; for a
 * folder of pictures their names and sizes, and five of them. A moved or copied video keeps it. A change between the blocks
 * that keeps the size is not seen: videos are not edited in place. Undefined where there is no such path: frames that are made,
 * not read.
 */
export async function videoHash(path: string): Promise<string | undefined> {
  const hash = createHash('sha256');
  try {
    if (!(await stat(path)).isDirectory()) {
      await addFile(hash, path);
      return hash.digest('hex');
    }
    const names = (await readdir(path)).sort();
    for (const name of names) hash.update(`${name}\n${(await stat(join(path, name))).size}\n`);
    const read = new Set(places.map((place) => names.at(Math.round(place * (names.length - 1)))));
    for (const name of read) {
      const file = name === undefined ? undefined : join(path, name);
      if (file !== undefined && (await stat(file)).isFile()) await addFile(hash, file);
    }
    return hash.digest('hex');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw diskError(error, path);
  }
}

async function addFile(hash: Hash, path: string): Promise<void> {
  const { size } = await stat(path);
  hash.update(`${size}`);
  await using file = await open(path);
  for (const place of size <= blockBytes ? [0] : places) {
    const position = Math.round(place * Math.max(0, size - blockBytes));
    const { buffer, bytesRead } = await file.read(Buffer.alloc(blockBytes), 0, blockBytes, position);
    hash.update(buffer.subarray(0, bytesRead));
  }
}
