import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/math/index.ts';
import {
  logDimensionlessJerk,
  numbers,
  reaches,
  spectralArcLength,
  words,
} from '../../../../src/measure/kinematics/index.ts';
import { trackOf } from '../made.ts';

const minimumJerk = (s: number): number => s ** 3 * (10 - 15 * s + 6 * s * s);
const profile = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => 30 * (i / (n - 1)) ** 2 * (1 - i / (n - 1)) ** 2);

describe('smoothness', () => {
  it('SPARC equals the published definition on a minimum-jerk profile', () => {
    // Golden values: the definition of Balasubramanian et al. 2015 in NumPy, 101 samples at 100 Hz.
    const smooth = profile(101);
    const rippled = smooth.map((v, i) => v + 0.5 * Math.sin((2 * Math.PI * 4 * i) / 100) ** 2);
    expect(spectralArcLength(smooth, 100)).toBeCloseTo(-1.405829324421465, 10);
    expect(spectralArcLength(rippled, 100)).toBeCloseTo(-1.9312354808489325, 10);
  });

  it('log dimensionless jerk of the minimum-jerk movement is -ln(204.8)', () => {
    expect(logDimensionlessJerk(profile(4001), 1000)).toBeCloseTo(-Math.log(204.8), 2);
  });

  it('neither depends on amplitude; jerk not on duration', () => {
    const p = profile(201);
    expect(
      spectralArcLength(
        p.map((v) => 7 * v),
        100,
      ),
    ).toBeCloseTo(spectralArcLength(p, 100), 10);
    expect(
      logDimensionlessJerk(
        p.map((v) => 7 * v),
        50,
      ),
    ).toBeCloseTo(logDimensionlessJerk(p, 100), 10);
  });

  it('refuses profiles with missing samples', () => {
    expect(() => spectralArcLength(Float64Array.of(1, NaN, 1), 100)).toThrow(/1 missing/);
  });
});

describe('reaches', () => {
  const random = new Random('reach');
  // Three reaches of 300 mm from 0.5 s on, each 0.6 s; the second along an arc, the third with a gap at its peak.
  const track = trackOf(
    {
      hand: (s) => {
        const trial = Math.floor(s / 2);
        const held = (x: number): number => minimumJerk(Math.min(1, Math.max(0, x)));
        // Out in 0.6 s, back in 0.5 s after the trial proper.
        const u = held(((s % 2) - 0.5) / 0.6) - held(((s % 2) - 1.4) / 0.5);
        if (trial === 2 && s % 2 > 0.7 && s % 2 < 0.85) return [NaN, NaN];
        return trial === 1 ? [150 - 150 * Math.cos(Math.PI * u), 150 * Math.sin(Math.PI * u)] : [300 * u, 0];
      },
    },
    { count: 1200, rate: 200, unit: 'mm', variance: 0.04, noise: () => 0.2 * random.normal() },
  );
  const trials = [0, 1, 2].map((i) => ({ startSeconds: 2 * i, endSeconds: 2 * i + 1.3, target: [303, 4] }));
  const { table, events, summary } = reaches(track, { keypoint: 'hand', trials });

  it('finds onset, offset, peak speed, path ratio and endpoint error', () => {
    // 5 % of peak speed is reached 5.94 % of the duration after the start: 16 s^2 (1 - s)^2 = 0.05.
    expect(Math.abs(numbers(table, 'onset')[0] - (0.5 + 0.6 * 0.0594))).toBeLessThan(0.01);
    expect(Math.abs(numbers(table, 'offset')[0] - (1.1 - 0.6 * 0.0594))).toBeLessThan(0.01);
    expect(Math.abs(numbers(table, 'peakSpeed')[0] / ((1.875 * 300) / 0.6) - 1)).toBeLessThan(0.02);
    expect(numbers(table, 'pathRatio')[0]).toBeCloseTo(1, 2);
    expect(Math.abs(numbers(table, 'pathRatio')[1] / (Math.PI / 2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(numbers(table, 'endpointError')[0] - 5)).toBeLessThan(1);
    expect(numbers(table, 'sparc')[0]).toBeGreaterThan(-1.6);
    expect(events.count).toBe(2);
    expect(summary.find((s) => s.name === 'peakSpeed')).toMatchObject({ unit: 'mm/s', n: 2 });
  });

  it('flags a movement with missing samples and one cut by its trial', () => {
    expect(words(table, 'flag')).toEqual(['', '', 'missing samples']);
    expect(numbers(table, 'sparc')[2]).toBeNaN();
    const cut = reaches(track, { keypoint: 'hand', trials: [{ startSeconds: 0.8, endSeconds: 1.5 }] });
    expect(words(cut.table, 'flag')).toEqual(['cut by the trial']);
    expect(() => reaches(track, { keypoint: 'hand', trials: [{ startSeconds: 2, endSeconds: 1 }] })).toThrow(
      /trial 0/,
    );
  });
});
