import { describe, expect, test } from 'vitest';
import { parseC3dAnalog, parseC3dPoints } from '../../../src/formats/c3d/c3d.ts';
import { timesOf } from '../../../src/signal/time.ts';
import { sampleMarkers } from '../samples.ts';
import { c3dFile } from './file.ts';

const source = { name: 'walk.c3d', provenance: { step: 'import' } };
const track = sampleMarkers();

describe.each([84, 85, 86] as const)('written on machine %i', (processor) => {
  test.each([undefined, 0.05])('points, scale %s', (scale) => {
    const read = parseC3dPoints(c3dFile({ points: track, processor, scale }), source, {});
    expect(read.skeleton.keypoints).toEqual(track.skeleton.keypoints);
    expect(read.positions.unit).toBe('mm');
    const truth = track.positions.contiguous();
    read.positions.contiguous().forEach((v, i) => {
      if (Number.isNaN(truth[i])) expect(v).toBeNaN();
      else expect(Math.abs(v - truth[i])).toBeLessThan(scale ? scale : 1e-4);
    });
    // Its first frame is frame 8.
    expect(timesOf(read.positions.time!)[0]).toBeCloseTo(7 / 29.97, 5);
  });

  test.each([undefined, 0.05])('analog channels, scale %s', (scale) => {
    const { columns, rows } = parseC3dAnalog(
      c3dFile({ points: track, processor, scale, analog: true }),
      'walk.c3d',
    );
    expect(columns.map((c) => c.name)).toEqual(['time', 'EMG1', 'FZ']);
    expect(rows).toBe(36);
    // (raw - offset) x scale x general scale
    expect(columns[1].values[5]).toBe(5);
    expect(columns[2].values[5]).toBe(-2.5);
    expect((columns[0].values[4] as number) - (columns[0].values[1] as number)).toBeCloseTo(1 / 29.97, 6);
  });
});

test('a file that is cut off, and one that is none, say so', () => {
  const whole = c3dFile({ points: track });
  expect(() => parseC3dPoints(whole.subarray(0, whole.length - 100), source, {})).toThrow(
    /ends before its last frame/,
  );
  expect(() => parseC3dPoints(new Uint8Array(2000), source, {})).toThrow(/no C3D file/);
  expect(() => parseC3dAnalog(whole, 'walk.c3d')).toThrow(/no analog channels/);
});
