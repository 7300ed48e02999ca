/** A checkpoint store in a folder: written beside, flushed to the disk, renamed. */
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Store } from '../../../src/learn/index.ts';

export function fileStore(folder: string): Store {
  return {
    async write(name, bytes) {
      const beside = join(folder, `${name}.writing`);
      const file = await open(beside, 'w');
      await file.writeFile(bytes);
      await file.sync();
      await file.close();
      await rename(beside, join(folder, name));
    },
    async read(name) {
      try {
        return await readFile(join(folder, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
  };
}
