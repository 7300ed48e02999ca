/** What every receptor must do. A new receptor is one record in `receptors`. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';
import {
  jointReceptor,
  mileusnicSpindle,
  plainSpindle,
  powerLawSpindle,
  quantities,
  sense,
  skinReceptor,
  tendonOrgan,
  vision,
  type Quantity,
  type Receptor,
  type SenseOptions,
  type Stimulus,
} from '../../../src/model/senses/index.ts';

const receptors: readonly Receptor[] = [
  mileusnicSpindle,
  powerLawSpindle(),
  powerLawSpindle({ optimalLength: [80, 120], activationGain: [50, 20] }),
  plainSpindle,
  tendonOrgan,
  jointReceptor({ low: 0, high: 2.5 }),
  skinReceptor(),
  vision,
];

const channels = 2;
const steps = 60;
const stepSeconds = 0.01;

/** Middle and swing of each quantity. */
const ranges: Readonly<Record<Quantity, readonly [number, number]>> = {
  length: [1, 0.1],
  velocity: [0, 0.5],
  activation: [0.4, 0.3],
  force: [60, 50],
  angle: [1.2, 1.1],
  pressure: [20, 15],
  target: [0.3, 0.1],
  hand: [0.2, 0.1],
};

/** Smooth movement in every quantity; velocity is left to be computed from length. */
function stimulus(change: (quantity: Quantity, values: Float64Array) => void = () => {}): Stimulus {
  const values: Partial<Record<Quantity, Float64Array>> = {};
  for (const quantity of (Object.keys(quantities) as Quantity[]).filter((q) => q !== 'velocity')) {
    const random = new Random(quantity);
    const phases = [random.uniform(0, 6), random.uniform(0, 6)];
    const [middle, swing] = ranges[quantity];
    const array = Float64Array.from(
      { length: steps * channels },
      (_, i) => middle + swing * Math.sin(0.21 * Math.floor(i / channels) + phases[i % channels]),
    );
    change(quantity, array);
    values[quantity] = array;
  }
  return { stepSeconds, channels, values };
}

const told = (receptor: Receptor, options?: SenseOptions, given = stimulus()): Float64Array[] =>
  sense(receptor, given, options).map((s) => s.values);

const cases = receptors.map((receptor, i) => ({ name: `${i} ${receptor.name}`, receptor }));

