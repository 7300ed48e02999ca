import { stat } from 'node:fs/promises';
import type { Dataset, File } from 'h5wasm';
import { InputError } from '../../signal/error.ts';
import { broken, TreeReader, type ReadTreeOptions } from './read.ts';
import type { H5Module } from './decode.ts';
import type { Hdf5Dataset, Hdf5Group } from './tree.ts';

/** Rows of one dataset. */
export interface RowRange {
  readonly path: string;
  readonly start: number;
  /** Excluded. */
  readonly end: number;
}

/** Reads the tree of a file on disk without loading it: what `readTree` does, for files larger than memory. */
export async function readDiskTree(file: string, options: ReadTreeOptions): Promise<Hdf5Group> {
  return opened(file, options, (reader, root) => reader.readGroup(root, 0));
}

/** Reads rows of a dataset of a file on disk. Throws `InputError` where there is none. */
export async function readDiskRows(file: string, { path, start, end }: RowRange): Promise<Hdf5Dataset> {
  return opened(file, {}, (reader, root) => {
    const entity = root.get(path);
    if (!entity || !('filters' in entity)) {
      throw new InputError(`the file has no dataset "${path}"`, { where: file });
    }
    return reader.readRows(entity as Dataset, start, end);
  });
}

async function opened<T>(
  path: string,
  options: ReadTreeOptions,
  read: (reader: TreeReader, root: File) => T,
): Promise<T> {
  // The build of the library that reads through Node's own file system.
  const library = await import('h5wasm/node');
  const module = (await library.ready) as H5Module;
  module.deactivate_throwing_error_handler();
  const { size } = await stat(path);
  let file: File | undefined;
  try {
    file = new library.File(path, 'r');
    if (!(file.file_id > 0n)) throw new InputError('the HDF5 file cannot be opened', { where: path });
    return read(new TreeReader(file, module, size, path, options, library.Group), file);
  } catch (error) {
    throw broken(error, path);
  } finally {
    file?.close();
  }
}
