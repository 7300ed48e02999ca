import { matrix, type Matrix } from '../../math/matrix.ts';
import { contiguousFolds } from '../folds.ts';
import type { Fitted, Method } from '../method.ts';
import { inspect, notesOn, sameColumns } from '../regressors.ts';
import { withMissing } from '../series.ts';
import { binned, cutPoints, growTree, treeValues, type Tree, type TreeOptions } from './tree.ts';
import { unitSamples } from './units.ts';

export interface BoostedTreesOptions {
  /** Trees at most; cross-validation chooses how many. Default 150. */
  readonly trees?: number;
  /** Levels of a tree. Default 4. */
  readonly depth?: number;
  /** How far each tree moves the log rate. Default 0.08. */
  readonly learningRate?: number;
  /** Added to the curvature of a leaf. Default 5 expected spikes. */
  readonly leafPenalty?: number;
  /** Expected spikes in a leaf at least. Default 10. */
  readonly leastInLeaf?: number;
  /** Contiguous folds within the samples for the number of trees. Default 3. */
  readonly folds?: number;
}

/** A regressor's values are sorted into so many bins at most. */
const mostBins = 64;
/** Stop adding trees when this many in a row did not help. */
const patience = 15;
const mostLogRate = Math.log(1e4);

/**
 * Gradient boosting of regression trees on histograms (Friedman 2001; second-order leaves and gains of Chen & Guestrin 2016,
 * equations 5-7) with the Poisson loss and a log link: gradient f - y, curvature f. Nothing in it is random.
 */
export function boostedTrees(options: BoostedTreesOptions = {}): Method {
  const { folds: count = 3 } = options;
  return {
    name: 'trees',
    async fit(x, y): Promise<Fitted> {
      const notes = new Set<string>();
      const names = x.names;
      const fits = y.names.map((_, u) => {
        const { x: own, counts } = unitSamples(x, y, u, 'trees');
        notesOn(inspect(own.values, names), counts.length, names.length).forEach((n) => notes.add(n));
        const cuts = cutPoints(own.values, mostBins);
        const bins = binned(own.values, cuts);
        const all = Int32Array.from(counts, (_, i) => i);
        const rounds = chooseRounds(bins, counts, contiguousFolds(own.stretches, { count }), options);
        return { ...boost(bins, counts, all, rounds, options), cuts };
      });
      return {
        notes: [...notes],
        predict: async (x) => {
          sameColumns(names, x, 'trees');
          return withMissing(x.values, (values) => predictAll(values, fits));
        },
      };
    },
  };
}

interface Boosted {
  readonly intercept: number;
  readonly trees: readonly Tree[];
}

function predictAll(
  values: Matrix,
  fits: readonly (Boosted & { readonly cuts: readonly Float64Array[] })[],
): Matrix {
  const out = matrix(values.rows, fits.length);
  fits.forEach(({ intercept, trees, cuts }, u) => {
    const bins = binned(values, cuts);
    const eta = new Float64Array(values.rows).fill(intercept);
    for (const tree of trees) {
      const step = treeValues(tree, bins, values.rows);
      for (let i = 0; i < eta.length; i++) eta[i] += step[i];
    }
    for (let i = 0; i < eta.length; i++)
      out.data[i * fits.length + u] = Math.exp(Math.min(mostLogRate, eta[i]));
  });
  return out;
}

/** The number of trees with the least deviance over the held-out parts. */
function chooseRounds(
  bins: readonly Uint8Array[],
  counts: Float64Array,
  folds: readonly { readonly train: Int32Array; readonly test: Int32Array }[],
  options: BoostedTreesOptions,
): number {
  const { trees: most = 150 } = options;
  const errors = new Float64Array(most + 1);
  let reached = most;
  for (const { train, test } of folds) {
    if (train.every((i) => counts[i] === 0)) continue;
    let best = Infinity;
    let stale = 0;
    const deviance = (eta: Float64Array): number =>
      test.reduce((s, i) => s + Math.exp(Math.min(mostLogRate, eta[i])) - counts[i] * eta[i], 0);
    let round = 0;
    boost(bins, counts, train, reached, options, (eta) => {
      const error = deviance(eta);
      errors[round++] += error;
      stale = error < best ? 0 : stale + 1;
      best = Math.min(best, error);
      return stale < patience;
    });
    reached = Math.min(reached, round - 1);
  }
  const within = errors.subarray(0, reached + 1);
  return within.indexOf(Math.min(...within));
}

/** @param watch is told ln(rate) of all samples before the first tree and after each; it ends the boosting with false. */
function boost(
  bins: readonly Uint8Array[],
  counts: Float64Array,
  rows: Int32Array,
  rounds: number,
  options: BoostedTreesOptions,
  watch?: (eta: Float64Array) => boolean,
): Boosted {
  const { depth = 4, learningRate = 0.08, leafPenalty = 5, leastInLeaf = 10 } = options;
  const treeOptions: TreeOptions = { depth, leafPenalty, leastInLeaf, scale: learningRate, bins: mostBins };
  const n = counts.length;
  const intercept = Math.log(rows.reduce((s, i) => s + counts[i], 0) / rows.length);
  const eta = new Float64Array(n).fill(intercept);
  const [gradient, curvature] = [new Float64Array(n), new Float64Array(n)];
  const trees: Tree[] = [];
  let goOn = watch?.(eta) ?? true;
  while (goOn && trees.length < rounds) {
    for (const i of rows) {
      curvature[i] = Math.exp(Math.min(mostLogRate, eta[i]));
      gradient[i] = curvature[i] - counts[i];
    }
    const tree = growTree(bins, rows, gradient, curvature, treeOptions);
    const step = treeValues(tree, bins, n);
    for (let i = 0; i < n; i++) eta[i] += step[i];
    trees.push(tree);
    goOn = watch?.(eta) ?? true;
  }
  return { intercept, trees };
}
