import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  crossCorrelation,
  interquartileRange,
  mean,
  median,
  medianAbsoluteDeviation,
  Moments,
  pearson,
  quantile,
  quantiles,
  Random,
  ranks,
  spearman,
  standardDeviation,
  variance,
} from '../../src/math/index.ts';
import { UsageError } from '../../src/signal/error.ts';

const finite = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const series = fc.array(finite, { minLength: 1, maxLength: 40 });

describe('quantiles', () => {
  // Golden values: NumPy 1.24 quantile (default method), SciPy median_abs_deviation and iqr.
  const x = [3, 1, 4, 1, 5, 9, 2, 6];
  it('agree with NumPy', () => {
    expect(quantiles(x, [0, 0.1, 0.25, 0.5, 1])).toEqual([1, 1, 1.75, 3.5, 9]);
    expect(quantile(x, 0.77)).toBeCloseTo(5.39, 12);
    expect(medianAbsoluteDeviation(x)).toBe(2);
    expect(interquartileRange(x)).toBe(3.5);
  });
  it('leave NaN out, and are NaN of nothing', () => {
    expect(median([NaN, 1, NaN, 3])).toBe(2);
    expect(median([NaN])).toBeNaN();
    expect(medianAbsoluteDeviation([])).toBeNaN();
  });
  it('are monotone, bounded, and do not change the input', () => {
    fc.assert(
      fc.property(
        series,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (v, p, q) => {
          const copy = [...v];
          const [a, b] = quantiles(v, [Math.min(p, q), Math.max(p, q)]);
          expect(a).toBeLessThanOrEqual(b);
          expect(a).toBeGreaterThanOrEqual(Math.min(...v));
          expect(b).toBeLessThanOrEqual(Math.max(...v));
          expect(v).toEqual(copy);
        },
      ),
    );
  });
  it('refuse what is not a probability', () => {
    expect(() => quantile(x, 50)).toThrow(UsageError);
    expect(() => quantile(x, NaN)).toThrow(UsageError);
  });
});

describe('moments', () => {
  it('do not cancel: a small spread on a large offset', () => {
    const v = [4, 7, 13, 16].map((a) => a + 1e9);
    expect(variance(v)).toBe(30);
    expect(mean(v)).toBe(1e9 + 10);
  });
  it('merged parts equal the whole', () => {
    fc.assert(
      fc.property(series, series, (a, b) => {
        const both = Moments.of(a).merge(Moments.of(b));
        const whole = Moments.of([...a, ...b]);
        expect(both.count).toBe(whole.count);
        expect(Math.abs(both.mean - whole.mean)).toBeLessThan(1e-6);
        expect(Math.abs(both.variance - whole.variance)).toBeLessThanOrEqual(1e-9 * (1 + whole.variance));
      }),
    );
  });
  it('are NaN where undefined, and leave NaN out', () => {
    expect(mean([])).toBeNaN();
    expect(variance([1])).toBeNaN();
    expect(mean([1, NaN, 3])).toBe(2);
    expect(standardDeviation([1, NaN, 3])).toBeCloseTo(Math.SQRT2, 14);
    expect(Moments.of([1, 2, 3, 4]).standardError).toBeCloseTo(Math.sqrt(5 / 3 / 4), 14);
    expect(new Moments().merge(new Moments()).count).toBe(0);
  });
});

describe('correlation', () => {
  // Golden values: scipy.stats pearsonr, spearmanr.
  const a = [2, 1, 4, 5, 3, 8, 6, 7, 7];
  const b = [1, 2, 3, 5, 5, 6, 9, 7, 8];
  it('agrees with SciPy, missing pairs left out', () => {
    expect(pearson(a, b)).toBeCloseTo(0.8167512014853995, 13);
    expect(spearman(a, b)).toBeCloseTo(0.7983193277310926, 13);
    expect(pearson([...a, NaN, 3], [...b, 4, NaN])).toBeCloseTo(0.8167512014853995, 13);
    expect(pearson([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(() => pearson([1], [1, 2])).toThrow(UsageError);
  });
  it('ranks ties at their mean', () => {
    expect([...ranks([10, 20, 10, NaN, 30])]).toEqual([1.5, 3, 1.5, NaN, 4]);
  });
  it('at each lag equals Pearson over the overlap', () => {
    const r = new Random(4);
    const x = Array.from({ length: 37 }, (_, i) => (i % 11 === 3 ? NaN : r.normal()));
    const y = Array.from({ length: 29 }, () => 5 + r.normal());
    const { coefficients, maxLag } = crossCorrelation(x, y, { minimumOverlap: 5 });
    for (let lag = -maxLag; lag <= maxLag; lag++) {
      const pairs = x.flatMap((v, i) =>
        i + lag >= 0 && i + lag < y.length && !Number.isNaN(v) ? [[v, y[i + lag]]] : [],
      );
      const expected =
        pairs.length < 5
          ? NaN
          : pearson(
              pairs.map((p) => p[0]),
              pairs.map((p) => p[1]),
            );
      if (Number.isNaN(expected)) expect(coefficients[maxLag + lag]).toBeNaN();
      else expect(coefficients[maxLag + lag]).toBeCloseTo(expected, 10);
    }
  });
});
