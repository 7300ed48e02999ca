import type { FileFormat } from '../format.ts';
import { arraysFromPose, poseFromArrays } from '../pose-arrays.ts';
import { formatNpz, parseNpz } from './npz.ts';

/** NumPy arrays by name; tracks as documented in `pose-arrays.ts`. */
export const npz: FileFormat = {
  kind: 'file',
  name: 'npz',
  title: 'NumPy .npz (arrays, tracks)',
  extensions: ['.npz'],
  sniff: ({ bytes, extension }) => extension === '.npz' && bytes[0] === 0x50 && bytes[1] === 0x4b,
  pose: {
    read: (bytes, source, options) => poseFromArrays(parseNpz(bytes, source.name), source, options),
    write: (track) => formatNpz(arraysFromPose(track)),
  },
  arrays: {
    read: (bytes, source) => parseNpz(bytes, source.name),
    write: (arrays) => formatNpz(arrays),
  },
};
