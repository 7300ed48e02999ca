import { InputError, UsageError } from '../../../signal/error.ts';
import { gappedFolds, positions, samples, type FoldOptions, type Segment } from './folds.ts';

/** A model for cross-validation: fitted on some samples, scored on others. Higher scores are better. */
export interface Candidate<Model> {
  readonly name: string;
  readonly fit: (train: Int32Array) => Model;
  readonly score: (model: Model, test: Int32Array) => number;
}

export interface FoldScore {
  readonly score: number;
  /** The candidate that the inner folds chose, and its mean score there. */
  readonly chosen: string;
  readonly innerScore: number;
  readonly tested: number;
  readonly trained: number;
}

export interface CrossValidation {
  readonly scores: readonly FoldScore[];
  /** The mean over folds, each weighing as many samples as it tests. */
  readonly score: number;
  readonly gap: number;
  readonly caveats: readonly string[];
}

/**
 * Nested cross-validation: each outer fold is scored by the candidate that did best on folds made within its training samples alone, so
 * that choosing (a penalty, a delay) does not inflate the score (Cawley & Talbot 2010, J. Mach. Learn. Res. 11: 2079-2107). Outer and
 * inner folds are contiguous with a gap. With one candidate it is plain cross-validation. A score of NaN is an error.
 */
export function crossValidate<Model>(
  length: number,
  candidates: readonly Candidate<Model>[],
  options: FoldOptions & { /** Default: as many as outer ones. */ readonly innerFolds?: number },
): CrossValidation {
  if (candidates.length === 0) throw new UsageError('cross-validation needs a candidate', { got: 'none' });
  const { innerFolds = options.folds ?? 5 } = options;
  const outer = gappedFolds(length, options);
  const caveats = new Set(outer.caveats);
  const scores = outer.folds.map(({ test, train }, f): FoldScore => {
    const trained = positions(train);
    let [chosen, innerScore] = [candidates[0], NaN];
    if (candidates.length > 1) {
      const inner = innerFoldsOf(train, innerFolds, options);
      inner.caveats.forEach((c) => caveats.add(`Inner folds: ${c}`));
      for (const candidate of candidates) {
        let [sum, tested] = [0, 0];
        for (const fold of inner.folds) {
          const part = fold.test.map((i) => trained[i]);
          sum +=
            part.length *
            scored(
              candidate,
              fold.train.map((i) => trained[i]),
              part,
              `fold ${f + 1}`,
            );
          tested += part.length;
        }
        if (!(sum / tested <= innerScore)) [chosen, innerScore] = [candidate, sum / tested];
      }
    }
    const tested = positions(test);
    return {
      score: scored(chosen, trained, tested, `fold ${f + 1}`),
      chosen: chosen.name,
      innerScore,
      tested: tested.length,
      trained: trained.length,
    };
  });
  const total = scores.reduce((n, s) => n + s.tested, 0);
  return {
    scores,
    score: scores.reduce((sum, s) => sum + (s.score * s.tested) / total, 0),
    gap: outer.gap,
    caveats: [...caveats],
  };
}

function scored<Model>(
  candidate: Candidate<Model>,
  train: Int32Array,
  test: Int32Array,
  where: string,
): number {
  const score = candidate.score(candidate.fit(train), test);
  if (Number.isNaN(score)) {
    throw new InputError('a model has no score', {
      where: `${where}, ${candidate.name}`,
      expected: 'a number',
      got: 'NaN',
      fix: 'Leave out missing samples in fit and score, or make fewer folds.',
    });
  }
  return score;
}

/** Folds of the training segments, as positions among the training samples; segments are the trials of the inner folds. */
function innerFoldsOf(
  train: readonly Segment[],
  folds: number,
  options: FoldOptions,
): {
  readonly folds: readonly { test: Int32Array; train: Int32Array }[];
  readonly caveats: readonly string[];
} {
  const starts: number[] = [];
  let at = 0;
  for (const s of train) {
    starts.push(at);
    at += s.end - s.start;
  }
  const { folds: made, caveats } = gappedFolds(samples(train), {
    ...options,
    folds,
    trialStarts: starts,
  });
  return { folds: made.map((f) => ({ test: positions(f.test), train: positions(f.train) })), caveats };
}
