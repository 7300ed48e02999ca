import { InputError, UsageError } from '../signal/error.ts';
import { gram } from './gram.ts';
import type { Matrix } from '../math/matrix.ts';
import type { Series } from './series.ts';

/** What is the matter with regressors, by name. */
export interface Inspection {
  /** Columns that never vary. */
  readonly constant: readonly string[];
  /** Columns that are linear combinations of columns before them. */
  readonly collinear: readonly string[];
}

/**
 * Finds columns that cannot be told from others, by Cholesky's factorization of the correlation matrix: a column of which less than
 * 1e-10 of the variance is its own is collinear. Rows with a missing value must have been left out.
 */
export function inspect(values: Matrix, names: readonly string[]): Inspection {
  const { mean, deviation } = columnMoments(values);
  const varies = names
    .map((_, c) => c)
    .filter((c) => deviation[c] > 1e-12 * Math.abs(mean[c]) && deviation[c] > 0);
  const constant = names.filter((_, c) => !varies.includes(c));
  const p = varies.length;
  const standard = standardized(values, mean, deviation, varies);
  const r = gram(standard);
  const l = new Float64Array(p * p);
  const kept: number[] = [];
  const collinear: string[] = [];
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < kept.length; k++) {
      const j = kept[k];
      let sum = r.data[i * p + j] / values.rows;
      for (let m = 0; m < k; m++) sum -= l[i * p + m] * l[j * p + m];
      l[i * p + k] = sum / l[j * p + k];
    }
    let own = r.data[i * p + i] / values.rows;
    for (let k = 0; k < kept.length; k++) own -= l[i * p + k] ** 2;
    if (own < 1e-10) {
      collinear.push(names[varies[i]]);
    } else {
      l[i * p + kept.length] = Math.sqrt(own);
      kept.push(i);
    }
  }
  return { constant, collinear };
}

/** The inspection and the number of samples in words. */
export function notesOn(inspection: Inspection, samples: number, regressors: number): string[] {
  const list = (names: readonly string[]): string =>
    names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ');
  const notes: string[] = [];
  if (inspection.constant.length > 0)
    notes.push(`constant regressors say nothing: ${list(inspection.constant)}`);
  if (inspection.collinear.length > 0) {
    notes.push(
      `regressors that follow from others share their weight with them: ${list(inspection.collinear)}`,
    );
  }
  if (samples <= regressors) {
    notes.push(
      `fewer samples (${samples}) than regressors (${regressors}): the penalty decides much of the fit`,
    );
  }
  return notes;
}

/** Throws `InputError` naming what is wrong, for a fit without a penalty: it is then not determined. */
export function demandDetermined(
  inspection: Inspection,
  samples: number,
  regressors: number,
  where: string,
): void {
  const notes = notesOn(inspection, samples, regressors);
  if (notes.length === 0) return;
  throw new InputError('without a penalty the weights are not determined', {
    where,
    expected: 'regressors that vary, none following from others, and more samples than regressors',
    got: notes.join('; '),
    fix: 'Leave those regressors out, or give a ridge penalty.',
  });
}

/** Throws `UsageError` where a prediction is asked from other columns than those of the fit. */
export function sameColumns(expected: readonly string[], x: Series, where: string): void {
  if (expected.length === x.names.length && expected.every((n, i) => n === x.names[i])) return;
  const other = x.names.findIndex((n, i) => n !== expected[i]);
  throw new UsageError('these are not the columns that were fitted', {
    where,
    expected: `${expected.length} columns${other >= 0 ? `, "${expected[other]}" at ${other}` : ''}`,
    got: `${x.names.length}${other >= 0 ? `, "${x.names[other]}"` : ''}`,
  });
}

export interface ColumnMoments {
  readonly mean: Float64Array;
  /** Standard deviation, dividing by the number of rows. */
  readonly deviation: Float64Array;
}

export function columnMoments({ rows, columns, data }: Matrix): ColumnMoments {
  const [mean, deviation] = [new Float64Array(columns), new Float64Array(columns)];
  for (let i = 0; i < data.length; i += columns) for (let c = 0; c < columns; c++) mean[c] += data[i + c];
  for (let c = 0; c < columns; c++) mean[c] /= rows;
  for (let i = 0; i < data.length; i += columns) {
    for (let c = 0; c < columns; c++) deviation[c] += (data[i + c] - mean[c]) ** 2;
  }
  for (let c = 0; c < columns; c++) deviation[c] = Math.sqrt(deviation[c] / rows);
  return { mean, deviation };
}

/** (value - mean) / deviation of the chosen columns; all by default. A deviation of 0 leaves 0. */
export function standardized(
  { rows, columns, data }: Matrix,
  mean: Float64Array,
  deviation: Float64Array,
  chosen: readonly number[] = Array.from({ length: columns }, (_, c) => c),
): Matrix {
  const p = chosen.length;
  const out = new Float64Array(rows * p);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < p; k++) {
      const c = chosen[k];
      out[r * p + k] = deviation[c] > 0 ? (data[r * columns + c] - mean[c]) / deviation[c] : 0;
    }
  }
  return { rows, columns: p, data: out };
}
