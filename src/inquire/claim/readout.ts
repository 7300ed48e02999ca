import { matrix, symmetricEigen, type Matrix } from '../../math/index.ts';
import type { Fold } from '../../relate/folds.ts';
import { crossGram, gram } from '../../relate/gram.ts';
import { rowsOf } from '../../relate/ridge.ts';

/** Linear readouts of a population from one hypothesis's features, prepared for any number of activities over the same samples. */
export interface Readout {
  /** Held-out R2 of each unit: 1 - SSE / SST over all folds, SST around the mean that each fold was told. */
  readonly scores: (activity: Matrix) => Float64Array;
  /** Squared errors of held-out samples, of the readout and of the mean that each fold was told: samples x units each. */
  readonly losses: (activity: Matrix) => { readonly model: Matrix; readonly constant: Matrix };
  /** What a readout that is fitted to all samples says of them. */
  readonly fitted: (activity: Matrix) => Matrix;
  /** The test sample that lies furthest from what its fold was fitted to: how many standard deviations of which feature. */
  readonly furthest: Furthest;
}

export interface Furthest {
  readonly deviations: number;
  readonly feature: number;
  readonly sample: number;
}

interface Part {
  /** Rows of the sums. */
  readonly start: number;
  readonly end: number;
}

/** Ridge regression in the eigenvectors of the training features' correlation. */
interface Basis {
  readonly mean: Float64Array;
  /** features x components: standardized features times eigenvectors. */
  readonly into: Matrix;
  readonly eigenvalues: Float64Array;
  readonly n: number;
}

/** Penalties relative to the number of training samples, that is, to the variance of a standardized feature. */
const penalties = Array.from({ length: 13 }, (_, k) => 10 ** (-6 + k / 2));

/**
 * Each fold's ridge regression, with one penalty for all units: the one of greatest evidence for the training samples (MacKay 1992,
 * Neural Comput 4:415, eq. 2.16 with one noise variance a unit), so that no further folds are needed. Everything that does not depend on the activity is made
 * once: a null of hundreds of draws costs a product of features and activity each.
 *
 * @param features samples x features, whole. @param folds contiguous tests.
 */
export function readout(features: Matrix, folds: readonly Fold[]): Readout {
  const [n, p] = [features.rows, features.columns];
  const parts = folds.map(({ train, test }) => ({
    test: { start: test[0], end: test[test.length - 1] + 1 },
    left: leftOut(n, train, test),
  }));
  const whole = momentsOf(features, { start: 0, end: n });
  const bases = parts.map(({ left }) =>
    basisOf(
      without(
        whole,
        left.map((l) => momentsOf(features, l)),
      ),
    ),
  );
  const tests = parts.map(({ test }) => momentsOf(features, test));

  const fit = (activity: Matrix): { weights: Matrix; offset: Float64Array; mean: Float64Array }[] => {
    const all = crossOf(features, activity, { start: 0, end: n });
    return parts.map(({ left }, f) => {
      const cross = crossWithout(
        all,
        left.map((l) => crossOf(features, activity, l)),
      );
      return solve(bases[f], cross);
    });
  };
  return {
    scores(activity) {
      const units = activity.columns;
      const [errors, totals] = [new Float64Array(units), new Float64Array(units)];
      fit(activity).forEach(({ weights, offset, mean }, f) => {
        const c = crossOf(features, activity, parts[f].test);
        const { sum, gram: xx, n: count } = tests[f];
        for (let u = 0; u < units; u++) {
          // |y - X w - b|^2 from sums alone.
          let [xw, quadratic, xyw] = [0, 0, 0];
          for (let i = 0; i < p; i++) {
            const w = weights.data[i * units + u];
            if (w === 0) continue;
            xw += sum[i] * w;
            xyw += c.xy.data[i * units + u] * w;
            let row = 0;
            for (let j = 0; j < p; j++) row += xx.data[i * p + j] * weights.data[j * units + u];
            quadratic += w * row;
          }
          const b = offset[u];
          errors[u] += c.yy[u] - 2 * (xyw + b * c.y[u]) + quadratic + 2 * b * xw + count * b * b;
          totals[u] += c.yy[u] - 2 * mean[u] * c.y[u] + count * mean[u] ** 2;
        }
      });
      return errors.map((e, u) => 1 - e / totals[u]);
    },
    losses(activity) {
      const units = activity.columns;
      const [model, constant] = [matrix(n, units), matrix(n, units)];
      fit(activity).forEach((fold, f) => {
        const { start, end } = parts[f].test;
        const predicted = predict(rowsOf(features, start, end), fold);
        for (let r = start; r < end; r++) {
          for (let u = 0; u < units; u++) {
            const y = activity.data[r * units + u];
            model.data[r * units + u] = (y - predicted.data[(r - start) * units + u]) ** 2;
            constant.data[r * units + u] = (y - fold.mean[u]) ** 2;
          }
        }
      });
      return { model, constant };
    },
    fitted(activity) {
      const basis = basisOf(whole);
      return predict(features, solve(basis, crossOf(features, activity, { start: 0, end: n })));
    },
    furthest: furthestOf(features, parts, whole),
  };
}

