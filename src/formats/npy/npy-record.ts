import { UsageError } from '../../signal/error.ts';
import type { FileFormat } from '../format.ts';
import { formatNpy, isNpy, parseNpy } from './npy.ts';

/** One NumPy array; it is called `array`. */
export const npy: FileFormat = {
  kind: 'file',
  name: 'npy',
  title: 'NumPy .npy (one array)',
  extensions: ['.npy'],
  sniff: ({ bytes }) => isNpy(bytes),
  arrays: {
    read: (bytes, source) => ({ array: parseNpy(bytes, source.name) }),
    write: (arrays) => {
      const [first, ...rest] = Object.values(arrays);
      if (first === undefined || rest.length > 0) {
        throw new UsageError('an npy file holds one array', {
          got: `${Object.keys(arrays).length}`,
          fix: 'Write .npz.',
        });
      }
      return formatNpy(first);
    },
  },
};
