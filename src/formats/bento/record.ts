import type { FileFormat } from '../format.ts';
import { annotTitle, readAnnot } from './annot.ts';

/** Behavior as BENTO and MARS annotate it. */
export const bento: FileFormat = {
  kind: 'file',
  name: 'bento',
  title: 'BENTO annotations (.annot)',
  extensions: ['.annot'],
  sniff: ({ text }) => text?.replace(/^\uFEFF/, '').startsWith(annotTitle) ?? false,
  events: { read: (bytes, source) => readAnnot(bytes, source) },
};
