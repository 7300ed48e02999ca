import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/index.ts';
import {
  autocorrelation,
  autocovariance,
  decorrelationLag,
  effectivePairs,
  effectiveSampleSize,
} from '../../../src/math/statistics/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

/** x_i = phi x_{i-1} + noise, from its stationary distribution. */
function autoregressive(random: Random, n: number, phi: number): Float64Array {
  const x = new Float64Array(n);
  x[0] = random.normal() / Math.sqrt(1 - phi * phi);
  for (let i = 1; i < n; i++) x[i] = phi * x[i - 1] + random.normal();
  return x;
}

describe('autocorrelation', () => {
  it('is the mean lagged product of deviations, by its definition', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 40 }), (x) => {
        fc.pre(new Set(x).size > 1);
        const m = x.reduce((s, v) => s + v, 0) / x.length;
        const r = autocovariance(x, x.length - 1);
        for (let k = 0; k < x.length; k++) {
          let sum = 0;
          for (let i = 0; i + k < x.length; i++) sum += (x[i] - m) * (x[i + k] - m);
          expect(r[k]).toBeCloseTo(sum / x.length, 8);
        }
        expect(autocorrelation(x, 1)[0]).toBe(1);
      }),
      { seed: 1 },
    );
  });
  it('survives gaps: a third missing of a long series changes little', () => {
    const random = new Random(2);
    const x = autoregressive(random, 20_000, 0.8);
    const holed = x.map((v) => (random.uniform() < 1 / 3 ? NaN : v));
    const [full, rest] = [autocorrelation(x, 10), autocorrelation(holed, 10)];
    full.forEach((v, k) => expect(Math.abs(v - rest[k])).toBeLessThan(0.03));
  });
  it('of a first-order process ends where 2 sqrt(log10(n) / n) is crossed: 0 for noise', () => {
    const random = new Random(3);
    // 0.8^k = 2 sqrt(log10(20000) / 20000) = 0.0293 at k = 15.8.
    const lag = decorrelationLag(autoregressive(random, 20_000, 0.8));
    expect(lag).toBeGreaterThan(12);
    expect(lag).toBeLessThan(24);
    expect(decorrelationLag(autoregressive(random, 2000, 0))).toBe(0);
  });
  it('makes n samples worth n (1 - phi) / (1 + phi) of a first-order process', () => {
    for (const phi of [0, 0.5, 0.9]) {
      const sizes = Array.from({ length: 20 }, (_, seed) =>
        effectiveSampleSize(autoregressive(new Random(seed), 4000, phi)),
      );
      const average = sizes.reduce((s, v) => s + v, 0) / sizes.length;
      expect(average / ((4000 * (1 - phi)) / (1 + phi))).toBeGreaterThan(0.9);
      expect(average / ((4000 * (1 - phi)) / (1 + phi))).toBeLessThan(1.15);
    }
  });
  it('makes n pairs worth n (1 - a b) / (1 + a b)', () => {
    const pairs = Array.from({ length: 20 }, (_, seed) => {
      const random = new Random(seed);
      return effectivePairs(autoregressive(random, 4000, 0.9), autoregressive(random, 4000, 0.8));
    });
    const average = pairs.reduce((s, v) => s + v, 0) / pairs.length;
    expect(average / (4000 * (0.28 / 1.72))).toBeGreaterThan(0.85);
    expect(average / (4000 * (0.28 / 1.72))).toBeLessThan(1.2);
  });
  it('is refused where there is none', () => {
    expect(() => autocorrelation([3, 3, 3], 1)).toThrow(/3 times 3/);
    expect(() => autocorrelation([0.1 + 0.2, 0.3, 0.3], 1)).toThrow(InputError);
    expect(() => effectiveSampleSize([NaN, NaN])).toThrow(/no value/);
    expect(() => autocovariance([1, 2], 2)).toThrow(UsageError);
    expect(() => decorrelationLag([1, 2])).toThrow(InputError);
    expect(() => effectivePairs([1, 2], [1, 2, 3])).toThrow(UsageError);
  });
});
