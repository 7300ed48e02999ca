import { InputError, UsageError } from '../signal/error.ts';
import { matrix, square, type Matrix } from './matrix.ts';

/**
 * The lower triangular L with A = L L^T, for a symmetric positive definite A (only its lower half is read). Throws
 * `InputError` where A is not positive definite, NaN included.
 */
export function cholesky(a: Matrix): Matrix {
  const n = square('cholesky', a);
  const l = matrix(n, n);
  const m = l.data;
  for (let i = 0; i < n; i++) {
    const row = i * n;
    for (let j = 0; j <= i; j++) {
      const other = j * n;
      // Four sums at a time, so that no addition waits for the one before.
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      let k = 0;
      for (; k + 3 < j; k += 4) {
        s0 += m[row + k] * m[other + k];
        s1 += m[row + k + 1] * m[other + k + 1];
        s2 += m[row + k + 2] * m[other + k + 2];
        s3 += m[row + k + 3] * m[other + k + 3];
      }
      for (; k < j; k++) s0 += m[row + k] * m[other + k];
      const sum = a.data[row + j] - (s0 + s1 + s2 + s3);
      if (i !== j) {
        m[row + j] = sum / m[other + j];
      } else if (sum > 0) {
        m[row + i] = Math.sqrt(sum);
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
