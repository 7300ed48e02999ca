import { InputError, UsageError } from '../signal/error.ts';
import { matrix, square, type Matrix } from './matrix.ts';

/** P A = L U with partial pivoting: L (unit diagonal) and U share one matrix. */
export interface LuFactors {
  readonly lu: Matrix;
  /** Row i of P A is row `order[i]` of A. */
  readonly order: Int32Array;
  /** The sign of the permutation. */
  readonly sign: 1 | -1;
}

export function lu(a: Matrix): LuFactors {
  const n = square('lu', a);
  const m = Float64Array.from(a.data);
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign: 1 | -1 = 1;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(m[i * n + k]) > Math.abs(m[pivot * n + k])) pivot = i;
    if (pivot !== k) {
      for (let j = 0; j < n; j++) [m[k * n + j], m[pivot * n + j]] = [m[pivot * n + j], m[k * n + j]];
      [order[k], order[pivot]] = [order[pivot], order[k]];
      sign = sign === 1 ? -1 : 1;
    }
    if (m[k * n + k] === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const factor = (m[i * n + k] /= m[k * n + k]);
      for (let j = k + 1; j < n; j++) m[i * n + j] -= factor * m[k * n + j];
    }
  }
  return { lu: matrix(n, n, m), order, sign };
}

export function determinant(a: Matrix): number {
  const { lu: m, sign } = lu(a);
  let d: number = sign;
  for (let i = 0; i < m.rows; i++) d *= m.data[i * m.rows + i];
  return d;
}

/** Solves A x = b for a square A. Throws `InputError` where A is singular to working precision or holds NaN. */
export function solve(a: Matrix, b: ArrayLike<number>): Float64Array {
  const { lu: m, order } = lu(a);
  const n = m.rows;
  if (b.length !== n)
    throw new UsageError('the right side has the wrong length', { expected: `${n}`, got: `${b.length}` });
  const scale = a.data.reduce((s, v) => Math.max(s, Math.abs(v)), 0);
  const x = Float64Array.from(order, (row) => b[row]);
  for (let i = 0; i < n; i++) {
    if (!(Math.abs(m.data[i * n + i]) > n * Number.EPSILON * scale)) {
      throw new InputError('the matrix is singular', { where: `pivot ${i}`, got: `${m.data[i * n + i]}` });
    }
    for (let k = 0; k < i; k++) x[i] -= m.data[i * n + k] * x[k];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= m.data[i * n + k] * x[k];
    x[i] /= m.data[i * n + i];
  }
  return x;
}
