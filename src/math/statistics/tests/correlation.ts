import { UsageError } from '../../../signal/error.ts';
import { pearson, ranks } from '../../correlation.ts';
import { tCdf } from '../../distribution.ts';
import { leastSquares } from '../../least-squares.ts';
import { matrix } from '../../matrix.ts';
import { Random } from '../../random.ts';
import { decorrelationLag, effectivePairs } from '../autocorrelation.ts';
import { autoregressive, plus } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { circularShift } from '../nulls/circular-shift.ts';
import type { Null } from '../nulls/null.ts';
import { phaseRandomization } from '../nulls/phase-randomization.ts';
import { trialShuffle } from '../nulls/trial-shuffle.ts';
import { completeRows, varying } from '../present.ts';
import { surrogateTest, type SurrogateOptions } from '../surrogate-test.ts';
import type { TestResult } from './result.ts';

export interface CorrelationOptions extends Omit<SurrogateOptions, 'null' | 'groups'> {
  /** Default `pearson`. `spearman` takes the ranks of each series, and of each covariate, first. */
  readonly kind?: 'pearson' | 'spearman';
  /** How x is moved against y. Default: circular shifts. */
  readonly null?: Null;
  /**
   * What both may follow (speed, time since the start): it is regressed out of both, with a constant. Give delayed copies too where it
   * may act with a delay.
   */
  readonly covariates?: readonly ArrayLike<number>[];
}

export interface SeriesCorrelation extends TestResult {
  /** The correlation, partial where covariates are given. */
  readonly r: number;
  /** How many independent pairs the correlation is worth. */
  readonly effectivePairs: number;
  readonly smallestP: number;
}

/**
 * The correlation of two series sampled together, each with its own autocorrelation, against x moved in time. Where a side is missing
 * the pair is left out; gaps move along with x. Throws `InputError` for a constant series or one too short for its autocorrelation.
 * Blocks, where they are asked for, go by the longer of both autocorrelations.
 *
 * With covariates the residuals of x are moved, and what they then share with the covariates by chance is taken from them again, as it was from y (Freedman & Lane
 * 1983, J. Bus. Econ. Stat. 1: 292-298).
 */
export function correlationTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: CorrelationOptions,
): SeriesCorrelation {
  const { kind = 'pearson', covariates = [], null: rule = circularShift } = options;
  const { rows, dropped } = completeRows(
    ['x', 'y', ...covariates.map((_, k) => `covariate ${k}`)],
    [x, y, ...covariates],
  );
  const given = kind === 'spearman' ? covariates.map((c) => ranks(c)) : covariates;
  const [a, b] = [x, y].map((series, k) => {
    varying('xy'[k], series);
    const clean = Float64Array.from(kind === 'spearman' ? ranks(series) : series);
    return given.length > 0 ? residuals(clean, given) : clean;
  });
  const lag = Math.max(1, decorrelationLag(a), decorrelationLag(b));
  const test = surrogateTest(
    [a],
    ([moved]) => pearson(given.length > 0 ? residuals(moved, given) : moved, b),
    {
      blockLength: 5 * lag,
      ...options,
      null: rule,
    },
  );
  return {
    statistic: test.statistic,
    r: test.statistic,
    p: test.p,
    effectivePairs: effectivePairs(a, b),
    smallestP: test.smallestP,
    n: rows.length,
    dropped,
    caveats: [
      ...test.caveats,
      ...(dropped > rows.length ? ['more pairs are missing than there'] : []),
      ...((options.minimumShift ?? 1) > x.length / 20
        ? ['the minimum shift is more than 5 % of the recording: p comes out too small']
        : []),
    ],
  };
}

/** The series minus its least squares fit by the covariates and a constant, NaN where any of them is missing. */
export function residuals(series: ArrayLike<number>, covariates: readonly ArrayLike<number>[]): Float64Array {
  const { columns, rows } = completeRows(
    ['the series', ...covariates.map((_, k) => `covariate ${k}`)],
    [series, ...covariates],
    covariates.length + 2,
  );
  const [y, ...xs] = columns;
  const width = xs.length + 1;
  const design = new Float64Array(y.length * width);
  for (let i = 0; i < y.length; i++) {
    design[i * width] = 1;
    xs.forEach((c, k) => (design[i * width + k + 1] = c[i]));
  }
  const { solution } = leastSquares(matrix(y.length, width, design), y);
  const out = new Float64Array(series.length).fill(NaN);
  rows.forEach((row, i) => {
    let fit = 0;
    for (let k = 0; k < width; k++) fit += design[i * width + k] * solution[k];
    out[row] = y[i] - fit;
  });
  return out;
}

/**
 * The correlation of two stationary Gaussian series by Student's t with as many pairs as the autocorrelations leave (Pyper & Peterman
 * 1998, Can. J. Fish. Aquat. Sci. 55: 2127-2140): quick, without surrogates. Where the series is worth few pairs their number is itself
 * uncertain: 6.5 % of false positives on 256 samples with phi = 0.9, which are worth about 25.
 */
export function effectivePairsTest(x: ArrayLike<number>, y: ArrayLike<number>): SeriesCorrelation {
  const { rows, dropped } = completeRows(['x', 'y'], [x, y]);
  varying('x', x);
  varying('y', y);
  const r = pearson(x, y);
  const pairs = effectivePairs(x, y);
  return {
    ...ofCorrelation(r, pairs),
    r,
    effectivePairs: pairs,
    smallestP: 0,
    n: rows.length,
    dropped,
    caveats: pairs < 10 ? [`worth only ${pairs.toFixed(1)} independent pairs`] : [],
  };
}

