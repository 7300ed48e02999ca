import { InputError, UsageError } from '../signal/error.ts';
import type { Matrix } from './matrix.ts';

export interface LeastSquares {
  readonly solution: Float64Array;
  /** Sum of squared residuals. */
  readonly residual: number;
  readonly rank: number;
}

/**
 * The x that minimizes |A x - b|, by Householder QR with column pivoting (Businger & Golub 1965); A has at least as many
 * rows as columns. Throws `InputError` where the columns are linearly dependent (relative tolerance 1e-12) or a value is
 * missing: a fit that is not determined has no answer.
 */
export function leastSquares(a: Matrix, b: ArrayLike<number>): LeastSquares {
  const { rows, columns } = a;
  if (b.length !== rows || rows < columns) {
    throw new UsageError('the least squares problem has the wrong shape', {
      expected: 'at least as many rows as columns, and one right-hand value a row',
      got: `${rows} x ${columns} and ${b.length}`,
    });
  }
  const q = Float64Array.from(a.data);
  const y = Float64Array.from(b);
  const order = Int32Array.from({ length: columns }, (_, j) => j);
  const diagonal = new Float64Array(columns);
  const norm2 = (j: number, from: number): number => {
    let sum = 0;
    for (let i = from; i < rows; i++) sum += q[i * columns + j] ** 2;
    return sum;
  };
  for (let k = 0; k < columns; k++) {
    let best = k;
    for (let j = k + 1; j < columns; j++) if (norm2(j, k) > norm2(best, k)) best = j;
    if (best !== k) {
      for (let i = 0; i < rows; i++) {
        [q[i * columns + k], q[i * columns + best]] = [q[i * columns + best], q[i * columns + k]];
      }
      [order[k], order[best]] = [order[best], order[k]];
    }
    const length = Math.sqrt(norm2(k, k));
    if (!(length > 1e-12 * Math.abs(diagonal[0])) || !(length > 0) || !Number.isFinite(length)) {
      throw new InputError('the least squares problem has no single answer', {
        expected: `${columns} independent columns without missing values`,
        got: Number.isFinite(length) ? `rank ${k}` : 'a value that is not finite',
      });
    }
    const alpha = q[k * columns + k] > 0 ? -length : length;
    diagonal[k] = alpha;
    // The Householder vector overwrites the column below the diagonal, diagonal included.
    q[k * columns + k] -= alpha;
    const beta = norm2(k, k) / 2;
    const reflect = (read: (i: number) => number, write: (i: number, change: number) => void): void => {
      let dot = 0;
      for (let i = k; i < rows; i++) dot += q[i * columns + k] * read(i);
      for (let i = k; i < rows; i++) write(i, (dot / beta) * q[i * columns + k]);
    };
    for (let j = k + 1; j < columns; j++) {
      reflect(
        (i) => q[i * columns + j],
        (i, change) => (q[i * columns + j] -= change),
      );
    }
    reflect(
      (i) => y[i],
      (i, change) => (y[i] -= change),
    );
  }
  const missing = b.length - y.filter(Number.isFinite).length;
  if (missing > 0) throw new InputError('a right-hand value is not finite', { got: `${missing} of ${rows}` });
  const solution = new Float64Array(columns);
  for (let k = columns - 1; k >= 0; k--) {
    let sum = y[k];
    for (let j = k + 1; j < columns; j++) sum -= q[k * columns + j] * solution[order[j]];
    solution[order[k]] = sum / diagonal[k];
  }
  let residual = 0;
  for (let i = columns; i < rows; i++) residual += y[i] * y[i];
  return { solution, residual, rank: columns };
}
