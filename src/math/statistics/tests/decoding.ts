import { UsageError } from '../../../signal/error.ts';
import { cholesky, choleskySolve } from '../../cholesky.ts';
import { fTail } from '../../distribution.ts';
import { leastSquares } from '../../least-squares.ts';
import { matrix } from '../../matrix.ts';
import { autoregressive } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { autocorrelationOf, gappedFolds, positions, type FoldOptions } from '../folds/folds.ts';
import { circularShift } from '../nulls/circular-shift.ts';
import { completeRows, varying } from '../present.ts';
import { surrogateTest, type SurrogateOptions } from '../surrogate-test.ts';
import type { TestResult } from './result.ts';

export interface DecodingOptions
  extends Pick<SurrogateOptions, 'permutations' | 'alpha' | 'random'>, Omit<FoldOptions, 'autocorrelation'> {
  /** The ridge penalty as a share of the mean variance of a neuron. Default 0.1. */
  readonly ridge?: number;
}

export interface Decoding extends TestResult {
  /** R2 = 1 - SSE / SST over held-out samples; negative where the mean would have done better. */
  readonly r2: number;
  /** The mean R2 of the surrogates: what this recording gives without any relation. */
  readonly chance: number;
  readonly smallestP: number;
}

/**
 * Whether a movement can be read from neurons: linear decoding by ridge regression, scored on held-out blocks with a gap as long as the
 * autocorrelation, against the same with the movement moved in time. Both halves are needed: a score on trained samples or on random folds
 * is high for any slow signals, and a held-out R2 has a chance level that is not zero.
 *
 * @param neurons one series each. Missing samples are refused.
 */
export function decodingTest(
  neurons: readonly ArrayLike<number>[],
  movement: ArrayLike<number>,
  options: DecodingOptions,
): Decoding {
  const { ridge = 0.1 } = options;
  const names = ['the movement', ...neurons.map((_, k) => `neuron ${k}`)];
  const { columns, dropped } = completeRows(names, [movement, ...neurons], neurons.length + 5);
  if (dropped > 0) {
    throw new UsageError('decoding needs samples without gaps', {
      expected: 'no missing values',
      got: `${dropped} samples with one`,
      fix: 'Fill short gaps, or cut the recording there.',
    });
  }
  names.forEach((name, k) => varying(name, columns[k]));
  const [y, ...xs] = columns;
  const autocorrelation = Math.max(1, autocorrelationOf(columns));
  const { folds, caveats } = gappedFolds(y.length, { ...options, autocorrelation });
  const decoders = folds.map(({ train, test }) =>
    linearDecoder(xs, positions(train), positions(test), ridge),
  );
  const r2 = (values: Float64Array): number => {
    let [error, total] = [0, 0];
    for (const decode of decoders) {
      const part = decode(values);
      error += part.error;
      total += part.total;
    }
    return 1 - error / total;
  };
  const test = surrogateTest([y], ([moved]) => r2(moved), {
    ...options,
    tail: 'greater',
    null: circularShift,
  });
  return {
    statistic: test.statistic,
    r2: test.statistic,
    chance: test.distribution.reduce((s, v) => s + v / test.distribution.length, 0),
    p: test.p,
    smallestP: test.smallestP,
    n: y.length,
    dropped,
    caveats: [...caveats, ...test.caveats],
  };
}

/** Squared error on the tested samples of a ridge fit on the trained ones; the neurons' part is solved once for all movements. */
function linearDecoder(
  neurons: readonly Float64Array[],
  train: Int32Array,
  test: Int32Array,
  ridge: number,
): (movement: Float64Array) => { readonly error: number; readonly total: number } {
  const k = neurons.length;
  const center = neurons.map((x) => meanOf(x, train));
  const gram = matrix(k, k);
  for (const i of train) {
    for (let a = 0; a < k; a++) {
      for (let b = 0; b <= a; b++)
        gram.data[a * k + b] += (neurons[a][i] - center[a]) * (neurons[b][i] - center[b]);
    }
  }
  let trace = 0;
  for (let a = 0; a < k; a++) trace += gram.data[a * k + a] / k;
  for (let a = 0; a < k; a++) gram.data[a * k + a] += ridge * trace;
  const root = cholesky(gram);
  return (movement) => {
    const level = meanOf(movement, train);
    const weights = choleskySolve(
      root,
      neurons.map((x, a) => train.reduce((s, i) => s + (x[i] - center[a]) * movement[i], 0)),
    );
    let [error, total] = [0, 0];
    for (const i of test) {
      let guess = level;
      for (let a = 0; a < k; a++) guess += weights[a] * (neurons[a][i] - center[a]);
      error += (movement[i] - guess) ** 2;
      total += (movement[i] - level) ** 2;
    }
    return { error, total };
  };
}

function meanOf(values: ArrayLike<number>, at: Int32Array): number {
  return at.reduce((s, i) => s + values[i], 0) / at.length;
}

interface Population {
  readonly neurons: readonly Float64Array[];
  readonly movement: Float64Array;
}

/** The textbook's F test of a regression with independent samples. */
function regressionP({ neurons, movement }: Population): number {
  const [n, k] = [movement.length, neurons.length];
  const design = matrix(n, k + 1);
  for (let i = 0; i < n; i++) {
    design.data[i * (k + 1)] = 1;
    neurons.forEach((x, a) => (design.data[i * (k + 1) + a + 1] = x[i]));
  }
  const { residual } = leastSquares(design, movement);
  const level = movement.reduce((s, v) => s + v / n, 0);
  const total = movement.reduce((s, v) => s + (v - level) ** 2, 0);
  return fTail((total - residual) / k / (residual / (n - k - 1)), k, n - k - 1);
}

export const decoding: StatisticalTest = {
  name: 'decoding',
  title: 'Movement read from neurons, held out, movement moved in time',
  assumes: 'a stationary recording much longer than the autocorrelation',
  source: 'Harris 2020, bioRxiv 2020.08.13.249896; Roberts et al. 2017, Ecography 40: 913-929',
  scenarios: [
    scenario({
      name: 'five neurons of another recording (400 samples, phi 0.9)',
      effect: 0.5,
      effectMeaning: 'share of the movement in one neuron',
      simulate: (random, effect): Population => {
        const movement = autoregressive(random, 400, 0.9);
        const neurons = Array.from({ length: 5 }, () => autoregressive(random, 400, 0.9));
        return {
          movement,
          neurons: neurons.map((x, k) => (k === 0 ? x.map((v, i) => v + effect * movement[i]) : x)),
        };
      },
      p: ({ neurons, movement }, random) =>
        decodingTest(neurons, movement, { folds: 4, permutations: 99, random }).p,
      naive: { name: 'F test of the regression', p: regressionP },
    }),
  ],
};
