import { bootstrap, median, Moments, Random } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';
import type { Provenance } from '../../signal/provenance.ts';
import type { Unit } from '../../signal/units.ts';

/** One column: numbers with a unit, or words. */
export type Column =
  | { readonly name: string; readonly unit: Unit; readonly values: Float64Array }
  | { readonly name: string; readonly words: readonly string[] };

/** Rows of like things (strides, taps, visits), column by column. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly rows: number;
  readonly provenance: Provenance;
}

/** A table from its columns. Throws `UsageError` where their lengths differ. */
export function table(name: string, columns: readonly Column[], provenance: Provenance): Table {
  const lengths = columns.map((c) => ('words' in c ? c.words.length : c.values.length));
  const rows = lengths[0] ?? 0;
  if (lengths.some((n) => n !== rows)) {
    throw new UsageError(`the columns of the table "${name}" differ in length`, {
      expected: `${rows} rows`,
      got: columns.map((c, i) => `${c.name}: ${lengths[i]}`).join(', '),
    });
  }
  return { name, columns, rows, provenance };
}

/** The numbers of a column. Throws `UsageError` where there is no such column of numbers. */
export function numbers(of: Table, name: string): Float64Array {
  const column = of.columns.find((c) => c.name === name);
  if (!column || 'words' in column) {
    throw new UsageError(`the table "${of.name}" has no numbers "${name}"`, {
      expected: of.columns.map((c) => c.name).join(', '),
    });
  }
  return column.values;
}

/** The words of a column. Throws `UsageError` where there is no such column of words. */
export function words(of: Table, name: string): readonly string[] {
  const column = of.columns.find((c) => c.name === name);
  if (!column || !('words' in column)) {
    throw new UsageError(`the table "${of.name}" has no words "${name}"`, {
      expected: of.columns.map((c) => c.name).join(', '),
    });
  }
  return column.words;
}

/** The rows for which `keep` is true. */
export function rowsWhere(of: Table, keep: (row: number) => boolean): Table {
  const kept = Array.from({ length: of.rows }, (_, i) => i).filter(keep);
  const columns = of.columns.map((c): Column =>
    'words' in c
      ? { ...c, words: kept.map((i) => c.words[i]) }
      : { ...c, values: Float64Array.from(kept, (i) => c.values[i]) },
  );
  return { ...of, columns, rows: kept.length };
}

/** What a column of numbers comes to. */
export interface Summary {
  readonly name: string;
  readonly unit: Unit;
  /** Numbers that are there. */
  readonly n: number;
  readonly mean: number;
  readonly sd: number;
  readonly median: number;
  /** Interval of the mean. NaN with fewer than two numbers. */
  readonly low: number;
  readonly high: number;
  readonly level: number;
}

/**
 * Mean, spread and a bootstrap interval of the mean (percentile, circular blocks of sqrt(n) rows, since neighboring strides or
 * taps resemble each other: Politis & Romano 1992). It tells how well this recording's mean is known, not how animals or people
 * differ: compare groups by animal. NaN values are left out. Deterministic: the resampling is seeded by the column's name.
 */
export function summarize(of: Table, name: string, level = 0.95): Summary {
  const column = of.columns.find((c) => c.name === name);
  const present = numbers(of, name).filter((v) => Number.isFinite(v));
  const unit = column && !('words' in column) ? column.unit : '1';
  const { count: n, mean, standardDeviation: sd } = Moments.of(present);
  const common = { name, unit, n, mean, sd, median: median(present), level };
  if (n < 2) return { ...common, low: NaN, high: NaN };
  const interval = bootstrap(n, (rows) => Moments.of(pick(present, rows)).mean, {
    resamples: 1000,
    level,
    method: 'percentile',
    blockLength: Math.max(1, Math.round(Math.sqrt(n))),
    random: new Random(`${of.name}/${name}`),
  });
  return { ...common, low: interval.low, high: interval.high };
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  const out = new Float64Array(rows.length);
  for (let i = 0; i < out.length; i++) out[i] = values[rows[i]];
  return out;
}
