import { join } from 'node:path';
import { openFrames } from '../../media/index.ts';
import type { PictureLoader } from '../../measure/pose/index.ts';
import { pictureName } from '../../measure/pose/index.ts';
import { InputError } from '../../signal/error.ts';
import { exists } from '../folder.ts';

/** Reads labeled pictures as gray frames: images below `root`. */
export function pictureLoader(root: string): PictureLoader {
  return async (reference) => {
    if (reference.image === undefined) {
      throw new InputError('a labeled frame has no picture in the project', {
        where: pictureName(reference),
        fix: 'Import its labels again with the pictures beside them.',
      });
    }
    const path = join(root, reference.image);
    if (!(await exists(path))) {
      throw new InputError('a labeled picture is missing in the project', {
        where: path,
        fix: 'Put it back, or import its labels again with the pictures beside them.',
      });
    }
    await using source = await openFrames(path, { gray: true });
    return source.frame(0);
  };
}
