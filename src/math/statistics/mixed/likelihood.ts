import { cholesky, choleskySolve } from '../../cholesky.ts';
import { matrix, type Matrix } from '../../matrix.ts';

/**
 * The restricted likelihood of y = X beta + Z_g b_g + noise, b_g ~ N(0, sigma^2 W) for each group g, W of size q x q (q = 1: intercept,
 * q = 2: intercept and slope). Only products within groups are kept, so that one evaluation costs no more for many trials:
 *
 *   V_g = I + Z W Z',  V_g^-1 = I - Z K Z',  K = W (I + Z'Z W)^-1,  det V_g = det(I + Z'Z W).
 *
 * W may be indefinite as long as V is positive definite: derivatives at the edge of the parameters need that. Source: Harville 1977,
 * JASA 72: 320-340; Pinheiro & Bates 2000, Mixed-Effects Models in S and S-PLUS, section 2.2.
 */
export class RestrictedLikelihood {
  readonly n: number;
  readonly p: number;
  readonly q: number;
  readonly #groups: readonly {
    readonly zz: Float64Array;
    readonly zx: Float64Array;
    readonly rows: Int32Array;
  }[];
  readonly #x: Matrix;
  readonly #z: Matrix;
  readonly #xx: Float64Array;

  constructor(x: Matrix, z: Matrix, groups: readonly Int32Array[]) {
    [this.n, this.p, this.q] = [x.rows, x.columns, z.columns];
    this.#x = x;
    this.#z = z;
    const all = Int32Array.from({ length: x.rows }, (_, i) => i);
    this.#xx = products(x, x, all);
    this.#groups = groups.map((rows) => ({ zz: products(z, z, rows), zx: products(z, x, rows), rows }));
  }

  /** What of y counts. */
  response(y: ArrayLike<number>): Response {
    const column = matrix(this.n, 1, y);
    const all = Int32Array.from({ length: this.n }, (_, i) => i);
    return {
      xy: products(this.#x, column, all),
      yy: products(column, column, all)[0],
      zy: this.#groups.map((g) => products(this.#z, column, g.rows)),
    };
  }

  /** The profile at W (row-major, q x q, symmetric); undefined where V is not positive definite. */
  at(w: Float64Array, { xy, yy, zy }: Response): Profile | undefined {
    const { p, q } = this;
    const a = Float64Array.from(this.#xx);
    const b = Float64Array.from(xy);
    let [c, logDeterminant] = [yy, 0];
    const kernels: Float64Array[] = [];
    for (let g = 0; g < this.#groups.length; g++) {
      const { zz, zx } = this.#groups[g];
      const inner = kernelOf(w, zz, q);
      if (!inner) return undefined;
      logDeterminant += Math.log(inner.determinant);
      const { kernel } = inner;
      kernels.push(kernel);
      for (let s = 0; s < q; s++) {
        for (let t = 0; t < q; t++) {
          const k = kernel[s * q + t];
          for (let i = 0; i < p; i++) {
            const left = k * zx[s * p + i];
            for (let j = 0; j < p; j++) a[i * p + j] -= left * zx[t * p + j];
            b[i] -= left * zy[g][t];
          }
          c -= k * zy[g][s] * zy[g][t];
        }
      }
    }
    const root = cholesky(matrix(p, p, a));
    for (let i = 0; i < p; i++) logDeterminant += 2 * Math.log(root.data[i * p + i]);
    const beta = choleskySolve(root, b);
    const residual = c - b.reduce((s, v, i) => s + v * beta[i], 0);
    const effects = (): Float64Array[] =>
      this.#groups.map(({ zx }, g) => {
        const out = new Float64Array(q);
        for (let s = 0; s < q; s++) {
          for (let t = 0; t < q; t++) {
            let rest = zy[g][t];
            for (let i = 0; i < p; i++) rest -= zx[t * p + i] * beta[i];
            out[s] += kernels[g][s * q + t] * rest;
          }
        }
        return out;
      });
    return { logDeterminant, beta, residual, root, effects };
  }

  /** -2 log restricted likelihood with sigma^2 at its maximum, residual / (n - p). */
  criterion({ logDeterminant, residual }: Profile): number {
    const df = this.n - this.p;
    return logDeterminant + df * (1 + Math.log((2 * Math.PI * residual) / df));
  }
}

export interface Response {
  readonly xy: Float64Array;
  readonly yy: number;
  readonly zy: readonly Float64Array[];
}

export interface Profile {
  /** log det V + log det X'V^-1 X, for V in units of sigma^2. */
  readonly logDeterminant: number;
  readonly beta: Float64Array;
  /** (y - X beta)' V^-1 (y - X beta). */
  readonly residual: number;
  /** Cholesky factor of X'V^-1 X. */
  readonly root: Matrix;
  /** The best linear unbiased prediction of each group's effects, W Z'V^-1 (y - X beta). */
  readonly effects: () => Float64Array[];
}

function kernelOf(
  w: Float64Array,
  zz: Float64Array,
  q: number,
): { readonly kernel: Float64Array; readonly determinant: number } | undefined {
  if (q === 1) {
    const determinant = 1 + zz[0] * w[0];
    return determinant > 0 ? { kernel: Float64Array.of(w[0] / determinant), determinant } : undefined;
  }
  const m00 = 1 + zz[0] * w[0] + zz[1] * w[2];
  const m01 = zz[0] * w[1] + zz[1] * w[3];
  const m10 = zz[2] * w[0] + zz[3] * w[2];
  const m11 = 1 + zz[2] * w[1] + zz[3] * w[3];
  const determinant = m00 * m11 - m01 * m10;
  if (!(determinant > 0 && m00 + m11 > 0)) return undefined;
  const k00 = (w[0] * m11 - w[1] * m10) / determinant;
  const k01 = (w[1] * m00 - w[0] * m01) / determinant;
  const k11 = (w[3] * m00 - w[2] * m01) / determinant;
  return { kernel: Float64Array.of(k00, k01, k01, k11), determinant };
}

/** a'b over the given rows. */
function products(a: Matrix, b: Matrix, rows: Int32Array): Float64Array {
  const out = new Float64Array(a.columns * b.columns);
  for (const r of rows) {
    for (let i = 0; i < a.columns; i++) {
      const v = a.data[r * a.columns + i];
      for (let j = 0; j < b.columns; j++) out[i * b.columns + j] += v * b.data[r * b.columns + j];
    }
  }
  return out;
}
