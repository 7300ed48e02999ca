import type { FileFormat, ReadOptions, Source } from '../format.ts';
import { readHdf5, writeHdf5 } from '../hdf5/open.ts';
import { labelsFromSlp } from './labels.ts';
import { poseFromSlp } from './pose.ts';
import { parseSlp, slpDatasets, type SlpContent } from './slp.ts';
import { slpFromLabels, slpFromPose } from './write-slp.ts';

async function readSlp(
  bytes: Uint8Array,
  { name }: Source,
  { timeLimitSeconds }: ReadOptions,
): Promise<SlpContent> {
  return parseSlp(await readHdf5(bytes, name, { only: slpDatasets, timeLimitSeconds }), name);
}

/** SLEAP's labels file: what people placed and what was predicted, over any number of videos. */
export const sleapSlp: FileFormat = {
  kind: 'file',
  name: 'sleap',
  title: 'SLEAP .slp (labels or predictions)',
  extensions: ['.slp'],
  sniff: async (head) => {
    const names = await head.hdf5Names();
    return names.includes('metadata') && names.includes('frames') && names.includes('instances');
  },
  labels: {
    read: async (bytes, source, options) => labelsFromSlp(await readSlp(bytes, source, options), source),
    write: (labels) => writeHdf5(slpFromLabels(labels)),
  },
  pose: {
    read: async (bytes, source, options) =>
      poseFromSlp(await readSlp(bytes, source, options), source, options),
    write: (track, options) => writeHdf5(slpFromPose(track, options)),
  },
};
