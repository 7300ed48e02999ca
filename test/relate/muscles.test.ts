import { describe, expect, test } from 'vitest';
import { matrix, multiply } from '../../src/math/matrix.ts';
import { Random } from '../../src/math/random.ts';
import { emgEnvelope, inCycles, normalizedToPeak } from '../../src/relate/muscles/envelope.ts';
import { nmf } from '../../src/relate/muscles/nmf.ts';
import { chooseRank, synergies, synergySimilarity } from '../../src/relate/muscles/synergies.ts';
import { Events } from '../../src/signal/events.ts';
import { Signal } from '../../src/signal/signal.ts';
import { regularTime } from '../../src/signal/time.ts';

const provenance = { step: 'test' };
const channels = (values: Float64Array, names: readonly string[], rate: number): Signal =>
  new Signal({
    name: 'emg',
    dimensions: [
      { name: 'time', size: values.length / names.length },
      { name: 'channel', size: names.length, labels: names },
    ],
    values,
    unit: 'mV',
    time: regularTime(values.length / names.length, rate),
    provenance,
  });

describe('envelope', () => {
  test('a modulated carrier gives its modulation back, without delay; gaps stay gaps', () => {
    const modulation = (t: number): number => 1 + Math.sin(2 * Math.PI * t);
    const values = Float64Array.from({ length: 4000 }, (_, i) =>
      i >= 2000 && i < 2010 ? NaN : modulation(i / 1000) * Math.sin((2 * Math.PI * 150 * i) / 1000) + 5,
    );
    const envelope = emgEnvelope(channels(values, ['TA'], 1000));
    // The mean of a rectified sine is 2 / pi of its amplitude; the offset is gone.
    for (let i = 300; i < 3700; i += 100) {
      if (Math.abs(i - 2005) < 150) continue;
      expect(envelope.at(i, 0)).toBeCloseTo((2 / Math.PI) * modulation(i / 1000), 1);
    }
    expect(envelope.at(2005, 0)).toBeNaN();
    expect(envelope.at(1990, 0)).not.toBeNaN();
  });

  test('normalized to the peak; a silent channel is named', () => {
    const signal = channels(Float64Array.of(1, 0, 4, 0), ['TA', 'SO'], 100);
    expect(() => normalizedToPeak(signal)).toThrow(/"SO"/);
    const one = normalizedToPeak(channels(Float64Array.of(1, 4), ['TA'], 100));
    expect([...one.contiguous()]).toEqual([0.25, 1]);
    expect(one.unit).toBe('1');
  });

  test('cycles come to one length, and one that reaches out is refused', () => {
    const ramp = channels(
      Float64Array.from({ length: 101 }, (_, i) => i),
      ['TA'],
      10,
    );
    const cycles = (...all: readonly [number, number][]): Events =>
      new Events(
        all.map(([startSeconds, endSeconds]) => ({
          startSeconds,
          endSeconds,
          label: 'stride',
          source: 'test',
        })),
        { name: 'strides', provenance },
      );
    const out = inCycles(ramp, cycles([1, 3], [3, 7]), 4);
    const got = [...out.contiguous()];
    [10, 15, 20, 25, 30, 40, 50, 60].forEach((v, i) => expect(got[i]).toBeCloseTo(v, 9));
    expect(() => inCycles(ramp, cycles([9, 12]), 4)).toThrow(/missing/);
  });
});

describe('factorization', () => {
  const random = new Random(2);
  const drawn = (rows: number, columns: number): ReturnType<typeof matrix> =>
    matrix(
      rows,
      columns,
      Float64Array.from({ length: rows * columns }, () => Math.max(0, random.normal(0.3))),
    );
  const [w, h] = [drawn(10, 3), drawn(3, 120)];
  const exact = multiply(w, h);

  test('a product is found again, with no value below zero and modules of length 1', () => {
    const fit = nmf(exact, { rank: 3, random: new Random(1), tolerance: 1e-9, maxIterations: 3000 });
    expect(fit.r2).toBeGreaterThan(0.999);
    expect(synergySimilarity(fit.w, w)).toBeGreaterThan(0.98);
    expect([...fit.w.data, ...fit.h.data].every((v) => v >= 0)).toBe(true);
    for (let k = 0; k < 3; k++) {
      expect(Math.hypot(...Array.from({ length: 10 }, (_, i) => fit.w.data[i * 3 + k]))).toBeCloseTo(1, 9);
    }
  });

  test('the same seed gives the same bits', () => {
    const at = (): unknown => nmf(exact, { rank: 2, random: new Random(7) });
    expect(at()).toEqual(at());
  });

  test('the planted rank is chosen, with its interval, and both halves agree', () => {
    const noisy = { ...exact, data: exact.data.map((v) => Math.max(0, v + 0.02 * random.normal())) };
    const found = synergies(noisy, { random: new Random(4) });
    expect(found.rank).toBe(3);
    expect(found.vaf.low).toBeLessThanOrEqual(found.vaf.estimate);
    expect(found.vaf.high).toBeGreaterThanOrEqual(found.vaf.estimate);
    expect(found.splitHalf).toBeGreaterThan(0.95);
    expect(found.curve.map((c) => c.rank)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(found.vaf.estimate).toBeGreaterThan(0.98);
    // A muscle that hardly takes part may be explained badly; most are explained well.
    expect([...found.vafOfMuscles].filter((v) => v > 0.9).length).toBeGreaterThan(6);
  });

  test('the rank is where the curve becomes a line', () => {
    expect(chooseRank([0.5, 0.8, 0.9, 0.92, 0.94, 0.96], 1e-4)).toBe(3);
    expect(chooseRank([0.1, 0.2, 0.3, 0.4], 1e-4)).toBe(1);
  });

  test('what cannot be factorized is refused', () => {
    const v = (data: readonly number[]): ReturnType<typeof matrix> => matrix(2, 2, data);
    expect(() => nmf(v([1, -1, 2, 3]), { rank: 1, random: new Random(1) })).toThrow(/negative/);
    expect(() => nmf(v([1, NaN, 2, 3]), { rank: 1, random: new Random(1) })).toThrow(/row 0, column 1/);
    expect(() => nmf(v([1, 1, 1, 1]), { rank: 1, random: new Random(1) })).toThrow(/equal/);
    expect(() => nmf(v([1, 2, 3, 4]), { rank: 3, random: new Random(1) })).toThrow(/rank/);
  });
});
