import { describe, expect, it } from 'vitest';
import { bootstrap, mean, Random, variance } from '../../src/math/index.ts';
import { UsageError } from '../../src/signal/error.ts';

const sample = [1, 5, 2, 8, 3, 9, 4, 7, 6, 2];
const of =
  (values: ArrayLike<number>, f: (v: Float64Array) => number) =>
  (positions: Int32Array): number =>
    f(Float64Array.from(positions, (i) => values[i]));
const sd = (v: Float64Array): number => Math.sqrt((variance(v) * (v.length - 1)) / v.length);

describe('bootstrap', () => {
  it('BCa agrees with scipy.stats.bootstrap (200,000 resamples: mean 3.2 to 6.4, np.std 2.002 to 3.419)', () => {
    const m = bootstrap(10, of(sample, mean), { resamples: 20_000, random: new Random(1) });
    expect(m.low).toBeCloseTo(3.2, 0.9);
    expect(m.high).toBeCloseTo(6.4, 0.9);
    const s = bootstrap(10, of(sample, sd), { resamples: 20_000, random: new Random(2) });
    expect(Math.abs(s.low - 2.0025)).toBeLessThan(0.03);
    expect(Math.abs(s.high - 3.419)).toBeLessThan(0.03);
    expect(s.estimate).toBeGreaterThan(s.low);
  });
  it('the standard error of a mean is sd / sqrt(n)', () => {
    const { standardError } = bootstrap(10, of(sample, mean), { resamples: 20_000, random: new Random(3) });
    expect(standardError / (sd(Float64Array.from(sample)) / Math.sqrt(10))).toBeCloseTo(1, 1);
  });
  it('same seed, same interval', () => {
    const run = () => bootstrap(10, of(sample, mean), { resamples: 100, random: new Random(5) });
    expect(run()).toEqual(run());
  });
  it('of a strongly autocorrelated series: blocks come near the level, single samples do not', () => {
    const r = new Random(8);
    const covered = { single: 0, blocks: 0 };
    const runs = 200;
    for (let k = 0; k < runs; k++) {
      const x = new Float64Array(300);
      for (let i = 1; i < x.length; i++) x[i] = 0.8 * x[i - 1] + r.normal();
      for (const [name, blockLength] of [
        ['single', 1],
        ['blocks', 30],
      ] as const) {
        const b = bootstrap(300, of(x, mean), {
          resamples: 200,
          method: 'percentile',
          blockLength,
          random: r,
        });
        if (b.low <= 0 && b.high >= 0) covered[name]++;
      }
    }
    expect(covered.blocks / runs).toBeGreaterThan(0.78);
    expect(covered.single / runs).toBeLessThan(0.65);
  });
  it('draws whole blocks, wrapped around the end', () => {
    bootstrap(
      12,
      (p) => {
        for (let i = 0; i < 12; i += 4) for (let k = 1; k < 4; k++) expect(p[i + k]).toBe((p[i] + k) % 12);
        return p[0];
      },
      { resamples: 50, blockLength: 4, method: 'percentile', random: new Random(1) },
    );
  });
  it('counts resamples without a value and is NaN where there is none at all', () => {
    const some = bootstrap(2, (p) => (p[0] === p[1] ? NaN : 1), { resamples: 100, random: new Random(1) });
    expect(some.undefinedResamples).toBe(100 - some.distribution.length);
    expect(some.undefinedResamples).toBeGreaterThan(20);
    const none = bootstrap(3, () => NaN, { resamples: 10, random: new Random(1) });
    expect([none.low, none.high].every(Number.isNaN)).toBe(true);
  });
  it('refuses nonsense', () => {
    const random = new Random(1);
    expect(() => bootstrap(0, () => 1, { random })).toThrow(UsageError);
    expect(() => bootstrap(3, () => 1, { random, blockLength: 4 })).toThrow(UsageError);
    expect(() => bootstrap(3, () => 1, { random, level: 95 })).toThrow(UsageError);
  });
});
