import { cholesky, choleskySolve } from '../../../math/cholesky.ts';
import { matrix, type Matrix } from '../../../math/matrix.ts';
import { UsageError } from '../../../signal/error.ts';

/**
 * The x that minimizes x^T H x / 2 + g^T x with low <= x <= high, H symmetric and positive definite: projected Newton steps on the variables that
 * are not held at a bound, with a line search along the projected path (Bertsekas 1982; Tassa, Mansard & Todorov 2014, algorithm 1).
 *
 * @param start where to begin; the middle of the box by default. Throws `InputError` where H is not positive definite.
 */
export function boxQp(
  h: Matrix,
  g: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  start?: ArrayLike<number>,
): Float64Array {
  const n = h.rows;
  if (h.columns !== n || [g, low, high].some((a) => a.length !== n)) {
    throw new UsageError('the parts of a box-constrained problem differ in size', {
      expected: `${n} in each`,
    });
  }
  const clamp = (v: number, i: number): number => Math.min(Math.max(v, low[i]), high[i]);
  let x = Float64Array.from({ length: n }, (_, i) => clamp(start?.[i] ?? (low[i] + high[i]) / 2, i));
  const gradientAt = (at: Float64Array): Float64Array => {
    const out = Float64Array.from(g);
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) out[i] += h.data[i * n + j] * at[j];
    return out;
  };
  const valueAt = (at: Float64Array, gradient: Float64Array): number => {
    let sum = 0;
    // x^T H x / 2 + g^T x = x^T (gradient + g) / 2
    for (let i = 0; i < n; i++) sum += 0.5 * at[i] * (gradient[i] + g[i]);
    return sum;
  };
  let gradient = gradientAt(x);
  let value = valueAt(x, gradient);
  for (let iteration = 0; iteration < 100; iteration++) {
    const free: number[] = [];
    for (let i = 0; i < n; i++) {
      if (!((x[i] <= low[i] && gradient[i] > 0) || (x[i] >= high[i] && gradient[i] < 0))) free.push(i);
    }
    if (free.length === 0) break;
    const m = free.length;
    const part = matrix(m, m);
    for (let i = 0; i < m; i++)
      for (let j = 0; j < m; j++) part.data[i * m + j] = h.data[free[i] * n + free[j]];
    const step = choleskySolve(
      cholesky(part),
      free.map((i) => -gradient[i]),
    );
    let expected = 0;
    for (let i = 0; i < m; i++) expected += step[i] * gradient[free[i]];
    if (!(expected < -1e-14 * (1 + Math.abs(value)))) break;
    let length = 1;
    let moved = false;
    for (; length > 1e-10; length *= 0.6) {
      const tried = x.slice();
      for (let i = 0; i < m; i++) tried[free[i]] = clamp(x[free[i]] + length * step[i], free[i]);
      const triedGradient = gradientAt(tried);
      const triedValue = valueAt(tried, triedGradient);
      if (triedValue <= value + 0.1 * length * expected || (triedValue < value && length < 0.1)) {
        x = tried;
        gradient = triedGradient;
        value = triedValue;
        moved = true;
        break;
      }
    }
    if (!moved) break;
  }
  return x;
}
