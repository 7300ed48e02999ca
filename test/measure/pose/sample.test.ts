import { describe, expect, test } from 'vitest';
import { identity, similarity } from '../../../src/measure/pose/affine.ts';
import { Random } from '../../../src/math/random.ts';
import { Picture } from '../../../src/measure/pose/sample.ts';

/** Gray rises by `a` a pixel along x and `b` along y: bilinear resampling reproduces it exactly inside. */
function ramp(width: number, height: number, a: number, b: number, channels: 1 | 3 = 1): Picture {
  const data = new Uint8Array(width * height * channels);
  for (let j = 0; j < height; j++)
    for (let i = 0; i < width; i++)
      data.fill(a * i + b * j, (j * width + i) * channels, (j * width + i + 1) * channels);
  return new Picture({ width, height, channels, data });
}

describe.each([1, 3] as const)('views of a picture with %i channels', (channels) => {
  const picture = ramp(40, 30, 2, 3, channels);

  test('the identity shows the picture itself', () => {
    const out = new Float32Array(40 * 30);
    picture.view(identity, 40, 30, out);
    for (let j = 0; j < 30; j++)
      for (let i = 0; i < 40; i++) expect(out[j * 40 + i]).toBeCloseTo((2 * i + 3 * j) / 255, 6);
  });

  test('half a pixel to the side is the mean of two', () => {
    const out = new Float32Array(4);
    picture.view(similarity(0, 1, [10.5, 10], [0, 0]), 2, 2, out);
    expect(out[0]).toBeCloseTo((2 * 10.5 + 3 * 10) / 255, 6);
  });

  test('turned by a right angle, rows become columns', () => {
    const out = new Float32Array(9);
    picture.view(similarity(-Math.PI / 2, 1, [20.5, 15.5], [1.5, 1.5]), 3, 3, out);
    // The view's x axis runs along the picture's y axis.
    expect(out[1 * 3 + 2] - out[1 * 3 + 1]).toBeCloseTo(3 / 255, 5);
    expect(out[2 * 3 + 1] - out[1 * 3 + 1]).toBeCloseTo(-2 / 255, 5);
  });

  test.each([2, 4])('reduced %i times, a ramp stays in place', (factor) => {
    const out = new Float32Array(4 * 4);
    picture.view(similarity(0, 1 / factor, [20, 15], [2, 2]), 4, 4, out);
    for (let j = 0; j < 4; j++)
      for (let i = 0; i < 4; i++) {
        const [x, y] = [20 + (i + 0.5 - 2) * factor - 0.5, 15 + (j + 0.5 - 2) * factor - 0.5];
        expect(out[j * 4 + i]).toBeCloseTo((2 * x + 3 * y) / 255, 2);
      }
  });

  test('beyond the border the border repeats', () => {
    const out = new Float32Array(1);
    picture.view(similarity(0, 1, [-50, -50], [0, 0]), 1, 1, out);
    expect(out[0]).toBeCloseTo(0, 6);
    picture.view(similarity(0, 1, [90, 90], [0, 0]), 1, 1, out);
    expect(out[0]).toBeCloseTo((2 * 39 + 3 * 29) / 255, 6);
  });
});

test('reduced copies average whole blocks, also where the border cuts them', () => {
  const picture = new Picture({
    width: 3,
    height: 3,
    channels: 1,
    data: Uint8Array.of(0, 2, 4, 2, 4, 6, 9, 9, 100),
  });
  const { width, height, data } = picture.level(1);
  expect([width, height]).toEqual([2, 2]);
  [2, 5, 9, 100].forEach((v, i) => expect(data[i] * 255).toBeCloseTo(v, 4));
});

// Sizes that are whole words in memory and sizes that are not take different ways.
test.each([
  [4, 48, 32],
  [8, 48, 32],
  [16, 48, 32],
  [4, 46, 31],
  [8, 50, 33],
])('reduced %i times, a picture of %i x %i holds the means of its blocks', (factor, width, height) => {
  const random = new Random(factor + width);
  const data = Uint8Array.from({ length: width * height }, () => random.integer(256));
  const level = new Picture({ width, height, channels: 1, data }).level(Math.log2(factor));
  expect([level.width, level.height]).toEqual([Math.ceil(width / factor), Math.ceil(height / factor)]);
  level.data.forEach((value, i) => {
    const [left, top] = [(i % level.width) * factor, Math.floor(i / level.width) * factor];
    let [sum, count] = [0, 0];
    for (let y = top; y < Math.min(top + factor, height); y++) {
      for (let x = left; x < Math.min(left + factor, width); x++) {
        sum += data[y * width + x] / 255;
        count++;
      }
    }
    expect(value).toBeCloseTo(sum / count, 5);
  });
});

test('colors are weighted as luma', () => {
  const picture = new Picture({ width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0) });
  expect(picture.level(0).data[0]).toBeCloseTo(0.299, 6);
});
