import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/index.ts';
import {
  distanceBetween,
  egocentric,
  fillGaps,
  heading,
  jointAngle,
  kalmanSmoother,
  numbers,
  pathLength,
  segmentLength,
  segmentTable,
  speed,
  turningRate,
  visits,
  words,
} from '../../../src/measure/kinematics/index.ts';
import type { PoseTrack } from '../../../src/signal/pose.ts';
import type { Signal } from '../../../src/signal/signal.ts';
import { rootMeanSquare, trackOf } from './made.ts';

const degrees = 180 / Math.PI;

describe('jointAngle', () => {
  const still = (...points: number[][]): PoseTrack =>
    trackOf(Object.fromEntries(points.map((p, i) => ['abc'[i], () => p])), {
      count: 2,
      rate: 1,
      variance: 1,
    });

  it('has sign and range in the plane, none in space', () => {
    const plane = still([1, 0], [0, 0], [0, 1]);
    expect(jointAngle(plane, ['a', 'b', 'c']).at(0, 0, 0)).toBeCloseTo(90, 12);
    expect(jointAngle(plane, ['c', 'b', 'a']).at(0, 0, 0)).toBeCloseTo(-90, 12);
    expect(jointAngle(plane, ['c', 'b', 'a'], { kind: 'inner' }).at(0, 0, 0)).toBeCloseTo(90, 12);
    const space = still([1, 0, 0], [0, 0, 0], [0, 0, 2]);
    expect(jointAngle(space, ['a', 'b', 'c']).at(0, 0, 0)).toBeCloseTo(90, 12);
    expect(() => jointAngle(space, ['a', 'b', 'c'], { kind: 'signed' })).toThrow(/no sign/);
    expect(jointAngle(still([1, 1], [1, 1], [2, 2]), ['a', 'b', 'c']).at(0, 0, 0)).toBeNaN();
  });

  it('does not change under rotation, translation and scaling (laws)', () => {
    const coordinate = fc.double({ min: -10, max: 10, noNaN: true });
    const point = fc.tuple(coordinate, coordinate);
    fc.assert(
      fc.property(point, point, point, fc.double({ min: -3, max: 3, noNaN: true }), (a, b, c, turn) => {
        fc.pre(Math.hypot(a[0] - b[0], a[1] - b[1]) > 0.1 && Math.hypot(c[0] - b[0], c[1] - b[1]) > 0.1);
        const moved = (p: readonly number[]): number[] => [
          3 * (Math.cos(turn) * p[0] - Math.sin(turn) * p[1]) + 7,
          3 * (Math.sin(turn) * p[0] + Math.cos(turn) * p[1]) - 5,
        ];
        const before = jointAngle(still([...a], [...b], [...c]), ['a', 'b', 'c']).at(0, 0, 0);
        const after = jointAngle(still(moved(a), moved(b), moved(c)), ['a', 'b', 'c']).at(0, 0, 0);
        expect(Math.abs(Math.sin((after - before) / degrees / 2))).toBeLessThan(1e-9);
      }),
    );
  });

  it.each([2, 3])('states the spread that noise gives it, in %i dimensions', (space) => {
    const random = new Random(`angle ${space}`);
    for (const bend of [0.6, 1.7, 2.6]) {
      const end = [80 * Math.cos(bend), 80 * Math.sin(bend), 0].slice(0, space);
      const track = trackOf(
        { a: () => [50, 0, 0].slice(0, space), b: () => [0, 0, 0].slice(0, space), c: () => end },
        { count: 4000, rate: 100, variance: 1, noise: () => random.normal() },
      );
      const angle = jointAngle(track, ['a', 'b', 'c'], { kind: 'inner' });
      const spread = rootMeanSquare(angle.values.map((v) => v - bend * degrees));
      const stated = rootMeanSquare(Float64Array.from(angle.covariance!.values, Math.sqrt));
      expect(Math.abs(spread / stated - 1)).toBeLessThan(0.05);
    }
  });

  it('unwraps', () => {
    const track = trackOf(
      { a: () => [1, 0], b: () => [0, 0], c: (s) => [Math.cos(2 * Math.PI * s), Math.sin(2 * Math.PI * s)] },
      { count: 301, rate: 100 },
    );
    const angle = jointAngle(track, ['a', 'b', 'c'], { unwrap: true });
    expect(angle.at(300, 0, 0)).toBeCloseTo(1080, 6);
  });

  it.each([1, 2, 3, 4, 5])(
    'within 0.5 deg at 1 px noise after smoothing (limbs of 100 px, 100 Hz), seed %i',
    (seed) => {
      // Swing of the joint by 40 deg at 1.5 Hz while the animal moves at 150 px/s.
      const random = new Random(seed);
      const truth = (s: number): number => 1.8 + 0.35 * 2 * Math.sin(2 * Math.PI * 1.5 * s);
      const track = trackOf(
        {
          hip: (s) => [150 * s, 100 + 5 * Math.sin(19 * s)],
          knee: (s) => [150 * s + 100, 100 + 5 * Math.sin(19 * s)],
          foot: (s) => [
            150 * s + 100 - 100 * Math.cos(truth(s)),
            100 + 5 * Math.sin(19 * s) - 100 * Math.sin(truth(s)),
          ],
        },
        { count: 1000, rate: 100, variance: 1, noise: () => random.normal() },
      );
      const { position } = kalmanSmoother(track.positions);
      const angle = jointAngle({ ...track, positions: position }, ['hip', 'knee', 'foot'], { kind: 'inner' });
      const error = rootMeanSquare(angle.values.map((v, t) => v - truth(t / 100) * degrees));
      expect(error).toBeLessThan(0.5);
      const stated = rootMeanSquare(Float64Array.from(angle.covariance!.values, Math.sqrt));
      expect(error / stated).toBeGreaterThan(0.7);
      expect(error / stated).toBeLessThan(1.4);
    },
  );
});

