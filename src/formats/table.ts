import { InputError, UsageError } from '../signal/error.ts';

/** A column of numbers (NaN where empty), whole numbers beyond 2^53, truth values, or texts (empty where empty). */
export type ColumnValues = Float64Array | BigInt64Array | readonly boolean[] | readonly string[];

export interface Column {
  readonly name: string;
  readonly values: ColumnValues;
}

/** Rows under named columns of one kind each: what CSV and Parquet files hold. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: number;
  /** Texts that came with the table (Parquet's key-value metadata). */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A table from columns. Throws `UsageError` where lengths differ or a name comes twice. */
export function table(columns: readonly Column[], metadata?: Readonly<Record<string, string>>): Table {
  const rows = columns[0]?.values.length ?? 0;
  const names = new Set<string>();
  for (const { name, values } of columns) {
    if (values.length !== rows) {
      throw new UsageError('the columns of a table differ in length', {
        where: `column "${name}"`,
        expected: `${rows} rows`,
        got: `${values.length}`,
      });
    }
    if (names.has(name)) throw new UsageError(`the column "${name}" is named twice`);
    names.add(name);
  }
  return metadata ? { columns, rows, metadata } : { columns, rows };
}

export function findColumn(from: Table, name: string): Column | undefined {
  return from.columns.find((column) => column.name === name);
}

/** A column's numbers; throws `InputError` where it holds something else. */
export function numbersOf(column: Column, where: string): Float64Array {
  if (column.values instanceof Float64Array) return column.values;
  if (column.values instanceof BigInt64Array) return Float64Array.from(column.values, Number);
  const row = column.values.findIndex((v) => v !== '');
  if (row < 0) return new Float64Array(column.values.length).fill(NaN);
  const bad = column.values.findIndex((v) => typeof v === 'boolean' || (v !== '' && !isNumber(v)));
  throw new InputError('a cell is not a number', {
    where: `${where}, row ${bad + 2}, column "${column.name}"`,
    expected: 'a number, or nothing where there is none',
    got: `"${String(column.values[bad])}"`,
  });
}

/** A column's texts; numbers are written out. */
export function textsOf(column: Column): readonly string[] {
  return Array.from<unknown, string>(column.values, String);
}

const numeric = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const missing = new Set(['', 'nan', 'NaN', 'NAN', 'NA', 'N/A', 'null', 'None']);

/** Whether a cell holds a finite number. */
export function isNumber(cell: string): boolean {
  return numeric.test(cell);
}

/** Whether a cell says that there is no value, in any of the usual ways. */
export function isMissing(cell: string): boolean {
  return missing.has(cell);
}
