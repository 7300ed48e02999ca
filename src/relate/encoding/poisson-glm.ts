import { cholesky, choleskySolve } from '../../math/cholesky.ts';
import { matrix, type Matrix } from '../../math/matrix.ts';
import { UsageError } from '../../signal/error.ts';
import { contiguousFolds } from '../folds.ts';
import { gram } from '../gram.ts';
import type { Fitted, Method } from '../method.ts';
import {
  columnMoments,
  demandDetermined,
  inspect,
  notesOn,
  sameColumns,
  standardized,
} from '../regressors.ts';
import { withMissing, type Series } from '../series.ts';
import { unitSamples } from './units.ts';

export interface PoissonGlmOptions {
  /** Candidate ridge penalties on standardized regressors; cross-validation chooses one a unit. One alone is taken as it is. */
  readonly penalties?: readonly number[];
  /** Contiguous folds within the samples for that choice. Default 3. */
  readonly folds?: number;
}

/** What the fit of one unit came to. */
export interface PoissonWeights {
  readonly intercept: number;
  /** Per standard deviation of each regressor. */
  readonly weights: Float64Array;
  readonly penalty: number;
  readonly iterations: number;
  readonly converged: boolean;
}

export interface FittedGlm extends Fitted {
  readonly units: readonly PoissonWeights[];
}

export const glmPenalties: readonly number[] = [1e4, 1e3, 100, 10, 1];
const mostIterations = 50;
/** Newton's method stops where the largest step in any weight is below this. */
const stepTolerance = 1e-7;
/** To compare penalties less will do: what is left changes the deviance by its square. */
const roughTolerance = 1e-3;
/** ln of the largest expected count: what extrapolates beyond is cut off. */
const mostLogRate = Math.log(1e4);

/**
 * Poisson regression with a log link (Truccolo et al. 2005): ln(expected count) = b0 + x b, penalized by penalty / 2 |b|^2, by Newton's
 * method (iteratively reweighted least squares) with step halving. Spike history and coupling are regressors like any other: see
 * `filteredBy` for their bases.
 */
export function poissonGlm(options: PoissonGlmOptions = {}): Method {
  const { penalties = glmPenalties, folds: count = 3 } = options;
  if (penalties.length === 0 || penalties.some((l) => !(l >= 0))) {
    throw new UsageError('these are no penalties', {
      expected: 'numbers that are not negative',
      got: `${penalties}`,
    });
  }
  // From the largest down, so that each fit starts from the one before.
  const descending = [...penalties].sort((a, b) => b - a);
  return {
    name: 'glm',
    async fit(x, y): Promise<FittedGlm> {
      const fittedNames = x.names;
      const notes = new Set<string>();
      const fits = y.names.map((name, u) => {
        const { x: own, counts } = unitSamples(x, y, u, 'glm');
        const inspection = inspect(own.values, x.names);
        if (descending.at(-1) === 0)
          demandDetermined(inspection, counts.length, x.names.length, `glm, unit "${name}"`);
        notesOn(inspection, counts.length, x.names.length).forEach((n) => notes.add(n));
        const { mean, deviation } = columnMoments(own.values);
        const design = standardized(own.values, mean, deviation);
        const penalty =
          descending.length === 1 ? descending[0] : choose(design, counts, own.stretches, descending, count);
        const fit = newton(design, counts, penalty);
        if (!fit.converged)
          notes.add(`unit "${name}": Newton's method did not settle in ${mostIterations} steps`);
        return { fit, mean, deviation };
      });
      return {
        notes: [...notes],
        units: fits.map((f) => f.fit),
        predict: async (x: Series) => {
          sameColumns(fittedNames, x, 'glm');
          return withMissing(x.values, (values) => {
            const out = matrix(values.rows, fits.length);
            fits.forEach(({ fit, mean, deviation }, u) => {
              const rates = ratesOf(standardized(values, mean, deviation), fit.intercept, fit.weights);
              for (let i = 0; i < rates.length; i++) out.data[i * fits.length + u] = rates[i];
            });
            return out;
          });
        },
      };
    },
  };
}

