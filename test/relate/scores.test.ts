import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/math/random.ts';
import {
  bitsPerSpike,
  coSmoothing,
  poissonDeviances,
  poissonLogLikelihood,
  pseudoR2,
  r2,
  scoreInterval,
  scoreOf,
  shiftNull,
  squaredErrors,
} from '../../src/relate/scores.ts';

describe('golden cases, worked by hand', () => {
  test('bits per spike of two units: (1/2 - ln 3/2) / (4 ln 2)', () => {
    // The means are 3/2 and 1/2; the model's log-likelihood is ln 1/2 + 2 ln 3/2 - 7/2 and the means' ln 1/2 + 3 ln 3/2 - 4,
    // but for ln 2! that both have.
    const bits = bitsPerSpike([1, 0, 2, 1], [0.5, 0.5, 1.5, 1], 2);
    expect(bits).toBeCloseTo((0.5 - Math.log(1.5)) / (4 * Math.LN2), 12);
  });

  test('a rate of zero counts as 1e-9, as in the benchmark', () => {
    expect(bitsPerSpike([1, 1], [0, 1])).toBeCloseTo((Math.log(1e-9) - 1e-9 + 1) / 2 / Math.LN2, 9);
  });

  test('co-smoothing scores the held-out units alone and leaves missing counts out', () => {
    const counts = [9, 1, 7, 0, 9, 2, 7, 1, 9, NaN, 7, NaN];
    const rates = [0, 0.5, 0, 0.5, 0, 1.5, 0, 1, 0, 3, 0, 4];
    expect(coSmoothing(counts, rates, 4, [1, 3])).toBeCloseTo((0.5 - Math.log(1.5)) / (4 * Math.LN2), 12);
    expect(() => coSmoothing(counts, rates, 4, [4])).toThrow(/held-out units/);
  });

  test('pseudo-R2 of 0, 1, 3 predicted as 1, 1, 2: 1 - 3 ln 3/2 / (ln 3/4 + 3 ln 9/4)', () => {
    const expected = 1 - (3 * Math.log(1.5)) / (Math.log(0.75) + 3 * Math.log(2.25));
    expect(pseudoR2([0, 1, 3], [1, 1, 2])).toBeCloseTo(expected, 12);
    expect(pseudoR2([0, 1, NaN, 3, 5], [1, 1, 2, 2, NaN])).toBeCloseTo(expected, 12);
  });

  test('R2 of 1, 2, 3 predicted as 1, 2, 5 is -1', () => {
    expect(r2([1, 2, 3], [1, 2, 5])).toBe(-1);
  });
});

test('the truth scores 1 and its mean scores 0', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 2, maxLength: 40 });
  fc.assert(
    fc.property(
      counts.filter((y) => new Set(y).size > 1),
      (y) => {
        const mean = y.reduce((a, b) => a + b) / y.length;
        for (const score of [r2, pseudoR2]) {
          expect(score(y, y)).toBeCloseTo(1, 7);
          expect(
            score(
              y,
              y.map(() => mean),
            ),
          ).toBeCloseTo(0, 10);
        }
        expect(
          bitsPerSpike(
            y,
            y.map(() => mean),
          ),
        ).toBeCloseTo(0, 10);
      },
    ),
  );
});

test('deviance and log-likelihood tell the same difference between two models', () => {
  const y = [0, 2, 1, 4];
  const [f, g] = [
    [0.5, 1, 1, 3],
    [1, 2, 0.2, 5],
  ];
  const sum = (v: ArrayLike<number>): number => Array.from(v).reduce((a, b) => a + b);
  const deviance = sum(poissonDeviances(y, f).model) - sum(poissonDeviances(y, g).model);
  expect(poissonLogLikelihood(y, g) - poissonLogLikelihood(y, f)).toBeCloseTo(deviance, 12);
});

test('what cannot be scored is refused', () => {
  expect(() => r2([1, 2], [1])).toThrow(/differ in length/);
  expect(() => pseudoR2([NaN], [1])).toThrow(/nothing to score/);
  expect(() => bitsPerSpike([0, 0], [1, 1])).toThrow(/no spike/);
  expect(() => bitsPerSpike([1, 0], [-1, 1])).toThrow(/negative/);
  expect(() => bitsPerSpike([1, 0], [NaN, 1])).toThrow(/missing/);
});

describe('interval and null', () => {
  const random = new Random(3);
  // Slow truth, prediction with independent noise.
  const truth = Float64Array.from({ length: 2000 }, (_, i) => Math.sin(i / 40) + Math.sin(i / 97));
  const prediction = truth.map((v) => v + 0.7 * random.normal());
  const losses = squaredErrors(truth, prediction);

  test('the interval holds the score and widens with the block', () => {
    const at = (blockLength: number): number => {
      const { low, high, estimate } = scoreInterval([losses], {
        blockLength,
        random: new Random(1),
        resamples: 400,
      });
      expect(estimate).toBeCloseTo(scoreOf(losses), 12);
      expect(low).toBeLessThan(estimate);
      expect(high).toBeGreaterThan(estimate);
      return high - low;
    };
    expect(at(200)).toBeGreaterThan(at(1));
  });

  test('shifted predictions score below the truth; unrelated ones do not stand out', () => {
    const related = shiftNull(squaredErrors, [truth], [prediction], { random: new Random(1) });
    expect(related.p).toBeLessThan(0.02);
    expect(related.mean).toBeLessThan(0);
    const other = Float64Array.from({ length: 2000 }, () => random.normal());
    expect(shiftNull(squaredErrors, [truth], [other], { random: new Random(1) }).p).toBeGreaterThan(0.05);
  });
});
