import { matrix, multiply, transpose, type Matrix } from '../../math/matrix.ts';
import type { Random } from '../../math/random.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import { crossGram, gram } from '../gram.ts';

export interface NmfOptions {
  readonly rank: number;
  readonly random: Random;
  /** Random starts, of which the best is kept. Default 5. */
  readonly restarts?: number;
  /** Default 500. */
  readonly maxIterations?: number;
  /** Stop where R2 rises by less than this share of itself in 20 iterations. Default 1e-4. */
  readonly tolerance?: number;
}

/** V (rows x columns) = W (rows x rank) H (rank x columns), none negative. The columns of W have length 1. */
export interface Nmf {
  readonly w: Matrix;
  readonly h: Matrix;
  /** 1 - |V - W H|^2 / |V - mean(V)|^2. */
  readonly r2: number;
  readonly iterations: number;
  /** R2 that each start came to: how much the result depends on chance. */
  readonly r2OfStarts: readonly number[];
}

/**
 * Non-negative matrix factorization by least squares, one column of W and one row of H at a time (hierarchical alternating least
 * squares, Cichocki & Phan 2009): the same objective as the multiplicative rules of Lee & Seung (1999), reached in fewer
 * iterations. Throws `InputError` where a value is missing or negative.
 */
export function nmf(v: Matrix, options: NmfOptions): Nmf {
  const { rank, random, restarts = 5, maxIterations = 500, tolerance = 1e-4 } = options;
  if (!(Number.isInteger(rank) && rank >= 1 && rank <= Math.min(v.rows, v.columns))) {
    throw new UsageError('the rank does not fit', {
      expected: `1 to ${Math.min(v.rows, v.columns)}`,
      got: `${rank}`,
    });
  }
  const bad = v.data.findIndex((e) => !(e >= 0 && e < Infinity));
  if (bad >= 0) {
    throw new InputError('only finite values that are not negative can be factorized', {
      where: `row ${Math.floor(bad / v.columns)}, column ${bad % v.columns}`,
      got: `${v.data[bad]}`,
    });
  }
  if (v.data.every((e) => e === v.data[0])) {
    throw new InputError('all values are equal: there is nothing to factorize', { got: `${v.data[0]}` });
  }
  const starts = Array.from({ length: restarts }, () => descend(v, rank, random, maxIterations, tolerance));
  const best = starts.reduce((a, b) => (b.r2 > a.r2 ? b : a));
  return { ...best, r2OfStarts: starts.map((s) => s.r2) };
}

/** Iterations between looks at R2. */
const checkEvery = 20;

function descend(
  v: Matrix,
  rank: number,
  random: Random,
  maxIterations: number,
  tolerance: number,
): Omit<Nmf, 'r2OfStarts'> {
  const most = v.data.reduce((a, b) => Math.max(a, b), 0);
  const drawn = (length: number): Float64Array =>
    Float64Array.from({ length }, () => random.uniform(0, most));
  // Both with the rank as columns, so that one rule serves both.
  const w = matrix(v.rows, rank, drawn(v.rows * rank));
  const ht = matrix(v.columns, rank, drawn(v.columns * rank));
  const vt = transpose(v);
  const mean = v.data.reduce((a, b) => a + b, 0) / v.data.length;
  const total = v.data.reduce((s, e) => s + (e - mean) ** 2, 0);
  const history: number[] = [];
  let iterations = 0;
  while (iterations < maxIterations) {
    iterations++;
    improve(ht, crossGram(v, w), gram(w));
    improve(w, crossGram(vt, ht), gram(ht));
    normalize(w, ht);
    if (iterations % checkEvery > 0 && iterations < maxIterations) continue;
    history.push(1 - residual(v, w, ht) / total);
    const before = history.at(-2);
    const r2 = history.at(-1)!;
    if (before !== undefined && r2 - before < tolerance * Math.abs(r2)) break;
  }
  return { w, h: transpose(ht), r2: history.at(-1)!, iterations };
}

/** Column k of a <- max(0, a_k + (product_k - A gram_k) / gram_kk), one after another. */
function improve(a: Matrix, product: Matrix, g: Matrix): void {
  const r = a.columns;
  for (let k = 0; k < r; k++) {
    const own = g.data[k * r + k];
    if (own <= 1e-300) continue;
    for (let i = 0; i < a.rows; i++) {
      let sum = product.data[i * r + k];
      for (let j = 0; j < r; j++) sum -= a.data[i * r + j] * g.data[j * r + k];
      a.data[i * r + k] = Math.max(1e-16, a.data[i * r + k] + sum / own);
    }
  }
}

function normalize(w: Matrix, ht: Matrix): void {
  const r = w.columns;
  for (let k = 0; k < r; k++) {
    let square = 0;
    for (let i = 0; i < w.rows; i++) square += w.data[i * r + k] ** 2;
    const length = Math.sqrt(square) || 1;
    for (let i = 0; i < w.rows; i++) w.data[i * r + k] /= length;
    for (let i = 0; i < ht.rows; i++) ht.data[i * r + k] *= length;
  }
}

function residual(v: Matrix, w: Matrix, ht: Matrix): number {
  const fitted = multiply(w, transpose(ht));
  return v.data.reduce((s, e, i) => s + (e - fitted.data[i]) ** 2, 0);
}
