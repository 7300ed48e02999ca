import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { butterworthSections, zeroPhase } from '../../../../src/math/butterworth.ts';
import { butterworth } from '../../../../src/measure/kinematics/filters/butterworth.ts';
import { medianFilter } from '../../../../src/measure/kinematics/filters/median.ts';
import { savitzkyGolay } from '../../../../src/measure/kinematics/filters/savitzky-golay.ts';
import { irregularTime, regularTime } from '../../../../src/signal/time.ts';
import { columns } from '../made.ts';

const n = 40;
const wild = Float64Array.from({ length: n }, (_, i) => ((i * i * 7919) % 101) / 50 - 1);
const at100 = regularTime(n, 100);
const kept = [0, 1, 7, 20, 38, 39];
const close = (got: ArrayLike<number>, expected: readonly number[], digits = 9): void =>
  expected.forEach((e, i) =>
    expect(got[kept[i]] / Math.max(1, Math.abs(e))).toBeCloseTo(e / Math.max(1, Math.abs(e)), digits),
  );

// Golden values: scipy 1.17 `sosfiltfilt(butter(order, cutoff, kind, fs=100, output='sos'), x)` and `savgol_filter`.
describe('butterworth', () => {
  it.each([
    [
      'lowpass',
      4,
      [6],
      [
        -0.9980252124443626, -0.6956692459104891, 0.39466741941430633, 0.000552303942663293,
        -0.2324757819221529, -0.15988264784616613,
      ],
    ],
    [
      'lowpass',
      3,
      [10],
      [
        -0.998120968151936, -0.6070892657836969, 0.4521323756130034, -0.1455189300354909, -0.2042308325051383,
        -0.1105729707817037,
      ],
    ],
    [
      'highpass',
      2,
      [5],
      [
        -0.024967921498458834, 0.5371804331750144, 0.5584101409687969, -0.256275402709806, -0.468520627407078,
        -0.008772975452853299,
      ],
    ],
    [
      'bandpass',
      2,
      [4, 12],
      [
        0.016617866000049886, 0.2710405452216769, 0.3949052069684617, -0.3118492133247638,
        -0.08644580744763175, -0.04674240367206289,
      ],
    ],
  ] as const)('%s of order %i equals SciPy', (kind, order, cutoffs, expected) => {
    close(zeroPhase(wild, butterworthSections(kind, order, cutoffs, 100)), expected);
  });

  it('attenuates by 3 dB in total at the cutoff', () => {
    const rate = 200;
    const count = 4000;
    for (const kind of ['lowpass', 'highpass'] as const) {
      const x = Float64Array.from({ length: count }, (_, i) => Math.sin((2 * Math.PI * 8 * i) / rate));
      const y = butterworth(columns(regularTime(count, rate), [x]), { cutoffHz: 8, kind, order: 2 }).values;
      const peak = Math.max(...y.slice(1000, 3000));
      expect(20 * Math.log10(peak)).toBeCloseTo(-3.01, 1);
    }
  });

  it('keeps gaps as they are and filters each stretch on its own', () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i / 9));
    const gap = Float64Array.from(x);
    gap.fill(NaN, 100, 110);
    const time = regularTime(200, 100);
    const y = butterworth(columns(time, [gap]), { cutoffHz: 6 }).values;
    const alone = butterworth(columns(regularTime(100, 100), [x.slice(0, 100)]), { cutoffHz: 6 }).values;
    expect(Array.from(y.slice(0, 100))).toEqual(Array.from(alone));
    expect(Array.from(y.slice(100, 110)).every(Number.isNaN)).toBe(true);
  });

  it('refuses irregular times and impossible cutoffs, saying what to do', () => {
    const times = Float64Array.from({ length: n }, (_, i) => i / 100 + (i > 20 ? 0.005 : 0));
    expect(() => butterworth(columns(irregularTime(times), [wild]), { cutoffHz: 6 })).toThrow(
      /evenly spaced.*resample/,
    );
    expect(() => butterworth(columns(at100, [wild]), { cutoffHz: 60 })).toThrow(/between 0 and 50 Hz/);
    expect(() => butterworth(columns(at100, [wild]), { cutoffHz: [9, 4], kind: 'bandpass' })).toThrow(
      /rising/,
    );
  });
});