function furthestOf(
  features: Matrix,
  parts: readonly { readonly test: Part; readonly left: readonly Part[] }[],
  whole: Moments,
): Furthest {
  const p = features.columns;
  let found = { deviations: 0, feature: 0, sample: 0 };
  for (const { test, left } of parts) {
    const {
      n,
      sum,
      gram: xx,
    } = without(
      whole,
      left.map((l) => momentsOf(features, l)),
    );
    for (let c = 0; c < p; c++) {
      const mean = sum[c] / n;
      const deviation = Math.sqrt(Math.max(0, xx.data[c * p + c] / n - mean ** 2));
      for (let r = test.start; r < test.end; r++) {
        const deviations = Math.abs(features.data[r * p + c] - mean) / deviation;
        if (deviations > found.deviations) found = { deviations, feature: c, sample: r };
      }
    }
  }
  return found;
}

/** Runs of samples that a fold does not train on: its test and what is left out around it. */
function leftOut(n: number, train: Int32Array, test: Int32Array): Part[] {
  const trained = new Uint8Array(n);
  for (const r of train) trained[r] = 1;
  for (const r of test) trained[r] = 0;
  const runs: Part[] = [];
  for (let start = 0; start < n; start++) {
    if (trained[start]) continue;
    let end = start;
    while (end < n && !trained[end]) end++;
    runs.push({ start, end });
    start = end;
  }
  return runs;
}

interface Moments {
  readonly n: number;
  readonly sum: Float64Array;
  readonly gram: Matrix;
}

function momentsOf(x: Matrix, { start, end }: Part): Moments {
  const rows = rowsOf(x, start, end);
  const sum = new Float64Array(x.columns);
  rows.data.forEach((v, i) => (sum[i % x.columns] += v));
  return { n: rows.rows, sum, gram: gram(rows) };
}

function without(whole: Moments, parts: readonly Moments[]): Moments {
  const [sum, data] = [whole.sum.slice(), whole.gram.data.slice()];
  let { n } = whole;
  for (const part of parts) {
    n -= part.n;
    part.sum.forEach((v, i) => (sum[i] -= v));
    part.gram.data.forEach((v, i) => (data[i] -= v));
  }
  return { n, sum, gram: matrix(whole.gram.rows, whole.gram.rows, data) };
}

interface Cross {
  readonly n: number;
  readonly xy: Matrix;
  readonly y: Float64Array;
  readonly yy: Float64Array;
}

function crossOf(x: Matrix, activity: Matrix, { start, end }: Part): Cross {
  const rows = rowsOf(activity, start, end);
  const [y, yy] = [new Float64Array(activity.columns), new Float64Array(activity.columns)];
  rows.data.forEach((v, i) => {
    y[i % rows.columns] += v;
    yy[i % rows.columns] += v * v;
  });
  return { n: rows.rows, xy: crossGram(rowsOf(x, start, end), rows), y, yy };
}

