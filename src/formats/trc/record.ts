import type { FileFormat } from '../format.ts';
import { formatTrc, parseTrc } from './trc.ts';

/** Marker files of motion capture. */
export const trc: FileFormat = {
  kind: 'file',
  name: 'trc',
  title: 'marker file of motion capture (.trc: Motion Analysis, OpenSim)',
  extensions: ['.trc'],
  sniff: ({ text }) => text !== undefined && /^\uFEFF?\s*PathFileType\b/.test(text),
  pose: { read: parseTrc, write: formatTrc },
};
