import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, writeTarget } from '../../../src/measure/pose/heatmap.ts';
import type { Grid } from '../../../src/measure/pose/heatmap.ts';

const grid: Grid = { width: 20, height: 16, stride: 4 };
const cells = grid.width * grid.height;

function targetOf(points: readonly number[], sigma = 5): { maps: Float32Array; places: Float32Array } {
  const keypoints = points.length / 2;
  const target = { maps: new Float32Array(keypoints * (cells + 1)), places: new Float32Array(points.length) };
  writeTarget(points, grid, sigma, target);
  return target;
}

/** Logits whose softmax is the target, as a perfectly trained network would give. */
function perfect(points: readonly number[]): [Float32Array, Float32Array, Float32Array] {
  const keypoints = points.length / 2;
  const { maps } = targetOf(points);
  const logits = new Float32Array(keypoints * cells);
  const absent = new Float32Array(keypoints);
  for (let k = 0; k < keypoints; k++) {
    const row = maps.subarray(k * (cells + 1), (k + 1) * (cells + 1));
    for (let i = 0; i < cells; i++) logits[k * cells + i] = Math.log(row[i] + 1e-12);
    absent[k] = Math.log(row[cells] + 1e-12);
  }
  return [logits, new Float32Array(2 * keypoints * cells), absent];
}

describe('targets', () => {
  test('are distributions whose mean is the place', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 20, max: 60, noNaN: true }),
        fc.double({ min: 20, max: 44, noNaN: true }),
        (x, y) => {
          const { maps } = targetOf([x, y]);
          let [sum, mx, my] = [0, 0, 0];
          for (let i = 0; i < cells; i++) {
            sum += maps[i];
            mx += maps[i] * ((i % grid.width) + 0.5) * 4;
            my += maps[i] * (Math.floor(i / grid.width) + 0.5) * 4;
          }
          expect(sum).toBeCloseTo(1, 5);
          expect(mx).toBeCloseTo(x, 0);
          expect(my).toBeCloseTo(y, 0);
        },
      ),
    );
  });

  test.each([
    ['missing', [Number.NaN, Number.NaN]],
    ['left of the picture', [-0.1, 10]],
    ['below the picture', [10, 64]],
  ])('a point that is %s is wholly "not in this picture"', (_, point) => {
    const { maps } = targetOf(point);
    expect(maps[cells]).toBe(1);
    expect(maps.subarray(0, cells).every((v) => v === 0)).toBe(true);
  });

  test('of one sample leave the others alone', () => {
    const target = { maps: new Float32Array(2 * (cells + 1)).fill(7), places: new Float32Array(4).fill(7) };
    writeTarget([10, 10], grid, 5, target, 1);
    expect(target.maps.subarray(0, cells + 1).every((v) => v === 7)).toBe(true);
    expect([...target.places]).toEqual([7, 7, 2.5, 2.5]);
  });
});

describe('decoding', () => {
  test('a perfect map gives the place back within a tenth of a cell, and its spread', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 16, max: 64, noNaN: true }),
        fc.double({ min: 16, max: 48, noNaN: true }),
        (x, y) => {
          const [peak] = decode(...perfect([x, y]), grid, 1);
          expect(Math.hypot(peak.x - x, peak.y - y)).toBeLessThan(0.4);
          expect(peak.present).toBeGreaterThan(0.999);
          expect(peak.mass).toBeGreaterThan(0.98);
          expect(Math.sqrt(peak.xx)).toBeGreaterThan(4);
          expect(Math.sqrt(peak.xx)).toBeLessThan(6);
        },
      ),
    );
  });

  test('offsets move the peak by cells', () => {
    const [maps, offsets, absent] = perfect([40, 30]);
    const before = decode(maps, offsets, absent, grid, 1)[0];
    offsets.fill(0.5, 0, cells).fill(-0.25, cells);
    const after = decode(maps, offsets, absent, grid, 1)[0];
    expect(after.x - before.x).toBeCloseTo(2, 5);
    expect(after.y - before.y).toBeCloseTo(-1, 5);
  });

  test('an absent point still has a place, and no presence', () => {
    const [peak] = decode(...perfect([Number.NaN, Number.NaN]), grid, 1);
    expect(Number.isFinite(peak.x)).toBe(true);
    expect(peak.present).toBeLessThan(1e-6);
    expect(peak.mass).toBeLessThan(1e-6);
  });

  test('of two peaks the heavier one is taken, and the mass says how much it holds', () => {
    const [logits, offsets, absent] = perfect([16, 16]);
    const other = perfect([60, 44])[0];
    for (let i = 0; i < cells; i++)
      logits[i] = Math.log(0.7 * Math.exp(logits[i]) + 0.3 * Math.exp(other[i]));
    const [peak] = decode(logits, offsets, absent, grid, 1);
    expect(peak.x).toBeCloseTo(16, 0);
    expect(peak.mass).toBeCloseTo(0.7, 1);
  });

  test('a prior decides between two peaks, and does not move a single one much', () => {
    const [left, right] = [perfect([24, 32]), perfect([56, 32])];
    const both = left[0].map((v, i) => Math.log(0.45 * Math.exp(v) + 0.55 * Math.exp(right[0][i])));
    const [without] = decode(both, left[1], left[2], grid, 1);
    expect(without.x).toBeCloseTo(56, 0);
    const [near] = decode(both, left[1], left[2], grid, 1, 0, { prior: { x: 28, y: 32, sigma: 12 } });
    expect(Math.abs(near.x - 24)).toBeLessThan(1.5);
    expect(near.mass).toBeGreaterThan(0.8);
    const perhaps = Float32Array.of(Math.log(0.01));
    const [far] = decode(right[0], right[1], perhaps, grid, 1, 0, { prior: { x: 8, y: 32, sigma: 6 } });
    expect(far.mass).toBeLessThan(0.2);
  });
});
