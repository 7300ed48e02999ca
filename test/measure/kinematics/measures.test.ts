import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/index.ts';
import {
  kinematics,
  measures,
  type MeasureOptions,
  type MeasureRequest,
  type Table,
} from '../../../src/measure/kinematics/index.ts';
import { MareyError, UsageError } from '../../../src/signal/error.ts';
import { poseTrack, type PoseTrack } from '../../../src/signal/pose.ts';
import { Signal } from '../../../src/signal/signal.ts';
import { skeleton } from '../../../src/signal/skeleton.ts';
import { irregularTime, regularTime, type TimeAxis } from '../../../src/signal/time.ts';

const names = ['a', 'b', 'c', 'd'];

/** A foot's way: rest for 60 % of each cycle, then a step of one. */
function step(cycles: number): number {
  const swing = Math.max(0, (cycles % 1) - 0.6) / 0.4;
  return Math.floor(cycles) + swing * swing * (3 - 2 * swing);
}

/** Two animals, their first point stepping, the others circling at different rates: something for every measure. */
function moving(
  space: 2 | 3,
  time: TimeAxis,
  count: number,
  scale = 1,
  missing: (t: number) => boolean = () => false,
): PoseTrack {
  const random = new Random('moving');
  const positions: number[] = [];
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < 2; i++) {
      for (let k = 0; k < 4; k++) {
        const phase = (t / 100) * 2 * Math.PI * (1 + k / 2) + i;
        const at =
          k === 0
            ? [30 * step(t / 50 + i / 2), 30 * i, 3 * Math.sin(Math.PI * step(t / 50)) ** 2]
            : [40 * k + 12 * Math.cos(phase), 30 * i + 25 * Math.sin(phase), 5 * Math.sin(2 * phase)];
        for (let a = 0; a < space; a++)
          positions.push(missing(t) ? NaN : scale * (at[a] + 0.1 * random.normal()));
      }
    }
  }
  const entries = (space * (space + 1)) / 2;
  const diagonal = space === 2 ? [0, 2] : [0, 3, 5];
  return poseTrack({
    skeleton: skeleton(names, [
      ['a', 'b'],
      ['b', 'c'],
    ]),
    individuals: ['one', 'two'],
    space,
    positions: Float64Array.from(positions),
    covariance: Float64Array.from({ length: count * 8 * entries }, (_, i) =>
      diagonal.includes(i % entries) ? 0.01 * scale * scale : 0,
    ),
    time,
    provenance: { step: 'test' },
  });
}

const count = 300;
const regular = regularTime(count, 100);

function requestFor(name: string, space: 2 | 3, scale = 1): MeasureRequest {
  const measure = measures.find((m) => m.name === name)!;
  const options: MeasureOptions = {
    place: [0, 0, 0].slice(0, space),
    regions: [{ name: 'disk', kind: 'circle', center: [0, 0], radius: 20 * scale }],
    trials: [
      { startSeconds: 0, endSeconds: 1 },
      { startSeconds: 1, endSeconds: 2.9, target: [0, 0, 0].slice(0, space) },
    ],
  };
  const needed = Object.fromEntries(measure.requires.map((r) => [r, options[r]]));
  return { measure: name, keypoints: names.slice(0, measure.needs.length), options: needed };
}

/** All numbers and words of a result. */
function contents(value: Signal | Table): unknown[] {
  return value instanceof Signal
    ? [value.shape, value.unit, ...value.contiguous(), ...(value.covariance?.contiguous() ?? [])]
    : value.columns.map((c) => ('words' in c ? [c.name, ...c.words] : [c.name, c.unit, ...c.values]));
}

