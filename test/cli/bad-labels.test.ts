import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeDrawnProject, type DrawnProject } from './drawn-project.ts';
import { expectClear, marey, trainArguments } from './marey.ts';
import { folderForAll } from './temporary.ts';

const folder = folderForAll();
const train = trainArguments(1);

/** Changes the first cell of the frames after the first. */
const first =
  (cell: string) =>
  (frame: number, cells: string[]): string[] =>
    frame === 0 ? cells : [cell, ...cells.slice(1)];

describe('labels that cannot be taken over', () => {
  it.each<[string, DrawnProject, RegExp]>([
    [
      'no label at all',
      { frames: 2, cells: (_, cells) => cells.map(() => '') },
      /CollectedData_me\.csv: no frame has a label.*2 rows, all empty.*Label some frames first/,
    ],
    [
      'NaN for one coordinate',
      { frames: 2, cells: first('NaN') },
      /CollectedData_me\.csv, line 5, column 2 \(nose x\): only one coordinate of "nose"/,
    ],
    ['infinity', { frames: 2, cells: first('inf') }, /line 5, column 2 \(nose x\).*not a number.*"inf"/],
    ['a word', { frames: 2, cells: first('left') }, /line 5, column 2 \(nose x\).*not a number.*"left"/],
    [
      'a row that is too short',
      { frames: 2, cells: (f, cells) => (f === 0 ? cells : cells.slice(1)) },
      /line 5: the row has another number of cells.*9 cells.*8/,
    ],
  ])('%s: the place and what to do', async (name, options, message) => {
    await writeDrawnProject(join(folder, name), options);
    const to = `to ${name}`;
    expectClear(marey(folder, ['import', name, '--to', to, '--json']), 'InputError', message);
    // Nothing half-made is left.
    expectClear(marey(folder, ['info', '--project', to, '--json']), 'InputError', /no Marey project/);
  });

  it('keypoints that the configuration does not name', async () => {
    await writeDrawnProject(join(folder, 'unknown'), { frames: 2 });
    const data = join(folder, 'unknown', 'labeled-data', 'drawn', 'CollectedData_me.csv');
    const row = (...cells: string[]): string => `${cells.join(',')}\n`;
    writeFileSync(
      data,
      row('scorer', 'me', 'me') +
        row('bodyparts', 'whisker', 'whisker') +
        row('coords', 'x', 'y') +
        row('labeled-data/drawn/img0000.png', '3', '4'),
    );
    const run = marey(folder, ['import', 'unknown', '--to', 'u', '--json']);
    expectClear(
      run,
      'InputError',
      /column 2 \(whisker x\).*"whisker" that config\.yaml does not.*Add "whisker"/,
    );
  });

  it('keypoints that the Marey project does not have', async () => {
    await writeDrawnProject(join(folder, 'more'), { frames: 2 });
    expect(marey(folder, ['new', 'few', '--keypoints', 'nose,tail']).code).toBe(0);
    const run = marey(folder, ['import', 'more', '--to', 'few', '--json']);
    expectClear(
      run,
      'InputError',
      /does not know: leftear, rightear.*marey\.yaml, or import into a new project/,
    );
    expect(marey(folder, ['info', '--project', 'few', '--json']).json.labels).toMatchObject({ frames: 0 });
  });

  it('a labeled picture that is missing: nothing is copied', async () => {
    await writeDrawnProject(join(folder, 'gap'), { frames: 3 });
    rmSync(join(folder, 'gap', 'labeled-data', 'drawn', 'img0002.png'));
    const run = marey(folder, ['import', 'gap', '--to', 'g', '--json']);
    expectClear(run, 'InputError', /img0002\.png: a labeled picture is missing.*Put it back/);
    const { json } = marey(folder, ['info', '--project', 'g', '--json']);
    expect(json).toMatchObject({ labels: { frames: 0 }, bytes: { pictures: 0 } });
  });
});

