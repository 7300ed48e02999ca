import { describe, expect, test } from 'vitest';
import { parseStorage } from '../../../src/formats/opensim-storage/storage.ts';
import { parseTrc } from '../../../src/formats/trc/trc.ts';

const source = { name: 'walk.trc', provenance: { step: 'import' } };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const head = (frames: number, units = 'mm'): string =>
  `PathFileType  4 (X/Y/Z) walk.trc\nDataRate CameraRate NumFrames NumMarkers Units OrigDataRate\n60.00 60.00 ${frames} 2 ${units} 60\n\tFrame#\tTime\tR.ASIS\t\t\tL.ASIS\t\t\t\n\t\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n`;

describe('.trc as it comes', () => {
  test('spaces in the header, a leading tab, padding, gaps, no blank line', () => {
    const track = parseTrc(
      bytes(`${head(2)}1\t 0.000 \t1\t2\t3\t4\t5\t6\t\t\n2\t0.5\t\t\t\t4\t5\t6\n`),
      source,
      {},
    );
    expect(track.skeleton.keypoints).toEqual(['R.ASIS', 'L.ASIS']);
    expect([...track.positions.contiguous()]).toEqual([1, 2, 3, 4, 5, 6, NaN, NaN, NaN, 4, 5, 6]);
    expect(track.positions.unit).toBe('mm');
    expect(track.positions.time).toMatchObject({ kind: 'regular', rate: 2 });
  });

  test.each([
    [
      `${head(1)}1\t0\t1\t2\t3\t4\t5\n`,
      /walk\.trc, line 6: the row has another number of cells.*Expected 8 cells.*Got 7/,
    ],
    [`${head(1)}1\t0\t1\t2\t3\t4\t5\t6\t7\n`, /line 6: the row has another number of cells.*Got 9/],
    [`${head(1)}1\t0\t1\t2\tx\t4\t5\t6\n`, /line 6: a cell is not a number.*R\.ASIS.*"x"/],
    [`${head(2)}1\t0\t1\t2\t3\t4\t5\t6\n`, /frames are not as many/],
    [`${head(1, 'inch')}1\t0\t1\t2\t3\t4\t5\t6\n`, /unit of the markers/],
    ['Frame,Time\n', /no \.trc file/],
  ])('%j is refused with its line', (text, message) => {
    expect(() => parseTrc(bytes(text), source, {})).toThrow(message);
  });
});

describe('.mot and .sto', () => {
  test('header, units and columns', () => {
    const { columns, metadata } = parseStorage(
      bytes(
        'Coordinates\nversion=1\nnRows=1\nnColumns=2\ninDegrees=yes\n\nUnits are S.I. units\n\nendheader\ntime\tknee\n      0.5\t     -3.25\n',
      ),
      'a.mot',
    );
    expect(metadata).toMatchObject({ name: 'Coordinates', inDegrees: 'yes' });
    expect(columns.map((c) => [c.name, c.values[0]])).toEqual([
      ['time', 0.5],
      ['knee', -3.25],
    ]);
  });

  test.each([
    ['a\nendheader\ntime\tx\n1\n', /line 4: the row has another number of cells/],
    ['a\nnRows=3\nendheader\ntime\tx\n1\t2\n', /rows are not as many/],
    ['a\nendheader\ntime\tx\n1\ty\n', /line 4: a cell is not a number/],
    ['a\ntime\tx\n1\t2\n', /header never ends/],
  ])('%j is refused', (text, message) => {
    expect(() => parseStorage(bytes(text), 'a.sto')).toThrow(message);
  });
});