/** The penalty with the least deviance on contiguous folds. */
function choose(
  design: Matrix,
  counts: Float64Array,
  stretches: Int32Array,
  descending: readonly number[],
  folds: number,
): number {
  const errors = new Float64Array(descending.length);
  const { columns } = design;
  const pick = (rows: Int32Array): Matrix => {
    const data = new Float64Array(rows.length * columns);
    rows.forEach((r, i) => data.set(design.data.subarray(r * columns, (r + 1) * columns), i * columns));
    return { rows: rows.length, columns, data };
  };
  for (const { train, test } of contiguousFolds(stretches, { count: folds })) {
    const [x, held] = [pick(train), pick(test)];
    const y = Float64Array.from(train, (r) => counts[r]);
    if (y.every((v) => v === 0)) continue;
    let start: PoissonWeights | undefined;
    descending.forEach((penalty, k) => {
      start = newton(x, y, penalty, start, roughTolerance);
      ratesOf(held, start.intercept, start.weights).forEach((f, i) => {
        errors[k] += f - counts[test[i]] * Math.log(f);
      });
    });
  }
  return descending[errors.indexOf(Math.min(...errors))];
}

function newton(
  x: Matrix,
  y: Float64Array,
  penalty: number,
  start?: PoissonWeights,
  tolerance = stepTolerance,
): PoissonWeights {
  const p = x.columns;
  const beta = new Float64Array(p + 1);
  beta[0] = start?.intercept ?? Math.log(y.reduce((a, b) => a + b, 0) / y.length);
  if (start) beta.set(start.weights, 1);
  let rates = ratesOf(x, beta[0], beta.subarray(1));
  let objective = objectiveOf(y, rates, beta, penalty);
  let iterations = 0;
  let converged = false;
  while (iterations < mostIterations && !converged) {
    iterations++;
    const step = newtonStep(x, y, rates, beta, penalty);
    let size = 1;
    // Halving guards against overshoot where rates are extreme.
    for (; size > 1e-6; size /= 2) {
      const next = beta.map((b, i) => b + size * step[i]);
      const nextRates = ratesOf(x, next[0], next.subarray(1));
      const nextObjective = objectiveOf(y, nextRates, next, penalty);
      if (!(nextObjective <= objective + 1e-12 * Math.abs(objective))) continue;
      beta.set(next);
      rates = nextRates;
      objective = nextObjective;
      break;
    }
    converged = step.every((s) => Math.abs(s * size) < tolerance) || size <= 1e-6;
  }
  return { intercept: beta[0], weights: beta.slice(1), penalty, iterations, converged };
}

/** (X^T diag(rate) X + penalty)^-1 (X^T (y - rate) - penalty b), the intercept first and without penalty. */
function newtonStep(
  x: Matrix,
  y: Float64Array,
  rates: Float64Array,
  beta: Float64Array,
  penalty: number,
): Float64Array {
  const p = x.columns;
  const gradient = new Float64Array(p + 1);
  const border = new Float64Array(p + 1);
  for (let i = 0; i < y.length; i++) {
    const [e, w] = [y[i] - rates[i], rates[i]];
    gradient[0] += e;
    border[0] += w;
    for (let j = 0; j < p; j++) {
      const v = x.data[i * p + j];
      gradient[j + 1] += v * e;
      border[j + 1] += v * w;
    }
  }
  const inner = gram(x, rates);
  const hessian = matrix(p + 1, p + 1);
  for (let i = 0; i <= p; i++) hessian.data[i * (p + 1)] = border[i];
  for (let i = 1; i <= p; i++) {
    gradient[i] -= penalty * beta[i];
    for (let j = 1; j <= i; j++) hessian.data[i * (p + 1) + j] = inner.data[(i - 1) * p + j - 1];
    // A trace of a penalty keeps constant regressors from making the matrix singular.
    hessian.data[i * (p + 1) + i] += penalty + 1e-10 * border[0];
  }
  return choleskySolve(cholesky(hessian), gradient);
}

function ratesOf(x: Matrix, intercept: number, weights: Float64Array): Float64Array {
  const rates = new Float64Array(x.rows);
  const p = x.columns;
  for (let i = 0; i < x.rows; i++) {
    let eta = intercept;
    for (let j = 0; j < p; j++) eta += x.data[i * p + j] * weights[j];
    rates[i] = Math.exp(Math.max(-mostLogRate * 2, Math.min(mostLogRate, eta)));
  }
  return rates;
}

function objectiveOf(y: Float64Array, rates: Float64Array, beta: Float64Array, penalty: number): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += rates[i] - (y[i] > 0 ? y[i] * Math.log(rates[i]) : 0);
  for (let j = 1; j < beta.length; j++) sum += (penalty / 2) * beta[j] ** 2;
  return sum;
}
