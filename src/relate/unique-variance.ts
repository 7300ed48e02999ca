import type { Engine } from '../learn/engine/engine.ts';
import { tQuantile } from '../math/distribution.ts';
import { cholesky } from '../math/cholesky.ts';
import { matrix, type Matrix } from '../math/matrix.ts';
import { InputError, UsageError } from '../signal/error.ts';
import { foldSums, heldOut, totalOf, trainingOf, type Centered, type FoldSums } from './fold-sums.ts';
import { contiguousFolds } from './folds.ts';
import { crossGram, gram } from './gram.ts';
import { defaultPenalties } from './ridge.ts';
import { takeRows, wholeRows, type Series } from './series.ts';

export interface UniqueVarianceOptions {
  /** The columns of each variable (its lags, its kernels), by name. Columns of no variable stay in every model. */
  readonly variables: Readonly<Record<string, readonly string[]>>;
  /** Contiguous folds. Default 10. */
  readonly folds?: number;
  /** Candidate penalties for standardized regressors; one alone is taken as it is. Default a decade apart, 0.1 to 1e5. */
  readonly penalties?: readonly number[];
  /** Multiplies large matrices in 32 bits; without one it is done here, in 64 bits and slower. */
  readonly engine?: Engine;
  /** Of the intervals. Default 0.95. */
  readonly level?: number;
}

/** What one variable explains of each output, as shares of its variance on samples that the fits did not see. */
export interface VariableShare {
  readonly name: string;
  /** R2 of the full model less R2 of the model without the variable. Below zero where the variable only adds noise. */
  readonly unique: Float64Array;
  /** Interval of `unique` from leaving out one fold at a time (jackknife; Efron & Tibshirani 1993, chapter 11). */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** R2 of a model of this variable alone: the most that it can explain. */
  readonly alone: Float64Array;
}

export interface UniqueVariance {
  readonly outputs: readonly string[];
  /** R2 of the full model, one an output; NaN where an output does not vary. */
  readonly full: Float64Array;
  readonly variables: readonly VariableShare[];
  /** Full R2 less the sum of all unique shares: what several variables could explain alike. */
  readonly shared: Float64Array;
  /** The penalty of each fold. */
  readonly penalties: readonly number[];
  readonly notes: readonly string[];
}

/**
 * Ridge regression of many outputs on many regressors, and how much each variable explains that no other can (Musall et al. 2019,
 * Nature Neuroscience 22: 1677-1686), cross-validated. The model without a variable is fitted, not the full one with its weights
 * crossed out: with A = X^T X + penalty I and g the variable's columns, W_without = W - A^-1[:, g] (A^-1[g, g])^-1 W[g, :]. Sums of
 * products are taken once a fold, so that time does not grow with the number of variables. The penalty of each
 * half of the folds is chosen on the other half, by at most 50 of the outputs. Samples with a missing value are left out.
 *
 * @param x samples x regressors, standardized here @param y samples x outputs. Throws `UsageError` where a variable names a column
 * that is not there or that another one has, `InputError` where too few samples are left.
 */
