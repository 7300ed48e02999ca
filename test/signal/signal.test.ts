import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  countMissing,
  InputError,
  irregularTime,
  MareyError,
  missingMask,
  missingRuns,
  poseTrack,
  regularTime,
  Signal,
  skeleton,
  timeOf,
  timesOf,
  UsageError,
} from '../../src/signal/index.ts';

const provenance = { step: 'test' };
const cube = (t: number, k: number, s: number): Signal =>
  new Signal({
    name: 'cube',
    dimensions: [
      { name: 'time', size: t },
      { name: 'keypoint', size: k, labels: Array.from({ length: k }, (_, i) => `k${i}`) },
      { name: 'space', size: s },
    ],
    values: Float64Array.from({ length: t * k * s }, (_, i) => i),
    unit: 'px',
    time: regularTime(t, 10, 5),
    provenance,
  });
const sizes = fc.integer({ min: 1, max: 5 });

describe('Signal', () => {
  it('slices and selects as nested arrays do, without a copy', () => {
    fc.assert(
      fc.property(sizes, sizes, sizes, fc.nat(), fc.nat(), fc.nat(), (t, k, s, a, b, c) => {
        const whole = cube(t, k, s);
        const start = a % t;
        const end = start + (b % (t - start + 1));
        const part = whole.slice('time', start, end).select('keypoint', c % k);
        expect(part.values).toBe(whole.values);
        expect(part.shape).toEqual([end - start, s]);
        for (let i = 0; i < end - start; i++) {
          for (let x = 0; x < s; x++) expect(part.at(i, x)).toBe(whole.at(start + i, c % k, x));
        }
        const rows = Array.from({ length: end - start }, (_, i) =>
          Array.from({ length: s }, (_, x) => part.at(i, x)),
        );
        expect([...part.contiguous()]).toEqual(rows.flat());
        if (end > start) expect(timeOf(part.time!, 0)).toBeCloseTo(timeOf(whole.time!, start), 12);
      }),
    );
  });
  it('reads any strides, negative ones too', () => {
    const flipped = new Signal({
      name: 'f',
      dimensions: [
        { name: 'a', size: 2 },
        { name: 'b', size: 3 },
      ],
      values: Float64Array.of(0, 1, 2, 3, 4, 5),
      strides: [1, -2],
      offset: 4,
      unit: '1',
      provenance,
    });
    expect([...flipped.contiguous()]).toEqual([4, 2, 0, 5, 3, 1]);
    expect(flipped.isContiguous).toBe(false);
  });
  it('keeps NaN payloads through a strided copy', () => {
    const bits = Uint32Array.of(0x7fa00001, 0xffc12345, 0x80000000, 0x7f812345);
    const s = new Signal({
      name: 'n',
      dimensions: [
        { name: 'a', size: 2 },
        { name: 'b', size: 2 },
      ],
      values: new Float32Array(bits.buffer),
      strides: [1, 2],
      unit: '1',
      provenance,
    });
    const copy = s.contiguous();
    expect([...new Uint32Array(copy.buffer)]).toEqual([bits[0], bits[2], bits[1], bits[3]]);
  });
  it('refuses positions outside, and half samples', () => {
    const s = cube(2, 2, 2);
    expect(() => s.at(0, 2, 0)).toThrow(UsageError);
    expect(() => s.at(0, 0)).toThrow(UsageError);
    expect(() => s.slice('time', 0.5, 1.5)).toThrow(UsageError);
    expect(() => s.slice('time', 1, 3)).toThrow(/end <= 2/);
    expect(() => s.select('keypoint', 'nose')).toThrow(/one of k0, k1/);
    expect(() => s.select('keypoint', -1)).toThrow(UsageError);
    expect(() => s.axis('unit')).toThrow(/one of time, keypoint, space/);
  });
  it('refuses parts that do not fit', () => {
    const parts = {
      name: 'x',
      values: new Float64Array(6),
      unit: 'px',
      provenance,
      dimensions: [{ name: 'time', size: 6 }],
    };
    expect(() => new Signal(parts)).toThrow(/time axis/);
    expect(() => new Signal({ ...parts, time: regularTime(5, 1) })).toThrow(/6 times/);
    expect(() => new Signal({ ...parts, dimensions: [{ name: 'a', size: 7 }] })).toThrow(/do not fill/);
    expect(
      () =>
        new Signal({
          ...parts,
          dimensions: [
            { name: 'a', size: 2 },
            { name: 'a', size: 3 },
          ],
        }),
    ).toThrow(/two dimensions/);
    expect(() => new Signal({ ...parts, dimensions: [{ name: 'a', size: 2, labels: ['x'] }] })).toThrow(
      /labels/,
    );
    expect(() => new Signal({ ...parts, dimensions: [{ name: 'a', size: -1 }] })).toThrow(UsageError);
    const confidence = new Signal({ ...parts, dimensions: [{ name: 'a', size: 3 }], unit: '1' });
    expect(() => new Signal({ ...parts, dimensions: [{ name: 'a', size: 6 }], confidence })).toThrow(
      /confidence does not fit/,
    );
  });
  it('converts units, variances by the square, and keeps the unit asked for', () => {
    const variance = new Signal({
      name: 'v',
      dimensions: [
        { name: 'a', size: 2 },
        { name: 'entry', size: 1 },
      ],
      values: Float64Array.of(1, 4),
      unit: 'mm^2/s^2',
      provenance,
    });
    const speed = new Signal({
      name: 'speed',
      dimensions: [{ name: 'a', size: 2 }],
      values: Float64Array.of(1000, NaN),
      unit: 'mm/s',
      covariance: variance,
      provenance,
    });
    const meters = speed.to('m/s');
    expect(meters.at(0)).toBeCloseTo(1, 12);
    expect(meters.at(1)).toBeNaN();
    expect(meters.covariance!.at(1, 0)).toBeCloseTo(4e-6, 18);
    expect(meters.to('m*s^-1').unit).toBe('m*s^-1');
    expect(() => speed.to('px')).toThrow(UsageError);
  });
});

