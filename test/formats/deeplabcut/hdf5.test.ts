import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { frameClock } from '../../../src/formats/frames.ts';
import { parsePickle } from '../../../src/formats/deeplabcut/pickle.ts';
import { deeplabcutHdf5 } from '../../../src/formats/deeplabcut/hdf5-record.ts';
import { readLabels, readPose } from '../../../src/formats/index.ts';
import { poseTrack } from '../../../src/signal/pose.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { regularTime } from '../../../src/signal/time.ts';

const golden = join(import.meta.dirname, '../golden');

describe('files that pandas 1.5 wrote', () => {
  it.each(['labels-one-column-table.h5', 'labels-one-column-fixed.h5', 'labels-three-columns-fixed.h5'])(
    'reads the labels in %s as in the CSV',
    async (name) => {
      const [h5, csv] = [
        await readLabels(join(golden, name)),
        await readLabels(join(golden, 'labels-three-columns.csv')),
      ];
      expect(h5.frames).toEqual(csv.frames);
      expect(h5.frames[1].instances[0].points[1]).toEqual({ x: 5.125, y: 6, visibility: 'visible' });
    },
  );

  it.each(['predictions-multi-table.h5', 'predictions-multi-fixed.h5'])(
    'reads the predictions in %s as in the CSV',
    async (name) => {
      const [h5, csv] = [
        await readPose(join(golden, name)),
        await readPose(join(golden, 'predictions-multi.csv')),
      ];
      expect(h5.positions.shape).toEqual([3, 3, 2, 2]);
      expect(h5.positions.contiguous()).toEqual(csv.positions.contiguous());
      expect(h5.positions.confidence!.contiguous()).toEqual(csv.positions.confidence!.contiguous());
      expect(h5.positions.dimensions[1].labels).toEqual(['m1', 'm2', 'single']);
    },
  );
});

it('still writes, byte for byte, the file that pandas.read_hdf was seen to read', async () => {
  const track = poseTrack({
    skeleton: skeleton(['tail', 'nose']),
    positions: Float64Array.of(1.5, 2.5, NaN, NaN, 0.1, -3, 4, 5),
    confidence: Float64Array.of(0.9, NaN, 0.5, 1),
    time: regularTime(2, 1, 0, frameClock),
    provenance: { step: 'test' },
  });
  const written = await deeplabcutHdf5.pose!.write!(track, { scorer: 'DLC_marey' });
  const seen = await readFile(join(golden, 'predictions-by-marey.h5'));
  expect(Buffer.compare(Buffer.from(written), seen)).toBe(0);
});

describe('pickled attributes', () => {
  it('reads the plain data that pandas leaves', () => {
    const axes = '(lp0\n(L1L\n(lp1\n(VA\np2\nVx\np3\ntp4\na(g2\nVy\np5\ntp6\natp7\na.';
    expect(parsePickle(axes, 'p')).toEqual([
      [
        1,
        [
          ['A', 'x'],
          ['A', 'y'],
        ],
      ],
    ]);
    expect(parsePickle('(dp0\nVname\np1\n(lp2\nVscorer\nasI01\nN.', 'p')).toBeNull();
    expect(parsePickle('(dp0\nVname\np1\n(lp2\nVscorer\nas.', 'p')).toEqual({ name: ['scorer'] });
  });

  it.each([
    ["cos\nsystem\n(S'id'\ntR.", /opcode "c" is not allowed/],
    ['(i__main__\nx\n.', /opcode "i" is not allowed/],
    ['(lp0\ng0\na.', /nested too deep/],
    ['g7\n.', /never kept/],
    ['a.', /stack is empty/],
    ['(l', /never stops/],
  ])('runs nothing and refuses %j', (text, message) => {
    expect(() => parsePickle(text, 'file.h5')).toThrow(message);
  });

  it('refuses structures that multiply their parts', () => {
    let text = '(lp0\nVx\na';
    for (let i = 1; i < 8; i++) text += `(lp${i}\n${`g${i - 1}\na`.repeat(100)}`;
    expect(() => parsePickle(`${text}.`, 'bomb')).toThrow(/too deep or too large/);
  });
});
