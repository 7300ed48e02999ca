import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';
import type { Column, Table } from '../table.ts';

/** The bytes of a Parquet file: numbers as DOUBLE, whole numbers as INT64, texts as UTF-8, compressed with Snappy. */
export function formatParquet({ columns, metadata }: Table): Uint8Array {
  const buffer = parquetWriteBuffer({
    columnData: columns.map(source),
    kvMetadata: Object.entries(metadata ?? {}).map(([key, value]) => ({ key, value })),
    createdBy: 'marey',
  });
  return new Uint8Array(buffer);
}

function source({ name, values }: Column): ColumnSource {
  if (values instanceof Float64Array) return { name, data: values, type: 'DOUBLE', nullable: false };
  if (values instanceof BigInt64Array) return { name, data: values, type: 'INT64', nullable: false };
  const type = typeof values[0] === 'boolean' ? 'BOOLEAN' : 'STRING';
  return { name, data: [...values], type, nullable: false };
}
