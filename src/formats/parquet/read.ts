import { gunzipSync } from 'fflate';
import { parquetMetadata, parquetRead, parquetSchema, type DecodedArray, type FileMetaData } from 'hyparquet';
import { InputError, MareyError } from '../../signal/error.ts';
import { table, type ColumnValues, type Table } from '../table.ts';

const readableCodecs = new Set(['UNCOMPRESSED', 'SNAPPY', 'GZIP']);

/** Cells to decode: repeated values compress without bound, so the file's size says nothing. */
const mostCells = 2e8;

/**
 * Reads a Parquet file of flat columns. Whole numbers of 64 bits stay so unless cells are missing; missing numbers are NaN,
 * missing texts empty; dates become ISO 8601 texts and nested values JSON. Runs in the isolated worker. Throws `InputError`.
 */
export async function readParquetTable(bytes: Uint8Array, where: string): Promise<Table> {
  checkEnds(bytes, where);
  try {
    return await decode(bytes, where);
  } catch (error) {
    if (error instanceof MareyError || !(error instanceof Error)) throw error;
    throw new InputError('the Parquet file is broken', {
      where,
      got: error.message,
      fix: 'Copy the file again from its source.',
    });
  }
}

async function decode(bytes: Uint8Array, where: string): Promise<Table> {
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = parquetMetadata(buffer);
  const names = checkMetadata(metadata, where);
  const rows = Number(metadata.num_rows);
  const cells = new Map<string, unknown[]>(names.map((name) => [name, []]));
  await parquetRead({
    file: { byteLength: buffer.byteLength, slice: (start, end) => buffer.slice(start, end) },
    metadata,
    compressors: { GZIP: (input, length) => gunzipSync(input, { out: new Uint8Array(length) }) },
    onChunk: ({ columnName, columnData, rowStart }) =>
      place(cells.get(columnName), columnData, rowStart, where),
  });
  const columns = names.map((name) => {
    const values = cells.get(name)!;
    if (values.length !== rows) {
      throw new InputError('a column does not have as many rows as the file', {
        where: `${where}, column "${name}"`,
        expected: `${rows} rows`,
        got: `${values.length}`,
      });
    }
    return { name, values: columnValues(values) };
  });
  const entries = (metadata.key_value_metadata ?? []).map(({ key, value }) => [key, value ?? ''] as const);
  return table(columns, entries.length > 0 ? Object.fromEntries(entries) : undefined);
}

function checkEnds(bytes: Uint8Array, where: string): void {
  const magic = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  const refuse = (got: string): never => {
    throw new InputError('this is no whole Parquet file', {
      where,
      expected: '"PAR1" at its beginning and its end',
      got,
      fix: 'Copy the file again from its source.',
    });
  };
  if (bytes.length < 12) refuse(`${bytes.length} bytes`);
  if (magic(0) !== 'PAR1' || magic(bytes.length - 4) !== 'PAR1')
    refuse(`"${magic(0)}" and "${magic(bytes.length - 4)}"`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const footer = view.getUint32(bytes.length - 8, true);
  if (footer > bytes.length - 12) refuse(`a footer of ${footer} bytes`);
}

/** Names of the columns. Refuses what cannot be decoded, and claims of more cells than any recording has. */
function checkMetadata(metadata: FileMetaData, where: string): string[] {
  const names = parquetSchema(metadata).children.map(({ element }) => element.name);
  if (names.length === 0) throw new InputError('the Parquet file has no columns', { where });
  const rows = Number(metadata.num_rows);
  const grouped = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0);
  if (!Number.isSafeInteger(rows) || rows < 0 || rows !== grouped || rows * names.length > mostCells) {
    throw new InputError('the Parquet file claims an impossible number of rows', {
      where,
      expected: `at most ${mostCells} cells, and as many rows as its row groups have (${grouped})`,
      got: `${rows} rows x ${names.length} columns`,
    });
  }
  const codecs = metadata.row_groups.flatMap((group) => group.columns.map((c) => String(c.meta_data?.codec)));
  const codec = codecs.find((name) => !readableCodecs.has(name));
  if (codec !== undefined) {
    throw new InputError(`the compression ${codec} cannot be read`, {
      where,
      expected: [...readableCodecs].join(', '),
      fix: 'Write the file again with compression="snappy".',
    });
  }
  return names;
}

function place(into: unknown[] | undefined, data: DecodedArray, rowStart: number, where: string): void {
  if (!into || rowStart !== into.length)
    throw new InputError('the row groups do not follow each other', { where });
  for (let i = 0; i < data.length; i++) into.push(data[i]);
}

function columnValues(values: readonly unknown[]): ColumnValues {
  const present = values.filter((v) => v !== null && v !== undefined);
  const isWhole = present.length === values.length;
  if (present.every((v) => typeof v === 'bigint') && present.length > 0) {
    return isWhole
      ? BigInt64Array.from(values as bigint[])
      : Float64Array.from(values, (v) => (v === null || v === undefined ? NaN : Number(v)));
  }
  if (present.every((v) => typeof v === 'boolean') && isWhole && present.length > 0)
    return values as boolean[];
  if (present.every((v) => typeof v === 'number' || typeof v === 'boolean')) {
    return Float64Array.from(values, (v) => (v === null || v === undefined ? NaN : Number(v)));
  }
  return values.map(asText);
}

function asText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '' : value.toISOString();
  if (typeof value === 'object') {
    return JSON.stringify(value, (_, inner: unknown) =>
      typeof inner === 'bigint' ? inner.toString() : inner,
    );
  }
  return String(value);
}
