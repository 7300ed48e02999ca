import { InputError, MareyError, type ErrorFacts } from '../../signal/error.ts';
import type { RowRange } from '../hdf5/disk.ts';
import type { ReadTreeOptions } from '../hdf5/read.ts';
import type { Hdf5Dataset, Hdf5Group } from '../hdf5/tree.ts';
import type { Table } from '../table.ts';

/**
 * Library calls that a broken file can make hang or abort: they run in a worker that can be ended. Values go in and come out as
 * plain data.
 */
export const operations = {
  readHdf5: async (bytes: Uint8Array, where: string, options: ReadTreeOptions): Promise<Hdf5Group> =>
    (await import('../hdf5/read.ts')).readTree(bytes, where, options),
  /** Of a file on disk, `where` its path: no bytes go in. */
  readDiskHdf5: async (_bytes: Uint8Array, path: string, options: ReadTreeOptions): Promise<Hdf5Group> =>
    (await import('../hdf5/disk.ts')).readDiskTree(path, options),
  readDiskHdf5Rows: async (_bytes: Uint8Array, path: string, rows: RowRange): Promise<Hdf5Dataset> =>
    (await import('../hdf5/disk.ts')).readDiskRows(path, rows),
  writeHdf5: async (_bytes: Uint8Array, _where: string, tree: Hdf5Group): Promise<Uint8Array> =>
    (await import('../hdf5/write.ts')).writeTree(tree),
  readParquet: async (bytes: Uint8Array, where: string, _input: null): Promise<Table> =>
    (await import('../parquet/read.ts')).readParquetTable(bytes, where),
} as const;

export type OperationName = keyof typeof operations;
export type OperationInput<N extends OperationName> = Parameters<(typeof operations)[N]>[2];
export type OperationOutput<N extends OperationName> = Awaited<ReturnType<(typeof operations)[N]>>;

export interface Request {
  readonly id: number;
  readonly name: OperationName;
  readonly bytes: Uint8Array;
  readonly where: string;
  readonly input: unknown;
}

export type Reply =
  | { readonly id: number; readonly output: unknown }
  /** `fatal`: the worker's libraries are no longer to be trusted. */
  | {
      readonly id: number;
      readonly error: {
        readonly kind: 'input' | 'usage' | 'library';
        readonly what: string;
        readonly facts?: ErrorFacts;
      };
      readonly fatal: boolean;
    };

/** Broken files may leave things open in the libraries: after so many of them the worker is replaced. */
const mostFailures = 200;
let failures = 0;

/** Runs one request; errors become plain data. */
export async function answer(request: Request): Promise<Reply> {
  const { id, name, bytes, where, input } = request;
  try {
    const operation = operations[name] as (b: Uint8Array, w: string, i: unknown) => Promise<unknown>;
    return { id, output: await operation(bytes, where, input) };
  } catch (error) {
    if (error instanceof MareyError) {
      const { cause: _, ...facts } = error.facts;
      const kind = error instanceof InputError ? 'input' : 'usage';
      return { id, error: { kind, what: error.what, facts }, fatal: ++failures >= mostFailures };
    }
    // A library that threw may have been left in the middle of its work.
    return {
      id,
      error: { kind: 'library', what: error instanceof Error ? error.message : String(error) },
      fatal: true,
    };
  }
}