export async function uniqueVariance(
  x: Series,
  y: Series,
  options: UniqueVarianceOptions,
): Promise<UniqueVariance> {
  const { folds: count = 10, penalties = defaultPenalties, engine, level = 0.95 } = options;
  const variables = positionsOf(options.variables, x.names);
  const rows = wholeRows([x, y], 'uniqueVariance', Math.max(2 * count, 20));
  const isAll = rows.length === x.values.rows;
  const [own, target] = isAll ? [x, y] : [takeRows(x, rows), takeRows(y, rows)];
  const folds = contiguousFolds(own.stretches, { count });
  const { sums, constant } = await foldSums(own.values, target.values, folds, engine);
  const total = totalOf(sums);
  const q = target.names.length;
  const errors = { full: new Float64Array(q), byFold: [] as Float64Array[] };
  const perVariable = variables.map(() => ({ byFold: [] as Float64Array[], alone: new Float64Array(q) }));
  const chosen: number[] = [];
  // Each half of the folds is judged with a penalty from the other.
  const half = Math.ceil(count / 2);
  const first = choosePenalty(sums.slice(half), penalties);
  const second = choosePenalty(sums.slice(0, half), penalties);
  for (const [f, held] of sums.entries()) {
    const train = trainingOf(total, [held]);
    const penalty = f < half ? first : second;
    chosen.push(penalty);
    const inverse = inverted(train.xx, penalty);
    const weights = crossGram(inverse, train.xy);
    const test = heldOut(held, train);
    const residual = minus(test.xy, crossGram(test.xx, weights));
    const full = Float64Array.from(test.yy);
    for (let i = 0; i < weights.data.length; i++) {
      full[i % q] -= weights.data[i] * (test.xy.data[i] + residual.data[i]);
    }
    errors.byFold.push(full);
    variables.forEach(({ columns }, v) => {
      perVariable[v].byFold.push(errorsWithout(full, { inverse, weights, residual, test }, columns));
      addErrorsAlone(perVariable[v].alone, train, test, columns, penalty);
    });
  }
  const spread = total.yy.map((yy, k) => yy - total.y[k] ** 2 / total.n);
  const r2 = (sse: ArrayLike<number>): Float64Array =>
    Float64Array.from(spread, (s, k) => (s > 1e-9 * total.n ? 1 - sse[k] / s : NaN));
  const full = r2(summed(errors.byFold, q));
  const shares = variables.map(({ name }, v): VariableShare => {
    const gains = perVariable[v].byFold.map((without, f) =>
      without.map((e, k) => (spread[k] > 1e-9 * total.n ? (e - errors.byFold[f][k]) / spread[k] : NaN)),
    );
    return { name, ...jackknife(gains, q, level), alone: r2(perVariable[v].alone) };
  });
  return {
    outputs: target.names,
    full,
    variables: shares,
    shared: full.map((r, k) => r - shares.reduce((sum, s) => sum + s.unique[k], 0)),
    penalties: chosen,
    notes: [
      ...(isAll
        ? []
        : [`${x.values.rows - rows.length} of ${x.values.rows} samples with a missing value were left out`]),
      ...(constant.length > 0
        ? [`constant regressors say nothing: ${constant.map((c) => x.names[c]).join(', ')}`]
        : []),
    ],
  };
}

interface Variable {
  readonly name: string;
  readonly columns: readonly number[];
}

function positionsOf(
  variables: Readonly<Record<string, readonly string[]>>,
  names: readonly string[],
): Variable[] {
  const at = new Map(names.map((n, i) => [n, i]));
  const owner = new Map<string, string>();
  const out = Object.entries(variables).map(([name, columns]): Variable => ({
    name,
    columns: columns.map((column) => {
      const i = at.get(column);
      const other = owner.get(column);
      if (i === undefined || other !== undefined) {
        throw new UsageError(
          i === undefined ? 'a variable names a column that is not there' : 'two variables have one column',
          {
            where: `variable "${name}"`,
            got: other === undefined ? `"${column}"` : `"${column}", of "${other}" too`,
          },
        );
      }
      owner.set(column, name);
      return i;
    }),
  }));
  if (out.length > 0 && out.every(({ columns }) => columns.length > 0)) return out;
  throw new UsageError('there is no variable to judge, or one without columns', {
    expected: 'names of variables with the columns of each',
  });
}

/** The penalty with the least error on the middle one of these folds, fitted on the others; on itself where it is alone. */
function choosePenalty(sums: readonly FoldSums[], penalties: readonly number[]): number {
  if (penalties.length === 1) return penalties[0];
  const inner = sums[sums.length >> 1];
  const train = trainingOf(totalOf(sums), sums.length > 1 ? [inner] : []);
  const test = heldOut(inner, train);
  const q = train.xy.columns;
  const step = Math.max(1, Math.floor(q / 50));
  const some = Array.from({ length: Math.ceil(q / step) }, (_, k) => k * step);
  const all = Array.from({ length: train.xx.rows }, (_, i) => i);
  const [xy, held] = [part(train.xy, all, some), part(test.xy, all, some)];
  let [best, least] = [penalties[0], Infinity];
  for (const penalty of penalties) {
    const w = crossGram(inverted(train.xx, penalty), xy);
    const predicted = crossGram(test.xx, w);
    // All errors but for the sum of squares of the outputs, which is the same for every penalty.
    const error = w.data.reduce((sum, v, i) => sum + v * (predicted.data[i] - 2 * held.data[i]), 0);
    if (error < least) [best, least] = [penalty, error];
  }
  return best;
}

