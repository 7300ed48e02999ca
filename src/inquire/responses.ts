import { matrix, symmetricEigen, type Matrix } from '../math/index.ts';
import { InputError, UsageError } from '../signal/error.ts';

/**
 * What a population does in each condition: recorded neurons, units of a network, muscles or kinematics alike. Immutable; no value is
 * missing (a condition without data cannot be compared).
 */
export interface Responses {
  readonly conditions: number;
  readonly times: number;
  readonly units: number;
  /** [condition, time, unit]; any unit (spikes/s, activation, m). */
  readonly values: Float64Array;
  /** Seconds from one time to the next. */
  readonly stepSeconds: number;
}

/** Checks shapes and values. Throws `UsageError` for a shape that does not fit, `InputError` for a missing value. */
export function responses(
  values: ArrayLike<number>,
  shape: Omit<Responses, 'values' | 'stepSeconds'> & { readonly stepSeconds?: number },
): Responses {
  const { conditions, times, units, stepSeconds = 1 } = shape;
  if (![conditions, times, units].every((n) => Number.isInteger(n) && n > 0) || !(stepSeconds > 0)) {
    throw new UsageError('these are no responses', {
      expected: 'one or more conditions, times and units, and a positive time step',
      got: `${conditions} x ${times} x ${units}, ${stepSeconds} s`,
    });
  }
  if (values.length !== conditions * times * units) {
    throw new UsageError('the values do not fill the responses', {
      expected: `${conditions} conditions x ${times} times x ${units} units`,
      got: `${values.length} values`,
    });
  }
  const own = Float64Array.from(values);
  const bad = own.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) {
    throw new InputError('a response is missing', {
      where: `condition ${Math.floor(bad / (times * units))}, time ${Math.floor(bad / units) % times}, unit ${bad % units}`,
      expected: 'a finite number',
      got: `${own[bad]}`,
      fix: 'Leave out the condition or the unit, or fill the gap first.',
    });
  }
  return { conditions, times, units, values: own, stepSeconds };
}

/** Rows are conditions and times, in that order; columns are units. Shares the values. */
export function asMatrix(r: Responses): Matrix {
  return matrix(r.conditions * r.times, r.units, r.values);
}

/** The conditions that `which` names, in its order; one may come twice. */
export function selectConditions(r: Responses, which: ArrayLike<number>): Responses {
  const size = r.times * r.units;
  const values = new Float64Array(which.length * size);
  Array.from(which).forEach((c, i) => values.set(r.values.subarray(c * size, (c + 1) * size), i * size));
  return { ...r, conditions: which.length, values };
}

/** The times from `first` up to and without `end`, counted in steps. Throws `UsageError` for times that are not there. */
export function selectTimes(r: Responses, first: number, end: number): Responses {
  if (!(Number.isInteger(first) && Number.isInteger(end) && first >= 0 && first < end && end <= r.times)) {
    throw new UsageError('these times are not there', {
      where: 'selectTimes',
      expected: `whole steps from 0 to ${r.times}, the end after the first`,
      got: `${first} to ${end}`,
    });
  }
  const size = (end - first) * r.units;
  const values = new Float64Array(r.conditions * size);
  for (let c = 0; c < r.conditions; c++) {
    const from = (c * r.times + first) * r.units;
    values.set(r.values.subarray(from, from + size), c * size);
  }
  return { ...r, times: end - first, values };
}

/** Each unit's mean over all conditions and times is taken away. */
export function centered(r: Responses): Responses {
  const means = unitMeans(r);
  return { ...r, values: r.values.map((v, i) => v - means[i % r.units]) };
}

export function unitMeans({ values, units, conditions, times }: Responses): Float64Array {
  const sums = new Float64Array(units);
  for (let i = 0; i < values.length; i++) sums[i % units] += values[i];
  return sums.map((s) => s / (conditions * times));
}

/** The mean over conditions at each time is taken away, so that what is left tells conditions apart. */
export function withoutConditionMean(r: Responses): Responses {
  if (r.conditions < 2) {
    throw new UsageError('conditions cannot be told apart where there is one', {
      expected: 'two or more conditions',
      got: '1',
    });
  }
  const size = r.times * r.units;
  const means = new Float64Array(size);
  r.values.forEach((v, i) => (means[i % size] += v / r.conditions));
  return { ...r, values: r.values.map((v, i) => v - means[i % size]) };
}

