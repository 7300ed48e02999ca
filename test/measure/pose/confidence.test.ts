import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import {
  calibrate,
  confidenceOf,
  reliability,
  type ScoredPoint,
} from '../../../src/measure/pose/confidence.ts';

/** Points whose true probability of a hit is logistic(a + b logit(score)). */
function simulate(a: number, b: number, count: number, seed: number): ScoredPoint[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => {
    const score = random.uniform(0.02, 0.98);
    const p = 1 / (1 + Math.exp(-(a + b * Math.log(score / (1 - score)))));
    return { score, errorPx: random.uniform() < p ? 1 : 10 };
  });
}

describe('calibrate', () => {
  it.each([
    [0, 1],
    [1.5, 0.6],
    [-1, 2],
  ])('recovers intercept %d and slope %d', (a, b) => {
    const fit = calibrate(simulate(a, b, 20_000, 1), 5);
    expect(fit.intercept).toBeCloseTo(a, 0.9);
    expect(fit.slope).toBeCloseTo(b, 0.9);
  });

  it('makes stated confidence agree with what happens on new points', () => {
    const fit = calibrate(simulate(1.2, 0.5, 400, 2), 5);
    const fresh = simulate(1.2, 0.5, 20_000, 3).map((p) => ({
      ...p,
      confidence: confidenceOf(fit, p.score),
    }));
    const raw = fresh.map((p) => ({ ...p, confidence: p.score }));
    expect(reliability(fresh, 5).expectedCalibrationError).toBeLessThan(0.04);
    expect(reliability(raw, 5).expectedCalibrationError).toBeGreaterThan(0.1);
  });

  it('stays finite where every point is right or every point is wrong', () => {
    for (const errorPx of [0, Infinity]) {
      const fit = calibrate(
        [0.2, 0.5, 0.9].map((score) => ({ score, errorPx })),
        5,
      );
      const confidence = confidenceOf(fit, 0.9);
      expect(confidence).toBeGreaterThan(0);
      expect(confidence).toBeLessThan(1);
    }
  });

  it('never lets a higher score mean less', () => {
    const backward = simulate(0, -2, 500, 4);
    const fit = calibrate(backward, 5);
    expect(confidenceOf(fit, 0.9)).toBeGreaterThanOrEqual(confidenceOf(fit, 0.1));
  });

  it('refuses no points and a radius of zero', () => {
    expect(() => calibrate([], 5)).toThrow(/held-out points/);
    expect(() => calibrate([{ score: 0.5, errorPx: 1 }], 0)).toThrow(/radius/);
  });
});

describe('reliability', () => {
  it('covers the stated confidence with its intervals when it is right', () => {
    const random = new Random(9);
    const points = Array.from({ length: 5000 }, () => {
      const confidence = random.uniform();
      return { confidence, errorPx: random.uniform() < confidence ? 0 : 9 };
    });
    const { bins } = reliability(points, 5);
    const covered = bins.filter((b) => b.low <= b.stated && b.stated <= b.high);
    expect(bins.reduce((n, b) => n + b.count, 0)).toBe(5000);
    expect(covered.length).toBeGreaterThanOrEqual(8);
  });

  it('leaves out points without a confidence', () => {
    expect(reliability([{ confidence: NaN, errorPx: 1 }], 5).bins).toEqual([]);
  });
});
