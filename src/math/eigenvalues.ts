import { InputError, MachineError } from '../signal/error.ts';
import { square, type Matrix } from './matrix.ts';

export interface Eigenvalues {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * Eigenvalues of any real square matrix, the largest in absolute value first: to Hessenberg form by Householder reflections, then QR steps with Wilkinson's
 * shift in complex arithmetic (Golub & Van Loan 2013, 7.4 and 7.5). Conjugate pairs come as two. Throws `InputError` for a value that is not finite.
 */
export function eigenvalues(a: Matrix): Eigenvalues {
  const n = square('a matrix of which eigenvalues are asked', a);
  if (a.data.some((v) => !Number.isFinite(v))) {
    throw new InputError('a matrix with a missing value has no eigenvalues', { expected: 'finite numbers' });
  }
  const h = hessenberg(Float64Array.from(a.data), n);
  const [re, im] = [h, new Float64Array(n * n)];
  const values: [number, number][] = [];
  let size = 0;
  for (const v of re) size = Math.max(size, Math.abs(v));
  let end = n - 1;
  let steps = 0;
  while (end >= 0) {
    let start = end;
    for (; start > 0; start--) {
      const k = start * n + start - 1;
      const beside = modulus(re, im, start * n + start) + modulus(re, im, (start - 1) * n + start - 1);
      if (modulus(re, im, k) <= 1e-15 * (beside > 0 ? beside : size)) break;
    }
    if (start === end) {
      values.push([re[end * n + end], im[end * n + end]]);
      end--;
      steps = 0;
      continue;
    }
    if (++steps > 300) throw new MachineError('eigenvalues were not found', { where: `row ${end}` });
    // A shift of another kind now and then ends a cycle.
    qrStep(
      re,
      im,
      n,
      start,
      end,
      steps % 11 === 10 ? exceptional(re, im, n, end) : wilkinson(re, im, n, end),
    );
  }
  values.sort((p, q) => Math.hypot(...q) - Math.hypot(...p) || q[0] - p[0] || q[1] - p[1]);
  // What rounding left of the imaginary part of a real eigenvalue.
  const real = Float64Array.from(values, (v) => v[0]);
  const imaginary = Float64Array.from(values, (v) => (Math.abs(v[1]) <= 1e-12 * size ? 0 : v[1]));
  return { real, imaginary };
}

const modulus = (re: Float64Array, im: Float64Array, k: number): number => Math.hypot(re[k], im[k]);

/** Similar to `a`, zero below the first subdiagonal; in place. */
function hessenberg(a: Float64Array, n: number): Float64Array {
  for (let k = 0; k + 2 < n; k++) {
    const v = new Float64Array(n);
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm = Math.hypot(norm, (v[i] = a[i * n + k]));
    if (norm === 0) continue;
    v[k + 1] += v[k + 1] > 0 ? norm : -norm;
    const squared = v.reduce((s, x) => s + x * x, 0);
    for (let j = 0; j < n; j++) {
      let dot = 0;
      for (let i = k + 1; i < n; i++) dot += v[i] * a[i * n + j];
      for (let i = k + 1; i < n; i++) a[i * n + j] -= (2 * dot * v[i]) / squared;
    }
    for (let i = 0; i < n; i++) {
      let dot = 0;
      for (let j = k + 1; j < n; j++) dot += a[i * n + j] * v[j];
      for (let j = k + 1; j < n; j++) a[i * n + j] -= (2 * dot * v[j]) / squared;
    }
    for (let i = k + 2; i < n; i++) a[i * n + k] = 0;
  }
  return a;
}

type Complex = readonly [number, number];

const times = ([a, b]: Complex, [c, d]: Complex): [number, number] => [a * c - b * d, a * d + b * c];

function squareRoot([a, b]: Complex): [number, number] {
  const r = Math.hypot(a, b);
  const x = Math.sqrt((r + Math.abs(a)) / 2);
  if (x === 0) return [0, 0];
  return a >= 0 ? [x, b / (2 * x)] : [Math.abs(b) / (2 * x), b >= 0 ? x : -x];
}

/** The eigenvalue of the last 2 x 2 block that is nearer to its last entry. */
function wilkinson(re: Float64Array, im: Float64Array, n: number, end: number): Complex {
  const at = (i: number, j: number): Complex => [re[i * n + j], im[i * n + j]];
  const [a, b, c, d] = [at(end - 1, end - 1), at(end - 1, end), at(end, end - 1), at(end, end)];
  const half: Complex = [(a[0] - d[0]) / 2, (a[1] - d[1]) / 2];
  const bc = times(b, c);
  const [hh, hi] = times(half, half);
  const root = squareRoot([hh + bc[0], hi + bc[1]]);
  const [plus, minus] = [1, -1].map((s): Complex => [
    d[0] + half[0] + s * root[0],
    d[1] + half[1] + s * root[1],
  ]);
  const off = (z: Complex): number => Math.hypot(z[0] - d[0], z[1] - d[1]);
  return off(plus) < off(minus) ? plus : minus;
}

function exceptional(re: Float64Array, im: Float64Array, n: number, end: number): Complex {
  const k = end * n + end - 1;
  return [re[end * n + end] + 0.75 * modulus(re, im, k), im[end * n + end] + 0.4 * modulus(re, im, k)];
}

/** H - s I = Q R, then R Q + s I, on rows and columns `start` to `end`, by Givens rotations. */
function qrStep(
  re: Float64Array,
  im: Float64Array,
  n: number,
  start: number,
  end: number,
  [sr, si]: Complex,
): void {
  for (let i = start; i <= end; i++) {
    re[i * n + i] -= sr;
    im[i * n + i] -= si;
  }
  const rotations: { c: number; s: Complex }[] = [];
  for (let k = start; k < end; k++) {
    const [p, q] = [k * n + k, (k + 1) * n + k];
    const [a, b] = [modulus(re, im, p), modulus(re, im, q)];
    const r = Math.hypot(a, b);
    const c = r === 0 ? 1 : a / r;
    // s such that -conj(s) x + c y = 0, with s = x conj(y) / (|x| r).
    let s: Complex = [0, 0];
    if (r > 0) {
      const phase: Complex = a > 0 ? [re[p] / a, im[p] / a] : [1, 0];
      s = times(phase, [re[q] / r, -im[q] / r]);
    }
    rotations.push({ c, s });
    for (let j = k; j <= end; j++) {
      const [x, y] = [k * n + j, (k + 1) * n + j];
      const [xr, xi, yr, yi] = [re[x], im[x], re[y], im[y]];
      re[x] = c * xr + s[0] * yr - s[1] * yi;
      im[x] = c * xi + s[0] * yi + s[1] * yr;
      re[y] = c * yr - s[0] * xr - s[1] * xi;
      im[y] = c * yi - s[0] * xi + s[1] * xr;
    }
  }
  rotations.forEach(({ c, s }, i) => {
    const k = start + i;
    for (let j = start; j <= Math.min(k + 1, end); j++) {
      const [x, y] = [j * n + k, j * n + k + 1];
      const [xr, xi, yr, yi] = [re[x], im[x], re[y], im[y]];
      re[x] = c * xr + s[0] * yr + s[1] * yi;
      im[x] = c * xi + s[0] * yi - s[1] * yr;
      re[y] = c * yr - s[0] * xr + s[1] * xi;
      im[y] = c * yi - s[0] * xi - s[1] * xr;
    }
  });
  for (let i = start; i <= end; i++) {
    re[i * n + i] += sr;
    im[i * n + i] += si;
  }
}
