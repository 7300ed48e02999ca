import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  angleBetween,
  besselRatio,
  circularMean,
  circularMeanInterval,
  circularSummary,
  Random,
  rayleighTest,
  unwrapAngles,
  vonMisesKappa,
  watsonWilliamsTest,
  wrapAngle,
} from '../../src/math/index.ts';
import { InputError, UsageError } from '../../src/signal/error.ts';

const rad = (degrees: readonly number[]): number[] => degrees.map((d) => (d * Math.PI) / 180);
const degrees = (radians: number): number => (radians * 180) / Math.PI;
// The angles of Zar's examples 26.4 and 27.1.
const trees = rad([45, 55, 81, 96, 110, 117, 132, 154]);

describe('angles', () => {
  const angle = fc.double({ min: -100, max: 100, noNaN: true });
  it('wrap into (-pi, pi] and keep their direction', () => {
    fc.assert(
      fc.property(angle, (a) => {
        const w = wrapAngle(a);
        expect(w).toBeGreaterThan(-Math.PI);
        expect(w).toBeLessThanOrEqual(Math.PI);
        expect(Math.cos(w)).toBeCloseTo(Math.cos(a), 10);
        expect(Math.sin(w)).toBeCloseTo(Math.sin(a), 10);
      }),
    );
    expect(wrapAngle(-Math.PI)).toBe(Math.PI);
    expect(angleBetween(3, -3)).toBeCloseTo(2 * Math.PI - 6, 12);
  });
  it('unwrap across gaps', () => {
    const steady = Array.from({ length: 50 }, (_, i) => 0.4 * i);
    const wrapped = steady.map(wrapAngle);
    wrapped[7] = NaN;
    const out = unwrapAngles(wrapped);
    out.forEach((v, i) => (i === 7 ? expect(v).toBeNaN() : expect(v).toBeCloseTo(steady[i], 10)));
  });
});

describe('circular statistics', () => {
  it("agree with Zar's examples 26.4 and 27.1: mean 99 deg, r = 0.82522, R = 6.60176, z = 5.448, 0.001 < P < 0.002", () => {
    const s = circularSummary(trees);
    expect(Math.round(degrees(s.mean))).toBe(99);
    expect(s.resultantLength).toBeCloseTo(0.82522, 5);
    expect(s.standardDeviation).toBeCloseTo(0.6198515860372827, 12);
    const test = rayleighTest(trees);
    expect(test.z).toBeCloseTo(5.448, 3);
    expect(test.p).toBeCloseTo(0.0018516375077209267, 12);
  });
  it('the interval of the mean direction covers it as often as it says, and is NaN for spread angles', () => {
    const r = new Random(21);
    const runs = 1500;
    for (const spread of [0.3, 0.7]) {
      let covered = 0;
      for (let i = 0; i < runs; i++) {
        const angles = Array.from({ length: 30 }, () => r.normal(3, spread));
        if (Math.abs(angleBetween(circularMean(angles), 3)) <= circularMeanInterval(angles)) covered++;
      }
      expect(covered / runs).toBeGreaterThan(0.92);
      expect(covered / runs).toBeLessThan(0.98);
    }
    expect(circularMeanInterval([0, 2, 4])).toBeNaN();
  });
  it('turn with the data, and do not depend on the order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 2, maxLength: 30 }),
        fc.double({ min: -7, max: 7, noNaN: true }),
        (a, turn) => {
          const s = circularSummary(a);
          const t = circularSummary(a.map((v) => v + turn).toReversed());
          expect(t.resultantLength).toBeCloseTo(s.resultantLength, 10);
          if (s.resultantLength > 0.01)
            expect(Math.abs(angleBetween(s.mean + turn, t.mean))).toBeLessThan(1e-9);
        },
      ),
    );
  });
  it('weights are repetitions; NaN is left out; nothing gives NaN', () => {
    expect(circularSummary([0, 1], [1, 3]).mean).toBeCloseTo(circularMean([0, 1, 1, 1]), 14);
    expect(circularMean([1, NaN])).toBeCloseTo(1, 14);
    expect(circularSummary([NaN]).resultantLength).toBeNaN();
    expect(rayleighTest([]).p).toBeNaN();
    expect(() => circularSummary([1], [1, 2])).toThrow(UsageError);
  });
  it('Rayleigh keeps its level under the null', () => {
    const r = new Random(11);
    let rejected = 0;
    for (let i = 0; i < 2000; i++) {
      if (rayleighTest(Array.from({ length: 15 }, () => r.uniform(-Math.PI, Math.PI))).p < 0.05) rejected++;
    }
    // Binomial(2000, 0.05): 100 +- 4 standard deviations.
    expect(Math.abs(rejected - 100)).toBeLessThan(39);
  });
  it('kappa inverts the Bessel ratio (golden values: scipy brentq on i1e / i0e)', () => {
    const golden: [number, number][] = [
      [0.05, 0.10012526103671189],
      [0.3, 0.6292153761056904],
      [0.6, 1.5157392662894187],
      [0.9, 5.304689062957729],
      [0.99, 50.25384740109943],
    ];
    for (const [r, kappa] of golden) expect(vonMisesKappa(r) / kappa).toBeCloseTo(1, 11);
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.9999, noNaN: true }), (r) => {
        expect(besselRatio(vonMisesKappa(r))).toBeCloseTo(r, 11);
      }),
    );
    expect([vonMisesKappa(0), vonMisesKappa(1)]).toEqual([0, Infinity]);
    expect(vonMisesKappa(0.9, 10)).toBeCloseTo((729 * 5.304689062957729) / 1010, 9);
    expect(() => vonMisesKappa(1.2)).toThrow(UsageError);
  });
  it("Watson and Williams agree with Zar's example 27.7: F = 1.61, df 1 and 18", () => {
    const one = rad([94, 65, 45, 52, 38, 47, 73, 82, 90, 40, 87]);
    const two = rad([77, 70, 61, 45, 50, 35, 48, 65, 36]);
    const t = watsonWilliamsTest([one, two]);
    expect([t.df1, t.df2]).toEqual([1, 18]);
    expect(t.f).toBeCloseTo(1.61, 1);
    expect(t.p).toBeCloseTo(0.22, 2);
    expect(t.caveats).toEqual([]);
  });
  it('Watson and Williams name what the data do not meet, and refuse no data', () => {
    expect(
      watsonWilliamsTest([
        [0, 2, 4],
        [1, 3, 5],
      ]).caveats.length,
    ).toBe(2);
    expect(() => watsonWilliamsTest([[1]])).toThrow(InputError);
    expect(() => watsonWilliamsTest([[1], [NaN]])).toThrow(InputError);
  });
});
