import { InputError } from '../../../signal/error.ts';
import { tCdf, tQuantile } from '../../distribution.ts';
import { Moments } from '../../moments.ts';
import type { Random } from '../../random.ts';
import { normals } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { labelPermutation } from '../nulls/label-permutation.ts';
import { completeRows, present, varying } from '../present.ts';
import { surrogateTest, type SurrogateOptions } from '../surrogate-test.ts';
import type { TestResult } from './result.ts';

export interface MeanDifference extends TestResult {
  /** Mean of the first sample minus mean of the second, with its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly df: number;
}

/**
 * Welch's test of two means with unlike variances: t = (m_a - m_b) / sqrt(s_a^2 / n_a + s_b^2 / n_b), degrees of freedom by
 * Satterthwaite (Welch 1947, Biometrika 34: 28-35). Values must be independent: animals, not their trials.
 */
export function welchTest(a: ArrayLike<number>, b: ArrayLike<number>): MeanDifference {
  const [x, y] = [present('the first sample', a), present('the second sample', b)];
  varying('the two samples together', [
    ...x.values.map((v) => v - x.values[0]),
    ...y.values.map((v) => v - y.values[0]),
  ]);
  const [mx, my] = [Moments.of(x.values), Moments.of(y.values)];
  const [vx, vy] = [mx.variance / mx.count, my.variance / my.count];
  const error = Math.sqrt(vx + vy);
  const df = (vx + vy) ** 2 / (vx ** 2 / (mx.count - 1) + vy ** 2 / (my.count - 1));
  return {
    ...ofMeanDifference(mx.mean - my.mean, error, df),
    n: mx.count + my.count,
    dropped: x.dropped + y.dropped,
    caveats:
      Math.min(mx.count, my.count) < 5
        ? ['fewer than five values in a sample: normality is taken on trust']
        : [],
  };
}

export function ofMeanDifference(
  difference: number,
  error: number,
  df: number,
): Pick<MeanDifference, 'difference' | 'statistic' | 'df' | 'p' | 'low' | 'high'> {
  const statistic = difference / error;
  const half = tQuantile(0.975, df) * error;
  return {
    difference,
    statistic,
    df,
    p: 2 * tCdf(-Math.abs(statistic), df),
    low: difference - half,
    high: difference + half,
  };
}

export interface PermutationOptions extends Pick<
  SurrogateOptions,
  'permutations' | 'alpha' | 'tail' | 'random'
> {
  /** For each value the exchangeability group within which labels are permuted (session, litter). Default: one group. */
  readonly groups?: ArrayLike<number | string>;
}

/**
 * Two samples, `label` 0 or 1 for each value, by permuting labels within groups. The statistic is the difference of means within each
 * group, weighted by n_0 n_1 / (n_0 + n_1); in one group, Welch's t, which holds its level for unlike variances too (Janssen 1997,
 * Statistics & Probability Letters 36: 9-21). Where there are few arrangements all are gone through.
 */
export function permutationTest(
  values: ArrayLike<number>,
  label: ArrayLike<number>,
  options: PermutationOptions,
): TestResult & { readonly difference: number; readonly exact: boolean; readonly smallestP: number } {
  const { columns, rows, dropped } = completeRows(['the values', 'the labels'], [values, label]);
  const [y, l] = columns;
  varying('the values', y);
  varying('the labels', l);
  const kinds = [...new Set(l)].sort((p, q) => p - q);
  if (kinds.length > 2) {
    throw new InputError('a test of two samples needs two labels', {
      expected: 'two different values',
      got: `${kinds.length}: ${kinds.slice(0, 5).join(', ')}`,
      fix: 'Compare two groups at a time and correct for the number of comparisons.',
    });
  }
  const isFirst = Float64Array.from(l, (v) => (v === kinds[0] ? 1 : 0));
  const given = options.groups;
  const groups = Array.from(rows, (i) => (given ? given[i] : 0));
  const members = [...new Set(groups)].map((g) => [...groups.keys()].filter((i) => groups[i] === g));
  const difference = (labels: ArrayLike<number>): number => {
    let [sum, weights] = [0, 0];
    for (const m of members) {
      const { weight, gap } = meanGap(y, labels, m);
      sum += weight * gap;
      weights += weight;
    }
    return sum / weights;
  };
  const all = members[0];
  const statistic =
    members.length > 1 ? difference : (labels: ArrayLike<number>) => meanGap(y, labels, all).t;
  const test = surrogateTest([isFirst], ([labels]) => statistic(labels), {
    ...options,
    groups,
    null: labelPermutation,
  });
  return {
    statistic: test.statistic,
    difference: difference(isFirst),
    p: test.p,
    exact: test.exact,
    smallestP: test.smallestP,
    n: y.length,
    dropped,
    caveats: test.caveats,
  };
}

/** Mean where the label is 1 minus mean where it is 0, among the given members. */
function meanGap(
  y: ArrayLike<number>,
  labels: ArrayLike<number>,
  members: readonly number[],
): { readonly gap: number; readonly weight: number; readonly t: number } {
  const [one, zero] = [new Moments(), new Moments()];
  for (const i of members) (labels[i] === 1 ? one : zero).add(y[i]);
  const [n1, n0] = [one.count, zero.count];
  if (n1 === 0 || n0 === 0) return { gap: 0, weight: 0, t: NaN };
  const gap = one.mean - zero.mean;
  const error = Math.sqrt((one.variance || 0) / n1 + (zero.variance || 0) / n0);
  return {
    gap,
    weight: (n1 * n0) / (n1 + n0),
    t: error > 0 ? gap / error : gap === 0 ? 0 : Math.sign(gap) * Infinity,
  };
}

/** Student's test with one pooled variance, for comparison. */
export function studentP(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [Moments.of(a), Moments.of(b)];
  const df = x.count + y.count - 2;
  const pooled = ((x.count - 1) * x.variance + (y.count - 1) * y.variance) / df;
  return 2 * tCdf(-Math.abs(x.mean - y.mean) / Math.sqrt(pooled * (1 / x.count + 1 / y.count)), df);
}

export const welch: StatisticalTest = {
  name: 'welch',
  title: 'Two means, Welch',
  assumes: 'independent values, near normal; variances may differ',
  source: 'Welch 1947, Biometrika 34: 28-35',
  scenarios: [
    scenario({
      name: '16 animals against 8 with three times the spread',
      effect: 3,
      effectMeaning: 'standard deviations of the larger sample',
      simulate: (random, effect) => [normals(random, 16, effect), normals(random, 8, 0, 3)],
      p: ([a, b]) => welchTest(a, b).p,
      naive: { name: "Student's t", p: ([a, b]) => studentP(a, b) },
    }),
  ],
};

interface Sessions {
  readonly value: Float64Array;
  readonly label: Float64Array;
  readonly session: Int32Array;
}

/** Four sessions with levels of their own; the drug is given in more trials of the later ones. */
function driftingSessions(random: Random, effect: number): Sessions {
  const session = Int32Array.from({ length: 80 }, (_, i) => Math.floor(i / 20));
  const label = Float64Array.from(session, (s, i) => (i % 20 < 4 + 4 * s ? 1 : 0));
  const value = Float64Array.from(session, (s, i) => s + effect * label[i] + random.normal());
  return { value, label, session };
}

export const permutation: StatisticalTest = {
  name: 'label-permutation',
  title: 'Two samples, labels permuted within groups',
  assumes: 'values that are exchangeable within their group',
  source:
    'Winkler et al. 2014, NeuroImage 92: 381-397; Janssen 1997, Statistics & Probability Letters 36: 9-21',
  scenarios: [
    scenario({
      name: '10 animals against 10',
      effect: 1.5,
      effectMeaning: 'standard deviations',
      simulate: (random, effect) => normals(random, 20).map((v, i) => (i < 10 ? v + effect : v)),
      p: (values, random) =>
        permutationTest(
          values,
          values.map((_, i) => (i < 10 ? 1 : 0)),
          { permutations: 199, random },
        ).p,
    }),
    scenario({
      name: 'trials in four sessions of unlike level',
      effect: 1,
      effectMeaning: 'standard deviations within a session',
      simulate: driftingSessions,
      p: ({ value, label, session }, random) =>
        permutationTest(value, label, { permutations: 199, groups: session, random }).p,
      naive: {
        name: 'Welch over all trials',
        p: ({ value, label }) =>
          welchTest(
            value.filter((_, i) => label[i] === 1),
            value.filter((_, i) => label[i] === 0),
          ).p,
      },
    }),
  ],
};