function factorOf(xx: Matrix, penalty: number): Matrix {
  const a = Float64Array.from(xx.data);
  for (let i = 0; i < xx.rows; i++) a[i * xx.rows + i] += penalty;
  try {
    return cholesky(matrix(xx.rows, xx.rows, a));
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError('the regression is not determined', {
      where: 'uniqueVariance',
      expected: 'regressors of which none follows from the others, or a larger penalty',
      got: `a penalty of ${penalty}`,
      cause,
    });
  }
}

function inverted(xx: Matrix, penalty: number): Matrix {
  return inverseOf(factorOf(xx, penalty));
}

/** A^-1 = L^-T L^-1 from Cholesky's factor. */
function inverseOf({ rows: n, data: l }: Matrix): Matrix {
  const own = matrix(n, n);
  const m = own.data;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) {
      const factor = l[i * n + k];
      for (let c = 0; c <= k; c++) m[i * n + c] -= factor * m[k * n + c];
    }
    m[i * n + i] = 1;
    for (let c = 0; c <= i; c++) m[i * n + c] /= l[i * n + i];
  }
  return gram(own);
}

const minus = (a: Matrix, b: Matrix): Matrix => ({ ...a, data: a.data.map((v, i) => v - b.data[i]) });

/** These rows, or rows and columns, of a matrix. */
function part(a: Matrix, rows: readonly number[], columns?: readonly number[]): Matrix {
  const width = columns?.length ?? a.columns;
  const out = matrix(rows.length, width);
  rows.forEach((r, i) => {
    for (let k = 0; k < width; k++)
      out.data[i * width + k] = a.data[r * a.columns + (columns ? columns[k] : k)];
  });
  return out;
}

/** Squared errors on held-out samples of the model without these columns, from those of the full model. */
function errorsWithout(
  full: Float64Array,
  fit: {
    readonly inverse: Matrix;
    readonly weights: Matrix;
    readonly residual: Matrix;
    readonly test: Centered;
  },
  columns: readonly number[],
): Float64Array {
  const { inverse, weights, residual, test } = fit;
  const all = Array.from({ length: inverse.rows }, (_, i) => i);
  // regressors x columns of the variable
  const b = part(inverse, all, columns);
  const own = inverted(part(inverse, columns, columns), 0);
  const v = crossGram(own, part(weights, columns));
  const br = crossGram(b, residual);
  const spread = crossGram(v, crossGram(crossGram(test.xx, b), b)).data;
  const m = columns.length;
  const out = Float64Array.from(full);
  const q = weights.columns;
  for (let k = 0; k < q; k++) {
    for (let i = 0; i < m; i++) {
      const change = v.data[i * q + k];
      out[k] += 2 * change * br.data[i * q + k] + change * spread[k * m + i];
    }
  }
  return out;
}

function addErrorsAlone(
  into: Float64Array,
  train: Centered,
  test: Centered,
  columns: readonly number[],
  penalty: number,
): void {
  const w = crossGram(inverted(part(train.xx, columns, columns), penalty), part(train.xy, columns));
  const xy = part(test.xy, columns);
  const predicted = crossGram(part(test.xx, columns, columns), w);
  const q = w.columns;
  for (let k = 0; k < q; k++) into[k] += test.yy[k];
  for (let i = 0; i < w.data.length; i++) into[i % q] += w.data[i] * (predicted.data[i] - 2 * xy.data[i]);
}

function summed(parts: readonly Float64Array[], q: number): Float64Array {
  const out = new Float64Array(q);
  for (const p of parts) for (let k = 0; k < q; k++) out[k] += p[k];
  return out;
}

/** Sums over folds with intervals: each fold's share of the sum is a pseudo-value. */
function jackknife(
  gains: readonly Float64Array[],
  q: number,
  level: number,
): { readonly unique: Float64Array; readonly low: Float64Array; readonly high: Float64Array } {
  const n = gains.length;
  const unique = summed(gains, q);
  const half = unique.map((sum, k) => {
    let squares = 0;
    for (const g of gains) squares += (g[k] - sum / n) ** 2;
    return tQuantile((1 + level) / 2, n - 1) * Math.sqrt((squares * n) / (n - 1));
  });
  return { unique, low: unique.map((u, k) => u - half[k]), high: unique.map((u, k) => u + half[k]) };
}
