import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { openVideo } from '../../../src/media/index.ts';
import type { Frame } from '../../../src/media/index.ts';
import { InputError } from '../../../src/signal/error.ts';
import { RATE, blank, cutOff, damaged, flipBits, takeOut } from './damaged-video.ts';
import { makeVideo } from './make-video.ts';
import type { VideoRecipe } from './make-video.ts';
import { asStored, readNumber } from './numbered-picture.ts';
import { RECIPES } from './recipes.ts';

/** Random seeks over all files together. */
const SEEKS = process.env.MAREY_FULL === '1' ? 10_000 : 2_000;
const QUARTER_TURN = [0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30];
const whole: Readonly<Record<string, VideoRecipe>> = {
  ...RECIPES,
  'rotated.mp4': { ...RECIPES['b-frames.mp4'], displayMatrix: QUARTER_TURN },
  'full-range.mp4': { ...RECIPES['b-frames.mp4'], pixelFormat: 'yuvj420p' },
  'odd.mp4': { ...RECIPES['b-frames.mp4'], width: 97, height: 65, pixelFormat: 'yuv444p' },
};
const broken: Readonly<Record<string, [recipe: VideoRecipe, damage: (bytes: Buffer) => Buffer]>> = {
  'truncated.mkv': [RECIPES['b-frames.mp4'], cutOff],
  'truncated.avi': [RECIPES['motion-jpeg.avi'], cutOff],
  'corrupt.mp4': [RECIPES['b-frames.mp4'], flipBits(3, 1)],
  'corrupt.ts': [RECIPES['open-gop.ts'], flipBits(3, 2)],
  'corrupt.avi': [RECIPES['motion-jpeg.avi'], flipBits(4, 5)],
  'blank.mkv': [RECIPES['open-gop.mkv'], blank],
  'hole.mkv': [RECIPES['open-gop.mkv'], takeOut],
};
const names = Object.keys(whole);
const perVideo = Math.ceil(SEEKS / (names.length + Object.keys(broken).length));

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marey-seeks-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(names)('%s', (name) => {
  it(`gives the frame asked for, ${perVideo} times at random and once in order`, async () => {
    const path = join(folder, name);
    const recipe = whole[name];
    const numberIn = (frame: Frame) =>
      readNumber(recipe.displayMatrix ? asStored(frame, (x, y) => [63 - y, x]) : frame);
    makeVideo(path, recipe);
    await using video = await openVideo(path, { gray: true, cacheBytes: 0, threads: 1 });
    expect(video.info.frameCount).toBe(100);
    expect(video.info.warnings.filter((w) => !w.includes('no time stamps'))).toEqual([]);
    if (!name.endsWith('.h264')) {
      const seconds = Float64Array.from({ length: 100 }, (_, i) =>
        recipe.ticks ? (recipe.ticks(i) - recipe.ticks(0)) / 1000 : i / 25,
      );
      const error = video.info.times.map((t, i) => Math.abs(t - seconds[i]));
      expect(Math.max(...error)).toBeLessThan(0.0006);
    }

    const wrong: string[] = [];
    let next = 0;
    for await (const frame of video.frames()) {
      expect(frame.index).toBe(next++);
      if (numberIn(frame) !== frame.index) wrong.push(`${frame.index} in order shows ${numberIn(frame)}`);
    }
    expect(next).toBe(100);
    const random = new Random(name);
    for (let i = 0; i < perVideo; i++) {
      const index = random.integer(100);
      const frame = await video.frame(index);
      if (numberIn(frame) !== index) wrong.push(`${index} shows ${numberIn(frame)}`);
    }
    expect(wrong).toEqual([]);
  });
});

describe.each(Object.keys(broken))('%s', (name) => {
  it(`gives the frame asked for or refuses, ${perVideo} times at random`, async () => {
    const { path, startSeconds } = await damaged(join(folder, name), ...broken[name]);
    await using video = await openVideo(path, { gray: true, cacheBytes: 0, threads: 1 });
    const { frameCount, times, startSeconds: start } = video.info;
    const random = new Random(name);
    const wrong: string[] = [];
    let given = 0;
    for (let i = 0; i < perVideo; i++) {
      const index = random.integer(frameCount);
      const shown = Math.round((times[index] + start - startSeconds) * RATE);
      try {
        const number = readNumber(await video.frame(index), 18);
        if (number !== shown) wrong.push(`${shown} shows ${number}`);
        given++;
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }
    expect(wrong).toEqual([]);
    expect(given).toBeGreaterThan(perVideo / 4);
  });
});

it('a file without its index is refused: not one frame of it is guessed', async () => {
  const { path } = await damaged(join(folder, 'no-moov.mp4'), RECIPES['b-frames.mp4'], cutOff);
  await expect(openVideo(path)).rejects.toThrow(InputError);
});

it('goes back frame by frame, and takes runs between', async () => {
  const path = join(folder, 'back.mp4');
  makeVideo(path, RECIPES['open-gop.mp4']);
  await using video = await openVideo(path, { cacheBytes: 40 * 96 * 64 * 3 });
  for (let i = 99; i >= 0; i--) expect(readNumber(await video.frame(i))).toBe(i);
  const run: (number | undefined)[] = [];
  for await (const frame of video.frames(37, 61)) {
    run.push(readNumber(frame));
    if (frame.index % 5 === 0) expect(readNumber(await video.frame(99 - frame.index))).toBe(99 - frame.index);
  }
  expect(run).toEqual(Array.from({ length: 24 }, (_, i) => 37 + i));
});

it('lends pictures for one step each where they are to be used again', async () => {
  const path = join(folder, 'lent.mp4');
  makeVideo(path, { ...RECIPES['b-frames.mp4'], count: 400 });
  await using video = await openVideo(path, { gray: true, reuse: true });
  let next = 0;
  for await (const frame of video.frames()) {
    expect(readNumber(frame)).toBe(next++);
  }
  expect(next).toBe(400);
});

it('starts at an edit list, whose hidden pictures are no frames', async () => {
  const path = join(folder, 'edit.mp4');
  makeVideo(path, { ...RECIPES['b-frames.mp4'], ticks: (frame) => 40 * frame - 1200 });
  await using video = await openVideo(path);
  expect(video.info.frameCount).toBe(70);
  expect(video.info.times[0]).toBe(0);
  for (const i of [0, 1, 30, 69, 12, 0]) expect(readNumber(await video.frame(i))).toBe(i + 30);
});
