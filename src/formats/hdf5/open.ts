import { isolated, type IsolateOptions } from '../isolated/isolate.ts';
import type { ReadTreeOptions } from './read.ts';
import { checkSuperblock } from './superblock.ts';
import type { Hdf5Group } from './tree.ts';

const nothing = new Uint8Array(0);

/**
 * Reads an HDF5 file into a plain tree, in a worker with a time limit. Throws `InputError` for what is no HDF5 file, is cut
 * short, claims more data than it can hold, or breaks the library.
 */
export async function readHdf5(
  bytes: Uint8Array,
  where: string,
  options: ReadTreeOptions & IsolateOptions = {},
): Promise<Hdf5Group> {
  checkSuperblock(bytes, where);
  const { timeLimitSeconds, ...rest } = options;
  return isolated('readHdf5', bytes, where, rest, { timeLimitSeconds });
}

/** The bytes of an HDF5 file. */
export async function writeHdf5(tree: Hdf5Group): Promise<Uint8Array> {
  return isolated('writeHdf5', nothing, 'HDF5 output', tree);
}
