import { join } from 'node:path';
import { openFrames } from '../../media/index.ts';
import type { PictureLoader } from '../../measure/pose/index.ts';
import { pictureName } from '../../measure/pose/index.ts';
import { InputError } from '../../signal/error.ts';

/** Reads labeled pictures as gray frames: images below `root`. */
export function pictureLoader(root: string): PictureLoader {
  return async (reference) => {
    if (reference.image === undefined) {
      throw new InputError('a labeled frame has no picture in the project', {
        where: pictureName(reference),
        fix: 'Import its labels again with the pictures beside them.',
      });
    }
    await using source = await openFrames(join(root, reference.image), { gray: true });
    return source.frame(0);
  };
}
