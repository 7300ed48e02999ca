import { Random } from '../../random.ts';
import { autoregressive, normals, plus } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { tCdf } from '../../distribution.ts';
import { benjaminiHochberg, benjaminiYekutieli, holm, type Adjustment } from '../multiple-testing.ts';
import { surrogateP } from '../surrogate-test.ts';
import { tMapUnderNull, type MapOptions, type Rows } from './t-map.ts';

export interface MaxStatistic {
  /** t at every point. */
  readonly t: Float64Array;
  /** Adjusted for all points: the share of surrogates whose largest |t| anywhere reaches the point's. */
  readonly p: Float64Array;
  readonly df: number;
  readonly smallestP: number;
  readonly caveats: readonly string[];
}

/**
 * Many t tests at once (neurons, keypoints, times) with the family-wise error held exactly whatever their dependence: each |t| is judged
 * against the largest one of every surrogate (Westfall & Young 1993; Nichols & Holmes 2002, Human Brain Mapping 15: 1-25).
 */
export function maxStatisticTest(rows: Rows, options: MapOptions): MaxStatistic {
  const largest = (map: Float64Array): number => map.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
  const { t, df, values, exact, smallestP, caveats } = tMapUnderNull(rows, options, largest);
  const distribution = Float64Array.from(values, (v) => v[0]);
  const p = t.map((v) => surrogateP(Math.abs(v), distribution, exact, 'greater'));
  return { t, p, df, smallestP, caveats };
}

/** Ten animals, 20 neurons that share half of their noise; the effect is in the first one. */
function neurons(random: Random, effect: number): Float64Array[] {
  return Array.from({ length: 10 }, () => {
    const shared = random.normal();
    return normals(random, 20).map((own, k) => (own + shared) / Math.SQRT2 + (k === 0 ? effect : 0));
  });
}

function pointwise(rows: Rows): Float64Array {
  const { t, df } = tMapUnderNull(rows, { permutations: 19, random: new Random(0) }, () => 0);
  return t.map((v) => 2 * tCdf(-Math.abs(v), df));
}
const smallest = (p: Float64Array): number => p.reduce((m, v) => Math.min(m, v), 1);
const uncorrected = {
  name: 'the smallest p of 20, uncorrected',
  p: (rows: Rows) => smallest(pointwise(rows)),
};

export const maxStatistic: StatisticalTest = {
  name: 'max-statistic',
  title: 'Many tests, each against the largest of every surrogate',
  assumes: 'independent units, exchangeable (two groups) or symmetric (differences)',
  source: 'Westfall & Young 1993; Nichols & Holmes 2002, Human Brain Mapping 15: 1-25',
  scenarios: [
    scenario({
      name: '20 shuffled neurons that share noise, 10 animals',
      effect: 1.6,
      effectMeaning: 'standard deviations, in one neuron',
      simulate: neurons,
      p: (rows, random) => smallest(maxStatisticTest(rows, { permutations: 199, random }).p),
      naive: uncorrected,
    }),
  ],
};

const adjustment = (
  name: string,
  title: string,
  source: string,
  adjust: Adjustment,
  conservative: boolean,
): StatisticalTest => ({
  name,
  title,
  assumes: 'p values that are right each by itself',
  source,
  scenarios: [
    scenario({
      name: '20 independent tests, no effect anywhere',
      effect: 1.6,
      effectMeaning: 'standard deviations, in one of 20, 10 animals',
      simulate: (random, effect) =>
        Array.from({ length: 10 }, () => normals(random, 20).map((own, k) => own + (k === 0 ? effect : 0))),
      p: (rows) => smallest(adjust(pointwise(rows))),
      naive: uncorrected,
      conservative,
    }),
  ],
});

export const holmCorrection = adjustment(
  'holm',
  'Family-wise error of many tests (Holm)',
  'Holm 1979, Scand. J. Stat. 6: 65-70',
  holm,
  false,
);
export const benjaminiHochbergCorrection = adjustment(
  'benjamini-hochberg',
  'False discovery rate (Benjamini & Hochberg)',
  'Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57: 289-300',
  benjaminiHochberg,
  false,
);
export const benjaminiYekutieliCorrection = adjustment(
  'benjamini-yekutieli',
  'False discovery rate under any dependence (Benjamini & Yekutieli)',
  'Benjamini & Yekutieli 2001, Annals of Statistics 29: 1165-1188',
  benjaminiYekutieli,
  true,
);

/** 12 animals with slow time courses of 60 samples; the effect is a bump. */
export function timeCourses(random: Random, effect: number): Float64Array[] {
  const bump = Float64Array.from({ length: 60 }, (_, k) => Math.exp(-(((k - 30) / 6) ** 2)));
  return Array.from({ length: 12 }, () => plus(autoregressive(random, 60, 0.8), bump, effect));
}

export const uncorrectedTime = {
  name: 'the smallest p of 60 times, uncorrected',
  p: (rows: Rows) => smallest(pointwise(rows)),
};