describe('lengths, headings, distances', () => {
  const random = new Random('lengths');
  const track = trackOf(
    { rear: (s) => [10 * s, 0], front: (s) => [10 * s + 60 * Math.cos(s), 60 * Math.sin(s)] },
    {
      count: 2000,
      rate: 100,
      variance: 0.25,
      noise: () => 0.5 * random.normal(),
      edges: [['rear', 'front']],
    },
  );
  const check = (signal: Signal, truth: (t: number) => number): void => {
    const errors = signal.values.map((v, t) => {
      const e = v - truth(t);
      return signal.unit === 'deg' ? Math.asin(Math.sin(e / degrees)) * degrees : e;
    });
    const stated = rootMeanSquare(Float64Array.from(signal.covariance!.values, Math.sqrt));
    expect(Math.abs(rootMeanSquare(errors) / stated - 1)).toBeLessThan(0.06);
  };

  it('state their own errors', () => {
    check(segmentLength(track, 'rear', 'front'), () => 60);
    check(heading(track, 'rear', 'front'), (t) => (t / 100) * degrees);
    const a = { individual: 'individual', keypoint: 'rear' };
    check(distanceBetween(track, a, { ...a, keypoint: 'front' }), () => 60);
    expect(numbers(segmentTable(track), 'median')[0]).toBeCloseTo(60, 0);
  });

  it('turn at the planted rate', () => {
    const rate = turningRate(heading(track, 'rear', 'front'), { windowSeconds: 0.4, order: 2 });
    expect(rate.unit).toBe('deg/s');
    expect(rootMeanSquare(rate.values.map((v) => v - degrees))).toBeLessThan(6);
  });

  it('speed and path of a straight run', () => {
    const run = trackOf({ a: (s) => [30 * s, 40 * s] }, { count: 101, rate: 100, variance: 0.01 });
    const { velocity } = kalmanSmoother(run.positions, { processNoise: 1 });
    const v = speed(velocity);
    expect(v.unit).toBe('px/s');
    expect(v.at(50, 0, 0, 0)).toBeCloseTo(50, 4);
    const spread = velocity.covariance!;
    // Along the direction (3, 4) / 5; both axes have the same variance and no covariance.
    expect(v.covariance!.at(50, 0, 0, 0)).toBeCloseTo(spread.at(50, 0, 0, 0), 8);
    expect(pathLength(run, 'a').at(100, 0, 0)).toBeCloseTo(50, 9);
  });
});

