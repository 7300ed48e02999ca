/** Bodies from files: the one place of `model/body` that knows Node. */
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../../signal/error.ts';
import type { BodyModel } from './engine/model.ts';
import type { Physics } from './engine/physics.ts';
import { neededFiles } from './mjcf/references.ts';

/**
 * Compiles an MJCF file with the includes, meshes and textures that it names, which must lie in its folder. Throws `InputError` naming
 * what is missing, what lies outside of the folder, or which element MuJoCo does not know.
 */
export function loadMjcf(physics: Physics, path: string): BodyModel {
  const folder = dirname(path);
  const read = (name: string): Uint8Array | undefined => {
    try {
      return readFileSync(join(folder, name));
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new InputError('the file cannot be read', { where: join(folder, name), cause });
    }
  };
  const main = read(basename(path));
  if (!main) throw new InputError('there is no such file', { where: path });
  const mjcf = new TextDecoder().decode(main);
  return physics.compile(mjcf, { name: path, files: neededFiles(mjcf, path, read) });
}
