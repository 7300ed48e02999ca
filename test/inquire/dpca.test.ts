import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dpca, responses, type Factors } from '../../src/inquire/index.ts';
import { Random } from '../../src/math/random.ts';

const factors: Factors = {
  stimulus: [0, 0, 1, 1, 2, 2],
  choice: ['left', 'right', 'left', 'right', 'left', 'right'],
};
const [conditions, times, units] = [6, 20, 15];

/** Units that each mix time, stimulus and choice along axes that are not at right angles. */
function mixed(noise: number, seed = 'mixed') {
  const random = new Random(seed);
  const axes = Array.from({ length: 3 }, () =>
    Float64Array.from({ length: units }, () => random.normal() + 0.5),
  );
  const values = new Float64Array(conditions * times * units);
  for (let c = 0; c < conditions; c++) {
    for (let t = 0; t < times; t++) {
      const phase = t / times;
      const latents = [
        3 * Math.sin(2 * Math.PI * phase),
        (Number(factors.stimulus[c]) - 1) * Math.exp(-phase),
        (factors.choice[c] === 'left' ? 1 : -1) * phase,
      ];
      for (let u = 0; u < units; u++) {
        values[(c * times + t) * units + u] =
          10 + latents.reduce((s, v, k) => s + v * axes[k][u], 0) + noise * random.normal();
      }
    }
  }
  return { axes, r: responses(values, { conditions, times, units }) };
}

const along = (a: Float64Array, b: Float64Array): number =>
  Math.abs(a.reduce((s, v, i) => s + v * b[i], 0)) / Math.hypot(...a) / Math.hypot(...b);

describe('demixed components', () => {
  it('are the planted ones, each of its own factor alone, though their axes are not at right angles', () => {
    const { axes, r } = mixed(0.01);
    const parts = dpca(r, factors);
    expect(parts.map((p) => p.name)).toEqual(['time', 'stimulus', 'choice', 'stimulus x choice']);
    axes.forEach((axis, k) => {
      const [first] = parts[k].components;
      expect(along(first.encoder, axis)).toBeGreaterThan(0.99);
      expect(first.shares[k]).toBeGreaterThan(0.99);
    });
    expect(parts[3].variance).toBeLessThan(1e-3);
    // What explains more comes first, and nobody explains more than there is.
    for (const { components } of parts) for (const c of components) expect(c.explained).toBeLessThan(1);
  });

  it('do not depend on the order of conditions, nor on a level that all share', () => {
    const { r } = mixed(0.3);
    const order = new Random('order').permutation(conditions);
    const values = new Float64Array(r.values.length);
    order.forEach((from, to) =>
      values.set(r.values.subarray(from * times * units, (from + 1) * times * units), to * times * units),
    );
    const reordered: Factors = Object.fromEntries(
      Object.entries(factors).map(([name, levels]) => [name, Array.from(order, (from) => levels[from])]),
    );
    const raised = responses(
      values.map((v) => v + 7),
      { conditions, times, units },
    );
    const [a, b] = [dpca(r, factors), dpca(raised, reordered)];
    a.forEach((part, k) => {
      expect(b[k].variance).toBeCloseTo(part.variance, 10);
      part.components.forEach((c, q) =>
        expect(along(c.decoder, b[k].components[q].decoder)).toBeCloseTo(1, 5),
      );
    });
  });

  it('divide all variance: the parts add up to 1', () => {
    fc.assert(
      fc.property(fc.integer(), fc.double({ min: 0.1, max: 5, noNaN: true }), (seed, noise) => {
        const parts = dpca(mixed(noise, `${seed}`).r, factors);
        expect(parts.reduce((s, p) => s + p.variance, 0)).toBeCloseTo(1, 9);
        for (const { components } of parts)
          for (const c of components) expect(c.shares.reduce((s, v) => s + v, 0)).toBeCloseTo(1, 6);
      }),
      { numRuns: 10 },
    );
  });

  it('refuse conditions that are not crossed, with the combination, and labels that do not fit', () => {
    const { r } = mixed(0.1);
    expect(() => dpca(r, { ...factors, choice: ['left', 'left', 'left', 'right', 'left', 'right'] })).toThrow(
      /stimulus 0, choice left.*one condition.*2/s,
    );
    expect(() => dpca(r, { stimulus: [0, 1] })).toThrow(/stimulus.*6 levels/s);
    expect(() => dpca(r, {})).toThrow(/nothing to demix/);
    const still = responses(new Float64Array(conditions * times * units).fill(2), {
      conditions,
      times,
      units,
    });
    expect(() => dpca(still, factors)).toThrow(/never change/);
  });
});
