import { InputError, UsageError } from '../signal/error.ts';
import { matrix, square, type Matrix } from './matrix.ts';

/**
 * The lower triangular L with A = L L^T, for a symmetric positive definite A (only its lower half is read). Throws
 * `InputError` where A is not positive definite, NaN included.
 */
export function cholesky(a: Matrix): Matrix {
  const n = square('cholesky', a);
  const l = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a.data[i * n + j];
      for (let k = 0; k < j; k++) sum -= l.data[i * n + k] * l.data[j * n + k];
      if (i !== j) {
        l.data[i * n + j] = sum / l.data[j * n + j];
      } else if (sum > 0) {
        l.data[i * n + i] = Math.sqrt(sum);
      } else {
        throw new InputError('the matrix is not positive definite', {
          where: `row ${i}`,
          expected: 'a positive pivot',
          got: `${sum}`,
        });
      }
    }
  }
  return l;
}

/** Solves A x = b from A's Cholesky factor. */
export function choleskySolve(l: Matrix, b: ArrayLike<number>): Float64Array {
  const n = l.rows;
  if (b.length !== n)
    throw new UsageError('the right side has the wrong length', { expected: `${n}`, got: `${b.length}` });
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l.data[i * n + k] * x[k];
    x[i] /= l.data[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l.data[k * n + i] * x[k];
    x[i] /= l.data[i * n + i];
  }
  return x;
}
