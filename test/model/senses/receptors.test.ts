/** Golden values and laws of single receptors. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/signal/error.ts';
import {
  jointReceptor,
  mileusnicSpindle,
  MileusnicSpindles,
  powerLawSpindle,
  sense,
  skinReceptor,
  tendonOrgan,
  vision,
  type GammaDrive,
  type Receptor,
} from '../../../src/model/senses/index.ts';

const seed = 11;

describe('the spindle of Mileusnic', () => {
  /** Rest at 0.95 with the drive from time 0, a ramp to 1.08 at 1 s with 0.66 optimal lengths/s, held to 2.5 s. */
  function ramp(h: number, gamma: GammaDrive) {
    const spindles = new MileusnicSpindles(1, h);
    spindles.step(Float64Array.of(0.95));
    const rates = { base: 0, peak: 0, end: 0, secondaryPeak: 0, secondaryEnd: 0 };
    const steps = Math.round(2.5 / h);
    for (let k = 1; k <= steps; k++) {
      const length = 0.95 + Math.min(0.13, Math.max(0, 0.66 * (k * h - 1)));
      spindles.step(Float64Array.of(length), gamma);
      if (k === Math.round(0.999 / h)) rates.base = spindles.primary[0];
      rates.peak = Math.max(rates.peak, spindles.primary[0]);
      rates.secondaryPeak = Math.max(rates.secondaryPeak, spindles.secondary[0]);
    }
    rates.end = spindles.primary[0];
    rates.secondaryEnd = spindles.secondary[0];
    return rates;
  }

  /** From an explicit integration of the full model in steps of 0.01 ms. */
  const golden = [
    { gamma: {}, base: 0, peak: 125, end: 44.3, secondaryPeak: 88.8, secondaryEnd: 52.9 },
    { gamma: { dynamic: 70 }, base: 22.1, peak: 277.1, end: 91.1 },
    { gamma: { static: 70 }, base: 63.4, peak: 168.3, end: 110.3, secondaryPeak: 110.3, secondaryEnd: 85.7 },
  ];

  test.each(golden)('ramp under $gamma', ({ gamma, ...want }) => {
    const fine = ramp(1e-4, gamma);
    const coarse = ramp(5e-3, gamma);
    for (const [name, rate] of Object.entries(want) as [keyof typeof fine, number][]) {
      expect(Math.abs(fine[name] - rate)).toBeLessThan(0.1);
      // In steps of 5 ms still within 0.7 %, and no false baseline.
      expect(Math.abs(coarse[name] - rate)).toBeLessThanOrEqual(0.007 * rate);
    }
  });

  test('long samples are the same as short ones along a straight line', () => {
    const rates = [0.0125, 0.0025].map((h) => {
      const spindles = new MileusnicSpindles(1, h);
      for (let k = 0; k <= Math.round(0.5 / h); k++) spindles.step(Float64Array.of(0.9 + 0.2 * k * h));
      return spindles.primary[0];
    });
    expect(Math.abs(rates[0] / rates[1] - 1)).toBeLessThan(0.005);
    expect(rates[1]).toBeGreaterThan(10);
  });

  const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

  test('any movement in samples of 25 ms is that in samples of 1 ms', () => {
    fc.assert(
      fc.property(
        fc.array(number(0.9, 1.1), { minLength: 3, maxLength: 8 }),
        number(0, 150),
        number(0, 150),
        (lengths, dynamic, steady) => {
          const gamma = { dynamic, static: steady };
          const coarse = new MileusnicSpindles(1, 0.025);
          const fine = new MileusnicSpindles(1, 0.001);
          let peak = 0;
          coarse.step(Float64Array.of(lengths[0]), gamma);
          fine.step(Float64Array.of(lengths[0]), gamma);
          for (let n = 1; n < lengths.length; n++) {
            coarse.step(Float64Array.of(lengths[n]), gamma);
            for (let k = 1; k <= 25; k++) {
              const length = lengths[n - 1] + ((lengths[n] - lengths[n - 1]) * k) / 25;
              fine.step(Float64Array.of(length), gamma);
            }
            // Movements of up to 8 lengths/s with sudden reversals: far beyond what muscles do.
            peak = Math.max(peak, fine.primary[0]);
            const allowed = 0.05 * peak + 5;
            expect(Math.abs(coarse.primary[0] - fine.primary[0])).toBeLessThan(allowed);
          }
        },
      ),
      { seed, numRuns: 60 },
    );
  });

  test('impossible jumps give finite rates, no more than the whole stretch would', () => {
    fc.assert(
      fc.property(
        fc.array(number(0.2, 2), { minLength: 2, maxLength: 10 }),
        number(0, 300),
        number(1e-5, 0.05),
        (lengths, drive, h) => {
          const spindles = new MileusnicSpindles(1, h);
          for (const length of lengths) {
            spindles.step(Float64Array.of(length), { dynamic: drive, static: drive });
            expect(spindles.primary[0]).toBeGreaterThanOrEqual(0);
            expect(spindles.primary[0]).toBeLessThan(1.156 * 20000 * 2);
            expect(spindles.secondary[0]).toBeLessThan(2 * 7250 * 2);
          }
        },
      ),
      { seed },
    );
  });

  test('stretching fires more than holding, holding more than shortening', () => {
    const at = (slope: number): number => {
      const length = Float64Array.from({ length: 40 }, (_, k) => 1 + slope * 0.005 * (k - 39));
      const [ia] = sense(
        mileusnicSpindle,
        { stepSeconds: 0.005, channels: 1, values: { length } },
        { gamma: { dynamic: 70, static: 70 } },
      );
      return ia.values.at(-1)!;
    };
    expect(at(0.5)).toBeGreaterThan(at(0) + 20);
    expect(at(0)).toBeGreaterThan(at(-0.5) + 20);
  });
});

