import { chmod, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  formats,
  identify,
  readArrays,
  readLabels,
  readPose,
  readTable,
  writeLabels,
  writePose,
  writeTable,
} from '../../src/formats/index.ts';
import { sha256 } from '../../src/formats/file.ts';
import { folderWith } from './folder.ts';
import { sampleLabels, sampleTable, sampleTrack } from './samples.ts';

describe('writing by extension and reading by content', () => {
  it.each([
    ['a.csv', 'deeplabcut-csv'],
    ['a.h5', 'deeplabcut-hdf5'],
    ['a.slp', 'sleap'],
    ['a.analysis.h5', 'sleap-analysis'],
    ['a.parquet', 'parquet'],
    ['a.npz', 'npz'],
    ['a.mat', 'matlab'],
    ['a.tsv', 'csv'],
  ])('%s is %s', async (name, format) => {
    const path = join(await folderWith({}), name);
    const track = sampleTrack();
    await writePose(path, track);
    expect((await identify(path)).format).toBe(format);
    const read = await readPose(path);
    expect(read.positions.contiguous()).toEqual(track.positions.contiguous());
    expect(read.positions.provenance).toMatchObject({
      step: 'import',
      source: path,
      sha256: sha256(await readFile(path)),
      options: { format },
    });
  });

  it('recognizes content behind a wrong extension', async () => {
    const folder = await folderWith({});
    await writePose(join(folder, 'a.csv'), sampleTrack());
    const renamed = await folderWith({ 'a.txt': await readFile(join(folder, 'a.csv')) });
    expect((await identify(join(renamed, 'a.txt'))).format).toBe('deeplabcut-csv');
  });

  it('leaves nothing half-written beside the file', async () => {
    const folder = await folderWith({});
    await writePose(join(folder, 'a.csv'), sampleTrack());
    await writePose(join(folder, 'a.csv'), sampleTrack());
    expect(await readdir(folder)).toEqual(['a.csv']);
  });
});

describe('errors say where and what to do', () => {
  it('for paths', async () => {
    const folder = await folderWith({
      'empty.csv': '',
      'noise.xyz': 'abc',
      'noise.h5': 'no HDF5',
      'readme.md': 'hello',
    });
    await expect(readPose(join(folder, 'none.csv'))).rejects.toThrow(/none\.csv: there is no such file/);
    await expect(readPose(join(folder, 'empty.csv'))).rejects.toThrow(/the file is empty/);
    await expect(readPose(join(folder, 'noise.xyz'))).rejects.toThrow(
      /no format recognizes this file.*Got \.xyz/,
    );
    await expect(readPose(join(folder, 'noise.h5'))).rejects.toThrow(/not an HDF5 file/);
    await expect(readLabels(folder)).rejects.toThrow(/no project that Marey knows/);
    await expect(readPose(folder)).rejects.toThrow(/no project that Marey knows/);
  });

  it('for content that a format does not have', async () => {
    const folder = await folderWith({});
    await writeLabels(join(folder, 'labels.json'), sampleLabels());
    await expect(readPose(join(folder, 'labels.json'))).rejects.toThrow(/this holds no pose.*COCO/);
    await writeTable(join(folder, 't.parquet'), sampleTable());
    await expect(readArrays(join(folder, 't.parquet'))).rejects.toThrow(/this holds no arrays/);
    expect((await readTable(join(folder, 't.parquet'))).rows).toBe(9);
  });

  it('for formats and extensions that do not write', async () => {
    const folder = await folderWith({});
    await expect(writePose(join(folder, 'a.vhs'), sampleTrack())).rejects.toThrow(
      /extension "\.vhs".*Expected one of \.csv/,
    );
    await expect(writePose(join(folder, 'a'), sampleTrack(), { format: 'coco' })).rejects.toThrow(
      /does not write pose/,
    );
    await expect(writePose(join(folder, 'a'), sampleTrack(), { format: 'vhs' })).rejects.toThrow(
      /there is no format "vhs"/,
    );
  });

  it.skipIf(process.getuid?.() === 0)('for folders that may not be written', async () => {
    const folder = await folderWith({});
    await chmod(folder, 0o500);
    await expect(writePose(join(folder, 'a.csv'), sampleTrack())).rejects.toThrow(/access is not permitted/);
  });
});

it('keeps names of formats distinct', () => {
  expect(new Set(formats.map((f) => f.name)).size).toBe(formats.length);
});

it('writes a Lightning Pose data folder that it reads back', async () => {
  const folder = await folderWith({});
  const labels = { ...sampleLabels(), root: folder };
  await writeLabels(folder, labels, { format: 'lightning-pose-project' });
  const back = await readLabels(folder);
  expect(back.frames.map((f) => f.picture)).toEqual(labels.frames.map((f) => f.picture));
  expect(back.notes[0]).toMatch(/6 of 6 labeled pictures are not there/);
  const outside = { ...labels, frames: [{ ...labels.frames[0], picture: { image: '../../escape.png' } }] };
  await expect(writeLabels(folder, outside, { format: 'lightning-pose-project' })).rejects.toThrow(
    /lies outside/,
  );
});
