import { matrix, transpose, type Matrix } from '../math/matrix.ts';

/** Rows that are multiplied at a time, so that a panel stays in the processor's cache. */
const panel = 256;

/** A^T A (columns x columns), or A^T diag(w) A with weights a row. */
export function gram(a: Matrix, weights?: Float64Array): Matrix {
  const p = a.columns;
  const out = matrix(p, p);
  for (let start = 0; start < a.rows; start += panel) {
    const length = Math.min(panel, a.rows - start);
    const rows = a.data.subarray(start * p, (start + length) * p);
    const columns = transpose({ rows: length, columns: p, data: rows }).data;
    let other = columns;
    if (weights) {
      other = Float64Array.from(columns);
      for (let i = 0; i < p; i++)
        for (let r = 0; r < length; r++) other[i * length + r] *= weights[start + r];
    }
    addProducts(out.data, columns, p, other, p, length, true);
  }
  for (let i = 0; i < p; i++) for (let j = i + 1; j < p; j++) out.data[i * p + j] = out.data[j * p + i];
  return out;
}

/** A^T B (columns of A x columns of B), for as many rows. */
export function crossGram(a: Matrix, b: Matrix): Matrix {
  const out = matrix(a.columns, b.columns);
  for (let start = 0; start < a.rows; start += panel) {
    const length = Math.min(panel, a.rows - start);
    const columnsOf = ({ columns, data }: Matrix): Float64Array =>
      transpose({ rows: length, columns, data: data.subarray(start * columns, (start + length) * columns) })
        .data;
    addProducts(out.data, columnsOf(a), a.columns, columnsOf(b), b.columns, length, false);
  }
  return out;
}

/**
 * out[i, j] += column i of a . column j of b, columns lying one after another; with `lower`, only for j <= i (and a few beyond).
 * Two by four columns at a time: each number is read once for several products.
 */
function addProducts(
  out: Float64Array,
  a: Float64Array,
  p: number,
  b: Float64Array,
  q: number,
  length: number,
  lower: boolean,
): void {
  for (let i = 0; i < p; i += 2) {
    const pair = i + 1 < p;
    const [a0, a1] = [i * length, (pair ? i + 1 : i) * length];
    const last = lower ? Math.min(q, i + 2) : q;
    let j = 0;
    for (; j + 3 < last; j += 4) {
      const b0 = j * length;
      const b1 = b0 + length;
      const b2 = b1 + length;
      const b3 = b2 + length;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let r = 0; r < length; r++) {
        const x = a[a0 + r];
        const y = a[a1 + r];
        const c0 = b[b0 + r];
        const c1 = b[b1 + r];
        const c2 = b[b2 + r];
        const c3 = b[b3 + r];
        s00 += x * c0;
        s01 += x * c1;
        s02 += x * c2;
        s03 += x * c3;
        s10 += y * c0;
        s11 += y * c1;
        s12 += y * c2;
        s13 += y * c3;
      }
      const at = i * q + j;
      out[at] += s00;
      out[at + 1] += s01;
      out[at + 2] += s02;
      out[at + 3] += s03;
      if (!pair) continue;
      out[at + q] += s10;
      out[at + q + 1] += s11;
      out[at + q + 2] += s12;
      out[at + q + 3] += s13;
    }
    for (; j < last; j++) {
      const b0 = j * length;
      let s0 = 0;
      let s1 = 0;
      for (let r = 0; r < length; r++) {
        s0 += a[a0 + r] * b[b0 + r];
        s1 += a[a1 + r] * b[b0 + r];
      }
      out[i * q + j] += s0;
      if (pair) out[(i + 1) * q + j] += s1;
    }
  }
}
