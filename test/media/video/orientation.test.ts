import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openVideo } from '../../../src/media/index.ts';
import type { Frame } from '../../../src/media/index.ts';
import { orient, orientationOf } from '../../../src/media/video/orientation.ts';
import { makeVideo } from './make-video.ts';
import { asStored, readNumber } from './numbered-picture.ts';

const ONE = 65536;
const matrix = (a: number, b: number, c: number, d: number) => [a, b, 0, c, d, 0, 0, 0, 1 << 30];
const bytesOf = (values: readonly number[]) => new Uint8Array(Int32Array.from(values).buffer);

/** Where the pixel (x, y) of a stored picture of 96 x 64 must be seen: row vector times matrix, moved into view. */
const CASES = [
  { name: 'upright', matrix: matrix(ONE, 0, 0, ONE), at: (x: number, y: number) => [x, y] },
  {
    name: 'a quarter turn clockwise',
    matrix: matrix(0, ONE, -ONE, 0),
    at: (x: number, y: number) => [63 - y, x],
  },
  { name: 'a half turn', matrix: matrix(-ONE, 0, 0, -ONE), at: (x: number, y: number) => [95 - x, 63 - y] },
  {
    name: 'a quarter turn the other way',
    matrix: matrix(0, -ONE, ONE, 0),
    at: (x: number, y: number) => [y, 95 - x],
  },
  { name: 'mirrored', matrix: matrix(-ONE, 0, 0, ONE), at: (x: number, y: number) => [95 - x, y] },
  {
    name: 'mirrored top to bottom',
    matrix: matrix(ONE, 0, 0, -ONE),
    at: (x: number, y: number) => [x, 63 - y],
  },
  { name: 'transposed', matrix: matrix(0, ONE, ONE, 0), at: (x: number, y: number) => [y, x] },
] as const;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marey-orientation-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(CASES)('shows a video stored $name upright', async ({ matrix, at }) => {
  const path = join(folder, 'turned.mp4');
  makeVideo(path, { count: 30, displayMatrix: matrix, codecOptions: { preset: 'ultrafast' } });
  const turned = at(0, 1)[0] !== at(0, 0)[0];
  for (const gray of [true, false]) {
    await using video = await openVideo(path, { gray });
    expect([video.info.width, video.info.height]).toEqual(turned ? [64, 96] : [96, 64]);
    for (const i of [17, 3]) expect(readNumber(asStored(await video.frame(i), at))).toBe(i);
  }
});

it('scales to the size asked for, upright', async () => {
  const path = join(folder, 'scaled.mp4');
  makeVideo(path, { count: 3, width: 192, height: 128, displayMatrix: CASES[1].matrix });
  await using video = await openVideo(path, { width: 64 });
  expect([video.info.width, video.info.height]).toEqual([64, 96]);
  const frame = asStored(await video.frame(2), CASES[1].at);
  expect([frame.width, frame.height]).toEqual([96, 64]);
  // Half of a 192 x 128 picture: the same waves at half their length, so compare its means by quarters.
  await using whole = await openVideo(path, {});
  expect(mean(await video.frame(2))).toBeCloseTo(mean(await whole.frame(2)), 0);
});

it('refuses to turn by other angles, and takes all eight positions', () => {
  expect(orientationOf(bytesOf(matrix(46341, 46341, -46341, 46341)))).toBeUndefined();
  const picture = Uint8Array.from({ length: 6 }, (_, i) => i);
  const seen = CASES.map((c) => orient(picture, 3, 2, 1, orientationOf(bytesOf(c.matrix))!).join());
  expect(new Set(seen).size).toBe(CASES.length);
  expect(seen[1]).toBe('3,0,4,1,5,2');
});

function mean({ data }: Frame): number {
  return data.reduce((a, b) => a + b, 0) / data.length;
}
