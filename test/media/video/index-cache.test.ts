import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openVideo } from '../../../src/media/index.ts';
import { readScan, writeScan } from '../../../src/media/video/index-cache.ts';
import { makeVideo } from './make-video.ts';
import { readNumber } from './numbered-picture.ts';
import { RECIPES } from './recipes.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'marey-cache-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Opens with a cache and says whether the file was read through. */
async function opened(path: string, cacheDir: string) {
  let read = false;
  await using video = await openVideo(path, { cacheDir, onProgress: () => (read = true) });
  const last = await video.frame(video.info.frameCount - 1);
  return { read, info: video.info, last: readNumber(last) };
}

it('reads a file through once, and again when it or its index has changed', async () => {
  const cacheDir = join(folder, 'cache');
  const path = join(folder, 'a.mp4');
  makeVideo(path, { ...RECIPES['open-gop.mp4'], count: 300 });
  const first = await opened(path, cacheDir);
  const second = await opened(path, cacheDir);
  expect([first.read, second.read]).toEqual([true, false]);
  expect(second.info).toEqual(first.info);
  expect([first.last, second.last]).toEqual([299, 299]);

  const [kept] = readdirSync(cacheDir);
  for (const break_ of [
    (bytes: Buffer) => bytes.fill(7, 100, 108),
    (bytes: Buffer) => bytes.subarray(0, bytes.length - 9),
    () => Buffer.alloc(0),
    () => Buffer.from('not an index'),
  ]) {
    writeFileSync(join(cacheDir, kept), break_(readFileSync(join(cacheDir, kept))));
    expect(await opened(path, cacheDir)).toMatchObject({ read: true, last: 299 });
    expect((await opened(path, cacheDir)).read).toBe(false);
  }

  makeVideo(path, { ...RECIPES['open-gop.mp4'], count: 290 });
  expect(await opened(path, cacheDir)).toMatchObject({ read: true, last: 289 });
  utimesSync(path, new Date(0), new Date(5000));
  expect((await opened(path, cacheDir)).read).toBe(true);
  appendFileSync(path, 'x');
  utimesSync(path, new Date(0), new Date(5000));
  expect((await opened(path, cacheDir)).read).toBe(true);
  expect(readdirSync(cacheDir).every((name) => name.endsWith('.frames'))).toBe(true);
});

it('keeps what was scanned to the bit, and the order that only decoding tells', async () => {
  const file = join(folder, 'x.frames');
  const scan = {
    packets: {
      pts: Float64Array.of(NaN, 3, -1e15),
      dts: Float64Array.of(0, 1, 2),
      position: Float64Array.of(-1, 48, 2 ** 40),
      flags: Uint8Array.of(1, 0, 4),
      timeBase: { num: 1, den: 90000 },
    },
    order: Int32Array.of(0, 2, 1),
    warnings: ['is truncated'],
  };
  await writeScan(file, scan);
  expect(await readScan(file)).toEqual(scan);
  expect(await readScan(join(folder, 'none.frames'))).toBeUndefined();

  const path = join(folder, 'untimed.h264');
  makeVideo(path, RECIPES['no-times.h264']);
  expect((await opened(path, join(folder, 'cache2'))).last).toBe(99);
  expect(await opened(path, join(folder, 'cache2'))).toMatchObject({ read: false, last: 99 });
});

it('opens without a cache where it cannot be kept, and says so', async () => {
  const path = join(folder, 'b.mp4');
  makeVideo(path, { count: 300 });
  writeFileSync(join(folder, 'file'), 'in the way');
  const { info, last } = await opened(path, join(folder, 'file', 'cache'));
  expect(last).toBe(299);
  expect(info.warnings.join()).toMatch(
    /its index could not be kept in .*: it is read through at each opening/,
  );
  mkdirSync(join(folder, 'cache3'));
});
