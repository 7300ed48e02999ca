/** Sums and solutions of small dense matrices, for the recursions of optimal control. */
import { matrix, multiply, solve, transpose, type Matrix } from '../../../math/index.ts';
import { InputError } from '../../../signal/error.ts';

/** a + scale b. */
export function plus(a: Matrix, b: Matrix, scale = 1): Matrix {
  return matrix(
    a.rows,
    a.columns,
    a.data.map((x, i) => x + scale * b.data[i]),
  );
}

/** a b c ... */
export const product = (...factors: readonly Matrix[]): Matrix => factors.reduce((a, b) => multiply(a, b));

/** a b a^T. */
export const congruent = (a: Matrix, b: Matrix): Matrix => product(a, b, transpose(a));

/** (a + a^T) / 2, which keeps rounding from growing in a recursion of symmetric matrices. */
export function symmetric(a: Matrix): Matrix {
  const t = transpose(a);
  return matrix(
    a.rows,
    a.columns,
    a.data.map((x, i) => (x + t.data[i]) / 2),
  );
}

export function trace(a: Matrix): number {
  let sum = 0;
  for (let i = 0; i < a.rows; i++) sum += a.data[i * a.columns + i];
  return sum;
}

/** a^-1 b. Throws `InputError` where a is singular. */
export function solveAll(a: Matrix, b: Matrix, what: string): Matrix {
  const x = matrix(b.rows, b.columns);
  for (let j = 0; j < b.columns; j++) {
    const column = solve(
      a,
      Float64Array.from({ length: b.rows }, (_, i) => b.data[i * b.columns + j]),
    );
    for (let i = 0; i < b.rows; i++) x.data[i * b.columns + j] = column[i];
  }
  if (!x.data.every(Number.isFinite))
    throw new InputError(`${what} cannot be solved`, { got: 'a singular matrix' });
  return x;
}
