import { UsageError } from '../../../signal/error.ts';
import { tCdf, tQuantile } from '../../distribution.ts';
import { normals } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { pairedTest } from './paired.ts';
import type { TestResult } from './result.ts';
import { welchTest, type MeanDifference } from './two-sample.ts';

export interface Equivalence extends TestResult {
  readonly difference: number;
  /** The 90 % interval: the two are equivalent at 0.05 where it lies within the margins. */
  readonly low: number;
  readonly high: number;
  readonly df: number;
}

export interface EquivalenceOptions {
  /** The smallest differences that would matter, in the unit of the data: `[-margin, margin]` or unlike ones. */
  readonly margins: readonly [low: number, high: number];
  /** The values are pairs. Default false: two independent samples with variances of their own. */
  readonly paired?: boolean;
}

/**
 * Two one-sided tests that the difference of means (first minus second) lies within margins: p is the larger of P(T > t_low) and
 * P(T < t_high) (Schuirmann 1987, J. Pharmacokinet. Biopharm. 15: 657-680). A large p of an ordinary test is no evidence of equality;
 * this is.
 */
export function equivalenceTest(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { margins, paired = false }: EquivalenceOptions,
): Equivalence {
  const [low, high] = margins;
  if (!(low < high)) {
    throw new UsageError('equivalence needs margins', { expected: 'low < high', got: `${low} to ${high}` });
  }
  const test: MeanDifference = paired ? pairedTest(a, b) : welchTest(a, b);
  const { difference, df, n, dropped, caveats } = test;
  const error = (test.high - test.low) / 2 / tQuantile(0.975, df);
  const above = (difference - low) / error;
  const below = (difference - high) / error;
  const [pLow, pHigh] = [tCdf(-above, df), tCdf(below, df)];
  const half = tQuantile(0.95, df) * error;
  return {
    statistic: pLow > pHigh ? above : below,
    p: Math.max(pLow, pHigh),
    difference,
    low: difference - half,
    high: difference + half,
    df,
    n,
    dropped,
    caveats,
  };
}

export const equivalence: StatisticalTest = {
  name: 'equivalence',
  title: 'Two means are the same within margins (TOST)',
  assumes: 'independent values, near normal; margins chosen beforehand',
  source: 'Schuirmann 1987, J. Pharmacokinet. Biopharm. 15: 657-680',
  scenarios: [
    scenario({
      name: '20 animals against 20, truth at a margin of 1 sd',
      effect: 1,
      effectMeaning: 'sd from the margin: 1 is no difference',
      simulate: (random, effect) => [normals(random, 20, 1 - effect), normals(random, 20)],
      p: ([a, b]) => equivalenceTest(a, b, { margins: [-1, 1] }).p,
      naive: {
        name: '"p > 0.05, so they are the same"',
        p: ([a, b]) => (welchTest(a, b).p > 0.05 ? 0 : 1),
      },
    }),
  ],
};
