import type { FileFormat } from '../format.ts';
import { readHdf5, writeHdf5 } from '../hdf5/open.ts';
import { analysisFromPose, poseFromAnalysis } from './analysis.ts';

/** SLEAP's analysis HDF5: tracks as plain arrays. */
export const sleapAnalysis: FileFormat = {
  kind: 'file',
  name: 'sleap-analysis',
  title: 'SLEAP analysis HDF5 (tracks)',
  extensions: ['.analysis.h5'],
  sniff: async (head) => {
    const names = await head.hdf5Names();
    return names.includes('tracks') && names.includes('node_names');
  },
  pose: {
    read: async (bytes, source, options) => {
      const { timeLimitSeconds } = options;
      return poseFromAnalysis(await readHdf5(bytes, source.name, { timeLimitSeconds }), source, options);
    },
    write: (track, options) => writeHdf5(analysisFromPose(track, options)),
  },
};
