import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { openVideo } from '../../../src/media/index.ts';
import type { VideoOptions } from '../../../src/media/index.ts';
import { InputError } from '../../../src/signal/error.ts';
import { RATE, blank, cutOff, damaged, flipBits, takeOut } from './damaged-video.ts';
import { hasFfmpeg } from './has-ffmpeg.ts';
import { readNumber } from './numbered-picture.ts';
import { RECIPES } from './recipes.ts';

const backends = hasFfmpeg() ? (['node-av', 'ffmpeg'] as const) : (['node-av'] as const);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marey-damage-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const inFolder = (name: string) => join(folder, name);

/** Reads all there is, in order and at random: each picture given is the one of its time, and both ways agree. */
async function expectTruth(file: { path: string; startSeconds: number }, options: VideoOptions = {}) {
  await using video = await openVideo(file.path, { damaged: 'skip', cacheBytes: 0, ...options });
  const shown = (seconds: number) =>
    Math.round((seconds + video.info.startSeconds - file.startSeconds) * RATE);
  const inOrder = new Map<number, Uint8Array>();
  const wrong: string[] = [];
  for await (const frame of video.frames()) {
    inOrder.set(frame.index, frame.data);
    const number = readNumber(frame, 18);
    if (number !== shown(frame.timeSeconds)) wrong.push(`${shown(frame.timeSeconds)} shows ${number}`);
  }
  expect(wrong).toEqual([]);
  const random = new Random(file.path.length);
  for (let i = 0; i < 60; i++) {
    const index = random.integer(video.info.frameCount);
    const known = inOrder.get(index);
    if (known) expect(Buffer.compare((await video.frame(index)).data, known)).toBe(0);
    else await expect(video.frame(index)).rejects.toThrow(InputError);
  }
  return { info: video.info, given: inOrder.size };
}

const stamped = ['b-frames.mp4', 'open-gop.mkv', 'open-gop.ts', 'open-gop-hevc.mp4', 'constant.mp4'];

describe('corrupt packets', () => {
  // Not HEVC: flipped bits can make another legal stream, whose pictures no decoder can tell from the true ones.
  it.each(stamped.filter((name) => !name.includes('hevc')))(
    '%s with flipped bits never gives a wrong picture',
    async (name) => {
      for (const seed of [1, 2, 3]) {
        const { info, given } = await expectTruth(
          await damaged(inFolder(`${seed}-${name}`), RECIPES[name], flipBits(3, seed)),
        );
        expect(given).toBeGreaterThan(info.frameCount / 4);
      }
    },
  );

  it.each(stamped)('%s with a blank stretch refuses what lay in it', async (name) => {
    const { info, given } = await expectTruth(await damaged(inFolder(`blank-${name}`), RECIPES[name], blank));
    expect(given).toBeLessThan(200);
    expect(given).toBeGreaterThan(100);
    expect(info.warnings.length).toBeGreaterThan(0);
  });

  it('motion jpeg with flipped bits loses single frames', async () => {
    const { info, given } = await expectTruth(
      await damaged(inFolder('jpeg.avi'), RECIPES['motion-jpeg.avi'], flipBits(4, 5)),
    );
    expect(info.frameCount - given).toBeLessThanOrEqual(4);
  });

  it('throws at a damaged frame by default, and says which and what to do', async () => {
    const { path } = await damaged(inFolder('refuse.mp4'), RECIPES['b-frames.mp4'], blank);
    await using video = await openVideo(path);
    const read = async () => {
      for await (const frame of video.frames()) expect(readNumber(frame)).toBe(frame.index);
    };
    await expect(read()).rejects.toThrow(/refuse\.mp4: frame \d+ cannot be decoded.*damaged: 'skip'/s);
    expect(video.info.warnings.join()).toMatch(/cannot be decoded: frames \d+/);
  });

  it('conceals on request', async () => {
    const { path } = await damaged(inFolder('conceal.mp4'), RECIPES['constant.mp4'], flipBits(3, 1));
    const count = async (mode: 'skip' | 'conceal') => {
      await using video = await openVideo(path, { damaged: mode });
      let n = 0;
      for await (const frame of video.frames()) n += frame.data.length > 0 ? 1 : 0;
      return n;
    };
    expect(await count('conceal')).toBeGreaterThan(await count('skip'));
  });
});

describe('lost packets', () => {
  it.each(['open-gop.mkv', 'open-gop.ts'])(
    '%s with bytes missing keeps times and pictures together',
    async (name) => {
      const { info } = await expectTruth(await damaged(inFolder(`hole-${name}`), RECIPES[name], takeOut));
      expect(info.frameCount).toBeLessThan(200);
      expect(info.warnings.join()).toMatch(/gaps in time \(about \d+ frames missing\)/);
    },
  );

  it.each([
    ['a reference picture', 60],
    ['a key picture', 50],
  ])('without %s, what is predicted from it is refused', async (_, packet) => {
    const recipe = { ...RECIPES['constant.mp4'], keepPacket: (n: number) => n !== packet };
    const { info, given } = await expectTruth(
      await damaged(inFolder(`without-${packet}.mp4`), recipe, (bytes) => bytes),
    );
    expect(info.frameCount).toBe(199);
    expect(given).toBeLessThan(info.frameCount);
    expect(info.warnings.join()).toMatch(/1 places lack pictures from which others are predicted/);
  });
});

describe('files cut off', () => {
  it.each(['b-frames.mkv', 'open-gop.ts', 'motion-jpeg.avi'])('%s is read up to its end', async (name) => {
    const recipe = RECIPES[name] ?? RECIPES['b-frames.mp4'];
    const { info, given } = await expectTruth(await damaged(inFolder(`cut-${name}`), recipe, cutOff));
    expect(given).toBeGreaterThan(100);
    expect(given).toBeLessThan(140);
    if (extname(name) !== '.ts')
      expect(info.warnings.join()).toMatch(/is truncated: promises 8\.00 s|incomplete/);
  });

  it('an mp4 with its index in front is read up to its end', async () => {
    const recipe = { ...RECIPES['b-frames.mp4'], formatOptions: { movflags: 'faststart' } };
    const { info, given } = await expectTruth(await damaged(inFolder('front.mp4'), recipe, cutOff));
    expect(given).toBeGreaterThan(90);
    expect(info.warnings.join()).toMatch(/is truncated/);
  });

  it.each(backends)('an mp4 without its index is refused by %s', async (backend) => {
    const { path } = await damaged(inFolder(`no-moov-${backend}.mp4`), RECIPES['b-frames.mp4'], cutOff);
    await expect(openVideo(path, { backend })).rejects.toThrow(
      /no-moov-.*cannot be opened as a video.*never finished/s,
    );
  });
});
