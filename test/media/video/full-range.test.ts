import { expect, it } from 'vitest';
import { FullRange } from '../../../src/media/video/full-range.ts';

it('expands every luma value as BT.601 says, within one gray value and with its ends exact', () => {
  const width = 37;
  const height = 11;
  for (const stride of [37, 64]) {
    const plane = Uint8Array.from(
      { length: stride * height },
      (_, i) => (Math.floor(i / stride) * width + (i % stride)) % 256,
    );
    const out = new Uint8Array(width * height);
    new FullRange().expand(plane, stride, width, out);
    const seen = new Map<number, number>();
    out.forEach((v, i) => seen.set(plane[Math.floor(i / width) * stride + (i % width)], v));
    expect(seen.size).toBe(256);
    let exact = 0;
    for (const [y, v] of seen) {
      const wanted = Math.max(0, Math.min(255, Math.round(((y - 16) * 255) / 219)));
      expect(Math.abs(v - wanted)).toBeLessThanOrEqual(1);
      if (v === wanted) exact++;
    }
    expect(exact).toBeGreaterThan(240);
    expect([seen.get(0), seen.get(16), seen.get(235), seen.get(255)]).toEqual([0, 0, 255, 255]);
  }
});

it('grows for large pictures', () => {
  const plane = new Uint8Array(1 << 21).fill(126);
  const out = new Uint8Array(1 << 21);
  const range = new FullRange();
  range.expand(plane, 2048, 2048, out);
  expect(out.every((v) => v === 128)).toBe(true);
});