describe('savitzkyGolay', () => {
  it.each([
    [
      7,
      3,
      0,
      [
        -1.0961904761904728, 0.012380952380952603, 0.6076190476190482, -0.3361904761904764,
        -0.20714285714285707, -0.21619047619047682,
      ],
    ],
    [
      9,
      4,
      1,
      [
        183.91103341103408, 57.15345765345783, 42.10101010101009, -1.1397306397306464, 3.732064232062593,
        -65.89419839420233,
      ],
    ],
    [
      11,
      5,
      2,
      [
        -14982.983682983655, -8626.340326340349, -2222.610722610706, 2544.8717948717876, -2410.955710956064,
        -6404.458041959174,
      ],
    ],
    [
      5,
      2,
      0,
      [
        -1.0000000000000009, -0.18000000000000038, 0.7999999999999997, -0.4131428571428569,
        -0.17828571428571405, -0.23542857142857143,
      ],
    ],
  ] as const)('window %i, order %i, derivative %i equals SciPy', (window, order, derivative, expected) => {
    close(
      savitzkyGolay(columns(at100, [wild]), { windowSeconds: (window - 1) / 100, order, derivative }).values,
      expected,
    );
  });

  it('reproduces polynomials and their derivatives at irregular times and beside gaps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 4, maxLength: 4 }),
        fc.array(fc.double({ min: 0.004, max: 0.02, noNaN: true }), { minLength: 30, maxLength: 30 }),
        fc.array(fc.integer({ min: 0, max: 29 }), { maxLength: 4 }),
        (c, steps, missing) => {
          let now = 0;
          const times = Float64Array.from(steps, (s) => (now += s));
          const x = times.map((t) => c[0] + c[1] * t + c[2] * t ** 2 + c[3] * t ** 3);
          for (const m of missing) x[m] = NaN;
          const y = savitzkyGolay(columns(irregularTime(times), [x]), {
            windowSeconds: 0.15,
            order: 3,
            derivative: 1,
          }).values;
          times.forEach((t, i) => {
            if (Number.isNaN(x[i])) expect(y[i]).toBeNaN();
            else if (!Number.isNaN(y[i]))
              expect(y[i]).toBeCloseTo(c[1] + 2 * c[2] * t + 3 * c[3] * t ** 2, 6);
          });
        },
      ),
      { numRuns: 40 },
    );
  });

  it('carries the variance of independent errors exactly', () => {
    const x = new Float64Array(n);
    const out = savitzkyGolay(columns(at100, [x, x], 4), { windowSeconds: 0.04, order: 2 });
    // The weights of the five-point quadratic are (-3 12 17 12 -3) / 35: sum of squares 17 / 35.
    expect(out.covariance!.at(20, 0)).toBeCloseTo((4 * 17) / 35, 10);
    expect(out.covariance!.at(20, 1)).toBe(0);
    expect(out.covariance!.at(20, 2)).toBeCloseTo((4 * 17) / 35, 10);
    const velocity = savitzkyGolay(columns(at100, [x, x], 4), {
      windowSeconds: 0.04,
      order: 2,
      derivative: 1,
    });
    expect(velocity.unit).toBe('px/s');
    // Weights (-2 -1 0 1 2) / 10 per sample.
    expect(velocity.covariance!.at(20, 0)).toBeCloseTo(4 * 0.1 * 100 ** 2, 6);
  });

  it('refuses a window too small for its polynomial', () => {
    expect(() => savitzkyGolay(columns(at100, [wild]), { windowSeconds: 0.02, order: 3 })).toThrow(
      /Widen the window/,
    );
  });
});

describe('medianFilter', () => {
  it('removes single wrong samples, keeps steps and gaps', () => {
    const x = Float64Array.from({ length: n }, (_, i) => (i < 20 ? 0 : 10));
    x[7] = 99;
    x[30] = NaN;
    const y = medianFilter(columns(at100, [x]), { windowSeconds: 0.04 }).values;
    const expected = Array.from(x, (v, i) => (i === 7 ? 0 : v));
    expect(Array.from(y)).toEqual(expected);
  });
});
