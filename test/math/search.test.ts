import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kmeans, minimizeBetween, nelderMead, Random } from '../../src/math/index.ts';
import { InputError, UsageError } from '../../src/signal/error.ts';

describe('nelderMead', () => {
  it("finds the bottom of Rosenbrock's valley", () => {
    const f = (x: Float64Array): number => (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2;
    const m = nelderMead(f, [-1.2, 1]);
    expect(m.converged).toBe(true);
    expect(m.x[0]).toBeCloseTo(1, 4);
    expect(m.x[1]).toBeCloseTo(1, 4);
    expect(m.value).toBe(f(m.x));
  });
  it('finds the minimum of a tilted bowl from anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 4 }), (goal) => {
        const f = (x: Float64Array): number => x.reduce((s, v, k) => s + (k + 1) * (v - goal[k]) ** 2, 0);
        const { x } = nelderMead(
          f,
          goal.map(() => 0),
          { steps: goal.map(() => 1), maxEvaluations: 4000 },
        );
        x.forEach((v, k) => expect(v).toBeCloseTo(goal[k], 3));
      }),
      { numRuns: 40 },
    );
  });
  it('stays out of where the function is NaN, and says when it ran out', () => {
    const f = (x: Float64Array): number => Math.log(x[0]) ** 2;
    expect(nelderMead(f, [3]).x[0]).toBeCloseTo(1, 4);
    expect(nelderMead(f, [3], { maxEvaluations: 5 }).converged).toBe(false);
    expect(() => nelderMead(() => 0, [])).toThrow(UsageError);
  });
});

describe('minimizeBetween', () => {
  it('finds the bottom of a valley anywhere inside', () => {
    fc.assert(
      fc.property(fc.double({ min: -5, max: 5, noNaN: true }), (c) => {
        expect(Math.abs(minimizeBetween((x) => (x - c) ** 2, -6, 6).x - c)).toBeLessThan(1e-6);
        expect(Math.abs(minimizeBetween((x) => Math.abs(x - c), -6, 6).x - c)).toBeLessThan(1e-6);
        expect(Math.abs(minimizeBetween((x) => (x - c) ** 4 - 1, -6, 6).x - c)).toBeLessThan(1e-2);
      }),
    );
  });
  it('reaches a minimum at the end, and refuses no interval', () => {
    expect(minimizeBetween((x) => x, 2, 3).x).toBeCloseTo(2, 6);
    expect(() => minimizeBetween((x) => x, 3, 2)).toThrow(UsageError);
  });
});

describe('kmeans', () => {
  const blobs = (seed: number): { points: Float64Array; truth: number[] } => {
    const r = new Random(seed);
    const truth = Array.from({ length: 120 }, (_, i) => i % 3);
    return {
      truth,
      points: Float64Array.from(truth.flatMap((c) => [20 * c + r.normal(), -9 * c + r.normal()])),
    };
  };
  it('separates what is separate, with the same bytes for the same seed', () => {
    const { points, truth } = blobs(2);
    const k = kmeans(points, 2, { clusters: 3, random: new Random(1) });
    expect(kmeans(points, 2, { clusters: 3, random: new Random(1) })).toEqual(k);
    const named = new Map(truth.map((t, i) => [t, k.labels[i]]));
    expect(new Set(named.values()).size).toBe(3);
    truth.forEach((t, i) => expect(k.labels[i]).toBe(named.get(t)));
    expect(k.converged).toBe(true);
  });
  it('each point is with its nearest center, each center is its points mean', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer(), (clusters, seed) => {
        const r = new Random(seed);
        const points = Float64Array.from({ length: 80 }, () => r.integer(12));
        const { centers, labels, inertia, converged } = kmeans(points, 2, { clusters, random: r });
        expect(converged).toBe(true);
        let total = 0;
        const sums = new Float64Array(clusters * 3);
        labels.forEach((label, i) => {
          const d = Array.from(
            { length: clusters },
            (_, c) => (points[2 * i] - centers[2 * c]) ** 2 + (points[2 * i + 1] - centers[2 * c + 1]) ** 2,
          );
          expect(d[label]).toBe(Math.min(...d));
          total += d[label];
          sums[3 * label] += points[2 * i];
          sums[3 * label + 1] += points[2 * i + 1];
          sums[3 * label + 2]++;
        });
        expect(inertia).toBeCloseTo(total, 8);
        for (let c = 0; c < clusters; c++) {
          if (sums[3 * c + 2] > 0) expect(centers[2 * c]).toBeCloseTo(sums[3 * c] / sums[3 * c + 2], 10);
        }
      }),
    );
  });
  it('takes fewer distinct points than clusters, one point, and refuses the rest', () => {
    expect(kmeans([1, 1, 1, 1], 1, { clusters: 2, random: new Random(1) }).inertia).toBe(0);
    expect([...kmeans([5], 1, { clusters: 1, random: new Random(1) }).centers]).toEqual([5]);
    expect(() => kmeans([1, NaN], 1, { clusters: 1, random: new Random(1) })).toThrow(InputError);
    expect(() => kmeans([1], 1, { clusters: 2, random: new Random(1) })).toThrow(UsageError);
  });
});
