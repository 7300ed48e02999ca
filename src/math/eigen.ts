import { InputError } from '../signal/error.ts';
import { identity, matrix, square, type Matrix } from './matrix.ts';

export interface SymmetricEigen {
  /** Decreasing. */
  readonly values: Float64Array;
  /** Column j is the unit eigenvector of `values[j]`; its largest entry is positive, so that the sign is fixed. */
  readonly vectors: Matrix;
}

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations (Jacobi 1846; Rutishauser 1966): slow for
 * large n, accurate for all n, meant for n up to about 200. Only the upper half is read. NaN throws `InputError`.
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  const n = square('symmetricEigen', a);
  const m = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const v = a.data[i * n + j];
      if (!Number.isFinite(v)) {
        throw new InputError('the matrix holds a value that is not finite', {
          where: `(${i}, ${j})`,
          got: `${v}`,
        });
      }
      m[i * n + j] = m[j * n + i] = v;
    }
  }
  const v = identity(n).data;
  for (let sweep = 0; sweep < 100; sweep++) {
    let rotated = false;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) rotated = rotate(m, v, n, p, q) || rotated;
    }
    if (!rotated) break;
  }
  return sortedDecreasing(
    Float64Array.from({ length: n }, (_, i) => m[i * n + i]),
    v,
  );
}

/** One rotation that zeroes m[p][q]; false where that entry is already nothing beside its diagonal. */
function rotate(m: Float64Array, v: Float64Array, n: number, p: number, q: number): boolean {
  const apq = m[p * n + q];
  const [app, aqq] = [m[p * n + p], m[q * n + q]];
  if (apq === 0) return false;
  if (Math.abs(apq) <= Number.EPSILON * 1e-3 * Math.sqrt(Math.abs(app * aqq)) || Math.abs(apq) < 1e-300) {
    m[p * n + q] = m[q * n + p] = 0;
    return false;
  }
  const theta = (aqq - app) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < n; k++) {
    const [kp, kq] = [m[k * n + p], m[k * n + q]];
    m[k * n + p] = c * kp - s * kq;
    m[k * n + q] = s * kp + c * kq;
  }
  for (let k = 0; k < n; k++) {
    const [pk, qk] = [m[p * n + k], m[q * n + k]];
    m[p * n + k] = c * pk - s * qk;
    m[q * n + k] = s * pk + c * qk;
    const [vp, vq] = [v[k * n + p], v[k * n + q]];
    v[k * n + p] = c * vp - s * vq;
    v[k * n + q] = s * vp + c * vq;
  }
  m[p * n + q] = m[q * n + p] = 0;
  return true;
}

function sortedDecreasing(values: Float64Array, v: Float64Array): SymmetricEigen {
  const n = values.length;
  const order = Array.from(values.keys()).sort((a, b) => values[b] - values[a]);
  const vectors = matrix(n, n);
  order.forEach((from, j) => {
    let largest = 0;
    for (let i = 0; i < n; i++) if (Math.abs(v[i * n + from]) > Math.abs(v[largest * n + from])) largest = i;
    const sign = v[largest * n + from] < 0 ? -1 : 1;
    for (let i = 0; i < n; i++) vectors.data[i * n + j] = sign * v[i * n + from];
  });
  return { values: Float64Array.from(order, (i) => values[i]), vectors };
}
