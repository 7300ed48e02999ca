import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cholesky,
  choleskySolve,
  determinant,
  identity,
  leastSquares,
  matrix,
  multiply,
  multiplyVector,
  procrustes,
  Random,
  solve,
  svd,
  symmetricEigen,
  transpose,
  type Matrix,
} from '../../src/math/index.ts';
import { InputError, UsageError } from '../../src/signal/error.ts';

const random = (rows: number, columns: number, seed: number): Matrix => {
  const r = new Random(seed);
  return matrix(
    rows,
    columns,
    Float64Array.from({ length: rows * columns }, () => r.normal()),
  );
};
const gap = (a: Matrix, b: Matrix): number =>
  a.data.reduce((m, v, i) => Math.max(m, Math.abs(v - b.data[i])), 0);
const sizes = fc.integer({ min: 1, max: 12 });
const diagonal = (s: Float64Array): Matrix => {
  const m = matrix(s.length, s.length);
  s.forEach((v, i) => (m.data[i * s.length + i] = v));
  return m;
};

describe('factorizations', () => {
  it('Cholesky rebuilds and solves', () => {
    fc.assert(
      fc.property(sizes, fc.integer(), (n, seed) => {
        const b = random(n, n + 2, seed);
        const a = multiply(b, transpose(b));
        const l = cholesky(a);
        expect(gap(multiply(l, transpose(l)), a)).toBeLessThan(1e-11);
        const x = random(n, 1, seed + 1).data;
        const back = multiplyVector(a, choleskySolve(l, x));
        x.forEach((v, i) => expect(back[i]).toBeCloseTo(v, 6));
      }),
    );
  });
  it('LU solves, and determinants multiply', () => {
    fc.assert(
      fc.property(sizes, fc.integer(), (n, seed) => {
        const a = random(n, n, seed);
        const b = random(n, n, seed + 7);
        const x = random(n, 1, seed + 1).data;
        const back = multiplyVector(a, solve(a, x));
        x.forEach((v, i) => expect(back[i]).toBeCloseTo(v, 6));
        const product = determinant(a) * determinant(b);
        expect(Math.abs(determinant(multiply(a, b)) - product)).toBeLessThan(1e-8 * (1 + Math.abs(product)));
      }),
    );
  });
  it('least squares: the residual is orthogonal to the columns', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 9 }), fc.integer(), (n, more, seed) => {
        const a = random(n + more, n, seed);
        const b = random(n + more, 1, seed + 1).data;
        const { solution, residual } = leastSquares(a, b);
        const r = multiplyVector(a, solution).map((v, i) => b[i] - v);
        multiplyVector(transpose(a), r).forEach((v) => expect(Math.abs(v)).toBeLessThan(1e-7));
        expect(Math.abs(r.reduce((s, v) => s + v * v, 0) - residual)).toBeLessThan(1e-7);
      }),
    );
  });
  it('symmetric eigenvectors diagonalize, values decrease', () => {
    fc.assert(
      fc.property(sizes, fc.integer(), (n, seed) => {
        const b = random(n, n, seed);
        const a = matrix(
          n,
          n,
          b.data.map((v, i) => v + b.data[(i % n) * n + Math.floor(i / n)]),
        );
        const { values, vectors } = symmetricEigen(a);
        expect(gap(multiply(multiply(vectors, diagonal(values)), transpose(vectors)), a)).toBeLessThan(
          1e-12 * n * 10,
        );
        expect(gap(multiply(transpose(vectors), vectors), identity(n))).toBeLessThan(1e-13 * n * 10);
        values.forEach((v, i) => i > 0 && expect(v).toBeLessThanOrEqual(values[i - 1]));
      }),
    );
  });
  it('the singular value decomposition rebuilds any shape', () => {
    fc.assert(
      fc.property(sizes, sizes, fc.integer(), (rows, columns, seed) => {
        const a = random(rows, columns, seed);
        const { u, s, v } = svd(a);
        expect(gap(multiply(multiply(u, diagonal(s)), transpose(v)), a)).toBeLessThan(1e-12 * 10);
        expect(gap(multiply(transpose(u), u), identity(s.length))).toBeLessThan(1e-12);
        expect(gap(multiply(transpose(v), v), identity(s.length))).toBeLessThan(1e-12);
      }),
    );
  });
  it('agree with NumPy', () => {
    // Golden values: numpy.linalg eigvalsh, cholesky, det, svd, lstsq.
    const a = matrix(3, 3, [4, 1, -2, 1, 3, 0.5, -2, 0.5, 5]);
    const close = (got: ArrayLike<number>, expected: readonly number[]): void =>
      expected.forEach((v, i) => expect(got[i]).toBeCloseTo(v, 12));
    close(symmetricEigen(a).values, [6.576456854440895, 3.8393364524664815, 1.584206693092622]);
    close(cholesky(a).data, [2, 0, 0, 0.5, 1.6583123951777, 0, -1, 0.6030226891555273, 1.9069251784911847]);
    expect(determinant(a)).toBeCloseTo(40, 12);
    const m = matrix(4, 3, [1, 2, 3, 4, 5, 6, 7, 8, 10, 0.5, -1, 2]);
    close(svd(m).s, [17.445214233324773, 2.0602684750667226, 0.8184095332101224]);
    close(
      leastSquares(m, [1, 2, 3, 4]).solution,
      [0.3733025137243566, -1.4001733603004922, 1.1814504478474444],
    );
  });
  it('finds tiny singular values to relative precision and zeros as zeros', () => {
    const { s } = svd(matrix(2, 2, [1e200, 0, 0, 1e50]));
    expect([...s]).toEqual([1e200, 1e50]);
    const { s: rank1 } = svd(matrix(3, 2, [1, 2, 2, 4, 3, 6]));
    expect(rank1[1]).toBeLessThan(1e-15);
  });
  it('refuse singular, indefinite, missing and misshapen input by name', () => {
    expect(() => cholesky(matrix(2, 2, [1, 2, 2, 1]))).toThrow(/not positive definite/);
    expect(() => cholesky(matrix(1, 1, [NaN]))).toThrow(InputError);
    expect(() => solve(matrix(2, 2, [1, 2, 2, 4]), [1, 1])).toThrow(/singular/);
    expect(() => leastSquares(matrix(3, 2, [1, 2, 2, 4, 3, 6]), [1, 2, 3])).toThrow(/rank 1/);
    expect(() => leastSquares(matrix(2, 1, [1, NaN]), [1, 2])).toThrow(InputError);
    expect(() => leastSquares(matrix(2, 1, [1, 2]), [1, NaN])).toThrow(InputError);
    expect(() => svd(matrix(1, 1, [NaN]))).toThrow(InputError);
    expect(() => symmetricEigen(matrix(1, 1, [Infinity]))).toThrow(InputError);
    expect(() => symmetricEigen(matrix(2, 1))).toThrow(UsageError);
    expect(() => multiply(matrix(2, 2), matrix(3, 1))).toThrow(UsageError);
    expect(() => matrix(2, 2, [1])).toThrow(UsageError);
  });
});

