import type { FileFormat, ReadOptions, Source } from '../format.ts';
import { isolated } from '../isolated/isolate.ts';
import { poseFromTable, tableFromPose } from '../pose-table.ts';
import type { Table } from '../table.ts';
import { formatParquet } from './write.ts';

function readTable(bytes: Uint8Array, { name }: Source, { timeLimitSeconds }: ReadOptions): Promise<Table> {
  return isolated('readParquet', bytes, name, null, { timeLimitSeconds });
}

/** Parquet tables; tracks in the layout of plain tables, with unit, clock and skeleton in the metadata. */
export const parquet: FileFormat = {
  kind: 'file',
  name: 'parquet',
  title: 'Parquet (tables, tracks in long or wide layout)',
  extensions: ['.parquet'],
  sniff: ({ bytes }) => String.fromCharCode(...bytes.subarray(0, 4)) === 'PAR1',
  pose: {
    read: async (bytes, source, options) =>
      poseFromTable(await readTable(bytes, source, options), source, options),
    write: (track, options) => formatParquet(tableFromPose(track, options)),
  },
  table: { read: readTable, write: (value) => formatParquet(value) },
};
