import {
  cholesky,
  choleskySolve,
  matrix,
  symmetricEigen,
  type Matrix,
  type Random,
} from '../../math/index.ts';
import { InputError, MachineError } from '../../signal/error.ts';
import type { Responses } from '../responses.ts';

/** What stays as in the data: means and covariances over each of the three axes, and nothing else. */
export interface TensorNull {
  readonly draw: (random: Random) => Responses;
}

interface Axis {
  readonly size: number;
  /** Eigenvectors of the covariance over this axis that have variance: size x rank. */
  readonly vectors: Matrix;
  readonly values: Float64Array;
}

/**
 * Responses of maximum entropy with the data's own covariances over time, over units and over conditions (Elsayed & Cunningham 2017, Nat
 * Neurosci 20:1310): are rotations, or any other structure of a population, more than smoothness in time, correlation of units and
 * similarity of conditions give?
 *
 * The distribution is Gaussian; in the product of the three eigenbases its variances are 1 / (l_t + m_u + n_c). The multipliers
 * minimize the convex -sum log(l + m + n) + l . e_t + m . e_u + n . e_c, whose gradient is the difference of the marginal
 * variances, by Newton's method. Throws `MachineError` where that does not end.
 */
export function tensorNull(r: Responses): TensorNull {
  const { means, rest } = marginalMeans(r);
  const axes = [0, 1, 2].map((axis) => axisOf(rest, r, axis));
  const variances = solveMultipliers(axes.map((a) => a.values));
  const ranks = axes.map((a) => a.vectors.columns);
  return {
    draw(random) {
      let tensor = Float64Array.from(variances, (v) => Math.sqrt(v) * random.normal());
      const shape = ranks.slice();
      axes.forEach(({ vectors, size }, axis) => {
        tensor = along(tensor, shape, axis, vectors);
        shape[axis] = size;
      });
      return { ...r, values: tensor.map((v, i) => v + means[i]) };
    },
  };
}

/** The mean over each axis, one after the other; what is left has no mean along any. */
function marginalMeans(r: Responses): { means: Float64Array; rest: Float64Array } {
  const shape = [r.conditions, r.times, r.units];
  let rest = r.values;
  for (let axis = 0; axis < 3; axis++) {
    const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
    const next = Float64Array.from(rest);
    for (let start = 0; start < rest.length; start++) {
      if (Math.floor(start / stride) % shape[axis] !== 0) continue;
      let mean = 0;
      for (let k = 0; k < shape[axis]; k++) mean += rest[start + k * stride] / shape[axis];
      for (let k = 0; k < shape[axis]; k++) next[start + k * stride] -= mean;
    }
    rest = next;
  }
  return { means: r.values.map((v, i) => v - rest[i]), rest };
}

function axisOf(rest: Float64Array, r: Responses, axis: number): Axis {
  const shape = [r.conditions, r.times, r.units];
  const size = shape[axis];
  const stride = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const covariance = matrix(size, size);
  const fiber = new Float64Array(size);
  for (let start = 0; start < rest.length; start++) {
    if (Math.floor(start / stride) % size !== 0) continue;
    for (let k = 0; k < size; k++) fiber[k] = rest[start + k * stride];
    for (let a = 0; a < size; a++) {
      for (let b = a; b < size; b++) covariance.data[a * size + b] += fiber[a] * fiber[b];
    }
  }
  const { values, vectors } = symmetricEigen(covariance);
  const rank = values.filter((v) => v > 1e-10 * values[0]).length;
  if (!(values[0] > 0)) {
    throw new InputError('nothing is left beside the means', {
      where: ['conditions', 'times', 'units'][axis],
      expected: 'responses that differ over conditions, times and units together',
    });
  }
  const kept = matrix(size, rank);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < rank; k++) kept.data[i * rank + k] = vectors.data[i * size + k];
  }
  return { size, vectors: kept, values: values.slice(0, rank) };
}

/** Marginal variances within a millionth; steps of Newton end near 1e-8, where rounding takes over. */
const closeEnough = 1e-6;

