import { describe, expect, it } from 'vitest';
import { PosePainter, canvasOf, keypointColors } from '../../src/media/index.ts';
import type { Frame } from '../../src/media/index.ts';
import { poseTrack, skeleton } from '../../src/signal/index.ts';
import { UsageError } from '../../src/signal/error.ts';

const GRAY = 90;
const body = skeleton(['nose', 'neck', 'tail'], [['nose', 'neck']]);
const provenance = { step: 'test', options: {}, inputs: [] };

/** A track whose keypoints are at `at` in each frame, moved by `step` px a frame to the right. */
function trackOf(
  at: readonly (readonly [number, number])[],
  confidence: readonly number[],
  frames = 3,
  step = 0,
) {
  const all = Array.from({ length: frames }, (_, f) => at.map(([x, y]) => [x + f * step, y]));
  return poseTrack({
    skeleton: body,
    positions: Float64Array.from(all.flat(2)),
    confidence: Float64Array.from({ length: 3 * frames }, (_, i) => confidence[i % 3]),
    time: { kind: 'regular', clock: 'video', startSeconds: 0, rate: 30, count: frames },
    provenance,
  });
}

const canvas = (index: number, width = 200, height = 160): Frame =>
  canvasOf({
    index,
    timeSeconds: 0,
    width,
    height,
    channels: 1,
    data: new Uint8Array(width * height).fill(GRAY),
  });
const pixel = ({ data, width }: Frame, x: number, y: number) => [
  ...data.subarray(3 * (y * width + x)).subarray(0, 3),
];

describe('PosePainter', () => {
  const at = [
    [40, 40],
    [100, 120],
    [170, 30],
  ] as const;

  it('shows each keypoint in its color, and those that are not certain faintly', () => {
    const picture = canvas(1);
    new PosePainter(trackOf(at, [0.9, 0.9, 0.3])).draw(picture);
    const colors = keypointColors(3);
    expect(pixel(picture, 40, 40)).toEqual(colors[0]);
    expect(pixel(picture, 100, 120)).toEqual(colors[1]);
    const faint = pixel(picture, 170, 30);
    expect(faint).not.toEqual([GRAY, GRAY, GRAY]);
    faint.forEach((v, c) =>
      expect(Math.abs(v - GRAY)).toBeLessThan(0.5 * Math.abs(colors[2][c] - GRAY) + 15),
    );
    expect(pixel(picture, 70, 80)[0]).toBeGreaterThan(GRAY + 40);
    expect(pixel(picture, 135, 75)).toEqual([GRAY, GRAY, GRAY]);
  });

  it('leaves out what is not there', () => {
    const picture = canvas(0);
    new PosePainter(trackOf([at[0], [NaN, NaN], [NaN, NaN]], [0.9, NaN, NaN])).draw(picture);
    const touched = picture.data.filter((v) => v !== GRAY).length / 3;
    expect(touched).toBeGreaterThan(8);
    expect(touched).toBeLessThan(120);
  });

  it('draws a trail behind, not ahead, and none through points that are not certain', () => {
    const painter = (confidence: number[]) =>
      new PosePainter(trackOf(at, confidence, 12, 4), { trailFrames: 5 });
    const seen = canvas(8);
    painter([0.9, 0.9, 0.9]).draw(seen);
    expect(pixel(seen, 40 + 8 * 4, 40)).toEqual(keypointColors(3)[0]);
    expect(pixel(seen, 40 + 8 * 4 - 14, 40)).not.toEqual([GRAY, GRAY, GRAY]);
    expect(pixel(seen, 40 + 8 * 4 - 28, 40)).toEqual([GRAY, GRAY, GRAY]);
    expect(pixel(seen, 170 + 8 * 4 + 14 - 40, 60)).toEqual([GRAY, GRAY, GRAY]);
    const unsure = canvas(8);
    painter([0.3, 0.9, 0.9]).draw(unsure);
    expect(pixel(unsure, 40 + 8 * 4 - 14, 40)).toEqual([GRAY, GRAY, GRAY]);
  });

  it('follows pictures of another size', () => {
    const picture = canvas(0, 100, 80);
    new PosePainter(trackOf(at, [1, 1, 1]), { scale: 0.5 }).draw(picture);
    expect(pixel(picture, 50, 60)).toEqual(keypointColors(3)[1]);
  });

  it('refuses tracks that are not in pictures', () => {
    const track = trackOf(at, [1, 1, 1]);
    const positions = Float64Array.from(track.positions.contiguous());
    const { time } = track.positions;
    const world = poseTrack({ skeleton: body, positions, unit: 'mm', time: time!, provenance });
    expect(() => new PosePainter(world)).toThrow(UsageError);
  });
});

it('colors are bright and distinct', () => {
  for (const count of [1, 4, 13, 30]) {
    const colors = keypointColors(count);
    expect(new Set(colors.map((c) => c.join())).size).toBe(count);
    for (const color of colors) expect(Math.max(...color) - Math.min(...color)).toBeGreaterThan(150);
  }
});
