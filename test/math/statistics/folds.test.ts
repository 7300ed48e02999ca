import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/index.ts';
import {
  autocorrelationOf,
  gappedFolds,
  crossValidate,
  positions,
} from '../../../src/math/statistics/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

describe('gappedFolds', () => {
  const plans = fc.record({
    trials: fc.array(fc.integer({ min: 30, max: 90 }), { minLength: 1, maxLength: 9 }),
    folds: fc.integer({ min: 2, max: 6 }),
    autocorrelation: fc.integer({ min: 0, max: 6 }),
    independentTrials: fc.boolean(),
  });
  it('test every sample once, in blocks within a trial, and train on nothing within the gap', () => {
    fc.assert(
      fc.property(plans, ({ trials, folds, autocorrelation, independentTrials }) => {
        const starts = trials.map((_, i) => trials.slice(0, i).reduce((a, b) => a + b, 0));
        const length = trials.reduce((a, b) => a + b, 0);
        fc.pre(length > 30 * folds);
        const trialOf = (i: number): number => starts.findLastIndex((s) => s <= i);
        const made = gappedFolds(length, {
          folds,
          trialStarts: starts,
          autocorrelation,
          independentTrials,
        });
        expect(made.folds.length).toBe(folds);
        const tested = made.folds.flatMap((f) => [...positions(f.test)]);
        expect(tested.sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
        for (const { test, train } of made.folds) {
          expect(test.length).toBeGreaterThan(0);
          for (const s of [...test, ...train]) expect(trialOf(s.start)).toBe(trialOf(s.end - 1));
          const trained = positions(train);
          expect(new Set(trained).size).toBe(trained.length);
          for (const i of trained) {
            for (const s of test) {
              const near = i >= s.start - made.gap && i < s.end + made.gap;
              expect(near && (!independentTrials || trialOf(i) === trialOf(s.start))).toBe(false);
            }
          }
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });
  it('warn where blocks are shorter than the autocorrelation', () => {
    expect(gappedFolds(200, { folds: 5, autocorrelation: 30 }).caveats).toEqual([]);
    expect(gappedFolds(200, { folds: 10, autocorrelation: 30 }).caveats[0]).toMatch(
      /20 samples, fewer than the autocorrelation of 30/,
    );
  });
  it('refuse gaps below the autocorrelation, folds without training, and joints out of order', () => {
    expect(() => gappedFolds(200, { autocorrelation: 30, gap: 10 })).toThrow(/training would see the test/);
    expect(() => gappedFolds(60, { folds: 2, autocorrelation: 40 })).toThrow(InputError);
    expect(() => gappedFolds(60, { folds: 1, autocorrelation: 4 })).toThrow(UsageError);
    expect(() => gappedFolds(60, { autocorrelation: NaN })).toThrow(UsageError);
    expect(() => gappedFolds(60, { autocorrelation: 1, trialStarts: [0, 30, 20] })).toThrow(/trial 2/);
    expect(() => gappedFolds(60, { autocorrelation: 1, trialStarts: [5] })).toThrow(UsageError);
  });
});

describe('crossValidate', () => {
  const random = new Random(6);
  const n = 600;
  const signal = new Float64Array(n);
  for (let i = 1; i < n; i++) signal[i] = 0.95 * signal[i - 1] + random.normal();
  const autocorrelation = autocorrelationOf([signal]);

  /** Remembers the training samples and answers with the nearest one in time: good only where folds leak. */
  const nearest = {
    name: 'nearest',
    fit: (train: Int32Array) => train,
    score: (train: Int32Array, test: Int32Array): number => {
      const level = train.reduce((s, i) => s + signal[i], 0) / train.length;
      let [error, total] = [0, 0];
      for (const i of test) {
        const near = train.reduce((best, j) => (Math.abs(j - i) < Math.abs(best - i) ? j : best));
        error += (signal[i] - signal[near]) ** 2;
        total += (signal[i] - level) ** 2;
      }
      return 1 - error / total;
    },
  };
  it('a memory of neighbors predicts nothing across the gap, and a lot on random folds', () => {
    const { score, gap } = crossValidate(n, [nearest], { folds: 5, autocorrelation });
    expect(gap).toBe(autocorrelation);
    expect(score).toBeLessThan(0.1);
    const order = random.permutation(n);
    expect(nearest.score(order.slice(0, 480), order.slice(480))).toBeGreaterThan(0.6);
  });
  it('nested: chooses on training samples alone, and reports what it chose', () => {
    const seen: number[][] = [];
    const constant = (name: string, score: number) => ({
      name,
      fit: (train: Int32Array) => train,
      score: (_: Int32Array, test: Int32Array): number => {
        seen.push([...test]);
        return score;
      },
    });
    const made = crossValidate(n, [constant('worse', 0.2), constant('better', 0.7)], {
      folds: 4,
      innerFolds: 3,
      autocorrelation: 5,
    });
    expect(made.scores.map((s) => s.chosen)).toEqual(['better', 'better', 'better', 'better']);
    expect(made.scores[0].innerScore).toBeCloseTo(0.7, 12);
    expect(made.score).toBeCloseTo(0.7, 12);
    // Six inner scores, then the outer one: no inner test may touch the outer one, nor its gap.
    for (let f = 0; f < 4; f++) {
      const outer = new Set(seen[7 * f + 6]);
      for (const inner of seen.slice(7 * f, 7 * f + 6)) {
        expect(inner.some((i) => [-5, 0, 5].some((d) => outer.has(i + d)))).toBe(false);
      }
    }
  });
  it('a score of NaN is an error that says where', () => {
    const broken = { name: 'broken', fit: () => 0, score: () => NaN };
    expect(() => crossValidate(n, [broken], { autocorrelation })).toThrow(/fold 1, broken/);
    expect(() => crossValidate(n, [], { autocorrelation })).toThrow(UsageError);
  });
});
