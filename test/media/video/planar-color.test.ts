import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openVideo } from '../../../src/media/index.ts';
import { PlanarColor } from '../../../src/media/video/planar-color.ts';
import { hasFfmpeg } from './has-ffmpeg.ts';

/** ITU-R BT.601-7 and BT.709-6: weights of red and blue in luma. */
const WEIGHTS = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722] } as const;

function rgb(matrix: keyof typeof WEIGHTS, full: boolean, [Y, U, V]: number[]): number[] {
  const [kr, kb] = WEIGHTS[matrix];
  const y = full ? Y : ((Y - 16) * 255) / 219;
  const [u, v] = [U, V].map((c) => ((c - 128) * 255) / (full ? 255 : 224));
  const r = y + 2 * (1 - kr) * v;
  const b = y + 2 * (1 - kb) * u;
  const g = (y - kr * r - kb * b) / (1 - kr - kb);
  return [r, g, b].map((c) => Math.max(0, Math.min(255, c)));
}

describe.each(['bt601', 'bt709'] as const)('%s', (matrix) => {
  it.each([true, false])('gives its colors within one value, full range: %s', (full) => {
    // Every U and V beside one another, with luma of every seventh value; 257 wide: rows do not end with 16 pixels.
    const width = 257;
    const height = 37;
    for (const stride of [width, 320]) {
      const values = [7, 1, 83].map((step, p) =>
        Uint8Array.from(
          { length: stride * height },
          (_, i) => ((i % stride) * step + Math.floor(i / stride) * [1, 7, 29][p]) % 256,
        ),
      );
      const out = new Uint8Array(width * height * 3);
      new PlanarColor().convert(
        values.map((data) => ({ data, stride })),
        width,
        { matrix, full },
        out,
      );
      let worst = 0;
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const wanted = rgb(
            matrix,
            full,
            values.map((v) => v[y * stride + x]),
          );
          wanted.forEach((w, c) => (worst = Math.max(worst, Math.abs(w - out[3 * (y * width + x) + c]))));
        }
      }
      expect(worst).toBeLessThan(1);
    }
  });
});

describe.skipIf(!hasFfmpeg())('a video of 4:4:4', () => {
  it.each([
    ['yuv444p', 'smpte170m', 'tv'],
    ['yuv444p', 'bt709', 'tv'],
    ['yuv444p', 'bt709', 'pc'],
    ['yuvj444p', 'smpte170m', 'pc'],
    ['yuv444p', 'bt2020nc', 'tv'],
  ])('%s, %s, %s has the colors that the ffmpeg program gives it', async (pixelFormat, space, range) => {
    const folder = mkdtempSync(join(tmpdir(), 'marey-color-'));
    try {
      const path = join(folder, 'color.mkv');
      const source = ['-f', 'lavfi', '-i', 'testsrc2=size=162x90:rate=25:duration=0.2'];
      const code = ['-pix_fmt', pixelFormat, '-colorspace', space, '-color_range', range];
      execFileSync('ffmpeg', ['-v', 'error', ...source, ...code, '-c:v', 'libx264', '-crf', '4', path]);
      await using ours = await openVideo(path);
      await using theirs = await openVideo(path, { backend: 'ffmpeg' });
      const { data } = await ours.frame(3);
      const wanted = (await theirs.frame(3)).data;
      const error = data.reduce((sum, v, i) => sum + Math.abs(v - wanted[i]), 0) / data.length;
      // Another matrix or range is off by 7 to 9 on average.
      expect(error).toBeLessThan(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