describe('poseTrack', () => {
  const body = skeleton(['nose', 'leftEar', 'rightEar']);
  const track = poseTrack({
    skeleton: body,
    positions: Float32Array.from({ length: 12 }, (_, i) => i),
    confidence: Float32Array.from({ length: 6 }, (_, i) => i / 10),
    covariance: Float32Array.from({ length: 18 }, (_, i) => i),
    time: regularTime(2, 30),
    provenance,
  });
  it('carries confidence and covariance through views', () => {
    const ear = track.positions.select('individual', 0).select('keypoint', 'leftEar').slice('time', 1, 2);
    expect([...ear.contiguous()]).toEqual([8, 9]);
    expect(ear.confidence!.at(0)).toBeCloseTo(0.4, 6);
    expect([...ear.covariance!.contiguous()]).toEqual([12, 13, 14]);
    expect(track.positions.covariance!.dimensions[3].labels).toEqual(['xx', 'xy', 'yy']);
    const x = track.positions.select('space', 'x');
    expect(x.covariance).toBeUndefined();
    expect(x.confidence!.shape).toEqual([2, 1, 3]);
  });
  it('refuses arrays of another length', () => {
    const parts = { skeleton: body, time: regularTime(2, 30), provenance, positions: new Float32Array(12) };
    expect(() => poseTrack({ ...parts, positions: new Float32Array(11) })).toThrow(/positions/);
    expect(() => poseTrack({ ...parts, confidence: new Float32Array(5) })).toThrow(/confidences/);
    expect(() => poseTrack({ ...parts, covariance: new Float32Array(5) })).toThrow(/covariances/);
    expect(() => poseTrack({ ...parts, individuals: ['a', 'b'] })).toThrow(/2 individuals/);
  });
});

describe('missing values', () => {
  it('are counted, masked and found in runs that rebuild the mask', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 30 }), (gone) => {
        const values = Float64Array.from(gone, (g, i) => (g ? NaN : i));
        const s = new Signal({
          name: 'm',
          dimensions: [{ name: 'time', size: values.length }],
          values,
          unit: '1',
          time: regularTime(values.length, 1),
          provenance,
        });
        expect(countMissing(s)).toBe(gone.filter(Boolean).length);
        expect([...missingMask(s)]).toEqual(gone.map(Number));
        const rebuilt = gone.map(() => false);
        const runs = missingRuns(values);
        for (const { start, end } of runs) rebuilt.fill(true, start, end);
        expect(rebuilt).toEqual(gone);
        runs.forEach((r, k) => k > 0 && expect(r.start).toBeGreaterThan(runs[k - 1].end));
      }),
    );
  });
});

describe('errors', () => {
  it('join their facts into sentences and keep their kind', () => {
    const e = new InputError('it broke', {
      where: 'a.csv, row 3',
      expected: 'a number',
      got: '"x"',
      fix: 'Mend it.',
    });
    expect(e.message).toBe('a.csv, row 3: it broke. Expected a number. Got "x". Mend it.');
    expect(e.name).toBe('InputError');
    expect(e).toBeInstanceOf(MareyError);
  });
});

it('an irregular axis shows its own times', () => {
  const times = Float64Array.of(0, 1, 3);
  expect(timesOf(irregularTime(times))).toBe(times);
});
