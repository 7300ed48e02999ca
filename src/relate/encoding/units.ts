import { InputError } from '../../signal/error.ts';
import { takeColumns, takeRows, wholeRows, type Series } from '../series.ts';

/**
 * The samples that one unit is fitted on: those with all regressors and its own count. Throws `InputError` naming the unit where
 * there are fewer than 10, it has no spike in them, or a count is negative.
 */
export function unitSamples(
  x: Series,
  y: Series,
  unit: number,
  method: string,
): { readonly x: Series; readonly counts: Float64Array } {
  const where = `${method}, unit "${y.names[unit]}"`;
  const own = takeColumns(y, [unit]);
  const rows = wholeRows([x, own], where, 10);
  const counts = Float64Array.from(rows, (r) => own.values.data[r]);
  checkCounts(counts, where);
  return { x: takeRows(x, rows), counts };
}

/** Throws `InputError` where there is no spike, or a count is negative or infinite. */
export function checkCounts(counts: Float64Array, where: string): void {
  const bad = counts.findIndex((v) => !(v >= 0 && v < Infinity));
  if (bad >= 0) {
    throw new InputError('a spike count is no count', {
      where,
      expected: '0 or more',
      got: `${counts[bad]}`,
    });
  }
  if (counts.every((v) => v === 0)) {
    throw new InputError('the unit has no spike in the samples of the fit', {
      where,
      expected: 'at least one',
      got: `none in ${counts.length} samples`,
      fix: 'Leave the unit out.',
    });
  }
}
