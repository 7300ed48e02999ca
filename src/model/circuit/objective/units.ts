import { UsageError } from '../../../signal/error.ts';
import type { Term } from './term.ts';

/** Mean squared rate of the units. */
export const hiddenRate: Term = {
  name: 'hidden rate',
  unit: '1',
  evaluate({ arrays: { rate, gRate }, network, batch }, _trials, weight) {
    const from = batch * network.units;
    const many = rate.length - from;
    let value = 0;
    for (let i = from; i < rate.length; i++) value += rate[i] * rate[i];
    if (gRate.length > 0) for (let i = from; i < gRate.length; i++) gRate[i] += (2 * weight * rate[i]) / many;
    return value / many;
  },
};

/** Mean squared change of the rates, 1/s^2. */
export const hiddenSmoothness: Term = {
  name: 'hidden smoothness',
  unit: '1/s^2',
  evaluate({ arrays: { rate, gRate }, network, batch, task }, _trials, weight) {
    const wide = batch * network.units;
    const many = (rate.length - wide) * task.stepSeconds ** 2;
    let value = 0;
    for (let i = wide; i < rate.length; i++) {
      const d = rate[i] - rate[i - wide];
      value += d * d;
      if (gRate.length > 0) {
        gRate[i] += (2 * weight * d) / many;
        gRate[i - wide] -= (2 * weight * d) / many;
      }
    }
    return value / many;
  },
};

/**
 * Sussillo's regularizer (Sussillo, Churchland, Kaufman and Shenoy 2015): the mean over trials and times of the squared Frobenius norm of the drive's
 * Jacobian, |W diag(f'(x))|^2 / units. It makes small changes of the state have small effects. Throws `UsageError` for units whose state is no current.
 */
export const jacobian: Term = {
  name: 'jacobian',
  unit: '1',
  evaluate(loop, _trials, weight) {
    const { network, batch, steps, arrays } = loop;
    const { cell, units: N } = network;
    if (!cell.gain) {
      throw new UsageError('the Jacobian term is of units whose state is a current', {
        where: `objective "jacobian", cell "${cell.name}"`,
        expected: 'cell "leaky current"',
        fix: 'Take that cell, or leave the term out.',
      });
    }
    const norms = new Float64Array(N);
    for (const { offset } of network.recurrent) {
      for (let i = 0; i < N; i++) {
        for (let j = 0; j < N; j++) norms[i] += arrays.weights[offset + i * N + j] ** 2;
      }
    }
    const many = steps * batch * N;
    const differentiate = arrays.gradient.length > 0;
    const squares = new Float64Array(N);
    const slope = new Float64Array(batch * N);
    const curvature = new Float64Array(batch * N);
    for (let k = 1; k <= steps; k++) {
      const state = loop.stateAt(k);
      const rate = loop.at('rate', k);
      cell.gain.slope(state, rate, slope);
      for (let i = 0; i < slope.length; i++) squares[i % N] += slope[i] * slope[i];
      if (!differentiate) continue;
      cell.gain.curvature(state, rate, curvature);
      const g = loop.at('gState', k);
      for (let i = 0; i < slope.length; i++)
        g[i] += (2 * weight * slope[i] * curvature[i] * norms[i % N]) / many;
    }
    let value = 0;
    for (let i = 0; i < N; i++) value += squares[i] * norms[i];
    if (differentiate) {
      for (const { offset } of network.recurrent) {
        for (let i = 0; i < N; i++) {
          for (let j = 0; j < N; j++) {
            arrays.gradient[offset + i * N + j] +=
              (2 * weight * arrays.weights[offset + i * N + j] * squares[i]) / many;
          }
        }
      }
    }
    return value / many;
  },
};

/** Mean squared weight of the inputs, the recurrence and the readout, each block by its own number of weights. */
export const weightDecay: Term = {
  name: 'weight decay',
  unit: '1',
  evaluate({ network, arrays: { weights, gradient } }, _trials, weight) {
    let value = 0;
    for (const { offset, rows, columns } of [...network.recurrent, network.input, network.readout]) {
      const many = rows * columns;
      for (let i = offset; i < offset + many; i++) {
        value += (weights[i] * weights[i]) / many;
        if (gradient.length > 0) gradient[i] += (2 * weight * weights[i]) / many;
      }
    }
    return value;
  },
};
