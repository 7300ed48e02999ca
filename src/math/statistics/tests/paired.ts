import { Moments } from '../../moments.ts';
import { mean } from '../../moments.ts';
import { normals } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { signFlip } from '../nulls/sign-flip.ts';
import { completeRows, varying } from '../present.ts';
import { surrogateTest } from '../surrogate-test.ts';
import type { TestResult } from './result.ts';
import { ofMeanDifference, welchTest, type MeanDifference, type PermutationOptions } from './two-sample.ts';

/** Student's test of the differences x - y within pairs; pairs with a missing side are dropped. */
export function pairedTest(x: ArrayLike<number>, y: ArrayLike<number>): MeanDifference {
  const { differences, dropped } = differencesOf(x, y);
  const m = Moments.of(differences);
  return { ...ofMeanDifference(m.mean, m.standardError, m.count - 1), n: m.count, dropped, caveats: [] };
}

/**
 * The mean difference within pairs by flipping signs; needs only that differences are symmetric around zero. `groups` flip together
 * (pairs of one animal).
 */
export function signFlipTest(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  options: PermutationOptions,
): TestResult & { readonly difference: number; readonly exact: boolean; readonly smallestP: number } {
  const { differences, rows, dropped } = differencesOf(x, y);
  const given = options.groups;
  const groups = given && Array.from(rows, (i) => given[i]);
  const { statistic, p, exact, smallestP, caveats } = surrogateTest([differences], ([d]) => mean(d), {
    ...options,
    groups,
    null: signFlip,
  });
  return { statistic, difference: statistic, p, exact, smallestP, n: differences.length, dropped, caveats };
}

function differencesOf(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): { readonly differences: Float64Array; readonly rows: Int32Array; readonly dropped: number } {
  const { columns, rows, dropped } = completeRows(['the first side', 'the second side'], [x, y], 2);
  const differences = columns[0].map((v, i) => v - columns[1][i]);
  varying('the difference within pairs', differences);
  return { differences, rows, dropped };
}

const pairs = (random: Parameters<typeof normals>[0], effect: number): [Float64Array, Float64Array] => {
  const own = normals(random, 12, 0, 3);
  return [own.map((v) => v + effect + random.normal()), own.map((v) => v + random.normal())];
};

export const paired: StatisticalTest = {
  name: 'paired-t',
  title: 'Mean difference within pairs',
  assumes: 'independent pairs, differences near normal',
  source: 'Student 1908, Biometrika 6: 1-25',
  scenarios: [
    scenario({
      name: '12 animals before and after',
      effect: 1.5,
      effectMeaning: 'standard deviations of a measurement within an animal',
      simulate: pairs,
      p: ([x, y]) => pairedTest(x, y).p,
      naive: { name: 'Welch, as if unpaired', p: ([x, y]) => welchTest(x, y).p },
    }),
  ],
};

export const signFlips: StatisticalTest = {
  name: 'sign-flip',
  title: 'Mean difference within pairs, signs flipped',
  assumes: 'independent pairs, differences symmetric around zero',
  source: 'Fisher 1935, The Design of Experiments, section 21',
  scenarios: [
    scenario({
      name: '12 animals before and after',
      effect: 1.5,
      effectMeaning: 'standard deviations of a measurement within an animal',
      simulate: pairs,
      p: ([x, y], random) => signFlipTest(x, y, { permutations: 199, random }).p,
    }),
  ],
};
