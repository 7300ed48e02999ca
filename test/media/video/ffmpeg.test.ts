import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVideo } from '../../../src/media/index.ts';
import { MachineError } from '../../../src/signal/error.ts';
import { hasFfmpeg } from './has-ffmpeg.ts';
import { makeVideo } from './make-video.ts';
import { readNumber } from './numbered-picture.ts';
import { RECIPES } from './recipes.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marey-ffmpeg-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasFfmpeg())('the ffmpeg program in place of node-av', () => {
  it.each([
    'variable.mp4',
    'open-gop.mkv',
    'open-gop.ts',
    'late-start.ts',
    'motion-jpeg.avi',
    'vp9-odd.webm',
    'gray-10.mp4',
  ])('gives the same frames, times and index for %s', async (name) => {
    const path = join(folder, name);
    makeVideo(path, RECIPES[name]);
    await using ours = await openVideo(path, { gray: true });
    await using theirs = await openVideo(path, { gray: true, backend: 'ffmpeg' });
    const { backend: _a, ...known } = ours.info;
    const { backend: _b, ...same } = theirs.info;
    expect(same).toEqual(known);
    const numbers: (number | undefined)[] = [];
    for await (const frame of theirs.frames(3, 40)) {
      numbers.push(readNumber(frame));
      if (frame.index !== 20) continue;
      const { data } = await ours.frame(20);
      const error = frame.data.reduce((sum, v, i) => sum + Math.abs(v - data[i]), 0) / data.length;
      expect(error).toBeLessThan(1);
    }
    expect(numbers).toEqual(Array.from({ length: 37 }, (_, i) => i + 3));
    for (const i of [99, 26, 24, 25, 50, 0]) expect(readNumber(await theirs.frame(i))).toBe(i);
  });

  it('says that it cannot tell frames apart that have no times', async () => {
    const path = join(folder, 'untimed.h264');
    makeVideo(path, RECIPES['no-times.h264']);
    await expect(openVideo(path, { backend: 'ffmpeg' })).rejects.toThrow(MachineError);
  });
});
