import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { parseSplit, splitFrames } from '../../../src/measure/pose/split.ts';
import { UsageError } from '../../../src/signal/error.ts';
import type { LabeledFrame } from '../../../src/signal/labels.ts';

const frames = (count: number, recordings = 1): LabeledFrame[] =>
  Array.from({ length: count }, (_, i) => ({
    picture: { image: `labeled-data/r${i % recordings}/img${i}.png` },
    recording: `r${i % recordings}`,
    instances: [],
  }));

describe('splitFrames', () => {
  it.each(['blocks', 'random', 'recordings'] as const)(
    '%s: both sides together are all frames, once',
    (method) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 8, max: 60 }),
          fc.integer({ min: 2, max: 4 }),
          fc.double({ min: 0.15, max: 0.6, noNaN: true }),
          fc.integer(),
          (count, recordings, fraction, seed) => {
            const { train, test } = splitFrames(
              frames(count, recordings),
              { method, fraction },
              new Random(seed),
            );
            expect([...train, ...test].sort((a, b) => a - b)).toEqual([...Array(count).keys()]);
            expect(test.length).toBeGreaterThan(0);
          },
        ),
      );
    },
  );

  it('random holds out what DeepLabCut would: 19 of 93 at 80/20', () => {
    const { train, test } = splitFrames(frames(93), parseSplit('random:0.2'), new Random(0));
    expect([train.length, test.length]).toEqual([74, 19]);
  });

  it('blocks holds out one run of neighbors, in the order of the numbers in the names', () => {
    const shuffled = [...new Random(3).permutation(50)].map((i) => frames(50)[i]);
    const { test } = splitFrames(shuffled, parseSplit('blocks:0.2'), new Random(1));
    const numbers = [...test]
      .map((i) => Number(/img(\d+)/.exec(shuffled[i].picture.image!)![1]))
      .sort((a, b) => a - b);
    expect(numbers).toHaveLength(10);
    expect(numbers.at(-1)! - numbers[0]).toBe(9);
  });

  it('recordings never divides a recording', () => {
    const all = frames(30, 3);
    const { train, test } = splitFrames(all, parseSplit('recordings:0.3'), new Random(2));
    const names = (side: Int32Array): Set<string> => new Set([...side].map((i) => all[i].recording));
    expect([...names(train)].filter((n) => names(test).has(n))).toEqual([]);
  });

  it('the same seed gives the same split, another seed another', () => {
    const rule = parseSplit('random:0.2');
    const split = (seed: number): string => splitFrames(frames(40), rule, new Random(seed)).test.join();
    expect(split(5)).toBe(split(5));
    expect(split(5)).not.toBe(split(6));
  });

  it('says what to do with a single labeled frame', () => {
    expect(() => splitFrames(frames(1), parseSplit('random:0.2'), new Random(0))).toThrow(/--split none/);
    expect(splitFrames(frames(1), parseSplit('none'), new Random(0)).train).toHaveLength(1);
  });
});

describe('parseSplit', () => {
  it.each(['random', 'random:1', 'random:0', 'random:-0.1', 'blocks:20', 'folds:0.2', ''])(
    'refuses "%s"',
    (text) => {
      expect(() => parseSplit(text)).toThrow(UsageError);
    },
  );
});
