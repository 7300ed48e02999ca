import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { openVideo } from '../../../src/media/index.ts';
import { makeVideo } from './make-video.ts';
import { readNumber } from './numbered-picture.ts';
import { RECIPES } from './recipes.ts';

const SEEKS = 10_000;
const names = Object.keys(RECIPES);
const perVideo = Math.ceil(SEEKS / names.length);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marey-seeks-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(names)('%s', (name) => {
  it(`gives the frame asked for, ${perVideo} times at random and once in order`, async () => {
    const path = join(folder, name);
    const recipe = RECIPES[name];
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
      if (readNumber(frame) !== frame.index) wrong.push(`${frame.index} in order shows ${readNumber(frame)}`);
    }
    expect(next).toBe(100);
    const random = new Random(name);
    for (let i = 0; i < perVideo; i++) {
      const index = random.integer(100);
      const frame = await video.frame(index);
      if (readNumber(frame) !== index) wrong.push(`${index} shows ${readNumber(frame)}`);
    }
    expect(wrong).toEqual([]);
  });
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
