import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { writeDrawnVideo } from './drawn-project.ts';
import { expectClear, marey } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();

beforeAll(async () => {
  expect(marey(folder, ['new', 'p', '--keypoints', 'nose']).code).toBe(0);
  await writeDrawnVideo(join(folder, 'whole.mp4'), 60);
  const bytes = readFileSync(join(folder, 'whole.mp4'));
  writeFileSync(join(folder, 'text.mp4'), 'this is text\n');
  writeFileSync(join(folder, 'empty.mp4'), '');
  // Its index, which lies in front, is cut: what a copy that broke off leaves.
  writeFileSync(join(folder, 'cut.mp4'), bytes.subarray(0, 400));
  writeFileSync(
    join(folder, 'noise.mp4'),
    Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256)),
  );
  mkdirSync(join(folder, 'empty'));
  mkdirSync(join(folder, 'others'));
  copyFileSync(join(folder, 'text.mp4'), join(folder, 'others', 'a.txt'));
});

it.each([
  ['text.mp4', /text\.mp4: holds no pictures.*text \("this is text/],
  ['empty.mp4', /empty\.mp4: is empty.*copy it again/],
  ['cut.mp4', /cut\.mp4: (holds no frame that can be decoded|cannot be opened as a video).*copy it again/],
  ['noise.mp4', /noise\.mp4: cannot be opened as a video/],
  ['nowhere.mp4', /nowhere\.mp4: does not exist.*Check the path/],
  ['empty', /empty: holds no pictures/],
  ['others', /others: holds no pictures.*a\.txt/],
])('track %s says what is wrong with it', (name, message) => {
  expectClear(marey(folder, ['track', name, '--project', 'p', '--json']), 'InputError', message);
});

it('import of a video says that it holds no labels', () => {
  const run = marey(folder, ['import', 'whole.mp4', '--to', 'q', '--json']);
  expectClear(run, 'InputError', /whole\.mp4: no format recognizes this file.*\.csv/);
});
