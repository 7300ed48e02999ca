import { matrix, type Matrix } from '../math/matrix.ts';
import { InputError, UsageError } from '../signal/error.ts';
import type { Events } from '../signal/events.ts';
import { timeCount, timeOf, type TimeAxis } from '../signal/time.ts';

/**
 * What models are fitted on and predict from: samples in the order of time (bins of one width), by columns with names. NaN is
 * missing.
 */
export interface Series {
  /** samples x columns. */
  readonly values: Matrix;
  readonly names: readonly string[];
  /**
   * For each sample, the number of the stretch of unbroken time that it lies in, not decreasing. No window reaches from one into
   * another: trials that were joined end to end, sides of a gap, parts of a fold.
   */
  readonly stretches: Int32Array;
}

/** Throws `UsageError` where names or stretches do not fit the values, or a name is used twice. */
export function series(values: Matrix, names: readonly string[], stretches?: ArrayLike<number>): Series {
  const own = stretches ? Int32Array.from(stretches) : new Int32Array(values.rows);
  const twice = names.find((n, i) => names.indexOf(n) !== i);
  if (names.length !== values.columns || own.length !== values.rows || twice !== undefined) {
    throw new UsageError('names or stretches do not fit the values', {
      expected: `${values.columns} distinct names, ${values.rows} stretches`,
      got: twice === undefined ? `${names.length} names, ${own.length} stretches` : `"${twice}" twice`,
    });
  }
  if (own.some((s, i) => i > 0 && s < own[i - 1])) {
    throw new UsageError('the numbers of stretches must not decrease', { where: 'series' });
  }
  return { values, names, stretches: own };
}

/** A series from one array a column. */
export function seriesFrom(
  columns: Readonly<Record<string, ArrayLike<number>>>,
  stretches?: ArrayLike<number>,
): Series {
  const names = Object.keys(columns);
  const rows = columns[names[0]]?.length ?? 0;
  const values = matrix(rows, names.length);
  names.forEach((name, c) => {
    if (columns[name].length !== rows) {
      throw new UsageError('the columns differ in length', {
        where: `"${name}"`,
        expected: `${rows}`,
        got: `${columns[name].length}`,
      });
    }
    for (let r = 0; r < rows; r++) values.data[r * names.length + c] = columns[name][r];
  });
  return series(values, names, stretches);
}

/** One column's values: a copy. */
export function column({ rows, columns, data }: Matrix, c: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) => data[r * columns + c]);
}

/** These samples, in increasing order; where samples between are left out a new stretch begins. */
export function takeRows({ values, names, stretches }: Series, rows: ArrayLike<number>): Series {
  const { columns } = values;
  const taken = matrix(rows.length, columns);
  const own = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const r = rows[i];
    taken.data.set(values.data.subarray(r * columns, (r + 1) * columns), i * columns);
    if (i > 0) {
      const broken = r !== rows[i - 1] + 1 || stretches[r] !== stretches[rows[i - 1]];
      own[i] = own[i - 1] + (broken ? 1 : 0);
    }
  }
  return { values: taken, names, stretches: own };
}

/** These columns, by position. */
export function takeColumns({ values, names, stretches }: Series, columns: readonly number[]): Series {
  const taken = matrix(values.rows, columns.length);
  for (let r = 0; r < values.rows; r++) {
    columns.forEach((c, k) => {
      taken.data[r * columns.length + k] = values.data[r * values.columns + c];
    });
  }
  return { values: taken, names: columns.map((c) => names[c]), stretches };
}

/** Both series side by side; they must have the same samples. */
export function beside(a: Series, b: Series): Series {
  if (a.values.rows !== b.values.rows || a.stretches.some((s, i) => s !== b.stretches[i])) {
    throw new UsageError('the series have different samples', {
      expected: `${a.values.rows} samples in the same stretches`,
      got: `${b.values.rows}`,
    });
  }
  const columns = a.values.columns + b.values.columns;
  const joined = matrix(a.values.rows, columns);
  for (let r = 0; r < joined.rows; r++) {
    joined.data.set(a.values.data.subarray(r * a.values.columns, (r + 1) * a.values.columns), r * columns);
    joined.data.set(
      b.values.data.subarray(r * b.values.columns, (r + 1) * b.values.columns),
      r * columns + a.values.columns,
    );
  }
  return series(joined, [...a.names, ...b.names], a.stretches);
}

