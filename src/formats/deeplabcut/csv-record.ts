import type { FileFormat } from '../format.ts';
import { formatDeepLabCutCsv, isDeepLabCutCsv, parseDeepLabCutCsv } from './csv.ts';
import { frameFromLabels, labelsFromFrame } from './labels.ts';
import { frameFromPose, poseFromFrame } from './pose.ts';

/** Labels and predictions of DeepLabCut and Lightning Pose as CSV. */
export const deeplabcutCsv: FileFormat = {
  kind: 'file',
  name: 'deeplabcut-csv',
  title: 'DeepLabCut or Lightning Pose CSV (labels or predictions)',
  extensions: ['.csv'],
  sniff: (head) => head.text !== undefined && isDeepLabCutCsv(head.text),
  labels: {
    read: (bytes, source) => labelsFromFrame(parseDeepLabCutCsv(bytes, source.name), source),
    write: (labels, options) => formatDeepLabCutCsv(frameFromLabels(labels, options)),
  },
  pose: {
    read: (bytes, source, options) => poseFromFrame(parseDeepLabCutCsv(bytes, source.name), source, options),
    write: (track, options) => formatDeepLabCutCsv(frameFromPose(track, options)),
  },
};
