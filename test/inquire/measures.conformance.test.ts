/** Every measure of likeness: its best value, its invariances, its range, what it refuses. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, measures, responses, selectConditions } from '../../src/inquire/index.ts';
import { matrix, Random } from '../../src/math/index.ts';
import { mixed, population, randomMatrix, randomRotation } from './population.ts';

const seeds = fc.integer({ min: 0, max: 1e6 }).map(String);
const few = { numRuns: 8 };

describe.each(measures.map((m) => [m.name, m] as const))('%s', (_, measure) => {
  it('is best for a population and itself, and lower for an unrelated one', () => {
    const same = population('a');
    // A ridge with its penalty, and units with noise, do not reach 1.
    expect(measure.value(same, same)).toBeGreaterThan(measure.symmetric ? 1 - 1e-6 : 0.95);
    expect(measure.value(same, population('b'))).toBeLessThan(0.95);
  });

  it('stays within its range, the same whenever it is asked', () => {
    fc.assert(
      fc.property(seeds, seeds, (s, t) => {
        const [a, b] = [population(s), population(t)];
        const value = measure.value(a, b);
        expect(value).toBeGreaterThanOrEqual(measure.range[0] - 1e-9);
        expect(value).toBeLessThanOrEqual(measure.range[1] + 1e-9);
        expect(measure.value(a, b)).toBe(value);
      }),
      few,
    );
  });

  it('does not see what it says it does not see', () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.1, max: 20, noNaN: true }), (s, scale) => {
        const random = new Random(s);
        const [a, b] = [population(`${s}/a`), population(`${s}/b`)];
        const one = matrix(
          b.units,
          b.units,
          Array.from({ length: b.units ** 2 }, (__, i) => (i % (b.units + 1) ? 0 : 1)),
        );
        const changed = {
          translation: mixed(b, one, 1, 3),
          scale: mixed(b, one, scale),
          rotation: mixed(b, randomRotation(b.units, random)),
          linear: mixed(b, randomMatrix(b.units, random)),
        };
        // DSA's value is a lower bound from a search: it may find a little more after a turn.
        const digits = measure.name === 'dsa' ? 1 : 6;
        const before = measure.value(a, b);
        for (const kind of measure.invariances)
          expect(measure.value(a, changed[kind])).toBeCloseTo(before, digits);
      }),
      few,
    );
  });

  it('is symmetric where it says so', () => {
    const [a, b] = [population('left'), population('right')];
    const difference = Math.abs(measure.value(a, b) - measure.value(b, a));
    if (measure.symmetric) expect(difference).toBeLessThan(measure.name === 'dsa' ? 0.02 : 1e-9);
    else expect(difference).toBeGreaterThan(1e-6);
  });

  it('is told from chance for a noisy copy; same seed, same result', () => {
    const a = population('copy', { conditions: 8, times: 10, units: 5 });
    const noisy = { ...a, values: a.values.map((v, i) => v + 0.5 * Math.sin(i * 12.9898)) };
    const options = { seed: 1, nullDraws: 39, resamples: 20 };
    const found = compare(a, noisy, measure, options);
    expect(compare(a, noisy, measure, options)).toEqual(found);
    expect(found.interval[0]).toBeLessThanOrEqual(found.interval[1]);
    expect(found.value).toBeGreaterThan(found.null.mean);
    expect(found.p).toBe(1 / 40);
  });

  it('refuses other conditions and responses that do not change', () => {
    const a = population('shape');
    expect(() => compare(a, selectConditions(a, [0, 1, 2]), measure, { seed: 1 })).toThrow(
      /same conditions and times/,
    );
    const still = responses(new Float64Array(8 * 12 * 6), { conditions: 8, times: 12, units: 6 });
    const value = (): number => measure.value(a, still);
    let result = NaN;
    try {
      result = value();
    } catch (error) {
      expect((error as Error).message).toMatch(/change/);
    }
    expect(result).toBeNaN();
  });
});

describe('ceiling', () => {
  it('a true model lies between the ceilings of its noisy repeats, a wrong one below', () => {
    const random = new Random('ceiling');
    const truth = population('truth');
    const repeats = Array.from({ length: 6 }, () => ({
      ...truth,
      values: truth.values.map((v) => v + random.normal(0, 3)),
    }));
    const cka = measures[0];
    const options = { seed: 1, nullDraws: 19, resamples: 19, repeats };
    const right = compare(truth, truth, cka, options);
    const wrong = compare(population('other'), truth, cka, options);
    expect(right.value).toBeGreaterThan(right.ceiling![0]);
    expect(right.value).toBeLessThan(right.ceiling![1]);
    expect(wrong.value).toBeLessThan(wrong.ceiling![0]);
  });
});
