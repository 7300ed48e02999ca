import { cholesky, choleskySolve, matrix, multiply, transpose, type Matrix } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';
import { asMatrix, centered, selectConditions, unitMeans, type Responses } from '../responses.ts';
import type { Measure } from './measure.ts';

/** Penalties in units of the mean eigenvalue of X^T X. */
const penalties = [1e-6, 1e-4, 1e-2, 1, 100];

/**
 * How much of the second population's variance a linear map of the first explains in conditions that it was not fitted on: ridge regression,
 * the penalty chosen within the fitted conditions, each condition held out once (five folds at most); the median over units of R^2, as Yamins
 * et al. 2014 take it. Below 0 where the map is worse than the fitted conditions' means.
 */
export const predictivity: Measure = {
  name: 'linear-predictivity',
  title: 'linear predictivity',
  meaning: 'median over units of R^2 in held-out conditions, up to 1',
  source: 'Yamins et al. 2014, PNAS 111:8619; Hoerl & Kennard 1970',
  invariances: ['translation'],
  symmetric: false,
  chance: 'conditions',
  range: [-Infinity, 1],
  value(a, b) {
    const units = heldOutR2(a, b);
    const sorted = units.filter((v) => !Number.isNaN(v)).sort();
    if (sorted.length === 0) throw new UsageError('no unit changes over conditions and times');
    const half = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  },
};

/** R^2 of each of b's units over all held-out conditions; NaN for a unit that does not change. */
export function heldOutR2(a: Responses, b: Responses): Float64Array {
  if (a.conditions < 3) {
    throw new UsageError('too few conditions to hold some out', {
      expected: '3 or more',
      got: `${a.conditions}`,
    });
  }
  const [left, total] = [new Float64Array(b.units), new Float64Array(b.units)];
  for (const { fitted, held } of conditionFolds(a.conditions)) {
    const penalty = choosePenalty(selectConditions(a, fitted), selectConditions(b, fitted));
    const residual = residuals(a, b, fitted, held, penalty);
    const means = unitMeans(selectConditions(b, fitted));
    const truth = selectConditions(b, held).values;
    residual.forEach((v, i) => {
      left[i % b.units] += v * v;
      total[i % b.units] += (truth[i] - means[i % b.units]) ** 2;
    });
  }
  return left.map((v, u) => (total[u] > 0 ? 1 - v / total[u] : NaN));
}

function conditionFolds(count: number): { fitted: number[]; held: number[] }[] {
  const folds = Math.min(5, count);
  const all = Array.from({ length: count }, (_, c) => c);
  return Array.from({ length: folds }, (_, f) => ({
    fitted: all.filter((c) => c % folds !== f),
    held: all.filter((c) => c % folds === f),
  }));
}

function choosePenalty(a: Responses, b: Responses): number {
  if (a.conditions < 2) return penalties[2];
  const errors = penalties.map(() => 0);
  for (const { fitted, held } of conditionFolds(a.conditions)) {
    penalties.forEach((penalty, k) => {
      for (const v of residuals(a, b, fitted, held, penalty)) errors[k] += v * v;
    });
  }
  return penalties[errors.indexOf(Math.min(...errors))];
}

/** b's held conditions less what a predicts of them. */
function residuals(
  a: Responses,
  b: Responses,
  fitted: readonly number[],
  held: readonly number[],
  penalty: number,
): Float64Array {
  const [fitA, fitB] = [selectConditions(a, fitted), selectConditions(b, fitted)];
  const weights = ridge(asMatrix(centered(fitA)), asMatrix(centered(fitB)), penalty);
  const [meanA, meanB] = [unitMeans(fitA), unitMeans(fitB)];
  const heldA = selectConditions(a, held);
  const x = matrix(
    held.length * a.times,
    a.units,
    heldA.values.map((v, i) => v - meanA[i % a.units]),
  );
  const predicted = multiply(x, weights).data;
  return selectConditions(b, held).values.map((v, i) => v - meanB[i % b.units] - predicted[i]);
}

function ridge(x: Matrix, y: Matrix, penalty: number): Matrix {
  const xt = transpose(x);
  const gram = multiply(xt, x);
  const n = gram.rows;
  let trace = 0;
  for (let i = 0; i < n; i++) trace += gram.data[i * n + i] / n;
  for (let i = 0; i < n; i++) gram.data[i * n + i] += penalty * (trace || 1);
  const factor = cholesky(gram);
  const right = multiply(xt, y);
  const weights = matrix(n, y.columns);
  for (let u = 0; u < y.columns; u++) {
    const column = Float64Array.from({ length: n }, (_, i) => right.data[i * y.columns + u]);
    choleskySolve(factor, column).forEach((v, i) => (weights.data[i * y.columns + u] = v));
  }
  return weights;
}
