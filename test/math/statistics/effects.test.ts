import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noncentralTCdf, normalCdf, Random, tCdf } from '../../../src/math/index.ts';
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  cliffsDelta,
  hedgesG,
  hedgesGPaired,
  holm,
} from '../../../src/math/statistics/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

const a = [3.1, 2.4, 5.5, 4.2, 3.8, 6.0];
const b = [1.2, 2.2, 3.1, 0.5, 2.8, 1.9, 2.5];

describe('noncentral t', () => {
  it('agrees with scipy.stats.nct 1.17', () => {
    for (const [t, df, delta, p] of [
      [1.5, 8, 0.7, 0.7600535676622548],
      [3, 11, 2.5, 0.6408461199799675],
      [-1, 5, 0.5, 0.08244409105672337],
      [0.2, 20, -1, 0.8843323577836183],
      [6, 30, 5, 0.7734195244465687],
      [-2, 10, 1, 0.003302485766631467],
    ]) {
      expect(noncentralTCdf(t, df, delta)).toBeCloseTo(p, 9);
    }
  });
  it("is Student's without noncentrality, and near the normal for many degrees of freedom", () => {
    for (const t of [-3, -0.4, 0, 1, 5]) expect(noncentralTCdf(t, 7, 0)).toBeCloseTo(tCdf(t, 7), 12);
    expect(noncentralTCdf(31, 1e7, 30)).toBeCloseTo(normalCdf(1), 4);
  });
});

describe("Hedges' g", () => {
  it('agrees with SciPy: g with its exact factor, the interval by inversion of nct', () => {
    const g = hedgesG(a, b);
    expect(g.estimate).toBeCloseTo(1.7277992493800447, 10);
    expect(g.low).toBeCloseTo(0.4970448765424159, 7);
    expect(g.high).toBeCloseTo(3.1631875887237193, 7);
  });
  it('turns its sign with the samples, drops and counts what is missing', () => {
    const [g, back] = [hedgesG([...a, NaN], b), hedgesG(b, a)];
    expect(back.estimate).toBeCloseTo(-g.estimate, 12);
    expect(back.low).toBeCloseTo(-g.high, 7);
    expect([g.n, g.dropped]).toEqual([13, 1]);
  });
  it('covers the truth as often as it says', () => {
    let [two, pairs] = [0, 0];
    for (let seed = 0; seed < 60; seed++) {
      const random = new Random(`g/${seed}`);
      const x = Array.from({ length: 8 }, () => random.normal(0.7));
      const g = hedgesG(
        x,
        Array.from({ length: 6 }, () => random.normal()),
      );
      if (g.low <= 0.7 && g.high >= 0.7) two++;
      const d = hedgesGPaired(x);
      if (d.low <= 0.7 && d.high >= 0.7) pairs++;
    }
    // 60 x 0.95 with four standard deviations of the count, 1.7 each.
    for (const covered of [two, pairs]) expect(covered).toBeGreaterThan(50);
  });
  it('refuses samples without spread', () => {
    expect(() => hedgesG([1, 1], [2, 2])).toThrow(InputError);
    expect(() => hedgesG([1], b)).toThrow(/too few/);
    expect(() => hedgesGPaired([2, 2, 2])).toThrow(/does not vary/);
  });
});

describe("Cliff's delta", () => {
  it('agrees with its equations in NumPy', () => {
    const d = cliffsDelta(a, b);
    expect(d.estimate).toBeCloseTo(5 / 6, 12);
    expect(d.low).toBeCloseTo(0.27253061200344475, 9);
    expect(d.high).toBeCloseTo(0.9714987018832337, 9);
  });
  it('is antisymmetric, within its interval, and keeps to -1 and 1', () => {
    const values = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(values, values, (x, y) => {
        const [d, back] = [cliffsDelta(x, y), cliffsDelta(y, x)];
        expect(back.estimate).toBeCloseTo(-d.estimate, 12);
        expect(back.low).toBeCloseTo(-d.high, 9);
        expect(d.low).toBeLessThanOrEqual(d.estimate + 1e-12);
        expect(d.high).toBeGreaterThanOrEqual(d.estimate - 1e-12);
        expect(d.low).toBeGreaterThanOrEqual(-1);
        expect(d.high).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
    const apart = cliffsDelta([5, 6, 7, 8, 9, 10], [1, 2, 3, 4, 0, -1]);
    expect([apart.estimate, apart.high]).toEqual([1, 1]);
    expect(apart.low).toBeLessThan(0.5);
  });
});

describe('many tests', () => {
  // Benjamini & Hochberg 1995, section 4: the fifteen p values of the thrombolysis trials. They reject three by Bonferroni's and Holm's
  // procedures and four by theirs.
  const trials = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ];
  const rejected = (p: Float64Array): number => p.filter((v) => v <= 0.05).length;
  it('reject what the paper rejects', () => {
    expect(rejected(holm(trials))).toBe(3);
    expect(rejected(benjaminiHochberg(trials))).toBe(4);
    expect(rejected(benjaminiYekutieli(trials))).toBe(3);
  });
  it('agree with statsmodels 0.15 (multipletests)', () => {
    expect(holm(trials)[3]).toBeCloseTo(0.114, 12);
    expect(holm(trials)[7]).toBeCloseTo(0.278, 12);
    expect(benjaminiHochberg(trials)[5]).toBeCloseTo(0.06385714285714286, 12);
    expect(benjaminiYekutieli(trials)[3]).toBeCloseTo(0.11821190788378289, 12);
  });
  it.each([
    ['Holm', holm],
    ['Benjamini-Hochberg', benjaminiHochberg],
    ['Benjamini-Yekutieli', benjaminiYekutieli],
  ])(
    '%s keeps the order, never lowers a p value, minds no order of tests and leaves NaN alone',
    (_, adjust) => {
      const ps = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
      fc.assert(
        fc.property(ps, (p) => {
          const out = adjust(p);
          p.forEach((v, i) => {
            expect(out[i]).toBeGreaterThanOrEqual(v);
            expect(out[i]).toBeLessThanOrEqual(1);
            p.forEach((w, j) => v < w && expect(out[i]).toBeLessThanOrEqual(out[j]));
          });
          expect([...adjust(p.toReversed())]).toEqual([...out].toReversed());
          expect([...adjust([NaN, ...p])].slice(1)).toEqual([...out]);
        }),
        { seed: 1 },
      );
      expect(() => adjust([0.5, 1.5])).toThrow(UsageError);
    },
  );
});
