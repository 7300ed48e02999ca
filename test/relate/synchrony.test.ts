import { describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import { synchrony, unitCoherence } from '../../src/relate/index.ts';
import { Spikes } from '../../src/signal/spikes.ts';

/** Discharges at this rate for a minute, with intervals that vary by 15 %, and a drive that speeds and slows all units at `driveHz`. */
function train(random: Random, rate: number, depth = 0, driveHz = 4): number[] {
  const times: number[] = [];
  let due = random.uniform();
  for (let t = 0; t < 60; t += 0.001) {
    due -= rate * 0.001 * (1 + depth * Math.sin(2 * Math.PI * driveHz * t));
    if (due > 0) continue;
    times.push(t + random.uniform(0, 0.0009));
    due += Math.max(0.4, random.normal(1, 0.15));
  }
  return times;
}

describe('synchrony', () => {
  it('is zero on average for independent trains of any rates', () => {
    const random = new Random('independent');
    const all = Array.from({ length: 60 }, () =>
      synchrony(train(random, random.uniform(6, 20)), train(random, random.uniform(6, 20))),
    );
    const mean = all.reduce((s, v) => s + v.perSecond, 0) / all.length;
    const spread = Math.sqrt(all.reduce((s, v) => s + v.perSecond ** 2, 0) / all.length);
    expect(Math.abs(mean)).toBeLessThan((3 * spread) / Math.sqrt(all.length));
    expect(all.filter((v) => Math.abs(v.perSecond) > 2.5 * v.error).length).toBeLessThanOrEqual(6);
  });

  it('finds how many discharges two trains share', () => {
    const random = new Random('shared');
    const common = train(random, 2);
    const with2 = (): number[] =>
      [...train(random, 8), ...common.map((t) => t + random.uniform(0, 0.002))].sort((a, b) => a - b);
    const { perSecond, error, correlogram } = synchrony(with2(), with2());
    expect(Math.abs(perSecond - 2)).toBeLessThan(3 * error);
    expect(correlogram.length).toBe(201);
  });

  it('needs trains in one time and a baseline', () => {
    expect(() => synchrony([1, 2], [3, 4])).toThrow(/do not fire in the same time/);
    expect(() => synchrony([1, 2], [1, 2], { windowSeconds: 0.05 })).toThrow(/no baseline/);
  });
});

describe('coherence of units', () => {
  const pool = (depth: number): Spikes => {
    const random = new Random(`pool ${depth}`);
    return Spikes.from(
      Array.from({ length: 10 }, (_, u) => [`${u}`, train(random, 8 + u, depth)] as const),
      { name: 'pool', provenance: { step: 'test' } },
    );
  };

  it('rises where the units are driven together, and nowhere else', () => {
    const driven = unitCoherence(pool(0.25), { random: new Random(1), partings: 5, mostHz: 40 });
    const at = driven.frequencies.indexOf(4);
    expect(driven.coherence[at]).toBeGreaterThan(0.5);
    expect(driven.coherence[driven.frequencies.indexOf(30)]).toBeLessThan(0.2);
    const free = unitCoherence(pool(0), { random: new Random(1), partings: 5, mostHz: 40 });
    const above = free.coherence.filter((c) => c > free.threshold).length;
    expect(above).toBeLessThanOrEqual(5);
    expect(free.segments).toBeGreaterThanOrEqual(58);
  });

  it('needs units and time', () => {
    const few = Spikes.from([['a', [1, 2, 3]]], { name: 'few', provenance: { step: 'test' } });
    expect(() => unitCoherence(few, { random: new Random(1) })).toThrow(/at least four units/);
  });
});
