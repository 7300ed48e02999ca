import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eigenvalues } from '../../src/math/eigenvalues.ts';
import { determinant, matrix, multiply } from '../../src/math/index.ts';
import { Random } from '../../src/math/random.ts';

describe('eigenvalues', () => {
  it('are the roots of a companion matrix', () => {
    // (x - 3)(x + 2)(x^2 - 2x + 5) = x^4 - 3x^3 + x^2 + 7x - 30: roots 3, 1 +- 2i, -2.
    const found = eigenvalues(matrix(4, 4, [3, -1, -7, 30, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0]));
    const expected = [
      [3, 0],
      [1, 2],
      [1, -2],
      [-2, 0],
    ];
    for (const [re, im] of expected) {
      const off = Array.from(found.real, (v, i) => Math.hypot(v - re, found.imaginary[i] - im));
      expect(Math.min(...off)).toBeLessThan(1e-9);
    }
    expect(found.real[0]).toBeCloseTo(3, 9);
  });

  it('of a rotation are on the circle, of a triangle its diagonal, of a permutation its roots of one', () => {
    const turn = eigenvalues(matrix(2, 2, [Math.cos(0.3), -Math.sin(0.3), Math.sin(0.3), Math.cos(0.3)]));
    expect(turn.real[0]).toBeCloseTo(Math.cos(0.3), 12);
    expect(Math.abs(turn.imaginary[0])).toBeCloseTo(Math.sin(0.3), 12);
    expect(Array.from(eigenvalues(matrix(3, 3, [1, 5, 6, 0, -4, 7, 0, 0, 2])).real)).toEqual([-4, 2, 1]);
    const cycle = eigenvalues(matrix(4, 4, [0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0]));
    cycle.real.forEach((re, i) => expect(Math.hypot(re, cycle.imaginary[i])).toBeCloseTo(1, 12));
  });

  it('add up to the trace, multiply to the determinant, and stay where the matrix is seen in another basis', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.integer(), (n, seed) => {
        const random = new Random(seed);
        const a = matrix(
          n,
          n,
          Float64Array.from({ length: n * n }, () => random.normal()),
        );
        const { real, imaginary } = eigenvalues(a);
        let trace = 0;
        for (let i = 0; i < n; i++) trace += a.data[i * n + i];
        const sum = real.reduce((s, v) => s + v, 0);
        expect(Math.abs(sum - trace)).toBeLessThan(1e-9 * n);
        let product: [number, number] = [1, 0];
        real.forEach((re, i) => {
          product = [
            product[0] * re - product[1] * imaginary[i],
            product[0] * imaginary[i] + product[1] * re,
          ];
        });
        const scale = real.reduce((s, re, i) => s * Math.max(1, Math.hypot(re, imaginary[i])), 1);
        expect(Math.abs(product[0] - determinant(a)) / scale).toBeLessThan(1e-9);
        expect(Math.abs(product[1]) / scale).toBeLessThan(1e-9);
        // Powers: the trace of A A is the sum of the squares.
        const squared = multiply(a, a);
        let squares = 0;
        for (let i = 0; i < n; i++) squares += squared.data[i * n + i];
        const ofValues = real.reduce((s, re, i) => s + re * re - imaginary[i] ** 2, 0);
        expect(Math.abs(ofValues - squares)).toBeLessThan(1e-8 * n * n);
      }),
      { numRuns: 60 },
    );
  });

  it('are refused of a matrix with a missing value, and of one that is not square', () => {
    expect(() => eigenvalues(matrix(2, 2, [1, NaN, 0, 1]))).toThrow(/missing/);
    expect(() => eigenvalues(matrix(2, 3))).toThrow(/square|eigenvalues/);
  });
});
