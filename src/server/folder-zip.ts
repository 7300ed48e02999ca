import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import { Zip, ZipPassThrough } from 'fflate';

/** Made at all times alike: the same folder gives the same bytes. */
const mtime = new Date(1980, 0, 1);

/**
 * A folder as a zip archive, its files below `name`, read one after another as fast as they are taken. Nothing is compressed: what is
 * large in a project of labels is pictures, which are. `onEnd` is called when all was taken, or nobody takes it any more.
 */
export function zipOfFolder(
  folder: string,
  name: string,
  onEnd: () => Promise<void>,
): ReadableStream<Uint8Array> {
  const chunks = chunksOf(folder, name);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (!done) return controller.enqueue(value);
      await onEnd();
      controller.close();
    },
    async cancel() {
      await chunks.return(undefined);
      await onEnd();
    },
  });
}

async function* chunksOf(folder: string, name: string): AsyncGenerator<Uint8Array, undefined> {
  const made: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    made.push(chunk);
  });
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.toSorted()) {
    const file = new ZipPassThrough(posix.join(name, ...relative(folder, path).split(sep)));
    file.mtime = mtime;
    zip.add(file);
    for await (const chunk of createReadStream(path)) {
      file.push(chunk as Uint8Array);
      yield* made.splice(0);
    }
    file.push(new Uint8Array(), true);
  }
  zip.end();
  yield* made.splice(0);
}