function crossWithout(all: Cross, parts: readonly Cross[]): Cross {
  const [xy, y, yy] = [all.xy.data.slice(), all.y.slice(), all.yy.slice()];
  let { n } = all;
  for (const part of parts) {
    n -= part.n;
    part.xy.data.forEach((v, i) => (xy[i] -= v));
    part.y.forEach((v, i) => (y[i] -= v));
    part.yy.forEach((v, i) => (yy[i] -= v));
  }
  return { n, xy: matrix(all.xy.rows, all.xy.columns, xy), y, yy };
}

function basisOf({ n, sum, gram: xx }: Moments): Basis {
  const p = sum.length;
  const mean = sum.map((s) => s / n);
  const covariance = matrix(p, p);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < p; j++) covariance.data[i * p + j] = xx.data[i * p + j] / n - mean[i] * mean[j];
  }
  const scale = Float64Array.from({ length: p }, (_, i) => {
    const variance = covariance.data[i * p + i];
    // A feature that does not change while training says nothing.
    return variance > 1e-12 * (mean[i] ** 2 + variance) ? 1 / Math.sqrt(variance) : 0;
  });
  covariance.data.forEach((v, i) => (covariance.data[i] = v * scale[Math.floor(i / p)] * scale[i % p]));
  const { values, vectors } = symmetricEigen(covariance);
  const into = matrix(p, p);
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < p; k++) into.data[i * p + k] = scale[i] * vectors.data[i * p + k];
  }
  return { mean, into, eigenvalues: values.map((v) => Math.max(0, v) * n), n };
}

function solve(
  basis: Basis,
  { n, xy, y, yy }: Cross,
): { weights: Matrix; offset: Float64Array; mean: Float64Array } {
  const [p, units] = [xy.rows, xy.columns];
  const { into, mean: xMean, eigenvalues } = basis;
  const mean = y.map((s) => s / n);
  // Components x units: eigenvectors of the standardized features times centered cross products.
  const c = matrix(p, units);
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < p; k++) {
      const v = into.data[i * p + k];
      if (v === 0) continue;
      for (let u = 0; u < units; u++) c.data[k * units + u] += v * (xy.data[i * units + u] - xMean[i] * y[u]);
    }
  }
  const spread = yy.map((s, u) => s - n * mean[u] ** 2);
  const penalty = bestPenalty(n, eigenvalues, c, spread);
  const weights = matrix(p, units);
  const offset = mean.slice();
  for (let i = 0; i < p; i++) {
    for (let k = 0; k < p; k++) {
      const v = into.data[i * p + k] / (eigenvalues[k] + penalty);
      if (v === 0) continue;
      for (let u = 0; u < units; u++) weights.data[i * units + u] += v * c.data[k * units + u];
    }
    for (let u = 0; u < units; u++) offset[u] -= xMean[i] * weights.data[i * units + u];
  }
  return { weights, offset, mean };
}

/** Of greatest evidence, summed over units, each with the noise variance that suits it best. */
function bestPenalty(n: number, eigenvalues: Float64Array, c: Matrix, spread: Float64Array): number {
  const units = c.columns;
  let [best, most] = [penalties[0] * n, -Infinity];
  for (const relative of penalties) {
    const penalty = relative * n;
    const left = spread.slice();
    let determinant = 0;
    eigenvalues.forEach((d, k) => {
      determinant += Math.log((d + penalty) / penalty);
      for (let u = 0; u < units; u++) left[u] -= c.data[k * units + u] ** 2 / (d + penalty);
    });
    let evidence = 0;
    left.forEach((l, u) => {
      if (spread[u] > 0) evidence -= (n * Math.log(Math.max(l, 1e-12 * spread[u])) + determinant) / 2;
    });
    if (evidence > most) [best, most] = [penalty, evidence];
  }
  return best;
}

function predict(x: Matrix, { weights, offset }: { weights: Matrix; offset: Float64Array }): Matrix {
  const units = weights.columns;
  const out = matrix(x.rows, units);
  for (let r = 0; r < x.rows; r++) {
    out.data.set(offset, r * units);
    for (let i = 0; i < x.columns; i++) {
      const v = x.data[r * x.columns + i];
      if (v === 0) continue;
      for (let u = 0; u < units; u++) out.data[r * units + u] += v * weights.data[i * units + u];
    }
  }
  return out;
}
