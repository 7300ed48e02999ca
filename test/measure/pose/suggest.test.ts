import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { frameThumbnail, rankFrames, suggestFrames } from '../../../src/measure/pose/suggest.ts';
import { poseTrack } from '../../../src/signal/pose.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { regularTime } from '../../../src/signal/time.ts';
import type { Frame } from '../../../src/media/frame.ts';

function picture(index: number, group: number, light = 0): Frame {
  const [width, height] = [64, 48];
  const random = new Random(index);
  const data = new Uint8Array(width * height).map((_, i) => {
    const inside = Math.abs((i % width) - (8 + 12 * group)) < 6;
    return (inside ? 180 : 60) + light + random.integer(5);
  });
  return { index, timeSeconds: index / 30, width, height, channels: 1, data };
}

describe('suggestFrames', () => {
  const thumbnails = Array.from({ length: 60 }, (_, i) => frameThumbnail(picture(i, i % 4)));

  it.each(['kmeans', 'diverse'] as const)('%s takes one of each kind', (method) => {
    const chosen = suggestFrames(thumbnails, { count: 4, method, random: new Random(1) });
    expect(new Set(chosen.map((i) => i % 4)).size).toBe(4);
    expect(chosen).toEqual(suggestFrames(thumbnails, { count: 4, method, random: new Random(1) }));
  });

  it.each(['kmeans', 'diverse'] as const)('%s suggests as many where fewer frames differ', (method) => {
    const chosen = suggestFrames(thumbnails, { count: 10, method, random: new Random(1) });
    expect(new Set(chosen).size).toBe(10);
    expect(new Set(chosen.map((i) => i % 4)).size).toBe(4);
    const still = suggestFrames(
      thumbnails.map(() => thumbnails[0]),
      { count: 6, method, random: new Random(1) },
    );
    expect(new Set(still).size).toBe(6);
  });

  it('does not take the light for a difference', () => {
    const [dark, bright, other] = [picture(0, 1), picture(0, 1, 60), picture(0, 3)].map(frameThumbnail);
    const distance = (a: Float32Array, b: Float32Array): number => Math.hypot(...a.map((v, i) => v - b[i]));
    expect(distance(dark, bright)).toBeLessThan(0.01 * distance(dark, other));
  });

  it('refuses more frames than there are', () => {
    expect(() => suggestFrames(thumbnails, { count: 61, random: new Random(0) })).toThrow(/1 to 60/);
  });
});

describe('rankFrames', () => {
  const T = 200;
  const positions = new Float32Array(T * 2 * 2);
  const confidence = new Float32Array(T * 2).fill(0.95);
  const random = new Random(4);
  for (let t = 0; t < T; t++) {
    const x = 50 + 20 * Math.sin(t / 15);
    positions.set(
      [x, 40, x + 30, 40].map((v) => v + random.normal(0, 0.3)),
      t * 4,
    );
  }
  positions[60 * 4] += 40; // the nose jumps away and the body is stretched
  confidence[120 * 2 + 1] = 0.05;
  const track = poseTrack({
    skeleton: skeleton(['nose', 'tail'], [['nose', 'tail']]),
    positions,
    confidence,
    time: regularTime(T, 30),
    provenance: { step: 'test' },
  });

  it('finds the jump and the uncertain point, with reasons', () => {
    const ranked = rankFrames(track, { count: 2 });
    expect(ranked.map((r) => r.frame)).toEqual([60, 120]);
    expect(ranked[0].reasons).toContain('nose jumps');
    expect(ranked[0].reasons).toContain('nose-tail has an unusual length');
    expect(ranked[1].reasons).toEqual(['tail is uncertain']);
  });

  it('keeps its suggestions apart', () => {
    const frames = rankFrames(track, { count: 10, minimumGap: 15 })
      .map((r) => r.frame)
      .sort((a, b) => a - b);
    frames.slice(1).forEach((f, i) => expect(f - frames[i]).toBeGreaterThanOrEqual(15));
  });
});