describe.each(measures.map((m) => m.name))('every measure: %s', (name) => {
  const measure = measures.find((m) => m.name === name)!;
  const compute = (track: PoseTrack, space: 2 | 3 = 2, scale = 1): Signal | Table =>
    kinematics(track, [requestFor(name, space, scale)])[0].value;

  it.each(measure.space)(
    'has the stated unit and shape in %iD, with provenance back to the track',
    (space) => {
      const value = compute(moving(space, regular, count), space);
      if (value instanceof Signal) {
        expect(measure.unit).not.toBe('table');
        if (typeof measure.unit === 'function') expect(value.unit).toBe(measure.unit('px'));
        expect(value.dimensions[0]).toMatchObject({ name: 'time', size: count });
        expect(value.dimensions[1]).toMatchObject({ name: 'individual', labels: ['one', 'two'] });
        expect(value.contiguous().some((v) => Number.isFinite(v))).toBe(true);
      } else {
        expect(measure.unit).toBe('table');
        expect(value.rows).toBeGreaterThan(0);
      }
      expect(JSON.stringify(value.provenance)).toContain('"step":"test"');
    },
  );

  it('is deterministic and changes nothing it was given', () => {
    const track = moving(2, regular, count);
    const before = [
      Float64Array.from(track.positions.values),
      Float64Array.from(track.positions.covariance!.values),
    ];
    const first = contents(compute(track));
    expect(contents(compute(track))).toEqual(first);
    expect([track.positions.values, track.positions.covariance!.values]).toEqual(before);
  });

  it('scales with the picture as its units say', () => {
    const near = compute(moving(2, regular, count));
    const far = compute(moving(2, regular, count, 2), 2, 2);
    const compare = (unit: string, a: ArrayLike<number>, b: ArrayLike<number>): void => {
      const factor = unit.startsWith('px') ? 2 : 1;
      const size = Math.max(1, ...Array.from(a, Math.abs).filter(Number.isFinite));
      Array.from(a, (v, i) => {
        if (Number.isFinite(v)) expect(Math.abs(b[i] / factor - v) / size).toBeLessThan(0.01);
        else expect(Number.isFinite(b[i])).toBe(false);
      });
    };
    if (near instanceof Signal) compare(near.unit, near.contiguous(), (far as Signal).contiguous());
    else {
      near.columns.forEach((c, i) => {
        const other = (far as Table).columns[i];
        if (!('words' in c) && !('words' in other)) compare(c.unit, c.values, other.values);
      });
    }
  });

  it('takes missing values: they stay missing, or are left out, and nothing is extrapolated', () => {
    const gap = (t: number): boolean => t < 5 || (t >= 120 && t < 160) || t > 290;
    const value = compute(moving(2, regular, count, 1, gap));
    if (value instanceof Signal) {
      const width = value.size / count;
      const flat = value.contiguous();
      for (let t = 0; t < count; t++) {
        if (gap(t))
          expect(Array.from(flat.subarray(t * width, (t + 1) * width)).every(Number.isNaN)).toBe(true);
      }
      expect(flat.some((v) => Number.isFinite(v))).toBe(true);
    }
    const nothing = compute(moving(2, regular, count, 1, () => true));
    if (nothing instanceof Signal) expect(nothing.contiguous().every(Number.isNaN)).toBe(true);
  });

  it.each([0, 1, 2])('takes a recording of %i samples', (short) => {
    const value = compute(moving(2, regularTime(short, 100), short));
    if (value instanceof Signal) expect(value.dimensions[0].size).toBe(short);
  });

  it('takes irregular times or refuses them clearly', () => {
    let now = 0;
    const random = new Random('times');
    const times = Float64Array.from({ length: count }, () => (now += random.uniform(0.007, 0.013)));
    try {
      expect(contents(compute(moving(2, irregularTime(times), count))).length).toBeGreaterThan(0);
    } catch (error) {
      expect(error).toBeInstanceOf(MareyError);
      expect(String(error)).toMatch(/evenly spaced/);
    }
  });

  it('names an unknown keypoint, a wrong number of them, and a missing option', () => {
    const track = moving(2, regular, count);
    const request = requestFor(name, 2);
    if (measure.needs.length > 0) {
      const wrong = ['nose', ...request.keypoints!.slice(1)];
      expect(() => kinematics(track, [{ ...request, keypoints: wrong }])).toThrow(/no keypoint "nose"/);
      expect(() => kinematics(track, [{ ...request, keypoints: [] }])).toThrow(UsageError);
    }
    for (const option of measure.requires) {
      expect(() => kinematics(track, [{ ...request, options: {} }])).toThrow(new RegExp(option));
    }
  });
});

it('an unknown measure is named together with those there are', () => {
  expect(() => kinematics(moving(2, regular, count), [{ measure: 'charm' }])).toThrow(/"charm".*angle/);
});
