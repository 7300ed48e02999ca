import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Events } from '../../src/signal/events.ts';
import { regularTime } from '../../src/signal/time.ts';
import { contiguousFolds } from '../../src/relate/folds.ts';
import {
  beside,
  column,
  lagged,
  seriesFrom,
  stretchesOfTrials,
  takeColumns,
  takeRows,
} from '../../src/relate/series.ts';

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 2, maxLength: 12 });
const stretchesOf = (all: readonly number[]): Int32Array =>
  Int32Array.from(all.flatMap((n, s) => Array.from({ length: n }, () => s)));

test('a lag never reaches into another stretch, and is the value of that sample else', () => {
  fc.assert(
    fc.property(lengths, fc.integer({ min: -3, max: 3 }), (all, lag) => {
      const stretches = stretchesOf(all);
      const x = seriesFrom({ a: stretches.map((_, i) => i) }, stretches);
      const out = column(lagged(x, [lag]).values, 0);
      out.forEach((v, i) => {
        const from = i - lag;
        const inside = from >= 0 && from < stretches.length && stretches[from] === stretches[i];
        expect(v).toBe(inside ? from : NaN);
      });
    }),
  );
});

test('lagged columns say what they are', () => {
  expect(lagged(seriesFrom({ u: [1, 2, 3] }), [1, 0, -1]).names).toEqual(['u[t-1]', 'u[t]', 'u[t+1]']);
});

test('taking rows breaks time where rows are left out', () => {
  const x = seriesFrom({ a: [0, 1, 2, 3, 4, 5] }, [0, 0, 0, 0, 1, 1]);
  const taken = takeRows(x, [0, 1, 3, 4, 5]);
  expect([...taken.stretches]).toEqual([0, 0, 1, 2, 2]);
  expect([...taken.values.data]).toEqual([0, 1, 3, 4, 5]);
});

test('columns side by side and taken apart again', () => {
  const [a, b] = [seriesFrom({ p: [1, 2], q: [3, 4] }), seriesFrom({ r: [5, 6] })];
  const both = beside(a, b);
  expect(both.names).toEqual(['p', 'q', 'r']);
  expect(takeColumns(both, [0, 1])).toEqual(a);
  expect(takeColumns(both, [2])).toEqual(b);
  expect(() => beside(a, seriesFrom({ p: [1, 2] }))).toThrow(/"p" twice/);
  expect(() => beside(a, seriesFrom({ r: [1] }))).toThrow(/different samples/);
});

test('trials cut time where they begin and end', () => {
  const trials = new Events(
    [
      { startSeconds: 0.1, endSeconds: 0.3, label: 'trial', source: 'test' },
      { startSeconds: 0.3, endSeconds: 0.5, label: 'trial', source: 'test' },
    ],
    { name: 'trials', provenance: { step: 'test' } },
  );
  expect([...stretchesOfTrials(regularTime(7, 10), trials)]).toEqual([0, 1, 1, 2, 2, 3, 3]);
});

describe('contiguous folds', () => {
  test('each sample is judged once and never fitted on in its fold; many stretches are not cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 2, max: 9 }), { minLength: 9, maxLength: 30 }),
        fc.integer({ min: 0, max: 3 }),
        (all, embargo) => {
          const stretches = stretchesOf(all);
          const folds = contiguousFolds(stretches, { count: 3, embargo });
          const judged = folds.flatMap((f) => [...f.test]);
          expect(judged).toEqual(Array.from(stretches.keys()));
          for (const { train, test: held } of folds) {
            const [first, last] = [held[0], held[held.length - 1]];
            expect(train.every((i) => i < first - embargo || i > last + embargo)).toBe(true);
            expect(train.length).toBeGreaterThanOrEqual(stretches.length - held.length - 2 * embargo);
            if (first > 0) expect(stretches[first]).not.toBe(stretches[first - 1]);
          }
        },
      ),
    );
  });

  test('one long stretch is cut at equal parts', () => {
    const folds = contiguousFolds(new Int32Array(10), { count: 3 });
    expect(folds.map((f) => f.test.length)).toEqual([3, 4, 3]);
  });

  test('folds that cannot be are refused', () => {
    expect(() => contiguousFolds(new Int32Array(3), { count: 2 })).toThrow(/too few samples/);
    expect(() => contiguousFolds(new Int32Array(9), { count: 1 })).toThrow(/no folds/);
  });
});