describe.each(cases)('$name', ({ receptor }) => {
  test('one array an afferent, finite, rates not below zero, and it feels something', () => {
    const sensations = sense(receptor, stimulus());
    expect(sensations.map((s) => s.afferent)).toEqual(receptor.afferents);
    for (const { afferent, values } of sensations) {
      expect(values).toHaveLength(steps * channels);
      expect(values.every(Number.isFinite)).toBe(true);
      if (afferent.rate) expect(values.every((x) => x >= 0)).toBe(true);
      expect(new Set(values).size).toBeGreaterThan(5);
    }
  });

  test('the same twice; nothing passed in is changed; channels do not touch each other', () => {
    const given = stimulus();
    const copy = structuredClone(given);
    const first = told(receptor, { noise: 0.1, seed: 3 }, given);
    expect(given).toEqual(copy);
    expect(told(receptor, { noise: 0.1, seed: 3 }, given)).toEqual(first);
    const other = stimulus((_, values) => {
      for (let i = 1; i < values.length; i += channels) values[i] *= 1.05;
    });
    const clean = told(receptor);
    told(receptor, {}, other).forEach((values, n) => {
      for (let i = 0; i < values.length; i += channels) expect(values[i]).toBe(clean[n][i]);
    });
  });

  test('is late by its delay, exactly', () => {
    const now = told(receptor);
    told(receptor, { delaySeconds: 0.07 }).forEach((late, n) => {
      for (let k = 0; k < steps; k++) {
        for (let c = 0; c < channels; c++) {
          expect(late[k * channels + c]).toBe(now[n][Math.max(0, k - 7) * channels + c]);
        }
      }
    });
    expect(() => told(receptor, { delaySeconds: 0.075 })).toThrow(/multiple of 0.01 s/);
    expect(() => told(receptor, { delaySeconds: -0.01 })).toThrow(UsageError);
  });

  test('gain multiplies, and zero silences', () => {
    const plain = told(receptor);
    told(receptor, { gain: 3 }).forEach((values, n) =>
      values.forEach((x, i) => expect(x).toBeCloseTo(3 * plain[n][i], 9)),
    );
    for (const values of told(receptor, { gain: 0 })) expect(values.every((x) => x === 0)).toBe(true);
  });

  test('noise follows its seed, is its own for each afferent and of the size told', () => {
    const noisy = told(receptor, { noise: 0.05, seed: 1 });
    expect(told(receptor, { noise: 0.05, seed: 2 })).not.toEqual(noisy);
    const plain = told(receptor);
    receptor.afferents.forEach((afferent, n) => {
      // A rate near zero is clipped; elsewhere the noise is what was asked for.
      const away = [...plain[n].keys()].filter((i) => !afferent.rate || plain[n][i] > 1);
      expect(away.length).toBeGreaterThan(20);
      const sd = Math.sqrt(away.reduce((s, i) => s + (noisy[n][i] - plain[n][i]) ** 2, 0) / away.length);
      expect(sd).toBeGreaterThan(0.03);
      expect(sd).toBeLessThan(0.07);
    });
    expect(() => told(receptor, { noise: -1 })).toThrow(UsageError);
    expect(() => told(receptor, { gain: NaN })).toThrow(UsageError);
  });

  test('a missing sample is missing, as late as the others, and no longer than it is', () => {
    const gap = { from: 20, to: 24 };
    const given = stimulus((quantity, values) => {
      if (quantity !== receptor.needs[0]) return;
      for (let k = gap.from; k < gap.to; k++) values[k * channels] = NaN;
    });
    const plain = told(receptor);
    const sensations = told(receptor, { delaySeconds: 0.02 }, given);
    // What was missing was missing from at least one afferent (vision tells what it still sees), and nothing else was.
    for (let k = 0; k < steps; k++) {
      const from = Math.max(0, k - 2);
      const missing = from >= gap.from && from < gap.to;
      expect(sensations.some((values) => Number.isNaN(values[k * channels]))).toBe(missing);
      expect(sensations.some((values) => Number.isNaN(values[k * channels + 1]))).toBe(false);
    }
    sensations.forEach((values, n) => {
      for (let k = 2; k < gap.from; k++)
        expect(values[k * channels]).toBeCloseTo(plain[n][(k - 2) * channels], -1);
    });
  });

  test('gamma drive reaches spindles and no others', () => {
    const drive = { dynamic: 80, static: 60 };
    if (!receptor.gamma) {
      expect(() => told(receptor, { gamma: drive })).toThrow(/gamma motor neurons do not reach/);
      return;
    }
    const plain = told(receptor);
    const driven = told(receptor, { gamma: drive });
    driven.forEach((values, n) => expect(values).not.toEqual(plain[n]));
    // Constant, or the same at every step.
    const series = (x: number): Float64Array => new Float64Array(steps * channels).fill(x);
    expect(told(receptor, { gamma: { dynamic: series(80), static: series(60) } })).toEqual(driven);
    expect(told(receptor, { gamma: {} })).toEqual(plain);
    expect(() => told(receptor, { gamma: { static: -1 } })).toThrow(InputError);
    expect(() => told(receptor, { gamma: { dynamic: NaN } })).toThrow(/dynamic gamma drive/);
    expect(() => told(receptor, { gamma: { dynamic: new Float64Array(3) } })).toThrow(
      /60 steps x 2 channels/,
    );
  });

  test('bad input says what and where', () => {
    const { values } = stimulus();
    const needed = receptor.needs.find((q) => q !== 'velocity')!;
    const run = (given: Partial<Stimulus>) => () =>
      sense(receptor, { stepSeconds, channels, values, ...given });
    const other: Quantity = needed === 'force' ? 'angle' : 'force';
    expect(run({ values: { [other]: values[other] } })).toThrow(UsageError);
    expect(run({ values: { [other]: values[other] } })).toThrow(new RegExp(needed));
    expect(run({ values: {} })).toThrow(InputError);
    expect(run({ values: { ...values, [needed]: values[needed]!.subarray(2) } })).toThrow(/does not fit/);
    expect(run({ stepSeconds: 0 })).toThrow(UsageError);
    expect(run({ channels: 0 })).toThrow(UsageError);
    const infinite = stimulus((quantity, array) => {
      if (quantity === needed) array[2 * 5 + 1] = Infinity;
    });
    expect(() => sense(receptor, infinite)).toThrow(/step 5, channel 1.*infinite/);
  });
});
