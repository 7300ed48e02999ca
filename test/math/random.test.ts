import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chi2Quantile, mean, Random, variance } from '../../src/math/index.ts';
import { InputError } from '../../src/signal/error.ts';

describe('Random', () => {
  it('gives the same stream for the same seed and another for another', () => {
    const draw = (seed: number | string) =>
      Array.from(
        { length: 8 },
        (
          (r) => () =>
            r.uint32()
        )(new Random(seed)),
      );
    expect(draw(7)).toEqual(draw(7));
    const first = new Set(Array.from({ length: 20_000 }, (_, i) => new Random(i).uniform()));
    expect(first.size).toBe(20_000);
  });

  it('is pinned: the stream of seed 1 never changes', () => {
    const r = new Random(1);
    expect([r.uint32(), r.uint32(), r.uint32()]).toEqual([2395849000, 4239110564, 218561895]);
  });

  it('continues to the bit after save and restore, at any moment', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.constantFrom('uniform', 'normal', 'integer')), (seed, calls) => {
        const r = new Random(seed);
        for (const c of calls)
          if (c === 'normal') r.normal();
          else if (c === 'uniform') r.uniform();
          else r.integer(10);
        const copy = Random.restore(JSON.parse(JSON.stringify(r.save())) as number[]);
        for (let i = 0; i < 5; i++) expect(copy.normal()).toBe(r.normal());
        expect(copy.uint32()).toBe(r.uint32());
      }),
    );
  });

  it('refuses a damaged state', () => {
    expect(() => Random.restore([1, 2, 3])).toThrow(InputError);
    expect(() => Random.restore([1, 2, 3, 4, 5, NaN])).toThrow(InputError);
  });

  it.each([0, 0.3, 4, 40])(
    'draws Poisson counts of mean %d: their mean, variance and share of zeros',
    (mean) => {
      const random = new Random('poisson');
      const n = 20_000;
      const counts = Array.from({ length: n }, () => random.poisson(mean));
      const average = counts.reduce((a, b) => a + b, 0) / n;
      const variance = counts.reduce((a, b) => a + (b - average) ** 2, 0) / n;
      const error = Math.sqrt(mean / n) + 1e-12;
      expect(Math.abs(average - mean)).toBeLessThan(4 * error);
      expect(Math.abs(variance - mean)).toBeLessThan(4 * mean * Math.sqrt((2 + 1 / (mean || 1)) / n) + 1e-12);
      const zeros = Math.exp(-mean);
      const seen = counts.filter((c) => c === 0).length / n;
      expect(Math.abs(seen - zeros)).toBeLessThan(4 * Math.sqrt((zeros * (1 - zeros)) / n) + 1e-12);
      expect(() => random.poisson(NaN)).toThrow(InputError);
      expect(() => random.poisson(-1)).toThrow(InputError);
    },
  );

  it('draws uniform integers (chi squared, p = 0.0001) and normal deviates', () => {
    const r = new Random('dice');
    const counts = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < 50_000; i++) counts[r.integer(10)]++;
    const chi2 = counts.reduce((s, c) => s + (c - 5000) ** 2 / 5000, 0);
    expect(chi2).toBeLessThan(chi2Quantile(0.9999, 9));
    const z = Float64Array.from({ length: 50_000 }, () => r.normal(3, 2));
    expect(mean(z)).toBeCloseTo(3, 1);
    expect(Math.abs(variance(z) - 4)).toBeLessThan(0.12);
  });

  it('permutes', () => {
    const p = new Random(3).permutation(100);
    expect([...p].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect([...p]).not.toEqual([...p].sort((a, b) => a - b));
  });

  it('forks into streams that differ from each other and from the parent', () => {
    const r = new Random(1);
    const values = [r.fork('a').uint32(), r.fork('b').uint32(), r.uint32()];
    expect(new Set(values).size).toBe(3);
  });
});
