import { InputError, UsageError } from '../signal/error.ts';
import { stretchStarts } from './series.ts';

/** Samples to fit on and samples to judge on, positions in increasing order. */
export interface Fold {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

export interface FoldOptions {
  readonly count: number;
  /** Training samples this close to a test sample are left out, so that neighbors in time do not leak. Default 0. */
  readonly embargo?: number;
}

/**
 * Contiguous folds: each sample is judged once. Where there are at least three times as many stretches (trials) as folds, a fold
 * ends where a stretch ends; a long unbroken recording is cut at equal parts.
 */
export function contiguousFolds(stretches: Int32Array, { count, embargo = 0 }: FoldOptions): Fold[] {
  const samples = stretches.length;
  if (!(Number.isInteger(count) && count >= 2) || !(embargo >= 0)) {
    throw new UsageError('these are no folds', {
      expected: 'at least 2, and an embargo that is not negative',
      got: `${count}, embargo ${embargo}`,
    });
  }
  if (samples < 2 * count) {
    throw new InputError('too few samples for the folds', {
      expected: `at least ${2 * count}`,
      got: `${samples}`,
    });
  }
  const joints = stretchStarts(stretches);
  const followJoints = joints.length - 1 >= 3 * count;
  const edges = Array.from({ length: count + 1 }, (_, k) => {
    const even = Math.round((k * samples) / count);
    if (!followJoints) return even;
    return joints.reduce((best, j) => (Math.abs(j - even) < Math.abs(best - even) ? j : best));
  });
  if (edges.some((e, k) => k > 0 && e <= edges[k - 1])) {
    throw new InputError('the stretches are too unequal for the folds', {
      expected: `${count} folds that end where stretches end`,
      got: `edges ${edges.join(', ')}`,
      fix: 'Use fewer folds.',
    });
  }
  const all = Int32Array.from({ length: samples }, (_, i) => i);
  return edges.slice(0, -1).map((start, k) => {
    const end = edges[k + 1];
    return {
      train: all.filter((i) => i < start - embargo || i >= end + embargo),
      test: all.subarray(start, end),
    };
  });
}
