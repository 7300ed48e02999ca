import { describe, expect, it } from 'vitest';
import { canvasOf, drawDisc, drawEllipse, drawLine, drawNumber } from '../../src/media/index.ts';
import type { Frame } from '../../src/media/index.ts';

const blank = (width = 40, height = 30): Frame => ({
  index: 0,
  timeSeconds: 0,
  width,
  height,
  channels: 1,
  data: new Uint8Array(width * height),
});
const white = { color: [255, 255, 255] } as const;

/** Sum and center of the light on a color canvas, pixels. */
function light({ data, width, height }: Frame) {
  let [sum, x, y] = [0, 0, 0];
  for (let p = 0; p < width * height; p++) {
    sum += data[3 * p] / 255;
    x += (data[3 * p] / 255) * (p % width);
    y += (data[3 * p] / 255) * Math.floor(p / width);
  }
  return { sum, x: x / sum, y: y / sum };
}

describe('marks', () => {
  it('a disc covers its area about its center', () => {
    for (const [x, y, radius] of [
      [20, 15, 5],
      [17.3, 12.8, 6.5],
    ]) {
      const canvas = canvasOf(blank());
      drawDisc(canvas, x, y, radius, white);
      const seen = light(canvas);
      expect(seen.sum / (Math.PI * radius * radius)).toBeCloseTo(1, 1);
      expect(seen.x).toBeCloseTo(x, 1);
      expect(seen.y).toBeCloseTo(y, 1);
    }
  });

  it('a line covers length times width and its round ends', () => {
    const canvas = canvasOf(blank());
    drawLine(canvas, [8, 6], [32, 20], { ...white, width: 3 });
    const length = Math.hypot(24, 14);
    expect(light(canvas).sum / (3 * length + Math.PI * 1.5 ** 2)).toBeCloseTo(1, 1);
    expect(light(canvas).x).toBeCloseTo(20, 1);
    const dot = canvasOf(blank());
    drawLine(dot, [8, 6], [8, 6], { ...white, width: 4 });
    expect(light(dot).sum / (Math.PI * 4)).toBeCloseTo(1, 0);
    expect(light(dot).sum).toBeLessThan(14);
  });

  it('an ellipse is drawn along its angle', () => {
    const canvas = canvasOf(blank(61, 61));
    drawEllipse(canvas, { x: 30, y: 30, a: 20, b: 8, angle: Math.PI / 6 }, { ...white, width: 2 });
    const at = (x: number, y: number) => canvas.data[(Math.round(y) * 61 + Math.round(x)) * 3];
    expect(at(30 + 20 * Math.cos(Math.PI / 6), 30 + 20 * Math.sin(Math.PI / 6))).toBeGreaterThan(150);
    expect(at(30 - 8 * Math.sin(Math.PI / 6), 30 + 8 * Math.cos(Math.PI / 6))).toBeGreaterThan(150);
    expect(at(30, 30)).toBe(0);
    expect(at(30 + 20 * Math.cos(Math.PI / 6), 30 - 20 * Math.sin(Math.PI / 6))).toBe(0);
  });

  it('numbers can be told apart', () => {
    const seen = [...'0123456789.-:'].map((character) => {
      const canvas = canvasOf(blank(10, 12));
      drawNumber(canvas, 1, 1, character, { ...white, scale: 2 });
      return canvas.data.join();
    });
    expect(new Set(seen).size).toBe(13);
  });

  it('what is outside or not a number is left out', () => {
    const canvas = canvasOf(blank());
    drawDisc(canvas, NaN, 3, 5, white);
    drawLine(canvas, [0, Infinity], [3, 3], white);
    drawDisc(canvas, -50, 500, 5, white);
    drawNumber(canvas, 300, -40, '88', white);
    expect(light(canvas).sum).toBe(0);
    drawDisc(canvas, 0, 0, 3, { color: [100, 0, 0], opacity: 0.5 });
    expect([...canvas.data.subarray(0, 3)]).toEqual([50, 0, 0]);
  });

  it('a canvas is a copy', () => {
    const frame = blank();
    const canvas = canvasOf(frame);
    drawDisc(canvas, 5, 5, 3, white);
    expect(frame.data.every((v) => v === 0)).toBe(true);
    expect(canvasOf(canvas).data).toEqual(canvas.data);
  });
});
