import { InputError } from '../signal/error.ts';
import { identity, matrix, transpose, type Matrix } from './matrix.ts';

export interface Svd {
  /** rows x r, orthonormal columns; r = min(rows, columns). A column of a zero singular value is zero. */
  readonly u: Matrix;
  /** r singular values, decreasing. */
  readonly s: Float64Array;
  /** columns x r: A = U diag(s) V^T. */
  readonly v: Matrix;
}

/**
 * The thin singular value decomposition by one-sided Jacobi rotations (Hestenes 1958): accurate to the last bits also for
 * tiny singular values, meant for up to about 200 columns. NaN throws `InputError`.
 */
export function svd(a: Matrix): Svd {
  if (a.rows < a.columns) {
    const { u, s, v } = svd(transpose(a));
    return { u: v, s, v: u };
  }
  const bad = a.data.findIndex((x) => !Number.isFinite(x));
  if (bad >= 0)
    throw new InputError('the matrix holds a value that is not finite', { where: `element ${bad}` });
  const { rows, columns } = a;
  // Columns are worked on as rows of the transpose: contiguous memory.
  // Scaled, so that squares neither overflow nor vanish.
  const scale = a.data.reduce((m, x) => Math.max(m, Math.abs(x)), 0) || 1;
  const w = transpose(a).data.map((x) => x / scale);
  const v = identity(columns).data;
  const dot = (p: number, q: number): number => {
    let sum = 0;
    for (let i = 0; i < rows; i++) sum += w[p * rows + i] * w[q * rows + i];
    return sum;
  };
  const turn = (m: Float64Array, length: number, p: number, q: number, c: number, s: number): void => {
    for (let i = 0; i < length; i++) {
      const [x, y] = [m[p * length + i], m[q * length + i]];
      m[p * length + i] = c * x - s * y;
      m[q * length + i] = s * x + c * y;
    }
  };
  for (let sweep = 0, rotated = true; rotated && sweep < 100; sweep++) {
    rotated = false;
    for (let p = 0; p < columns - 1; p++) {
      for (let q = p + 1; q < columns; q++) {
        const [alpha, beta, gamma] = [dot(p, p), dot(q, q), dot(p, q)];
        if (gamma === 0 || Math.abs(gamma) <= 1e-15 * Math.sqrt(alpha * beta)) continue;
        rotated = true;
        const zeta = (beta - alpha) / (2 * gamma);
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(zeta, 1));
        const c = 1 / Math.hypot(t, 1);
        turn(w, rows, p, q, c, c * t);
        turn(v, columns, p, q, c, c * t);
      }
    }
  }
  const lengths = Float64Array.from({ length: columns }, (_, j) => Math.sqrt(dot(j, j)));
  const order = Array.from(lengths.keys()).sort((i, j) => lengths[j] - lengths[i]);
  const u = matrix(rows, columns);
  const right = matrix(columns, columns);
  order.forEach((from, j) => {
    for (let i = 0; i < rows; i++) {
      u.data[i * columns + j] = lengths[from] > 0 ? w[from * rows + i] / lengths[from] : 0;
    }
    for (let i = 0; i < columns; i++) right.data[i * columns + j] = v[from * columns + i];
  });
  return { u, s: Float64Array.from(order, (j) => lengths[j] * scale), v: right };
}
