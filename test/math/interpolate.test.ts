import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cubicInterpolator, linearInterpolator, pchipInterpolator } from '../../src/math/index.ts';
import { UsageError } from '../../src/signal/error.ts';

describe('interpolation', () => {
  const x = [0, 1, 2.5, 3, 4.2, 6];
  const y = [1, 3, 2, 2, 5, 4];
  const q = [0, 0.4, 1, 1.7, 2.7, 3.5, 5, 6];
  const close = (got: readonly number[], expected: readonly number[]): void =>
    got.forEach((v, i) => expect(v).toBeCloseTo(expected[i], 12));

  it('agrees with SciPy (PchipInterpolator, CubicSpline not-a-knot and natural)', () => {
    close(
      q.map(pchipInterpolator(x, y)),
      [1, 2.1456, 3, 2.5499259259259257, 2, 3.128472222222222, 4.9122085048010975, 4],
    );
    close(
      q.map(cubicInterpolator(x, y)),
      [
        1, 2.2780472945891783, 3, 2.71124399910933, 1.9134538410153639, 2.9159677379450253, 6.633024072837031,
        4,
      ],
    );
    close(
      q.map(cubicInterpolator(x, y, { ends: 'natural' })),
      [
        1, 2.0074981765134936, 3, 2.8330287165356456, 1.8940802334062727, 3.0747583036172568,
        5.42328299610089, 4,
      ],
    );
  });

  const makers = { linear: linearInterpolator, pchip: pchipInterpolator, cubic: cubicInterpolator };
  const points = fc
    .uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 12 })
    .chain((xs) =>
      fc.tuple(
        fc.constant(xs.sort((a, b) => a - b)),
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: xs.length, maxLength: xs.length }),
      ),
    );

  for (const [name, maker] of Object.entries(makers)) {
    it(`${name} passes through its points, is exact on lines, is NaN outside`, () => {
      fc.assert(
        fc.property(points, fc.double({ min: 0, max: 1, noNaN: true }), ([xs, ys], t) => {
          const f = maker(xs, ys);
          xs.forEach((v, i) => expect(f(v)).toBeCloseTo(ys[i], 8));
          expect(f(xs[0] - 1e-9)).toBeNaN();
          expect(f(xs[xs.length - 1] + 1e-9)).toBeNaN();
          expect(f(NaN)).toBeNaN();
          const line = maker(
            xs,
            xs.map((v) => 2 * v - 1),
          );
          const at = xs[0] + t * (xs[xs.length - 1] - xs[0]);
          expect(line(at)).toBeCloseTo(2 * at - 1, 8);
        }),
      );
    });
  }

  it('PCHIP never leaves the range of its two neighbors', () => {
    fc.assert(
      fc.property(points, fc.double({ min: 0, max: 1, noNaN: true }), ([xs, ys], t) => {
        const f = pchipInterpolator(xs, ys);
        for (let i = 0; i + 1 < xs.length; i++) {
          const v = f(xs[i] + t * (xs[i + 1] - xs[i]));
          expect(v).toBeGreaterThanOrEqual(Math.min(ys[i], ys[i + 1]) - 1e-9);
          expect(v).toBeLessThanOrEqual(Math.max(ys[i], ys[i + 1]) + 1e-9);
        }
      }),
    );
  });

  it('the not-a-knot spline reproduces any cubic', () => {
    const cubic = (v: number): number => 2 - v + 0.5 * v ** 2 - 0.3 * v ** 3;
    const f = cubicInterpolator(x, x.map(cubic));
    for (let v = 0; v <= 6; v += 0.37) expect(f(v)).toBeCloseTo(cubic(v), 10);
    const parabola = cubicInterpolator([0, 1, 3], [0, 1, 9]);
    expect(parabola(2)).toBeCloseTo(4, 12);
  });

  it('linear leaves a gap where an end is missing', () => {
    const f = linearInterpolator([0, 1, 2, 3], [0, 1, NaN, 3]);
    expect([f(0.5), f(1), f(3)]).toEqual([0.5, 1, 3]);
    expect([f(1.5), f(2), f(2.5)].every(Number.isNaN)).toBe(true);
    expect(linearInterpolator([2], [7])(2)).toBe(7);
  });

  it('refuses unsorted, unequal and missing points', () => {
    expect(() => linearInterpolator([1, 0], [0, 0])).toThrow(UsageError);
    expect(() => pchipInterpolator([0, 1], [0])).toThrow(UsageError);
    expect(() => cubicInterpolator([0, 1, 2], [0, NaN, 2])).toThrow(/Leave missing points out/);
  });
});
