import { circularSummary, rayleighTest, watsonWilliamsTest } from '../../circular.ts';
import { normalCdf } from '../../distribution.ts';
import { vonMises } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { labelPermutation } from '../nulls/label-permutation.ts';
import { present } from '../present.ts';
import { surrogateTest, type SurrogateOptions } from '../surrogate-test.ts';
import type { TestResult } from './result.ts';

export interface VTest extends TestResult {
  /** n r cos(mean - direction). */
  readonly v: number;
}

/**
 * Rayleigh's test against one direction named beforehand: V = R cos(mean - direction), u = V sqrt(2 / n), normal under
 * uniformity (Zar 2010, section 27.1b; Durand & Greenwood 1958). One-sided: angles near `direction`. Angles in rad, independent.
 */
export function vTest(angles: ArrayLike<number>, direction: number): VTest {
  const { values, dropped } = present('the angles', angles);
  const { n, mean, resultantLength } = circularSummary(values);
  const v = n * resultantLength * Math.cos(mean - direction);
  const u = v * Math.sqrt(2 / n);
  return {
    statistic: u,
    v,
    p: normalCdf(-u),
    n,
    dropped,
    caveats: n < 8 ? ['fewer than eight angles: the normal approximation is a rough one'] : [],
  };
}

/**
 * Watson's U2 of two samples of angles: U2 = (n m / N^2) (sum d_k^2 - (sum d_k)^2 / N), d_k the difference of the two empirical
 * distributions after the k-th of all N angles, ties together (Zar 2010, section 27.6).
 */
export function watsonU2(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const turn = 2 * Math.PI;
  const direction = (angle: number): number => ((angle % turn) + turn) % turn;
  const all = [
    ...Array.from(a, (v) => ({ at: direction(v), first: true })),
    ...Array.from(b, (v) => ({ at: direction(v), first: false })),
  ].sort((p, q) => p.at - q.at);
  const N = all.length;
  let [i, j, sum, squares] = [0, 0, 0, 0];
  for (let k = 0; k < N;) {
    let end = k;
    for (; end < N && all[end].at === all[k].at; end++) {
      if (all[end].first) i++;
      else j++;
    }
    const d = i / a.length - j / b.length;
    sum += (end - k) * d;
    squares += (end - k) * d * d;
    k = end;
  }
  return ((a.length * b.length) / (N * N)) * (squares - (sum * sum) / N);
}

/** That two samples of independent angles come from one distribution, of any shape: Watson's U2 with labels permuted. */
export function watsonU2Test(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: Pick<SurrogateOptions, 'permutations' | 'alpha' | 'random'>,
): TestResult & { readonly exact: boolean } {
  const [x, y] = [present('the first sample', a), present('the second sample', b)];
  const angles = Float64Array.of(...x.values, ...y.values);
  const labels = angles.map((_, i) => (i < x.values.length ? 1 : 0));
  const { statistic, p, exact, caveats } = surrogateTest(
    [labels],
    ([l]) =>
      watsonU2(
        angles.filter((_, i) => l[i] === 1),
        angles.filter((_, i) => l[i] === 0),
      ),
    { ...options, null: labelPermutation, tail: 'greater' },
  );
  return { statistic, p, exact, caveats, n: angles.length, dropped: x.dropped + y.dropped };
}

export const rayleigh: StatisticalTest = {
  name: 'rayleigh',
  title: 'Angles spread evenly (Rayleigh)',
  assumes: 'independent angles with at most one preferred direction',
  source: 'Zar 2010, Biostatistical Analysis, section 27.1a',
  scenarios: [
    scenario({
      name: '30 angles',
      effect: 0.8,
      effectMeaning: 'von Mises concentration',
      simulate: (random, effect) => vonMises(random, 30, 1, effect),
      p: (angles) => rayleighTest(angles).p,
    }),
  ],
};

export const v: StatisticalTest = {
  name: 'v-test',
  title: 'Angles spread evenly, against one direction (V)',
  assumes: 'independent angles; a direction named beforehand',
  source: 'Zar 2010, Biostatistical Analysis, section 27.1b',
  scenarios: [
    scenario({
      name: '30 angles',
      effect: 0.8,
      effectMeaning: 'von Mises concentration',
      simulate: (random, effect) => vonMises(random, 30, 1, effect),
      p: (angles) => vTest(angles, 1).p,
    }),
  ],
};

export const watsonWilliams: StatisticalTest = {
  name: 'watson-williams',
  title: 'Mean directions of groups of angles',
  assumes: 'independent von Mises angles of one concentration, mean resultant length above 0.45',
  source: 'Zar 2010, Biostatistical Analysis, section 27.4',
  scenarios: [
    scenario({
      name: '15 angles against 15 across the jump at 180 deg',
      effect: 0.8,
      effectMeaning: 'rad',
      simulate: (random, effect) => [
        vonMises(random, 15, Math.PI, 2),
        vonMises(random, 15, Math.PI + effect, 2),
      ],
      p: (groups) => watsonWilliamsTest(groups).p,
    }),
  ],
};

export const watsonU2Permutation: StatisticalTest = {
  name: 'watson-u2',
  title: 'Two distributions of angles (Watson U2), labels permuted',
  assumes: 'independent angles',
  source: 'Zar 2010, Biostatistical Analysis, section 27.6',
  scenarios: [
    scenario({
      name: '20 angles against 20 around 0 and 360 deg',
      effect: 1,
      effectMeaning: 'rad',
      simulate: (random, effect) => [vonMises(random, 20, 0, 1.5), vonMises(random, 20, effect, 1.5)],
      p: ([a, b], random) => watsonU2Test(a, b, { permutations: 199, random }).p,
    }),
  ],
};
