import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openVideo } from '../../../src/media/index.ts';
import { FullRange } from '../../../src/media/video/full-range.ts';
import { makeVideo } from './make-video.ts';
import { meanError } from './numbered-picture.ts';

it('expands every luma value as BT.601 says, within one gray value and with its ends exact', () => {
  const width = 37;
  const height = 11;
  for (const stride of [37, 64, 8192]) {
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

it.each([
  ['libx264', 'yuv420p', 'mp4'],
  ['libx264', 'yuvj420p', 'mp4'],
  ['libx264', 'yuvj444p', 'mkv'],
  ['libx264', 'yuv420p10le', 'mkv'],
  ['mjpeg', 'yuvj422p', 'avi'],
  ['libx264', 'gray', 'mp4'],
  ['libx264', 'gray10le', 'mp4'],
  ['rawvideo', 'gray', 'avi'],
  ['ffv1', 'gray16le', 'mkv'],
])('%s in %s gives the gray that went in', async (codec, pixelFormat, container) => {
  const folder = mkdtempSync(join(tmpdir(), 'marey-range-'));
  try {
    const path = join(folder, `range.${container}`);
    const codecOptions = codec === 'libx264' ? { crf: '1', preset: 'ultrafast' } : undefined;
    makeVideo(path, { codec, pixelFormat, codecOptions, count: 3, width: 104, ticksPerSecond: 25 });
    for (const width of [104, 52]) {
      await using video = await openVideo(path, { gray: true, width });
      // Taken for the other range, the pictures would be off by 6 on average.
      if (width === 104) expect(meanError(await video.frame(2), 2)).toBeLessThan(2.5);
      else
        expect(range((await video.frame(2)).data)).toEqual([expect.closeTo(40, -1), expect.closeTo(215, -1)]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function range(data: Uint8Array): number[] {
  return [Math.min(...data), Math.max(...data)];
}
