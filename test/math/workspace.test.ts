import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { Workspace } from '../../src/math/product/workspace.ts';
import { UsageError } from '../../src/signal/error.ts';

const drawn = (random: Random, n: number): number[] => Array.from({ length: n }, () => random.normal());

function product(m: number, k: number, n: number, seed: number, transposed: boolean) {
  const random = new Random(seed);
  const space = new Workspace({
    a: m * k,
    b: k * n,
    packed: Workspace.packedLength(k, n),
    c: m * n,
    next: 3,
  });
  const { a, b, packed, c, next } = space.arrays;
  a.set(drawn(random, m * k));
  b.set(drawn(random, k * n));
  c.set(drawn(random, m * n));
  next.fill(7);
  const start = c.slice();
  const left = transposed
    ? { data: a, rowStride: 1, columnStride: m }
    : { data: a, rowStride: k, columnStride: 1 };
  const right = space.pack({ data: b, rowStride: n }, k, n, packed);
  space.addProduct(m, left, right, { data: c, rowStride: n });
  const expected = start.map((s, i) => {
    let sum = 0;
    for (let p = 0; p < k; p++) {
      sum += (transposed ? a[p * m + Math.floor(i / n)] : a[Math.floor(i / n) * k + p]) * b[p * n + (i % n)];
    }
    return s + sum;
  });
  return { c, expected, next };
}

describe('Workspace', () => {
  test('a product is the sum in order, to the bit, in any shape and from a transposed matrix', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 11 }),
        fc.integer(),
        fc.boolean(),
        (m, k, n, seed, transposed) => {
          const { c, expected, next } = product(m, k, n, seed, transposed);
          expect(c).toEqual(expected);
          expect([...next]).toEqual([7, 7, 7]);
        },
      ),
    );
  });

  test('refuses an array from elsewhere', () => {
    const space = new Workspace({ a: 4, b: 4, c: 4 });
    const packed = space.pack({ data: Float64Array.of(1, 0, 0, 1), rowStride: 2 }, 2, 2, new Float64Array(8));
    const { a, c } = space.arrays;
    expect(() => space.addProduct(2, { data: a, rowStride: 2 }, packed, { data: c, rowStride: 2 })).toThrow(
      UsageError,
    );
  });
});