describe('procrustes', () => {
  const cloud = (n: number, d: number, seed: number): Float64Array => random(n, d, seed).data;
  const turn = (angle: number): Matrix =>
    matrix(2, 2, [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)]);
  const move = (
    points: Float64Array,
    d: number,
    rotation: Matrix,
    scale: number,
    shift: readonly number[],
  ) => {
    const moved = multiply(matrix(points.length / d, d, points), transpose(rotation)).data;
    return moved.map((v, i) => scale * v + shift[i % d]);
  };

  it('recovers a similarity, missing points or not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 20 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        fc.integer(),
        (n, angle, scale, seed) => {
          const source = cloud(n, 2, seed);
          const target = move(source, 2, turn(angle), scale, [3, -7]);
          source[0] = NaN;
          const found = procrustes(source, target);
          expect(found.scale).toBeCloseTo(scale, 8);
          expect(gap(found.rotation, turn(angle))).toBeLessThan(1e-7);
          expect(found.translation[1]).toBeCloseTo(-7, 6);
          expect(found.residual).toBeLessThan(1e-7);
          expect(found.used).toBe(n - 1);
        },
      ),
    );
  });
  it('never reflects unless asked', () => {
    const source = Float64Array.of(0, 0, 1, 0, 0, 2, 3, 1);
    const mirrored = source.map((v, i) => (i % 2 ? v : -v));
    expect(determinant(procrustes(source, mirrored).rotation)).toBeCloseTo(1, 12);
    const reflected = procrustes(source, mirrored, { reflection: true });
    expect(determinant(reflected.rotation)).toBeCloseTo(-1, 12);
    expect(reflected.residual).toBeLessThan(1e-12);
  });
  it('handles points on a line in 3-D', () => {
    const source = Float64Array.of(0, 0, 0, 1, 0, 0, 2, 0, 0);
    const target = Float64Array.of(0, 0, 0, 0, 1, 0, 0, 2, 0);
    const { rotation, residual } = procrustes(source, target, { dimensions: 3, scaling: false });
    expect(residual).toBeLessThan(1e-12);
    expect(determinant(rotation)).toBeCloseTo(1, 12);
  });
  it('Umeyama 1991, the worked example of its section IV', () => {
    const found = procrustes([0, 0, 1, 0, 0, 2], [0, 0, -1, 0, 0, 2]);
    expect([...found.rotation.data].map((v) => Number(v.toFixed(3)))).toEqual([0.832, 0.555, -0.555, 0.832]);
    expect(found.scale).toBeCloseTo(0.721, 3);
    expect(found.translation[0]).toBeCloseTo(-0.8, 12);
    expect(found.translation[1]).toBeCloseTo(0.4, 12);
  });
  it('refuses what does not determine an alignment', () => {
    expect(() => procrustes([1, 1, 1, 1], [1, 2, 3, 4])).toThrow(InputError);
    expect(() => procrustes([1, NaN, 1, 2], [1, 2, 3, 4])).toThrow(InputError);
    expect(() => procrustes([1, 2, 3], [1, 2, 3])).toThrow(UsageError);
  });
});
