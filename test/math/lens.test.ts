import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { centerOf, lookAt, projectPoint, sightOf, type LensCamera } from '../../src/math/lens.ts';
import { UsageError } from '../../src/signal/error.ts';

const camera: LensCamera = {
  name: 'camera',
  width: 640,
  height: 480,
  focal: [600, 610],
  center: [322, 236],
  distortion: [-0.2, 0.05, 0.001, -0.0007, 0.01],
  ...lookAt([1, -2, 1.5], [0, 0, 1]),
};

describe('a camera with a lens', () => {
  test('the line of sight of a pixel goes through what is seen there', () => {
    const place = fc.tuple(
      fc.double({ min: 0, max: 639, noNaN: true }),
      fc.double({ min: 0, max: 479, noNaN: true }),
      fc.double({ min: 0.1, max: 20, noNaN: true }),
    );
    fc.assert(
      fc.property(place, ([x, y, depth]) => {
        const uv = new Float64Array(2);
        sightOf(camera, x, y, uv);
        const { rotation: r } = camera;
        const eye = centerOf(camera);
        const world = [0, 1, 2].map((c) => eye[c] + depth * (r[c] * uv[0] + r[3 + c] * uv[1] + r[6 + c]));
        const pixel = new Float64Array(2);
        expect(projectPoint(camera, world, pixel)).toBe(true);
        expect(pixel[0]).toBeCloseTo(x, 6);
        expect(pixel[1]).toBeCloseTo(y, 6);
      }),
    );
  });

  test('distorts as its equation says', () => {
    const plain = { ...camera, rotation: [1, 0, 0, 0, 1, 0, 0, 0, 1], translation: [0, 0, 0] };
    const pixel = new Float64Array(2);
    projectPoint(plain, [0.2, -0.1, 1], pixel);
    // r^2 = 0.05, s = 1 - 0.2 0.05 + 0.05 0.0025 + 0.01 0.000125, tangential terms worked out by hand.
    const s = 1 - 0.01 + 0.000125 + 0.00000125;
    expect(pixel[0]).toBeCloseTo(600 * (0.2 * s + 2 * 0.001 * -0.02 - 0.0007 * (0.05 + 0.08)) + 322, 9);
    expect(pixel[1]).toBeCloseTo(610 * (-0.1 * s + 0.001 * (0.05 + 0.02) + 2 * -0.0007 * -0.02) + 236, 9);
  });

  test('looks where it is told, with the world upright', () => {
    const pixel = new Float64Array(2);
    projectPoint({ ...camera, distortion: [0, 0, 0, 0, 0] }, [0, 0, 1], pixel);
    expect([...pixel]).toEqual([expect.closeTo(322, 9), expect.closeTo(236, 9)]);
    projectPoint(camera, [0, 0, 1.1], pixel);
    expect(pixel[1]).toBeLessThan(236);
    expect(pixel[0]).toBeCloseTo(322, 0);
    expect(projectPoint(camera, [2, -4, 2], pixel)).toBe(false);
    expect(pixel[0]).toBeNaN();
  });

  test('a lens that folds the picture is refused', () => {
    const folded: LensCamera = { ...camera, distortion: [-5, 0, 0, 0, 0] };
    expect(() => sightOf(folded, 0, 0, new Float64Array(2))).toThrow(UsageError);
  });
});
