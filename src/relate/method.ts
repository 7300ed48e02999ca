import { matrix, type Matrix } from '../math/matrix.ts';
import { InputError } from '../signal/error.ts';
import type { Fold } from './folds.ts';
import { takeRows, type Series } from './series.ts';

/**
 * What predicts one series from another: encoders predict spike counts from movement, decoders movement from spike counts.
 * Options are given where a method is made; the same method, series and seed give the same predictions.
 */
export interface Method {
  readonly name: string;
  /**
   * Samples with a missing value are left out, an encoder's for each unit by itself. Throws `InputError` where the fit is not
   * determined: too few samples, a unit without spikes, an output that does not vary.
   */
  readonly fit: (x: Series, y: Series) => Promise<Fitted>;
}

export interface Fitted {
  /**
   * samples x outputs, NaN where a value that is needed is missing, or where a window would reach out of a stretch. Throws
   * `UsageError` where the columns are not those of the fit.
   */
  readonly predict: (x: Series) => Promise<Matrix>;
  /** What should be known before the fit is trusted, in words: regressors that are constant or copies of others, and the like. */
  readonly notes: readonly string[];
}

/**
 * Each sample as predicted by the fit that did not see it: samples x outputs, NaN where there is no prediction. What a fold is
 * told of x ends at the fold's edges.
 */
export async function crossPredict(
  method: Method,
  x: Series,
  y: Series,
  folds: readonly Fold[],
): Promise<{ readonly predictions: Matrix; readonly notes: readonly string[] }> {
  const outputs = y.values.columns;
  const predictions = matrix(y.values.rows, outputs);
  predictions.data.fill(NaN);
  const notes = new Set<string>();
  for (const [k, { train, test }] of folds.entries()) {
    const fitted = await fitFold(method, takeRows(x, train), takeRows(y, train), k);
    fitted.notes.forEach((n) => notes.add(n));
    const predicted = await fitted.predict(takeRows(x, test));
    for (let i = 0; i < test.length; i++) {
      const row = predicted.data.subarray(i * outputs, (i + 1) * outputs);
      predictions.data.set(row, test[i] * outputs);
    }
  }
  return { predictions, notes: [...notes] };
}

async function fitFold(method: Method, x: Series, y: Series, fold: number): Promise<Fitted> {
  try {
    return await method.fit(x, y);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const where = [error.facts.where, `fold ${fold + 1}`].filter(Boolean).join(', ');
    throw new InputError(error.what, { ...error.facts, where });
  }
}