describe('egocentric', () => {
  const random = new Random('egocentric');
  const turned = trackOf(
    {
      tail: (s) => [100 + 20 * s, 50],
      nose: (s) => [100 + 20 * s + 50 * Math.cos(s), 50 + 50 * Math.sin(s)],
      ear: (s) => [
        100 + 20 * s + 40 * Math.cos(s) - 10 * Math.sin(s),
        50 + 40 * Math.sin(s) + 10 * Math.cos(s),
      ],
    },
    { count: 3000, rate: 100, variance: 0.09, noise: () => 0.3 * random.normal() },
  );
  const body = egocentric(turned, { origin: 'tail', forward: 'nose' });

  it('puts the origin at zero and the forward point on the x axis', () => {
    for (const t of [0, 500, 2999]) {
      expect(body.positions.at(t, 0, 0, 0)).toBe(0);
      expect(Math.abs(body.positions.at(t, 0, 1, 1))).toBeLessThan(1e-10);
      expect(body.positions.covariance!.at(t, 0, 0, 0)).toBeCloseTo(0, 12);
      expect(body.positions.covariance!.at(t, 0, 1, 2)).toBeCloseTo(0, 12);
    }
  });

  it('keeps distances and carries the errors of all three points', () => {
    for (const axis of [0, 1]) {
      const values = Float64Array.from(
        { length: 3000 },
        (_, t) => body.positions.at(t, 0, 2, axis) - [40, 10][axis],
      );
      const stated = Math.sqrt(
        Array.from({ length: 3000 }, (_, t) => body.positions.covariance!.at(t, 0, 2, 2 * axis)).reduce(
          (s, v) => s + v,
          0,
        ) / 3000,
      );
      expect(Math.abs(rootMeanSquare(values) / stated - 1)).toBeLessThan(0.05);
    }
  });
});

describe('visits', () => {
  const regions = [
    { name: 'center', kind: 'circle', center: [50, 50], radius: 20 },
    {
      name: 'corner',
      kind: 'polygon',
      vertices: [
        [0, 0],
        [30, 0],
        [30, 30],
        [0, 30],
      ],
    },
  ] as const;

  it('counts entries, dwell, share and latency of a crossing', () => {
    const crossing = trackOf({ body: (s) => [10 * s, 10 * s] }, { count: 1000, rate: 100 });
    const { visits: events, table } = visits(crossing, 'body', regions);
    expect(words(table, 'region')).toEqual(['center', 'corner']);
    expect(Array.from(numbers(table, 'entries'))).toEqual([1, 1]);
    const half = 20 / Math.SQRT2 / 10;
    expect(numbers(table, 'latency')[0]).toBeCloseTo(5 - half, 1);
    expect(numbers(table, 'dwell')[0]).toBeCloseTo(2 * half, 1);
    expect(numbers(table, 'latency')[1]).toBeLessThan(0.02);
    expect(numbers(table, 'share')[1]).toBeCloseTo(0.3, 2);
    expect(events.select({ label: 'center' }).count).toBe(1);
  });

  it('does not count what was not seen, and bridges only when asked', () => {
    const hidden = trackOf(
      { body: (s) => (s >= 1 && s < 1.5 ? [NaN, NaN] : [50, 50]) },
      { count: 300, rate: 100 },
    );
    const plain = visits(hidden, 'body', regions).table;
    expect([numbers(plain, 'entries')[0], numbers(plain, 'seen')[0]]).toEqual([2, 2.5]);
    expect(numbers(plain, 'dwell')[0]).toBeCloseTo(2.5, 9);
    expect(numbers(plain, 'latency')[1]).toBeNaN();
    expect(numbers(visits(hidden, 'body', regions, { bridgeSeconds: 0.6 }).table, 'entries')[0]).toBe(1);
  });
});

describe('fillGaps', () => {
  const gapped = trackOf(
    {
      a: (s) =>
        (s > 0.2 && s < 0.25) || (s > 0.5 && s < 0.8) || s > 0.95 ? [NaN, NaN] : [100 * s, 50 * s * s],
    },
    { count: 100, rate: 100, variance: 1 },
  ).positions;

  it.each(['linear', 'pchip', 'kalman'] as const)('%s fills the short gap only, and says so', (method) => {
    const { signal, gaps, filled } = fillGaps(gapped, { method, maximumSeconds: 0.1 });
    expect(gaps.labels).toEqual(['filled', 'too long', 'at the end']);
    expect(gaps.sources[0]).toBe('individual a');
    expect(filled.reduce((n, f) => n + f, 0)).toBe(4);
    for (let t = 0; t < 100; t++) {
      const before = gapped.at(t, 0, 0, 0);
      if (!Number.isNaN(before)) expect(signal.at(t, 0, 0, 0)).toBe(before);
      else expect(Number.isNaN(signal.at(t, 0, 0, 0))).toBe(filled[t] === 0);
    }
    expect(signal.at(22, 0, 0, 0)).toBeCloseTo(22, 1);
    expect(Number.isNaN(signal.covariance!.at(22, 0, 0, 0))).toBe(method !== 'kalman');
    expect(signal.covariance!.at(10, 0, 0, 0)).toBe(1);
  });
});
