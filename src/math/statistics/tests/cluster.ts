import { tQuantile } from '../../distribution.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { surrogateP } from '../surrogate-test.ts';
import { timeCourses, uncorrectedTime } from './max-statistic.ts';
import { tMapUnderNull, type MapOptions, type Rows } from './t-map.ts';

export interface Cluster {
  /** Samples `start` (included) to `end` (excluded). */
  readonly start: number;
  readonly end: number;
  /** The sum of t over the cluster, with its sign. */
  readonly mass: number;
  readonly p: number;
}

export interface ClusterTest {
  readonly t: Float64Array;
  readonly df: number;
  /** |t| beyond which samples form clusters. */
  readonly threshold: number;
  readonly clusters: readonly Cluster[];
  readonly smallestP: number;
  readonly caveats: readonly string[];
}

export interface ClusterOptions extends MapOptions {
  /** Two-sided level of a sample's own t that makes it part of a cluster. Default 0.05. It changes the power, not the error. */
  readonly formingAlpha?: number;
}

/**
 * Time courses of units (animals), in clusters of neighboring samples with |t| above a threshold; each cluster's mass is judged against the
 * largest of every surrogate (Maris & Oostenveld 2007, J. Neurosci. Methods 164: 177-190). What is tested is whether the courses differ
 * at all: where a cluster begins and ends is not tested (Sassenhagen & Draschkow 2019, Psychophysiology 56: e13335), and `caveats` says so.
 */
export function clusterTest(rows: Rows, options: ClusterOptions): ClusterTest {
  const { formingAlpha = 0.05 } = options;
  const thresholdOf = (df: number): number => tQuantile(1 - formingAlpha / 2, df);
  let threshold: number | undefined;
  const { t, df, values, exact, smallestP, caveats } = tMapUnderNull(rows, options, (map, degrees) => {
    threshold ??= thresholdOf(degrees);
    return clustersOf(map, threshold).reduce((m, c) => Math.max(m, Math.abs(c.mass)), 0);
  });
  const distribution = Float64Array.from(values, (v) => v[0]);
  const clusters = clustersOf(t, thresholdOf(df)).map((c) => ({
    ...c,
    p: surrogateP(Math.abs(c.mass), distribution, exact, 'greater'),
  }));
  return {
    t,
    df,
    threshold: thresholdOf(df),
    clusters,
    smallestP,
    caveats: [
      ...caveats,
      ...(clusters.length > 0
        ? ['the edges of a cluster are not tested: say that there is a difference, not when']
        : []),
    ],
  };
}

function clustersOf(t: Float64Array, threshold: number): Omit<Cluster, 'p'>[] {
  const found: Omit<Cluster, 'p'>[] = [];
  for (let i = 0; i < t.length;) {
    if (!(Math.abs(t[i]) > threshold)) {
      i++;
      continue;
    }
    const start = i;
    let mass = 0;
    for (; i < t.length && Math.abs(t[i]) > threshold && t[i] > 0 === t[start] > 0; i++) mass += t[i];
    found.push({ start, end: i, mass });
  }
  return found;
}

export const cluster: StatisticalTest = {
  name: 'cluster-permutation',
  title: 'Time courses, clusters against the largest of every surrogate',
  assumes: 'independent units, exchangeable (two groups) or symmetric (differences)',
  source: 'Maris & Oostenveld 2007, J. Neurosci. Methods 164: 177-190',
  scenarios: [
    scenario({
      name: 'differences of 12 animals over 60 samples',
      effect: 1,
      effectMeaning: 'height of a bump in standard deviations',
      simulate: timeCourses,
      p: (rows, random) => smallestOf(clusterTest(rows, { permutations: 199, random })),
      naive: uncorrectedTime,
    }),
    scenario({
      name: '6 animals against 6 over 60 samples',
      effect: 2,
      effectMeaning: 'height of a bump in standard deviations',
      simulate: (random, effect) => [
        ...timeCourses(random, effect).slice(0, 6),
        ...timeCourses(random, 0).slice(0, 6),
      ],
      p: (rows, random) =>
        smallestOf(
          clusterTest(rows, { permutations: 199, labels: rows.map((_, i) => (i < 6 ? 1 : 0)), random }),
        ),
    }),
  ],
};

function smallestOf({ clusters }: ClusterTest): number {
  return clusters.reduce((m, c) => Math.min(m, c.p), 1);
}
