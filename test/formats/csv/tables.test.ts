import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatCells, parseCells } from '../../../src/formats/csv/cells.ts';
import { findColumn, readPose, readTable, table, writeTable } from '../../../src/formats/index.ts';
import { folderWith } from '../folder.ts';

it('gives back any cells', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '\t') });
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 });
  fc.assert(
    fc.property(rows, (written) => {
      expect(parseCells(formatCells(written), 'test').rows).toEqual(written);
    }),
    { seed: 1 },
  );
});

it('names the line where a quote never closes', () => {
  expect(() => parseCells('a,b\n1,"2\n3,4\n', 'x.csv')).toThrow(/x\.csv, line 2: a quoted cell never ends/);
});

describe('tables', () => {
  it('reads commas, semicolons and tabs, numbers and texts', async () => {
    for (const separator of [',', ';', '\t']) {
      const text =
        ['name', 'v', 'empty'].join(separator) +
        '\n' +
        ['a', '1.5', ''].join(separator) +
        '\n' +
        ['b', 'NA', ''].join(separator);
      const folder = await folderWith({ 't.csv': text });
      const read = await readTable(join(folder, 't.csv'));
      expect(read.columns).toEqual([
        { name: 'name', values: ['a', 'b'] },
        { name: 'v', values: Float64Array.of(1.5, NaN) },
        { name: 'empty', values: Float64Array.of(NaN, NaN) },
      ]);
    }
  });

  it('refuses rows of another length and names that come twice', async () => {
    const folder = await folderWith({ 'a.csv': 'x,y\n1,2\n3\n', 'b.csv': 'x,x\n1,2\n' });
    await expect(readTable(join(folder, 'a.csv'))).rejects.toThrow(/a\.csv, line 3.*Expected 2 cells.*Got 1/);
    await expect(readTable(join(folder, 'b.csv'))).rejects.toThrow(/two columns are called "x"/);
  });

  it('keeps kinds and metadata in Parquet', async () => {
    const folder = await folderWith({});
    const written = table(
      [
        { name: 'big', values: BigInt64Array.of(-(2n ** 60n), 2n ** 60n) },
        { name: 'yes', values: [true, false] },
        { name: 'text', values: ['ä', ''] },
        { name: 'number', values: Float64Array.of(NaN, -0) },
      ],
      { note: 'by hand' },
    );
    await writeTable(join(folder, 't.parquet'), written);
    expect(await readTable(join(folder, 't.parquet'))).toEqual(written);
    expect(findColumn(written, 'text')!.values).toEqual(['ä', '']);
  });
});

describe('tracks in plain tables', () => {
  const track = async (text: string) => {
    const folder = await folderWith({ 't.csv': text });
    return readPose(join(folder, 't.csv'));
  };

  it('fills points that a long table leaves out', async () => {
    const read = await track('frame,keypoint,x,y\n0,a,1,2\n0,b,3,4\n1,b,5,6\n');
    expect(Array.from(read.positions.contiguous())).toEqual([1, 2, 3, 4, NaN, NaN, 5, 6]);
    expect(read.positions.time).toMatchObject({ clock: 'frames', count: 2 });
  });

  it("reads Anipose's points in space", async () => {
    const read = await track(
      'nose_x,nose_y,nose_z,nose_error,nose_score,nose_ncams,M_00,fnum\n1,2,3,0.1,0.9,3,1,0\n4,5,6,0.1,0.8,3,1,1\n',
    );
    expect(read.positions.shape).toEqual([2, 1, 1, 3]);
    expect(Array.from(read.positions.contiguous())).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Array.from(read.positions.confidence!.contiguous())).toEqual([0.9, 0.8]);
  });

  it('says which point stands twice, and which cell is no number', async () => {
    await expect(track('frame,keypoint,x,y\n0,a,1,2\n0,a,3,4\n')).rejects.toThrow(
      /rows 2 and 3: the point "a" stands twice/,
    );
    await expect(track('frame,keypoint,x,y\n0,a,1,here\n')).rejects.toThrow(/row 2, column "y".*Got "here"/);
    await expect(track('speed,angle\n1,2\n')).rejects.toThrow(/the table is no track/);
  });
});
