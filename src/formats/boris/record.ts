import type { FileFormat } from '../format.ts';
import { parseCells } from '../csv/cells.ts';
import { parseCsvTable } from '../csv/table.ts';
import { MareyError } from '../../signal/error.ts';
import { readBorisProject } from './project.ts';
import { headRow, readBoris, separatorIn, writeBoris } from './tabular.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Behavior as BORIS exports it: events with START, STOP and POINT, or one row a bout. */
export const borisTable: FileFormat = {
  kind: 'file',
  name: 'boris',
  title: 'BORIS events (tabular or aggregated .csv, .tsv)',
  extensions: ['.csv', '.tsv', '.txt'],
  sniff: ({ text }) => text !== undefined && /behavior/i.test(text) && hasHead(text),
  events: {
    read: (bytes, source) => readBoris(bytes, source),
    write: (events, { video }) => encode(writeBoris(events, { video })),
  },
  // A table of bouts is a table as well.
  table: { read: (bytes, source) => parseCsvTable(bytes, source.name) },
};

/** A whole project of BORIS, of which one observation is read. */
export const borisProject: FileFormat = {
  kind: 'file',
  name: 'boris-project',
  title: 'BORIS project (.boris)',
  extensions: ['.boris'],
  sniff: ({ text }) =>
    text !== undefined &&
    /^\s*\{/.test(text) &&
    text.includes('"behaviors_conf"') &&
    text.includes('"observations"'),
  events: { read: readBorisProject },
};

function hasHead(text: string): boolean {
  try {
    return headRow(parseCells(text.replace(/^\uFEFF/, ''), 'head', separatorIn(text)).rows) >= 0;
  } catch (error) {
    if (!(error instanceof MareyError)) throw error;
    return false;
  }
}
