import { cholesky, choleskySolve } from '../math/cholesky.ts';
import { matrix, multiply, type Matrix } from '../math/matrix.ts';
import { InputError, UsageError } from '../signal/error.ts';
import { contiguousFolds } from './folds.ts';
import { crossGram, gram } from './gram.ts';

export interface RidgeOptions {
  /** Candidate penalties, of which cross-validation chooses one for all outputs; one alone is taken as it is. */
  readonly penalties?: readonly number[];
  /** Contiguous folds within the samples for that choice. Default 3. */
  readonly folds?: number;
}

/** From 0.1 to 1e5, a decade apart. */
export const defaultPenalties: readonly number[] = [0.1, 1, 10, 100, 1e3, 1e4, 1e5];

export interface RidgeFit {
  /** regressors x outputs. */
  readonly weights: Matrix;
  readonly xMean: Float64Array;
  readonly yMean: Float64Array;
  readonly penalty: number;
}

/**
 * The weights that minimize |Y - X W|^2 + penalty |W|^2 for centered X and Y (Hoerl & Kennard 1970). The penalty is in the units of
 * X^T X: standardize X where its columns have different units. It is chosen by the summed squared error of standardized outputs
 * on contiguous folds.
 *
 * @param x samples x regressors @param y samples x outputs, without missing values. @param stretches of the samples.
 */
export function ridge(x: Matrix, y: Matrix, stretches: Int32Array, options: RidgeOptions = {}): RidgeFit {
  const { penalties = defaultPenalties, folds: count = 3 } = options;
  if (penalties.length === 0 || penalties.some((l) => !(l >= 0))) {
    throw new UsageError('these are no penalties', {
      expected: 'numbers that are not negative',
      got: `${penalties}`,
    });
  }
  const all = sums(x, y);
  if (penalties.length === 1) return solveFor(all, penalties[0]);
  const errors = new Float64Array(penalties.length);
  for (const { test } of contiguousFolds(stretches, { count })) {
    const [start, end] = [test[0], test[test.length - 1] + 1];
    const held = sums(rowsOf(x, start, end), rowsOf(y, start, end));
    const centered = centeredSums(less(all, held));
    penalties.forEach((penalty, k) => {
      errors[k] += heldOutError(solve(centered, penalty), rowsOf(x, start, end), rowsOf(y, start, end), all);
    });
  }
  return solveFor(all, penalties[errors.indexOf(Math.min(...errors))]);
}

/** x W + b for rows of x; NaN where x is. */
export function applyRidge({ weights, xMean, yMean }: RidgeFit, x: Matrix): Matrix {
  const out = multiply(x, weights);
  const offset = Float64Array.from(yMean, (v, k) => {
    let b = v;
    for (let j = 0; j < weights.rows; j++) b -= xMean[j] * weights.data[j * weights.columns + k];
    return b;
  });
  for (let i = 0; i < out.data.length; i++) out.data[i] += offset[i % out.columns];
  return out;
}

/** What a least squares fit needs to know of samples; sums of parts add up. */
export interface Sums {
  readonly n: number;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly xx: Matrix;
  readonly xy: Matrix;
  /** Sum of squares of each output. */
  readonly yy: Float64Array;
}

export function sums(x: Matrix, y: Matrix): Sums {
  const total = (m: Matrix, f: (v: number) => number): Float64Array => {
    const s = new Float64Array(m.columns);
    for (let i = 0; i < m.data.length; i++) s[i % m.columns] += f(m.data[i]);
    return s;
  };
  return {
    n: x.rows,
    x: total(x, (v) => v),
    y: total(y, (v) => v),
    xx: gram(x),
    xy: crossGram(x, y),
    yy: total(y, (v) => v * v),
  };
}

export function less(a: Sums, b: Sums): Sums {
  const minus = (u: Float64Array, v: Float64Array): Float64Array => u.map((e, i) => e - v[i]);
  return {
    n: a.n - b.n,
    x: minus(a.x, b.x),
    y: minus(a.y, b.y),
    xx: { ...a.xx, data: minus(a.xx.data, b.xx.data) },
    xy: { ...a.xy, data: minus(a.xy.data, b.xy.data) },
    yy: minus(a.yy, b.yy),
  };
}

export interface CenteredSums {
  readonly xMean: Float64Array;
  readonly yMean: Float64Array;
  /** Cross products around the means. */
  readonly xx: Matrix;
  readonly xy: Matrix;
}

export function centeredSums({ n, x, y, xx, xy }: Sums): CenteredSums {
  const [p, q] = [x.length, y.length];
  return {
    xMean: x.map((v) => v / n),
    yMean: y.map((v) => v / n),
    xx: { ...xx, data: xx.data.map((v, i) => v - (x[Math.floor(i / p)] * x[i % p]) / n) },
    xy: { ...xy, data: xy.data.map((v, i) => v - (x[Math.floor(i / q)] * y[i % q]) / n) },
  };
}

export function solve({ xMean, yMean, xx, xy }: CenteredSums, penalty: number): RidgeFit {
  const p = xx.rows;
  const penalized = Float64Array.from(xx.data);
  for (let i = 0; i < p; i++) penalized[i * p + i] += penalty;
  const factor = factorOf(matrix(p, p, penalized), penalty);
  const weights = matrix(p, xy.columns);
  for (let k = 0; k < xy.columns; k++) {
    const w = choleskySolve(
      factor,
      Float64Array.from({ length: p }, (_, i) => xy.data[i * xy.columns + k]),
    );
    for (let i = 0; i < p; i++) weights.data[i * xy.columns + k] = w[i];
  }
  return { weights, xMean, yMean, penalty };
}

function factorOf(a: Matrix, penalty: number): Matrix {
  try {
    return cholesky(a);
  } catch (cause) {
    throw new InputError('the regression is not determined', {
      expected: 'regressors of which none follows from the others, or a larger penalty',
      got: `a penalty of ${penalty}`,
      cause,
    });
  }
}

function solveFor(all: Sums, penalty: number): RidgeFit {
  return solve(centeredSums(all), penalty);
}

/** Squared error of held-out samples, each output in units of its variance over all of them. */
function heldOutError(fit: RidgeFit, x: Matrix, y: Matrix, all: Sums): number {
  const predicted = applyRidge(fit, x);
  const q = y.columns;
  const errors = new Float64Array(q);
  for (let i = 0; i < y.data.length; i++) errors[i % q] += (y.data[i] - predicted.data[i]) ** 2;
  return errors.reduce((s, e, k) => {
    const spread = all.yy[k] - all.y[k] ** 2 / all.n;
    return s + (spread > 0 ? e / spread : 0);
  }, 0);
}

/** Rows `start` (included) to `end` (excluded): a view. */
export function rowsOf({ columns, data }: Matrix, start: number, end: number): Matrix {
  return { rows: end - start, columns, data: data.subarray(start * columns, end * columns) };
}
