import type { FileFormat } from '../format.ts';
import { poseFromTable, tableFromPose } from '../pose-table.ts';
import { separatorOf, formatCsvTable, parseCsvTable } from './table.ts';

/** Plain tables of separated values; tracks in the documented long or wide layout. */
export const csv: FileFormat = {
  kind: 'file',
  name: 'csv',
  title: 'plain CSV or TSV (tables, tracks in long or wide layout)',
  extensions: ['.csv', '.tsv', '.txt'],
  sniff: ({ text }) =>
    text !== undefined && !/^\s*[[{]/.test(text) && text.split(/[\r\n]/, 1)[0].includes(separatorOf(text)),
  pose: {
    read: (bytes, source, options) => poseFromTable(parseCsvTable(bytes, source.name), source, options),
    write: (track, options) => formatCsvTable(tableFromPose(track, options)),
  },
  table: {
    read: (bytes, source) => parseCsvTable(bytes, source.name),
    write: (value) => formatCsvTable(value),
  },
};