/** The variance of each element in the eigenbases: [a, b, c] flat. */
function solveMultipliers(marginals: readonly Float64Array[]): Float64Array {
  const [na, nb, nc] = marginals.map((m) => m.length);
  const n = na + nb + nc;
  // In units of the mean variance, so that steps have a scale.
  const total = marginals[0].reduce((s, v) => s + v, 0);
  const unit = total / (na * nb * nc);
  const target = Float64Array.from(marginals.flatMap((m) => Array.from(m, (v) => v / unit)));
  const counts = [nb * nc, na * nc, na * nb];
  const start = marginals.flatMap((m, axis) => Array.from(m, (v) => (counts[axis] * unit) / v / 3));
  let x = Float64Array.from(start);
  const evaluate = (at: Float64Array): number => {
    let cost = 0;
    for (let i = 0; i < n; i++) cost += at[i] * target[i];
    for (let a = 0; a < na; a++) {
      for (let b = 0; b < nb; b++) {
        for (let c = 0; c < nc; c++) {
          const sum = at[a] + at[na + b] + at[na + nb + c];
          if (!(sum > 0)) return Infinity;
          cost -= Math.log(sum);
        }
      }
    }
    return cost;
  };
  let cost = evaluate(x);
  for (let iteration = 0; iteration < 200; iteration++) {
    const gradient = Float64Array.from(target);
    const hessian = matrix(n, n);
    const h = hessian.data;
    for (let a = 0; a < na; a++) {
      for (let b = 0; b < nb; b++) {
        for (let c = 0; c < nc; c++) {
          const v = 1 / (x[a] + x[na + b] + x[na + nb + c]);
          const [i, j, k] = [a, na + b, na + nb + c];
          gradient[i] -= v;
          gradient[j] -= v;
          gradient[k] -= v;
          const w = v * v;
          h[i * n + i] += w;
          h[j * n + j] += w;
          h[k * n + k] += w;
          h[i * n + j] += w;
          h[j * n + i] += w;
          h[i * n + k] += w;
          h[k * n + i] += w;
          h[j * n + k] += w;
          h[k * n + j] += w;
        }
      }
    }
    const worst = gradient.reduce((m, g, i) => Math.max(m, Math.abs(g) / target[i]), 0);
    if (worst < closeEnough) return variancesOf(x, na, nb, nc, unit);
    const step = newtonStep(hessian, gradient, [na, nb, nc]);
    for (let size = 1; ; size /= 2) {
      if (size < 1e-12) return notFound();
      const next = x.map((v, i) => v - size * step[i]);
      const nextCost = evaluate(next);
      if (!(nextCost <= cost)) continue;
      x = next;
      cost = nextCost;
      break;
    }
  }
  return notFound();
}

function notFound(): never {
  throw new MachineError('the null of greatest entropy was not found', {
    fix: 'Leave out units or conditions that hardly change.',
  });
}

/**
 * H^-1 g, of the least size among those that differ by a constant moved from one axis to another, which changes nothing: H has no curvature in
 * those two directions and g no part, so that they can be given any. Scaled to a diagonal of 1, since variances differ by many orders.
 */
function newtonStep(hessian: Matrix, gradient: Float64Array, sizes: readonly number[]): Float64Array {
  const n = gradient.length;
  const axisOfIndex = sizes.flatMap((size, axis) => Array.from({ length: size }, () => axis));
  const scale = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(hessian.data[i * n + i]));
  const scaled = matrix(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) scaled.data[i * n + j] = hessian.data[i * n + j] * scale[i] * scale[j];
  }
  for (const other of [1, 2]) {
    const way = Float64Array.from(
      axisOfIndex,
      (axis, i) => (axis === 0 ? 1 : axis === other ? -1 : 0) / scale[i],
    );
    const length = Math.hypot(...way);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) scaled.data[i * n + j] += (way[i] / length) * (way[j] / length);
    }
  }
  for (let i = 0; i < n; i++) scaled.data[i * n + i] += 1e-13;
  const solved = choleskySolve(
    cholesky(scaled),
    gradient.map((g, i) => g * scale[i]),
  );
  return solved.map((v, i) => v * scale[i]);
}

function variancesOf(x: Float64Array, na: number, nb: number, nc: number, unit: number): Float64Array {
  const variances = new Float64Array(na * nb * nc);
  for (let a = 0, i = 0; a < na; a++) {
    for (let b = 0; b < nb; b++) {
      for (let c = 0; c < nc; c++, i++) variances[i] = unit / (x[a] + x[na + b] + x[na + nb + c]);
    }
  }
  return variances;
}

/** The tensor times a matrix (size x rank) along one axis. */
function along(
  tensor: Float64Array,
  shape: readonly number[],
  axis: number,
  m: Matrix,
): Float64Array<ArrayBuffer> {
  const rank = shape[axis];
  const after = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const before = shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const out = new Float64Array(before * m.rows * after);
  for (let p = 0; p < before; p++) {
    for (let i = 0; i < m.rows; i++) {
      for (let k = 0; k < rank; k++) {
        const w = m.data[i * rank + k];
        const [to, from] = [(p * m.rows + i) * after, (p * rank + k) * after];
        for (let q = 0; q < after; q++) out[to + q] += w * tensor[from + q];
      }
    }
  }
  return out;
}
