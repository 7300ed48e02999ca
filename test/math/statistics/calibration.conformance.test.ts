import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/index.ts';
import { calibrate, scenario, statisticalTests } from '../../../src/math/statistics/index.ts';
import { UsageError } from '../../../src/signal/error.ts';

/**
 * A small, seeded part of `validation/statistics.ts`. Of 60 simulations at 5 % a true test rejects 9 or fewer but once in 1,200 times,
 * so that only gross faults show here; the rates with their intervals are measured there on 1,000.
 */
const simulations = 60;
const most = 9;

describe.each(statisticalTests)('$name', (test) => {
  it('says what it is, what it assumes and where it is from', () => {
    expect(statisticalTests.filter((t) => t.name === test.name).length).toBe(1);
    for (const text of [test.title, test.assumes, test.source]) expect(text.length).toBeGreaterThan(10);
    expect(test.scenarios.length).toBeGreaterThan(0);
  });
  it.each(test.scenarios)('keeps its level and finds its effect: $name', (scene) => {
    const { falsePositives, power } = calibrate(scene, { simulations, powerSimulations: 12, seed: 'suite' });
    expect(falsePositives.count).toBeLessThanOrEqual(most);
    expect(power.rate).toBeGreaterThanOrEqual(0.25);
    const once = scene.run(new Random('again'), scene.effect);
    expect(scene.run(new Random('again'), scene.effect)).toEqual(once);
    expect(once.p).toBeGreaterThanOrEqual(0);
    expect(once.p).toBeLessThanOrEqual(1);
  });
});

describe('what is often done instead', () => {
  // Pearson on slow series, Welch over trials, the smallest of many p values: far above 5 % of false positives.
  it.each([
    ['correlation-shift', 0.3],
    ['decoding', 0.6],
    ['animal-means', 0.3],
    ['max-statistic', 0.3],
    ['cluster-permutation', 0.5],
  ])('beside %s is wrong where the null holds', (name, least) => {
    const [scene] = statisticalTests.find((t) => t.name === name)!.scenarios;
    let rejected = 0;
    for (let i = 0; i < 40; i++) if (scene.run(new Random(`naive/${i}`), 0).naive! <= 0.05) rejected++;
    expect(rejected / 40).toBeGreaterThan(least);
  });
});

describe('calibrate', () => {
  const uniform = (bias: number, conservative = false) =>
    scenario({
      name: 'made',
      effect: 1,
      effectMeaning: 'none',
      simulate: (random, effect) => random.uniform() * (effect === 1 ? 0.01 : bias),
      p: (data) => data,
      conservative,
    });
  it('passes a test that keeps its level, and neither one that rejects too often nor one that rejects too seldom', () => {
    const of = (bias: number, conservative = false) =>
      calibrate(uniform(bias, conservative), { simulations: 1000, seed: 1 });
    expect(of(1).holds).toBe(true);
    expect(of(1).falsePositives.low).toBeLessThan(0.05);
    expect(of(1).power.rate).toBe(1);
    expect(of(0.5).holds).toBe(false);
    expect(of(0.5).falsePositives.rate).toBeGreaterThan(0.08);
    expect(of(4).holds).toBe(false);
    expect(of(4, true).holds).toBe(true);
    expect(of(0.5, true).holds).toBe(false);
  });
  it('refuses nonsense', () => {
    expect(() => calibrate(uniform(1), { simulations: 0, seed: 1 })).toThrow(UsageError);
    expect(() => calibrate(uniform(1), { alpha: 5, seed: 1 })).toThrow(UsageError);
  });
});
