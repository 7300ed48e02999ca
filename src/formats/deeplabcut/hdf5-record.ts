import type { FileFormat, ReadOptions, Source } from '../format.ts';
import { readHdf5, writeHdf5 } from '../hdf5/open.ts';
import type { DataFrame } from './frame.ts';
import { frameFromTree, pytablesIndexGroups, treeFromFrame } from './hdf5.ts';
import { frameFromLabels, labelsFromFrame } from './labels.ts';
import { frameFromPose, poseFromFrame } from './pose.ts';

/** DeepLabCut's data frame from the bytes of an HDF5 file. */
export async function readFrame(bytes: Uint8Array, source: Source, options: ReadOptions): Promise<DataFrame> {
  const { timeLimitSeconds } = options;
  const tree = await readHdf5(bytes, source.name, { leaveOut: pytablesIndexGroups, timeLimitSeconds });
  return frameFromTree(tree, source.name);
}

/** Labels and predictions of DeepLabCut as HDF5 files of pandas. */
export const deeplabcutHdf5: FileFormat = {
  kind: 'file',
  name: 'deeplabcut-hdf5',
  title: 'DeepLabCut HDF5 (labels or predictions)',
  extensions: ['.h5', '.hdf5', '.hdf'],
  sniff: async (head) => {
    const names = await head.hdf5Names();
    return names.includes('df_with_missing') || names.includes('tracks_with_missing');
  },
  labels: {
    read: async (bytes, source, options) => labelsFromFrame(await readFrame(bytes, source, options), source),
    write: (labels, options) => writeHdf5(treeFromFrame(frameFromLabels(labels, options))),
  },
  pose: {
    read: async (bytes, source, options) =>
      poseFromFrame(await readFrame(bytes, source, options), source, options),
    write: (track, options) => writeHdf5(treeFromFrame(frameFromPose(track, options))),
  },
};
