import { leastSquares, matrix, multiply, symmetricEigen, transpose, type Matrix } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';
import { principal, rates, softNormalized, withoutConditionMean, type Responses } from '../responses.ts';

export interface RotationOptions {
  /** Principal components that the dynamics are fitted in; even. Default 6. */
  readonly components?: number;
  /** See `softNormalized`; in the unit of the responses. Default 5 (spikes/s). */
  readonly softening?: number;
}

export interface Rotation {
  /** Fraction of the variance of the rates of change that a pure rotation, x' = M x with M = -M^T, explains. */
  readonly skewR2: number;
  /** The same for any M. */
  readonly bestR2: number;
  /** Frequency of the fastest plane, Hz. */
  readonly hertz: number;
  /** Responses in the plane of that frequency: [condition, time, 2]. */
  readonly plane: Responses;
  /** Variance of the normalized responses that the components hold together. */
  readonly explained: number;
}

/**
 * Are responses those of a rotation? jPCA (Churchland, Cunningham et al. 2012, Nature 487:51, supplement): soft-normalized, without the mean over
 * conditions, in the first principal components; M by least squares over the skew-symmetric matrices alone (not by taking the
 * skew part of the best M, which is another matrix). Rates are taken from midpoints: (x[t+1] - x[t]) / dt against
 * (x[t] + x[t+1]) / 2, which turns at 2/dt tan(omega dt / 2): the frequency given is corrected for that.
 *
 * A high `skewR2` alone says little: smooth responses of many units give one too. Compare with `tensorNull`.
 */
export function rotation(r: Responses, options: RotationOptions = {}): Rotation {
  const { components = 6, softening = 5 } = options;
  if (!(Number.isInteger(components) && components >= 2 && components % 2 === 0)) {
    throw new UsageError('rotations have planes', {
      expected: 'an even number of components',
      got: `${components}`,
    });
  }
  const { scores, explained } = principal(withoutConditionMean(softNormalized(r, softening)), components);
  const k = scores.units - (scores.units % 2);
  if (k < 2) {
    throw new UsageError('the responses have too few dimensions for a plane', { got: `${scores.units}` });
  }
  const even: Responses =
    k === scores.units
      ? scores
      : { ...scores, units: k, values: scores.values.filter((_, i) => i % scores.units < k) };
  const { states, rates: changes } = midpoints(even);
  const skew = skewFit(states, changes);
  const best = fullFit(states, changes);
  // M^2 is symmetric and negative: its eigenvectors in pairs span the planes, -omega^2 are its eigenvalues.
  const squared = multiply(skew, skew);
  const { values, vectors } = symmetricEigen(
    matrix(
      k,
      k,
      squared.data.map((v) => -v),
    ),
  );
  const omega = Math.sqrt(Math.max(0, values[0]));
  const step = r.stepSeconds;
  return {
    skewR2: explainedBy(states, changes, skew),
    bestR2: explainedBy(states, changes, best),
    hertz: Math.atan((omega * step) / 2) / (Math.PI * step),
    plane: ontoPlane(even, skew, vectors, omega),
    explained: explained.reduce((s, v) => s + v, 0),
  };
}

function midpoints(r: Responses): { states: Matrix; rates: Matrix } {
  const forward = rates(r);
  const half = r.stepSeconds / 2;
  const states = forward.states.data.map((v, i) => v + half * forward.rates.data[i]);
  return { states: matrix(forward.states.rows, r.units, states), rates: forward.rates };
}

/**
 * The skew-symmetric M that minimizes |X' - X M^T|: k(k-1)/2 unknowns. With S = X^T X and B = X'^T X its normal equations are M S + S M = B - B^T,
 * which the eigenvectors of S make diagonal.
 */
export function skewFit(states: Matrix, changes: Matrix): Matrix {
  const s = multiply(transpose(states), states);
  const b = multiply(transpose(changes), states);
  const k = s.rows;
  const { values, vectors } = symmetricEigen(s);
  const right = matrix(
    k,
    k,
    b.data.map((v, i) => v - b.data[(i % k) * k + Math.floor(i / k)]),
  );
  const inner = multiply(multiply(transpose(vectors), right), vectors);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      const sum = values[i] + values[j];
      inner.data[i * k + j] = sum > 1e-12 * values[0] ? inner.data[i * k + j] / sum : 0;
    }
  }
  return multiply(multiply(vectors, inner), transpose(vectors));
}

/** The M that minimizes |X' - X M^T|. */
export function fullFit(states: Matrix, changes: Matrix): Matrix {
  const k = states.columns;
  const m = matrix(k, k);
  for (let row = 0; row < k; row++) {
    const target = Float64Array.from({ length: changes.rows }, (_, i) => changes.data[i * k + row]);
    m.data.set(leastSquares(states, target).solution, row * k);
  }
  return m;
}

/** 1 - |X' - X M^T|^2 / |X'|^2. */
function explainedBy(states: Matrix, changes: Matrix, m: Matrix): number {
  const predicted = multiply(states, transpose(m));
  let [left, total] = [0, 0];
  changes.data.forEach((v, i) => {
    left += (v - predicted.data[i]) ** 2;
    total += v * v;
  });
  return 1 - left / total;
}

/** The plane is spanned by an eigenvector v of -M^2 and M v / omega. */
function ontoPlane(r: Responses, m: Matrix, vectors: Matrix, omega: number): Responses {
  const k = r.units;
  const v = Float64Array.from({ length: k }, (_, i) => vectors.data[i * k]);
  const turned = multiply(m, matrix(k, 1, v)).data.map((x) => x / (omega || 1));
  const rows = r.conditions * r.times;
  const values = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    for (let u = 0; u < k; u++) {
      values[2 * i] += r.values[i * k + u] * v[u];
      values[2 * i + 1] += r.values[i * k + u] * turned[u];
    }
  }
  return { ...r, units: 2, values };
}