const constant = (receptor: Receptor, values: Record<string, number[]>): number[] => {
  const arrays = Object.fromEntries(Object.entries(values).map(([q, x]) => [q, Float64Array.from(x)]));
  const channels = Object.values(values)[0].length;
  return sense(receptor, { stepSeconds: 0.01, channels, values: arrays }).flatMap((s) => [...s.values]);
};

test('the power law', () => {
  // 10 mm of stretch at 32 mm/s: 32^0.6 = 8.
  const [ia, ii] = constant(powerLawSpindle(), { length: [1.1], velocity: [0.32] });
  expect(ia).toBeCloseTo(82 + 20 + 4.3 * 8, 9);
  expect(ii).toBeCloseTo(80 + 135, 9);
  expect(constant(powerLawSpindle(), { length: [1], velocity: [-0.32] })[0]).toBeCloseTo(82 - 34.4, 9);
  // 20 mm of slack and fast shortening: silent, not negative.
  expect(constant(powerLawSpindle(), { length: [0.8], velocity: [-3] })).toEqual([0, 0]);
  const active = powerLawSpindle({ activationGain: [50, 20] });
  const [a, b] = constant(active, { length: [1], velocity: [0], activation: [0.5] });
  expect([a, b]).toEqual([82 + 25, 80 + 10]);
  expect(() => powerLawSpindle({ optimalLength: 0 })).toThrow(UsageError);
  const three = powerLawSpindle({ optimalLength: [1, 2, 3] });
  expect(() => constant(three, { length: [1, 1], velocity: [0, 0] })).toThrow(/1 or 2/);
});

describe('the tendon organ', () => {
  const rates = (force: number[], stepSeconds = 0.01): Float64Array =>
    sense(tendonOrgan, { stepSeconds, channels: 1, values: { force: Float64Array.from(force) } })[0].values;

  test('steady force gives the logarithm; a step overshoots by 1.7 and adapts', () => {
    const force = 4 * (Math.E - 1);
    expect(rates([force])[0]).toBeCloseTo(60, 9);
    // Forces step in one short sample.
    const step = rates([0, ...Array.from({ length: 200_000 }, () => force)], 1e-4);
    expect(step[1]).toBeCloseTo(60 * 1.7, 1);
    expect(step.at(-1)).toBeCloseTo(60, 0);
    expect(step[3000]).toBeLessThan(step[1000]);
  });

  test('a step of the sampling leaves a straight x as it is', () => {
    // F = 4 (exp(x / 60) - 1) makes x a ramp.
    const ramp = (h: number): number =>
      rates(
        Array.from({ length: 1 + Math.round(1 / h) }, (_, k) => 4 * Math.expm1((30 * k * h) / 60)),
        h,
      ).at(-1)!;
    expect(ramp(0.1)).toBeCloseTo(ramp(0.001), 8);
  });

  test('pushing is no tension', () => {
    expect([...rates([-5, -5, -5])]).toEqual([0, 0, 0]);
  });
});

test('joint receptors fire towards the limits', () => {
  const joint = jointReceptor({ low: 0, high: 2, zone: 0.5, peakRate: 80 });
  const angles = [-0.1, 0, 0.25, 1, 1.75, 2, 2.2];
  expect(constant(joint, { angle: angles })).toEqual([80, 80, 40, 0, 0, 0, 0, 0, 0, 0, 0, 40, 80, 80]);
  expect(() => jointReceptor({ low: 1, high: 1 })).toThrow(UsageError);
});

test('skin: pressure and its change', () => {
  const pressure = Float64Array.of(0, 0, 10, 10, 10, 0);
  const [sa, ra] = sense(skinReceptor(), { stepSeconds: 0.1, channels: 1, values: { pressure } });
  expect([...sa.values]).toEqual([0, 0, 50, 50, 50, 0]);
  // Central differences: 50 kPa/s at the samples beside the step, 100 at the end.
  expect([...ra.values].map(Math.round)).toEqual([0, 33, 33, 0, 33, 50]);
  expect(() => skinReceptor({ halfPressure: -1 })).toThrow(UsageError);
});

test('vision: target, hand, and the way between', () => {
  expect(constant(vision, { target: [0.3, 0.5], hand: [0.1, 0.6] }).map((x) => Math.round(100 * x))).toEqual([
    30, 50, 10, 60, 20, -10,
  ]);
});
