import type { FileFormat } from '../format.ts';
import { parseCoco } from './read.ts';
import { formatCoco } from './write.ts';

/** COCO's keypoint annotations. */
export const coco: FileFormat = {
  kind: 'file',
  name: 'coco',
  title: 'COCO keypoints (labels)',
  extensions: ['.json'],
  sniff: ({ text, extension }) =>
    text !== undefined && /^\s*\{/.test(text) && (extension === '.json' || /"annotations"\s*:/.test(text)),
  labels: { read: parseCoco, write: formatCoco },
};