/**
 * Each unit divided by its range over all conditions and times plus a constant in its own unit, so that strong units do not decide alone and
 * weak ones do not count as much (Churchland et al. 2012: 5 spikes/s for neurons; 0 for muscles). A unit that never changes is left as it is.
 */
export function softNormalized(r: Responses, constant = 5): Responses {
  const [low, high] = [new Float64Array(r.units).fill(Infinity), new Float64Array(r.units).fill(-Infinity)];
  r.values.forEach((v, i) => {
    low[i % r.units] = Math.min(low[i % r.units], v);
    high[i % r.units] = Math.max(high[i % r.units], v);
  });
  const scale = low.map((l, u) => high[u] - l + constant || 1);
  return { ...r, values: r.values.map((v, i) => v / scale[i % r.units]) };
}

export interface Principal {
  /** The responses along the components. */
  readonly scores: Responses;
  /** units x components, orthonormal columns. */
  readonly axes: Matrix;
  /** Fraction of the total variance that each component holds. */
  readonly explained: Float64Array;
}

/** Principal components over conditions and times, after each unit's mean is taken away. At most as many as the data have. */
export function principal(r: Responses, count: number): Principal {
  const x = asMatrix(centered(r));
  const covariance = matrix(r.units, r.units);
  for (let row = 0; row < x.rows; row++) {
    for (let a = 0; a < r.units; a++) {
      const v = x.data[row * r.units + a];
      if (v === 0) continue;
      for (let b = a; b < r.units; b++) covariance.data[a * r.units + b] += v * x.data[row * r.units + b];
    }
  }
  const { values, vectors } = symmetricEigen(covariance);
  const total = values.reduce((s, v) => s + Math.max(0, v), 0);
  if (!(total > 0)) {
    throw new InputError('the responses do not change', {
      expected: 'units that differ over conditions or times',
    });
  }
  const kept = Math.min(count, values.filter((v) => v > 1e-12 * values[0]).length);
  const axes = matrix(r.units, kept);
  for (let u = 0; u < r.units; u++) {
    for (let k = 0; k < kept; k++) axes.data[u * kept + k] = vectors.data[u * r.units + k];
  }
  return {
    scores: { ...r, units: kept, values: product(x, axes) },
    axes,
    explained: values.slice(0, kept).map((v) => v / total),
  };
}

function product(x: Matrix, axes: Matrix): Float64Array {
  const out = new Float64Array(x.rows * axes.columns);
  for (let i = 0; i < x.rows; i++) {
    for (let j = 0; j < x.columns; j++) {
      const v = x.data[i * x.columns + j];
      for (let k = 0; k < axes.columns; k++) out[i * axes.columns + k] += v * axes.data[j * axes.columns + k];
    }
  }
  return out;
}

/** Both populations must have been through the same conditions and times. */
export function sameConditions(a: Responses, b: Responses): void {
  if (a.conditions !== b.conditions || a.times !== b.times) {
    throw new UsageError('these responses are not to the same conditions and times', {
      expected: `${a.conditions} conditions x ${a.times} times`,
      got: `${b.conditions} x ${b.times}`,
    });
  }
}

/** Differences in time: the rate of change from each time to the next (forward), at the first of both. [condition, times - 1, unit] */
export function rates(r: Responses): { readonly states: Matrix; readonly rates: Matrix } {
  if (r.times < 2) throw new UsageError('a rate of change needs two times', { got: '1' });
  const rows = r.conditions * (r.times - 1);
  const [states, changes] = [matrix(rows, r.units), matrix(rows, r.units)];
  for (let c = 0, row = 0; c < r.conditions; c++) {
    for (let t = 0; t < r.times - 1; t++, row++) {
      for (let u = 0; u < r.units; u++) {
        const i = (c * r.times + t) * r.units + u;
        states.data[row * r.units + u] = r.values[i];
        changes.data[row * r.units + u] = (r.values[i + r.units] - r.values[i]) / r.stepSeconds;
      }
    }
  }
  return { states, rates: changes };
}
