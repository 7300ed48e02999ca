import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random, realFft } from '../../../src/math/index.ts';
import { nulls, type Kept, type NullOptions } from '../../../src/math/statistics/index.ts';
import { MareyError } from '../../../src/signal/error.ts';

interface Case {
  readonly channels: readonly Float64Array[];
  readonly options: NullOptions;
}

/** Two channels in six trials of four to eight samples, labels in three groups, with every option a null may read. */
const cases = fc
  .record({ seed: fc.integer(), trialLength: fc.integer({ min: 4, max: 8 }) })
  .map(({ seed, trialLength }): Case => {
    const random = new Random(seed);
    const n = 6 * trialLength;
    return {
      channels: [0, 1].map(() => Float64Array.from({ length: n }, () => random.normal())),
      options: {
        trialLength,
        minimumShift: 1 + random.integer(3),
        blockLength: 2 + random.integer(4),
        groups: Array.from({ length: n }, (_, i) => i % 3),
      },
    };
  });

const sorted = (v: ArrayLike<number>): number[] => [...Float64Array.from(v).sort()];
/** Where each sample of a surrogate came from: values of the made channels are all different. */
const origins = (before: Case, after: readonly Float64Array[]): number[] =>
  [...after[0]].map((v) => before.channels[0].indexOf(v));
const groupOf = (c: Case, i: number): number => Number(c.options.groups![i]);
const crossSpectrum = (a: ArrayLike<number>, b: ArrayLike<number>): number[] => {
  const [x, y] = [realFft(a), realFft(b)];
  return [...x.re].flatMap((re, k) => [re * y.re[k] + x.im[k] * y.im[k], x.im[k] * y.re[k] - re * y.im[k]]);
};
const near = (got: readonly number[], want: readonly number[]): void =>
  got.forEach((v, i) => expect(v).toBeCloseTo(want[i], 8));

/** What each promise of a null means. */
const promises: Record<Kept, (before: Case, after: readonly Float64Array[]) => void> = {
  values: (b, a) => a.forEach((c, k) => expect(sorted(c)).toEqual(sorted(b.channels[k]))),
  magnitudes: (b, a) =>
    a.forEach((c, k) => expect([...c].map(Math.abs)).toEqual([...b.channels[k]].map(Math.abs))),
  simultaneity: (b, a) => {
    const pairs = (x: ArrayLike<number>, y: ArrayLike<number>): string[] =>
      Array.from({ length: x.length }, (_, i) => `${Math.abs(x[i])}/${Math.abs(y[i])}`).sort();
    expect(pairs(a[0], a[1])).toEqual(pairs(b.channels[0], b.channels[1]));
  },
  neighbors: (b, a) => {
    const from = origins(b, a);
    from.forEach((o, i) => expect(from[(i + 1) % from.length]).toBe((o + 1) % from.length));
  },
  blocks: (b, a) => {
    const length = b.options.blockLength!;
    const from = origins(b, a);
    for (let i = 0; i + 1 < from.length; i++) {
      if (from[i] % length !== length - 1 && from[i] !== from.length - 1)
        expect(from[i + 1]).toBe(from[i] + 1);
    }
  },
  trials: (b, a) => {
    const length = b.options.trialLength!;
    origins(b, a).forEach((o, i, from) => {
      expect(o % length).toBe(i % length);
      expect(Math.floor(o / length)).toBe(Math.floor(from[i - (i % length)] / length));
    });
  },
  spectrum: (b, a) =>
    a.forEach((c, k) => near(crossSpectrum(c, c), crossSpectrum(b.channels[k], b.channels[k]))),
  'cross-spectra': (b, a) => near(crossSpectrum(a[0], a[1]), crossSpectrum(b.channels[0], b.channels[1])),
  groups: (b, a) => origins(b, a).forEach((o, i) => expect(groupOf(b, o)).toBe(groupOf(b, i))),
};

describe.each(nulls)('the null $name', (rule) => {
  it('keeps what it says, in a shape and a place of its own', () => {
    fc.assert(
      fc.property(cases, fc.integer(), (c, seed) => {
        const copy = c.channels.map((v) => [...v]);
        const drawn = rule.prepare(c.channels, c.options).draw(new Random(seed));
        expect(c.channels.map((v) => [...v])).toEqual(copy);
        expect(drawn.map((v) => v.length)).toEqual(c.channels.map((v) => v.length));
        for (const kept of rule.keeps) promises[kept](c, drawn);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
  it('breaks the rest: surrogates differ from the data and from each other', () => {
    const [c] = fc.sample(cases, { numRuns: 1, seed: 3 });
    const random = new Random(5);
    const surrogates = rule.prepare(c.channels, c.options);
    const seen = new Set(Array.from({ length: 20 }, () => surrogates.draw(random)[0].join()));
    seen.delete(c.channels[0].join());
    expect(seen.size).toBeGreaterThan(5);
  });
  it('gives the same surrogates for the same seed', () => {
    const [c] = fc.sample(cases, { numRuns: 1, seed: 7 });
    const draw = (): readonly Float64Array[] => rule.prepare(c.channels, c.options).draw(new Random(9));
    expect(draw()).toEqual(draw());
  });
  it('goes through all arrangements once, the data first, where it can', () => {
    const channels = [Float64Array.of(0, 0, 1, 1, 1, 0)];
    const { distinct, nth } = rule.prepare(channels, { trialLength: 2, blockLength: 2, minimumShift: 1 });
    if (!nth) return expect(distinct).toBeGreaterThan(1);
    const all = Array.from({ length: distinct }, (_, i) => nth(i)[0]);
    expect(all[0]).toEqual(channels[0]);
    // Of equal values shifts and flips of zero repeat; permutations must not.
    if (rule.name === 'label-permutation') expect(new Set(all.map((v) => v.join())).size).toBe(20);
  });
  it('refuses channels that do not fit, with a reason', () => {
    const { options } = fc.sample(cases, { numRuns: 1, seed: 1 })[0];
    expect(() => rule.prepare([], options)).toThrow(MareyError);
    expect(() =>
      rule.prepare(
        [
          [1, 2, 3],
          [1, 2],
        ],
        options,
      ),
    ).toThrow(/3 and 2 samples/);
    expect(() => rule.prepare([[1]], options)).toThrow(MareyError);
  });
  it('either moves a gap along or refuses it', () => {
    const [c] = fc.sample(cases, { numRuns: 1, seed: 11 });
    const holed = c.channels.map((v) => Float64Array.from(v, (x, i) => (i === 5 ? NaN : x)));
    if (rule.keeps.includes('values') || rule.keeps.includes('magnitudes')) {
      const [drawn] = rule.prepare(holed, c.options).draw(new Random(1));
      expect(drawn.filter(Number.isNaN).length).toBe(1);
    } else expect(() => rule.prepare(holed, c.options)).toThrow(/missing/);
  });
});
