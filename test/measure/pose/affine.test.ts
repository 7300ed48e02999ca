import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compose,
  identity,
  inverse,
  mirror,
  scaleOf,
  similarity,
  transformed,
} from '../../../src/measure/pose/affine.ts';

const place = fc.double({ min: -500, max: 500, noNaN: true });
const maps = fc
  .tuple(
    fc.double({ min: -4, max: 4, noNaN: true }),
    fc.double({ min: 0.1, max: 10, noNaN: true }),
    place,
    place,
    place,
    place,
  )
  .map(([angle, scale, a, b, c, d]) => similarity(angle, scale, [a, b], [c, d]));

function near(a: ArrayLike<number>, b: ArrayLike<number>): void {
  for (let i = 0; i < a.length; i++) expect(a[i]).toBeCloseTo(b[i], 5);
}

describe('affine maps', () => {
  test('a map after its inverse is the identity', () => {
    fc.assert(fc.property(maps, (map) => near(compose(map, inverse(map)), identity)));
  });

  test('composition maps as one after the other', () => {
    fc.assert(
      fc.property(maps, maps, place, place, (outer, inner, x, y) =>
        near(transformed(compose(outer, inner), [x, y]), transformed(outer, transformed(inner, [x, y]))),
      ),
    );
  });

  test('a similarity takes `from` to `to` and lengths grow by its scale', () => {
    fc.assert(
      fc.property(fc.double({ min: -4, max: 4, noNaN: true }), place, place, (angle, x, y) => {
        const map = similarity(angle, 3, [x, y], [7, -2]);
        near(transformed(map, [x, y]), [7, -2]);
        expect(scaleOf(map)).toBeCloseTo(3, 9);
      }),
    );
  });

  test('rotation turns x towards y', () => {
    near(transformed(similarity(Math.PI / 2, 1, [0, 0], [0, 0]), [1, 0]), [0, 1]);
  });

  test('a mirror is its own inverse and keeps its axis', () => {
    near(compose(mirror(5), mirror(5)), identity);
    near(transformed(mirror(5), [2, 5, 3, 1]), [2, 5, 3, 9]);
  });

  test('NaN stays NaN', () => {
    expect(transformed(identity, [Number.NaN, 1])[0]).toBeNaN();
  });
});
