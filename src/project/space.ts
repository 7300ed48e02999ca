import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MachineError } from '../signal/error.ts';
import { diskError, errorCode, isMissing } from './disk.ts';
import { sizeText } from './size.ts';

/**
 * Asks for room before long work, not after it. `path` need not be there yet.
 * Throws `MachineError` where its disk has less than `bytes` free. A disk that does not tell lets everything pass.
 * @param what what takes the room, in words.
 */
export async function requireSpace(path: string, bytes: number, what: string): Promise<void> {
  const free = await freeBytes(path);
  if (free === undefined || free >= bytes) return;
  throw new MachineError('there is not enough room on the disk', {
    where: path,
    expected: `${sizeText(bytes)} for ${what}`,
    got: `${sizeText(free)} free`,
    fix: 'Free some space and do it again. Nothing was changed.',
  });
}

async function freeBytes(path: string): Promise<number | undefined> {
  try {
    const { bavail, bsize, blocks } = await statfs(path);
    // Some network and virtual disks report no size at all.
    return blocks > 0 ? bavail * bsize : undefined;
  } catch (error) {
    if (isMissing(error) && dirname(path) !== path) return freeBytes(dirname(path));
    if (errorCode(error) === 'ENOSYS') return undefined;
    throw diskError(error, path);
  }
}
