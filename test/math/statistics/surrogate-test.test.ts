import { describe, expect, it } from 'vitest';
import { mean, pearson, Random } from '../../../src/math/index.ts';
import {
  blockPermutation,
  circularShift,
  labelPermutation,
  signFlip,
  surrogateTest,
  trialShuffle,
} from '../../../src/math/statistics/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

// Darwin's maize, crossed minus self-fertilized, eighths of an inch (Fisher 1935, section 17).
const darwin = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48];

describe('surrogateTest', () => {
  it("agrees with Fisher's count for Darwin's maize: 1,726 of 32,768 sign patterns as extreme, both sides", () => {
    const test = surrogateTest([darwin], ([d]) => mean(d), {
      null: signFlip,
      permutations: 2 ** 15 - 1,
      random: new Random(1),
    });
    expect(test.exact).toBe(true);
    expect(Math.round(test.p * 32_768)).toBe(1726);
  });
  it('drawn permutations come near all of them, and are never zero', () => {
    const p = (permutations: number, shift = 0): number =>
      surrogateTest([darwin.map((d) => d + shift)], ([d]) => mean(d), {
        null: signFlip,
        permutations,
        random: new Random(4),
      }).p;
    expect(Math.abs(p(4999) - 1726 / 32_768)).toBeLessThan(0.01);
    expect(p(999, 1000)).toBeCloseTo(2 / 1000, 12);
  });
  it('tails: greater and less share the arrangements', () => {
    const labels = [1, 1, 1, 0, 0, 0, 0];
    const values = [9, 8, 7, 4, 3, 6, 1];
    const p = (tail: 'greater' | 'less'): number =>
      surrogateTest([labels], ([l]) => values.reduce((s, v, i) => s + v * l[i], 0), {
        null: labelPermutation,
        tail,
        random: new Random(1),
      }).p;
    expect(p('greater')).toBeCloseTo(1 / 35, 12);
    expect(p('less')).toBe(1);
  });
  it('says where permutations or data cannot reach the level', () => {
    const run = (permutations: number, alpha = 0.05, data = darwin) =>
      surrogateTest([data], ([d]) => mean(d), { null: signFlip, permutations, alpha, random: new Random(1) });
    expect(() => run(38)).toThrow(/at least 39 permutations/);
    expect(run(39).smallestP).toBe(0.05);
    expect(() => run(999, 0.001)).toThrow(UsageError);
    const few = run(999, 0.05, [1, 2, 3, 4]);
    expect(few.smallestP).toBe(2 / 16);
    expect(few.caveats[0]).toMatch(/only 16 arrangements/);
  });
  it('refuses what has no statistic and what cannot be rearranged', () => {
    const random = new Random(1);
    const x = Array.from({ length: 20 }, (_, i) => Math.sin(i));
    const flat = x.map(() => 3);
    expect(() =>
      surrogateTest([x], ([c]) => pearson(c, flat), { null: circularShift, minimumShift: 2, random }),
    ).toThrow(InputError);
    const of = ([c]: readonly Float64Array[]): number => c[0];
    expect(() => surrogateTest([flat], of, { null: blockPermutation, random })).toThrow(/without variation/);
    expect(() => surrogateTest([x], of, { null: circularShift, minimumShift: 12, random })).toThrow(
      /too short/,
    );
    expect(() => surrogateTest([x], of, { null: circularShift, minimumShift: 0, random })).toThrow(
      UsageError,
    );
    expect(() => surrogateTest([x], of, { null: blockPermutation, blockLength: 20, random })).toThrow(
      /too short/,
    );
    expect(() => surrogateTest([x], of, { null: trialShuffle, random })).toThrow(/length of a trial/);
    expect(() => surrogateTest([x], of, { null: trialShuffle, trialLength: 7, random })).toThrow(
      /whole number of trials/,
    );
    expect(() =>
      surrogateTest([[1, 1, 2, 2]], of, { null: labelPermutation, groups: [0, 0, 1, 1], random }),
    ).toThrow(/permute groups/);
    expect(() => surrogateTest([x], of, { null: signFlip, groups: [1], random })).toThrow(UsageError);
  });
});