function ofCorrelation(r: number, pairs: number): { readonly statistic: number; readonly p: number } {
  if (!(pairs > 2)) throw new UsageError('a correlation needs more than two pairs', { got: `${pairs}` });
  const statistic = r * Math.sqrt((pairs - 2) / Math.max(1e-300, 1 - r * r));
  return { statistic, p: 2 * tCdf(-Math.abs(statistic), pairs - 2) };
}

/** The textbook's p value, for independent pairs. */
export function independentPairsP(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return ofCorrelation(pearson(x, y), x.length).p;
}

type Pair = readonly [x: Float64Array, y: Float64Array];
const slowPair = (random: Random, effect: number, n: number): Pair => {
  const x = autoregressive(random, n, 0.9);
  return [x, plus(autoregressive(random, n, 0.9), x, effect)];
};
const naive = { name: 'Pearson, pairs as independent', p: ([x, y]: Pair) => independentPairsP(x, y) };
const slowPairs = (p: (data: Pair, random: Random) => number, n = 256, effect = 0.75) =>
  scenario({
    name: `autocorrelated pairs (${n} samples, phi 0.9)`,
    effect,
    effectMeaning: 'y = own + effect x',
    simulate: (random, size) => slowPair(random, size, n),
    p,
    naive,
  });

interface Confounded {
  readonly neuron: Float64Array;
  readonly paw: Float64Array;
  readonly speed: Float64Array;
}

/** Neuron and paw both follow the speed, all three slowly. */
function speedConfound(random: Random, effect: number): Confounded {
  const speed = autoregressive(random, 256, 0.9);
  const paw = plus(autoregressive(random, 256, 0.9), speed);
  const own = plus(autoregressive(random, 256, 0.9), speed);
  return { speed, paw, neuron: plus(own, plus(paw, speed, -1), effect) };
}

const trialLength = 20;
/** 20 trials; both series answer the cue, and their slow noise within a trial may go together. */
function cuedTrials(random: Random, effect: number): Pair {
  const [x, y] = [new Float64Array(400), new Float64Array(400)];
  for (let start = 0; start < 400; start += trialLength) {
    const [a, b] = [autoregressive(random, trialLength, 0.8), autoregressive(random, trialLength, 0.8)];
    for (let k = 0; k < trialLength; k++) {
      const response = 2 * Math.sin((Math.PI * k) / trialLength);
      x[start + k] = response + a[k];
      y[start + k] = response + b[k] + effect * a[k];
    }
  }
  return [x, y];
}

export const correlation: StatisticalTest = {
  name: 'correlation-shift',
  title: 'Correlation of two series, one moved in time',
  assumes: 'a stationary recording much longer than the autocorrelation',
  source: 'Harris 2020, bioRxiv 2020.08.13.249896; Freedman & Lane 1983, J. Bus. Econ. Stat. 1: 292-298',
  scenarios: [
    slowPairs(([x, y], random) => correlationTest(x, y, { permutations: 199, random }).p),
    scenario({
      name: 'speed as confound, partial correlation',
      effect: 0.75,
      effectMeaning: 'neuron = speed + own + effect (paw - speed)',
      simulate: speedConfound,
      p: ({ neuron, paw, speed }, random) =>
        correlationTest(neuron, paw, { permutations: 199, covariates: [speed], random }).p,
      naive: {
        name: 'partial correlation, samples as independent',
        p: ({ neuron, paw, speed }) => independentPairsP(residuals(neuron, [speed]), residuals(paw, [speed])),
      },
    }),
    scenario({
      name: 'speed as confound, rank correlation',
      effect: 0.75,
      effectMeaning: 'neuron = speed + own + effect (paw - speed)',
      simulate: speedConfound,
      p: ({ neuron, paw, speed }, random) =>
        correlationTest(neuron, paw, { permutations: 199, covariates: [speed], kind: 'spearman', random }).p,
      naive: {
        name: 'circular shift without the covariate',
        p: ({ neuron, paw }) =>
          correlationTest(neuron, paw, { permutations: 99, random: new Random('naive') }).p,
      },
    }),
  ],
};

export const correlationPhases: StatisticalTest = {
  name: 'correlation-phases',
  title: 'Correlation of two series, phases of one randomized',
  assumes: 'stationary Gaussian series',
  source: 'Ebisuzaki 1997, Journal of Climate 10: 2147-2153',
  scenarios: [
    slowPairs(
      ([x, y], random) => correlationTest(x, y, { permutations: 199, null: phaseRandomization, random }).p,
    ),
  ],
};

export const correlationTrials: StatisticalTest = {
  name: 'correlation-trials',
  title: 'Correlation beyond what all trials share, trials shuffled',
  assumes: 'exchangeable trials',
  source: 'Perkel, Gerstein & Moore 1967, Biophysical Journal 7: 419-440',
  scenarios: [
    scenario({
      name: 'both answer the cue (20 trials)',
      effect: 0.4,
      effectMeaning: "y's noise = own + effect x's noise",
      simulate: cuedTrials,
      p: ([x, y], random) =>
        correlationTest(x, y, { permutations: 199, null: trialShuffle, trialLength, random }).p,
      naive,
    }),
  ],
};

export const correlationEffectivePairs: StatisticalTest = {
  name: 'correlation-effective-pairs',
  title: 'Correlation of two series, degrees of freedom reduced',
  assumes: 'stationary Gaussian series much longer than their autocorrelation',
  source: 'Pyper & Peterman 1998, Can. J. Fish. Aquat. Sci. 55: 2127-2140',
  scenarios: [slowPairs(([x, y]) => effectivePairsTest(x, y).p, 1024, 0.4)],
};