describe('labels that cannot be learned from', () => {
  it('outside their picture: picture, keypoint and place', async () => {
    await writeDrawnProject(join(folder, 'outside'), { frames: 4, cells: first('500') });
    expect(marey(folder, ['import', 'outside', '--to', 'o']).code).toBe(0);
    const run = marey(folder, [...train, '--project', 'o']);
    expectClear(
      run,
      'InputError',
      /img000\d\.png, nose: a label lies outside its picture.*80 x 64 px.*\(500\.0/,
    );
  });

  it('a picture that was lost from the project', async () => {
    await writeDrawnProject(join(folder, 'lost'), { frames: 3 });
    expect(marey(folder, ['import', 'lost', '--to', 'l']).code).toBe(0);
    for (const n of [0, 1, 2]) rmSync(join(folder, 'l', 'pictures', 'drawn', `img000${n}.png`));
    const run = marey(folder, [...train, '--project', 'l']);
    expectClear(
      run,
      'InputError',
      /img000\d\.png: a labeled picture is missing in the project.*import its labels again/,
    );
    // What the message says helps.
    expect(marey(folder, ['import', 'lost', '--to', 'l']).code).toBe(0);
    expect(marey(folder, [...train, '--project', 'l']).code).toBe(0);
  });

  it('none', () => {
    expect(marey(folder, ['new', 'none', '--keypoints', 'nose,tail']).code).toBe(0);
    const run = marey(folder, [...train, '--project', 'none']);
    expectClear(run, 'InputError', /none: there is nothing to learn from.*marey import/);
    expectClear(
      marey(folder, ['export', 'x.csv', '--project', 'none', '--json']),
      'InputError',
      /no labels to export/,
    );
    expectClear(
      marey(folder, ['evaluate', '--project', 'none', '--json']),
      'InputError',
      /no model "pose".*marey train/,
    );
  });

  it('a single frame trains, and it is said what cannot be known', async () => {
    await writeDrawnProject(join(folder, 'single'), { frames: 1 });
    expect(marey(folder, ['import', 'single', '--to', 's']).code).toBe(0);
    const trained = marey(folder, [...train.filter((a) => a !== '--json'), '--project', 's']);
    expect(trained.code, trained.err).toBe(0);
    expect(trained.err).toMatch(/nothing can be said of the error.*could not be calibrated/s);
    const judged = marey(folder, ['evaluate', '--project', 's', '--json']);
    expect(judged.json).toMatchObject({ testErrorPx: null, testFrames: 0, trainFrames: 1, split: 'none' });
    // Asked to hold some out all the same, it cannot.
    const run = marey(folder, [...train, '--project', 's', '--split', 'random:0.5']);
    expectClear(run, 'UsageError', /too few labeled frames to hold some out.*--split none/);
  });
});

it('a DeepLabCut configuration from another machine: files beside it are taken, and it is said', async () => {
  await writeDrawnProject(join(folder, 'moved'), {
    frames: 2,
    config: 'video_sets:\n  C:\\Users\\me\\drawn\\videos\\drawn.mp4:\n    crop: 0, 80, 0, 64\n',
  });
  mkdirSync(join(folder, 'moved', 'videos'));
  writeFileSync(join(folder, 'moved', 'videos', 'drawn.mp4'), 'stands for the video');
  const run = marey(folder, ['import', 'moved', '--to', 'm', '--json']);
  expect(run.code, run.err).toBe(0);
  expect(run.err).toMatch(
    /paths of another place \(C:\/Users\/me\/drawn\/videos\/drawn\.mp4\).*beside the project are used/,
  );
  const { json } = marey(folder, ['info', '--project', 'm', '--json']);
  expect(json.recordings).toMatchObject([
    { videos: [{ path: join(folder, 'moved/videos/drawn.mp4'), found: true }] },
  ]);
});

it('an export over a DeepLabCut project in use is refused, and leaves it as it is', async () => {
  await writeDrawnProject(join(folder, 'theirs'), { frames: 2 });
  cpSync(join(folder, 'theirs'), join(folder, 'before'), { recursive: true });
  expect(marey(folder, ['import', 'theirs', '--to', 't']).code).toBe(0);
  const argv = ['export', 'theirs', '--format', 'deeplabcut-project', '--project', 't', '--json'];
  expectClear(
    marey(folder, argv),
    'UsageError',
    /theirs: there is a DeepLabCut project already.*Name another folder/,
  );
  // Elsewhere it can be written, and written again.
  argv[1] = 'mine';
  for (let n = 0; n < 2; n++) expect(marey(folder, argv).json).toMatchObject({ frames: 2 });
});
