import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { similarity, transformed } from '../../../src/measure/pose/affine.ts';
import { bodyFrame, bodyOf, bodyView, symmetrized } from '../../../src/measure/pose/body.ts';

/** Nose, two ears, tail: a body that heads along x and is its own mirror image. */
const animal = Float64Array.of(30, 0, 20, -8, 20, 8, -30, 0);
const swap = [0, 2, 1, 3];

function herd(count: number, noise: number, turn = Math.PI): Float64Array[] {
  const random = new Random('herd');
  return Array.from({ length: count }, () =>
    transformed(
      similarity(random.uniform(-turn, turn), 1, [0, 0], [random.uniform(0, 600), random.uniform(0, 400)]),
      animal,
    ).map((v) => v + random.normal(0, noise)),
  );
}

describe('the body of labeled poses', () => {
  test('a rigid animal: its shape, size and extent come back, whatever way it heads', () => {
    const body = bodyOf(herd(30, 0.5), swap)!;
    expect(body.flexibility).toBeLessThan(0.05);
    expect(body.scaleSpread).toBeLessThan(0.03);
    expect(body.headingConcentration).toBeLessThan(0.5);
    expect(body.asymmetry).toBeLessThan(0.05);
    expect(2 * body.extent[0]).toBeGreaterThan(59);
    expect(2 * body.extent[0]).toBeLessThan(65);
    expect(Math.hypot(body.shape[0] - body.shape[6], body.shape[1] - body.shape[7])).toBeCloseTo(60, -1);
    // Along x, whichever end is ahead.
    expect(Math.abs(body.shape[1] - body.shape[7])).toBeLessThan(2);
  });

  test('animals that all head one way are seen to', () => {
    expect(bodyOf(herd(30, 0.5, 0.1), swap)!.headingConcentration).toBeGreaterThan(0.99);
  });

  test('points that move by themselves make it flexible', () => {
    expect(bodyOf(herd(30, 15), swap)!.flexibility).toBeGreaterThan(0.2);
  });

  test('missing points are no hindrance; nothing usable is undefined', () => {
    const poses = herd(20, 0.5).map((pose, i) => pose.map((v, j) => (i % 4 === j >> 1 ? Number.NaN : v)));
    expect(bodyOf(poses, swap)!.flexibility).toBeLessThan(0.05);
    expect(bodyOf([Float64Array.of(1, 2, NaN, NaN, NaN, NaN, NaN, NaN)], swap)).toBeUndefined();
    expect(bodyOf([], swap)).toBeUndefined();
  });

  test('a lopsided shape is not its own mirror image', () => {
    const poses = herd(10, 0).map((pose) => {
      const moved = pose.slice();
      moved[2] = pose[0];
      moved[3] = pose[1];
      return moved;
    });
    expect(bodyOf(poses, swap)!.asymmetry).toBeGreaterThan(0.1);
  });

  test('symmetrized is its own mirror image', () => {
    const s = symmetrized(Float64Array.of(30, 1, 20, -8, 22, 9, -30, 0.5), swap);
    expect([s[2], s[3]]).toEqual([s[4], -s[5]]);
    expect(s[1]).toBe(0);
  });
});

describe('the frame that turns with the body', () => {
  const body = { shape: animal, size: 25 };

  test('puts every animal in the same place of its view', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -3, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 600, noNaN: true }),
        (angle, x) => {
          const pose = transformed(similarity(angle, 1, [0, 0], [x, 100]), animal);
          const frame = bodyFrame(body, pose, { rigid: true })!;
          const seen = transformed(bodyView(frame, 80, 60, 1), pose);
          animal.forEach((v, i) => expect(seen[i]).toBeCloseTo(v + (i % 2 === 0 ? 40 : 30), 4));
        },
      ),
    );
  });

  test('one point far off hardly moves it', () => {
    const pose = transformed(similarity(1, 1, [0, 0], [200, 100]), animal);
    const truth = bodyFrame(body, pose, { rigid: true })!;
    const off = pose.slice();
    off[4] += 200;
    const frame = bodyFrame(body, off, { rigid: true })!;
    const [a, b] = [transformed(truth, [200, 100]), transformed(frame, [200, 100])];
    expect(Math.hypot(a[0] - b[0], a[1] - b[1])).toBeLessThan(6);
  });

  test('fewer than two points have none', () => {
    expect(
      bodyFrame(body, Float64Array.of(1, 2, NaN, NaN, NaN, NaN, NaN, NaN), { rigid: true }),
    ).toBeUndefined();
  });
});
