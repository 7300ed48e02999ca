import { open } from 'node:fs/promises';
import { isolated, type IsolateOptions } from '../isolated/isolate.ts';
import type { ReadTreeOptions } from './read.ts';
import type { RowRange } from './disk.ts';
import { checkSuperblock, superblockBytes } from './superblock.ts';
import type { Hdf5Dataset, Hdf5Group } from './tree.ts';

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

/** Reads the tree of a file on disk without loading it whole; what `options` leave out stays there. Throws as `readHdf5`. */
export async function readHdf5File(
  path: string,
  options: ReadTreeOptions & IsolateOptions = {},
): Promise<Hdf5Group> {
  const file = await open(path);
  try {
    const head = new Uint8Array(superblockBytes);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    checkSuperblock(head.subarray(0, bytesRead), path, (await file.stat()).size);
  } finally {
    await file.close();
  }
  const { timeLimitSeconds, ...rest } = options;
  return isolated('readDiskHdf5', nothing, path, rest, { timeLimitSeconds });
}

/** Rows of one dataset of a file on disk. Throws `InputError`. */
export async function readHdf5Rows(
  path: string,
  rows: RowRange,
  options: IsolateOptions = {},
): Promise<Hdf5Dataset> {
  return isolated('readDiskHdf5Rows', nothing, path, rows, options);
}

/** The bytes of an HDF5 file. */
export async function writeHdf5(tree: Hdf5Group): Promise<Uint8Array> {
  return isolated('writeHdf5', nothing, 'HDF5 output', tree);
}
