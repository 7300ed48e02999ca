import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openVideo, openVideoWriter } from '../../../src/media/index.ts';
import { MachineError, UsageError } from '../../../src/signal/error.ts';
import { hasFfmpeg } from './has-ffmpeg.ts';
import { numberedPicture, readNumber } from './numbered-picture.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marey-writer-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const picture = (i: number, width: number, height: number, channels: 1 | 3 = 3) => {
  const rgb = numberedPicture(i, width, height);
  const data = channels === 3 ? rgb : rgb.filter((_, p) => p % 3 === 0);
  return { width, height, channels, data };
};

const backends = hasFfmpeg() ? (['node-av', 'ffmpeg'] as const) : (['node-av'] as const);

describe.each(backends)('openVideoWriter by %s', (backend) => {
  it.each([
    [96, 64, 3, 29.97],
    [97, 65, 3, 25],
    [96, 64, 1, 120],
  ] as const)(
    'writes %i x %i of %i channels at %f/s that read back',
    async (width, height, channels, rate) => {
      const path = join(folder, `${backend}-${width}-${channels}.mp4`);
      const writer = await openVideoWriter(path, { width, height, framesPerSecond: rate, backend });
      for (let i = 0; i < 80; i++) await writer.write(picture(i, width, height, channels));
      expect(readdirSync(folder)).not.toContain(`${backend}-${width}-${channels}.mp4`);
      await writer.close();
      await using video = await openVideo(path);
      expect(video.info).toMatchObject({
        frameCount: 80,
        codec: 'h264',
        pixelFormat: 'yuv420p',
        warnings: [],
      });
      expect([video.info.width, video.info.height]).toEqual([width + (width % 2), height + (height % 2)]);
      expect(video.info.times[79]).toBeCloseTo(79 / rate, 3);
      for await (const frame of video.frames()) expect(readNumber(frame)).toBe(frame.index);
      const bytes = readFileSync(path);
      expect(bytes.indexOf('moov')).toBeGreaterThan(0);
      expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
    },
  );

  it('writes the same bytes for the same frames', async () => {
    const written = async (name: string): Promise<Buffer> => {
      const path = join(folder, name);
      await using writer = await openVideoWriter(path, {
        width: 160,
        height: 128,
        framesPerSecond: 50,
        backend,
      });
      for (let i = 0; i < 120; i++) await writer.write(picture(i, 160, 128, 1));
      await writer.close();
      return readFileSync(path);
    };
    const [first, second] = [await written('first.mp4'), await written('second.mp4')];
    expect(first.equals(second)).toBe(true);
    // x264 says with what it was encoded: a number of its own choosing would follow the cores of the machine.
    expect(first.toString('latin1')).toContain(' threads=4 ');
  });

  it('keeps colors and brightness', async () => {
    const path = join(folder, `${backend}-colors.mp4`);
    const colors = [
      [255, 0, 0],
      [0, 160, 40],
      [20, 30, 200],
      [255, 255, 255],
      [0, 0, 0],
    ];
    await using writer = await openVideoWriter(path, { width: 32, height: 32, framesPerSecond: 10, backend });
    for (const color of colors) {
      await writer.write({
        width: 32,
        height: 32,
        channels: 3,
        data: Uint8Array.from({ length: 3072 }, (_, i) => color[i % 3]),
      });
    }
    await writer.close();
    await using video = await openVideo(path);
    for await (const frame of video.frames()) {
      const middle = frame.data.subarray(3 * (32 * 16 + 16)).subarray(0, 3);
      middle.forEach((v, c) => expect(Math.abs(v - colors[frame.index][c])).toBeLessThan(8));
    }
  });

  it('leaves nothing without close, and refuses what it cannot write', async () => {
    const before = readdirSync(folder);
    {
      await using writer = await openVideoWriter(join(folder, 'gone.mp4'), {
        width: 96,
        height: 64,
        framesPerSecond: 25,
        backend,
      });
      await writer.write(picture(0, 96, 64));
      await expect(writer.write(picture(1, 98, 64))).rejects.toThrow(UsageError);
    }
    expect(readdirSync(folder)).toEqual(before);
    const size = { width: 96, height: 64, framesPerSecond: 25, backend };
    await expect(openVideoWriter(join(folder, 'x.mp4'), { ...size, width: 0 })).rejects.toThrow(UsageError);
    const nowhere = async () => {
      await using writer = await openVideoWriter(join(folder, 'no', 'such', 'folder.mp4'), size);
      for (let i = 0; i < 60; i++) await writer.write(picture(i, 96, 64));
      await writer.close();
    };
    await expect(nowhere()).rejects.toThrow(MachineError);
    expect(readdirSync(folder)).toEqual(before);
  });
});
