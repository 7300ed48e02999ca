import type { FileFormat, ReadOptions, WriteOptions } from '../format.ts';
import { readBytes } from '../file.ts';
import { readHdf5, writeHdf5 } from '../hdf5/open.ts';
import { superblockOffset } from '../hdf5/superblock.ts';
import { arraysFromPose, poseFromArrays } from '../pose-arrays.ts';
import { isMatV5, parseMatV5 } from './v5.ts';
import { treeFromVariables, variablesFromTree, withUserBlock } from './v73.ts';
import { arraysFromMatlab, matlabFromArrays, type MatlabVariables } from './value.ts';
import { formatMatV5 } from './write-v5.ts';

async function parse(
  bytes: Uint8Array,
  where: string,
  { timeLimitSeconds }: ReadOptions,
): Promise<MatlabVariables> {
  // Version 7.3 is HDF5 behind a block of MATLAB's own.
  if (superblockOffset(bytes.subarray(0, 2048)) < 0) return parseMatV5(bytes, where);
  return variablesFromTree(await readHdf5(bytes, where, { timeLimitSeconds }), where);
}

async function format(variables: MatlabVariables, { version = '5' }: WriteOptions): Promise<Uint8Array> {
  return version === '5'
    ? formatMatV5(variables)
    : withUserBlock(await writeHdf5(treeFromVariables(variables)));
}

/** Everything in a MATLAB file, with cells, structures, sparse matrices and texts as they are. Throws `InputError`. */
export async function readMatlab(path: string, options: ReadOptions = {}): Promise<MatlabVariables> {
  return parse(await readBytes(path), path, options);
}

/** MATLAB files of versions 5, 7 and 7.3; tracks as documented in `pose-arrays.ts`. */
export const matlab: FileFormat = {
  kind: 'file',
  name: 'matlab',
  title: 'MATLAB .mat (arrays, tracks)',
  extensions: ['.mat'],
  sniff: ({ bytes, extension, text }) =>
    (text === undefined && isMatV5(bytes)) || (extension === '.mat' && superblockOffset(bytes) >= 0),
  pose: {
    read: async (bytes, source, options) =>
      poseFromArrays(arraysFromMatlab(await parse(bytes, source.name, options)), source, options),
    write: (track, options) => format(matlabFromArrays(arraysFromPose(track)), options),
  },
  arrays: {
    read: async (bytes, source, options) => arraysFromMatlab(await parse(bytes, source.name, options)),
    write: (arrays, options) => format(matlabFromArrays(arrays), options),
  },
};