/**
 * Each column at several lags: the value at lag k of sample t is that of sample t - k. NaN where that lies outside the sample's own
 * stretch. Columns are in the order of the lags, names `spikes[t-2]`.
 */
export function lagged({ values, names, stretches }: Series, lags: readonly number[]): Series {
  const { rows, columns } = values;
  if (lags.length === 0 || lags.some((k) => !Number.isInteger(k))) {
    throw new UsageError('lags are whole numbers of samples', { got: `[${lags.join(', ')}]` });
  }
  const width = columns * lags.length;
  const out = matrix(rows, width);
  for (let r = 0; r < rows; r++) {
    lags.forEach((lag, k) => {
      const from = r - lag;
      const at = r * width + k * columns;
      if (from < 0 || from >= rows || stretches[from] !== stretches[r]) {
        out.data.fill(NaN, at, at + columns);
      } else {
        out.data.set(values.data.subarray(from * columns, (from + 1) * columns), at);
      }
    });
  }
  const at = (lag: number): string => (lag === 0 ? '[t]' : lag > 0 ? `[t-${lag}]` : `[t+${-lag}]`);
  return { values: out, names: lags.flatMap((lag) => names.map((n) => n + at(lag))), stretches };
}

/** Where each stretch starts, and the end of the last. */
export function stretchStarts(stretches: Int32Array): number[] {
  const starts: number[] = [];
  for (let i = 0; i < stretches.length; i++) if (i === 0 || stretches[i] !== stretches[i - 1]) starts.push(i);
  return [...starts, stretches.length];
}

/** The stretch of each sample, where each trial begins a new one and the time between trials is a stretch of its own. */
export function stretchesOfTrials(time: TimeAxis, trials: Events): Int32Array {
  if (time.clock !== trials.clock) {
    throw new UsageError('samples and trials are on different clocks', {
      expected: time.clock,
      got: trials.clock,
    });
  }
  const cuts = Float64Array.from([...trials.starts, ...trials.ends]).sort();
  const out = new Int32Array(timeCount(time));
  for (let i = 0, k = 0, stretch = 0; i < out.length; i++) {
    let crossed = false;
    while (k < cuts.length && cuts[k] <= timeOf(time, i)) {
      k++;
      crossed = i > 0;
    }
    if (crossed) stretch++;
    out[i] = stretch;
  }
  return out;
}

/** Whether no value of sample `r` is missing. */
export function isWhole({ columns, data }: Matrix, r: number): boolean {
  for (let i = r * columns; i < (r + 1) * columns; i++) if (Number.isNaN(data[i])) return false;
  return true;
}

/** The samples of which no value is missing, in any of the series. Throws `InputError` where fewer than `least` are left. */
export function wholeRows(all: readonly Series[], where: string, least = 1): Int32Array {
  const rows = all[0].values.rows;
  if (all.some((s) => s.values.rows !== rows)) {
    throw new UsageError('the series differ in length', {
      where,
      expected: `${rows} samples`,
      got: all.map((s) => s.values.rows).join(', '),
    });
  }
  const whole = Int32Array.from({ length: rows }, (_, r) => r).filter((r) =>
    all.every((s) => isWhole(s.values, r)),
  );
  if (whole.length < least) {
    throw new InputError('too few samples without missing values are left', {
      where,
      expected: `at least ${least}`,
      got: `${whole.length} of ${rows}`,
    });
  }
  return whole;
}

/** Predictions of the rows that are whole; NaN in those that are not. */
export function withMissing(values: Matrix, predict: (values: Matrix) => Matrix): Matrix {
  const { rows, columns } = values;
  const whole = Int32Array.from({ length: rows }, (_, r) => r).filter((r) => isWhole(values, r));
  const kept = new Float64Array(whole.length * columns);
  whole.forEach((r, i) => kept.set(values.data.subarray(r * columns, (r + 1) * columns), i * columns));
  const predicted = predict({ rows: whole.length, columns, data: kept });
  const q = predicted.columns;
  const out = new Float64Array(rows * q).fill(NaN);
  whole.forEach((r, i) => out.set(predicted.data.subarray(i * q, (i + 1) * q), r * q));
  return { rows, columns: q, data: out };
}
