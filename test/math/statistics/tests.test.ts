import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/math/index.ts';
import {
  clusterTest,
  correlationTest,
  decodingTest,
  effectivePairsTest,
  equivalenceTest,
  maxStatisticTest,
  pairedTest,
  permutationTest,
  phaseLockingTest,
  residuals,
  signFlipTest,
  vTest,
  watsonU2,
  watsonU2Test,
  welchTest,
} from '../../../src/math/statistics/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

const rad = (degrees: readonly number[]): number[] => degrees.map((d) => (d * Math.PI) / 180);
const random = (): Random => new Random(1);
// Student 1908: hours of sleep gained by ten patients under two drugs.
const drug1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2];
const drug2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
const a = [3.1, 2.4, 5.5, 4.2, 3.8, 6.0];
const b = [1.2, 2.2, 3.1, 0.5, 2.8, 1.9, 2.5];
const slow = (r: Random, n: number): Float64Array => {
  const x = new Float64Array(n);
  for (let i = 1; i < n; i++) x[i] = 0.8 * x[i - 1] + r.normal();
  return x;
};

describe('two means', () => {
  it("agree with Student's sleep data (R: t = -4.0621, p = 0.002833; Welch t = -1.8608, df = 17.776, p = 0.07939)", () => {
    const pairs = pairedTest(drug1, drug2);
    expect(pairs.statistic).toBeCloseTo(-4.0621, 4);
    expect(pairs.p).toBeCloseTo(0.002832890197384273, 12);
    const welch = welchTest(drug1, drug2);
    expect(welch.statistic).toBeCloseTo(-1.8608134674868526, 10);
    expect(welch.df).toBeCloseTo(17.776473516178488, 10);
    expect(welch.p).toBeCloseTo(0.0793941401873583, 10);
    expect(welch.low).toBeCloseTo(-3.3654832307117104, 9);
    expect(welch.high).toBeCloseTo(0.20548323071171137, 9);
  });
  it("by all 1,716 permutations of Welch's t agree with an enumeration in NumPy", () => {
    const labels = [...a.map(() => 0), ...b.map(() => 1)];
    const test = permutationTest([...a, ...b], labels, { permutations: 1999, random: random() });
    expect(test.exact).toBe(true);
    expect(test.statistic).toBeCloseTo(3.2319727208616387, 10);
    expect(test.p).toBeCloseTo(0.008158508158508158, 12);
    expect(test.difference).toBeCloseTo(welchTest(a, b).difference, 12);
  });
  it('within groups: what differs between sessions alone is no effect', () => {
    const session = Array.from({ length: 40 }, (_, i) => (i < 20 ? 0 : 1));
    const label = session.map((s, i) => (i % 20 < (s === 0 ? 5 : 15) ? 1 : 0));
    const r = random();
    const value = session.map((s) => 10 * s + r.normal());
    const within = permutationTest(value, label, { groups: session, random: random() });
    expect(within.p).toBeGreaterThan(0.05);
    expect(Math.abs(within.difference)).toBeLessThan(1);
    expect(permutationTest(value, label, { random: random() }).p).toBeLessThan(0.01);
  });
  it('by sign flips: six animals can reach 2 / 64, five cannot reach 0.05', () => {
    const six = signFlipTest([1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0], { random: random() });
    expect([six.exact, six.p, six.smallestP]).toEqual([true, 2 / 64, 2 / 64]);
    const five = signFlipTest([1, 2, 3, 4, 5], [0, 0, 0, 0, 0], { random: random() });
    expect(five.caveats[0]).toMatch(/only 32 arrangements/);
    const grouped = signFlipTest([1, 2, 3, 4, 5, 6], [0, 0, 0, 0, 0, 0], {
      groups: [0, 0, 1, 1, 2, 2],
      random: random(),
    });
    expect(grouped.smallestP).toBe(2 / 8);
  });
  it('drop and count what is missing; refuse constants, few values, odd labels and infinite values', () => {
    expect(welchTest([...a, NaN], b).dropped).toBe(1);
    expect(pairedTest([...drug1, 5], [...drug2, NaN])).toMatchObject({ n: 10, dropped: 1 });
    expect(() => welchTest([1, 1], [2, 2])).toThrow(/does not vary/);
    expect(() => welchTest([NaN, 1], b)).toThrow(/too few/);
    expect(() => welchTest([Infinity, 1], b)).toThrow(/infinite/);
    expect(() => pairedTest([1, 2], [1, 2, 3])).toThrow(UsageError);
    expect(() => pairedTest([2, 3], [1, 2])).toThrow(/does not vary/);
    expect(() => permutationTest([1, 2, 3, 4], [0, 1, 2, 1], { random: random() })).toThrow(InputError);
    expect(() => permutationTest([1, 2, 3, 4], [1, 1, 1, 1], { random: random() })).toThrow(
      /labels does not|labels/,
    );
  });
});

describe('equivalence', () => {
  it('agrees with statsmodels 0.15 (ttost_ind with unequal variances, ttost_paired)', () => {
    const test = equivalenceTest(a, b, { margins: [0.5, 4] });
    expect(test.p).toBeCloseTo(0.018372352695474367, 10);
    expect(test.statistic).toBeCloseTo(2.476166182575509, 9);
    const pairs = equivalenceTest([...a, 1], b, { margins: [-1, 3], paired: true });
    expect(pairs.p).toBeCloseTo(0.06393678726905326, 10);
  });
  it('holds at 0.05 exactly where the 90 % interval lies within the margins', () => {
    const { low, high } = equivalenceTest(a, b, { margins: [-9, 9] });
    expect(equivalenceTest(a, b, { margins: [low, 9] }).p).toBeCloseTo(0.05, 9);
    expect(equivalenceTest(a, b, { margins: [-9, high] }).p).toBeCloseTo(0.05, 9);
    expect(() => equivalenceTest(a, b, { margins: [1, -1] })).toThrow(UsageError);
  });
});

describe('circular tests', () => {
  it("V agrees with Zar's example 27.2 (V = 9.498, u = 4.248, P < 0.0005) and is one-sided", () => {
    const angles = rad([66, 75, 86, 88, 88, 93, 97, 101, 118, 130]);
    const test = vTest(angles, Math.PI / 2);
    expect(test.v).toBeCloseTo(9.498, 3);
    expect(test.statistic).toBeCloseTo(4.2475, 3);
    expect(test.p).toBeLessThan(0.0005);
    expect(vTest(angles, -Math.PI / 2).p).toBeGreaterThan(0.999);
    expect(vTest([...angles, NaN], 1).dropped).toBe(1);
  });
  it("Watson's U2 agrees with Zar's example 27.10 (U2 = 0.1458, 0.10 < P < 0.20) and minds no rotation", () => {
    const first = [35, 45, 50, 55, 60, 70, 85, 95, 105, 120];
    const second = [75, 80, 90, 100, 110, 130, 135, 140, 150, 160, 165];
    expect(watsonU2(rad(first), rad(second))).toBeCloseTo(0.1458, 3);
    const turned = (by: number) => watsonU2(rad(first.map((d) => d + by)), rad(second.map((d) => d + by)));
    for (const by of [100, 200, 290, -77]) expect(turned(by)).toBeCloseTo(turned(0), 10);
    const { p } = watsonU2Test(rad(first), rad(second), { permutations: 1999, random: random() });
    expect(p).toBeGreaterThan(0.1);
    expect(p).toBeLessThan(0.2);
  });
  it('phase locking: found where events follow cycles, not where two clocks have nearly one rate', () => {
    const r = random();
    const cycles: number[] = [0];
    while (cycles[cycles.length - 1] < 80) cycles.push(cycles[cycles.length - 1] + r.normal(0.25, 0.02));
    const locked = cycles.slice(0, -1).map((c, i) => c + 0.3 * (cycles[i + 1] - c) + r.normal(0, 0.01));
    const found = phaseLockingTest(locked, cycles, { permutations: 199, random: random() });
    expect(found.p).toBeLessThan(0.02);
    expect(found.meanPhase).toBeCloseTo(0.6 * Math.PI, 1);
    const free = Array.from({ length: 300 }, (_, i) => 0.1 + 0.2511 * i);
    const shift = phaseLockingTest(free, cycles, { permutations: 199, random: random() });
    expect(shift.p).toBeGreaterThan(0.05);
    const intervals = phaseLockingTest(locked, cycles, {
      permutations: 199,
      surrogate: 'intervals',
      random: random(),
    });
    expect(intervals.p).toBeLessThan(0.02);
    expect(phaseLockingTest([...locked, 500], cycles, { permutations: 199, random: random() }).dropped).toBe(
      1,
    );
    expect(() => phaseLockingTest([3, 2, 1, 4, 5], cycles, { random: random() })).toThrow(/position 1/);
    expect(() => phaseLockingTest(locked, cycles, { minimumShift: 50, random: random() })).toThrow(
      /too short/,
    );
  });
});

describe('correlation of series', () => {
  const r = new Random(3);
  const x = slow(r, 300);
  const y = slow(r, 300).map((v, i) => v + x[i]);
  it('is found where there is one, by shifts, ranks and fewer pairs; gaps are dropped and counted', () => {
    const test = correlationTest(x, y, { permutations: 199, random: random() });
    expect(test.p).toBeLessThan(0.02);
    expect(test.effectivePairs).toBeLessThan(200);
    expect(correlationTest(x, y, { permutations: 199, kind: 'spearman', random: random() }).p).toBeLessThan(
      0.02,
    );
    expect(effectivePairsTest(x, y).p).toBeLessThan(0.001);
    const holed = x.map((v, i) => (i % 7 === 0 ? NaN : v));
    const gaps = correlationTest(holed, y, { permutations: 199, random: random() });
    expect(gaps).toMatchObject({ n: 257, dropped: 43 });
    expect(gaps.r).toBeCloseTo(test.r, 0.9);
  });
  it('of residuals: they are orthogonal to the covariates, and what follows a covariate alone goes', () => {
    const z = slow(r, 300);
    const left = residuals(x, [z, y]);
    for (const c of [z, y]) expect(left.reduce((s, v, i) => s + v * c[i], 0)).toBeCloseTo(0, 8);
    const both = [slow(r, 300), slow(r, 300)].map((own) => own.map((v, i) => v + 3 * z[i]));
    const raw = correlationTest(both[0], both[1], { permutations: 199, random: random() });
    const partial = correlationTest(both[0], both[1], {
      permutations: 199,
      covariates: [z],
      random: random(),
    });
    expect(raw.r).toBeGreaterThan(0.7);
    expect(Math.abs(partial.r)).toBeLessThan(0.4);
  });
  it('refuses constants and unlike lengths, warns of large minimum shifts', () => {
    expect(() =>
      correlationTest(
        x,
        x.map(() => 2),
        { random: random() },
      ),
    ).toThrow(/y does not vary/);
    expect(() => correlationTest(x, y.subarray(1), { random: random() })).toThrow(UsageError);
    expect(() => correlationTest(x.fill.call(x.slice(), NaN), y, { random: random() })).toThrow(
      /too few complete/,
    );
    const wide = correlationTest(x, y, { permutations: 199, minimumShift: 40, random: random() });
    expect(wide.caveats.join()).toMatch(/5 % of the recording/);
  });
});

describe('maps of tests', () => {
  const r = new Random(4);
  const rows = Array.from({ length: 8 }, () =>
    Float64Array.from({ length: 30 }, (_, k) => r.normal() + (k >= 10 && k < 16 ? 3 : 0)),
  );
  it('t at every point is that of the plain tests', () => {
    const { t, df } = maxStatisticTest(rows, { permutations: 99, random: random() });
    expect(df).toBe(7);
    const column = (k: number) => rows.map((row) => row[k]);
    for (const k of [0, 12, 29])
      expect(t[k]).toBeCloseTo(
        pairedTest(
          column(k),
          column(k).map(() => 0),
        ).statistic,
        10,
      );
    const labels = [1, 1, 1, 1, 0, 0, 0, 0];
    const two = maxStatisticTest(rows, { labels, permutations: 99, random: random() });
    // With samples of one size Student's and Welch's t agree.
    for (const k of [0, 12, 29]) {
      const [p, q] = [column(k).slice(0, 4), column(k).slice(4)];
      expect(two.t[k]).toBeCloseTo(welchTest(p, q).statistic, 10);
    }
  });
  it('find the bump, as points and as one cluster, and nothing else', () => {
    const { p } = maxStatisticTest(rows, { random: random() });
    expect(p.every((v, k) => v > 0.05 || (k >= 10 && k < 16))).toBe(true);
    expect(p.filter((v) => v <= 0.05).length).toBeGreaterThan(2);
    const { clusters, caveats } = clusterTest(rows, { random: random() });
    const [best] = [...clusters].sort((m, n) => m.p - n.p);
    expect(best.p).toBeLessThan(0.05);
    expect(best.start).toBeGreaterThanOrEqual(9);
    expect(best.end).toBeLessThanOrEqual(17);
    expect(caveats.join()).toMatch(/edges of a cluster/);
    const between = clusterTest(rows, { labels: [1, 0, 1, 0, 1, 0, 1, 0], random: random() });
    expect(between.clusters.every((c) => c.p > 0.02)).toBe(true);
  });
  it('refuse gaps, odd shapes and odd labels', () => {
    const options = { random: random() };
    expect(() =>
      maxStatisticTest(
        [
          [1, NaN],
          [1, 2],
          [2, 3],
        ],
        options,
      ),
    ).toThrow(/row 0/);
    expect(() => clusterTest([[1, 2], [1], [2, 3]], options)).toThrow(UsageError);
    expect(() => clusterTest(rows, { ...options, labels: [1, 2] })).toThrow(UsageError);
    expect(() => clusterTest(rows, { ...options, labels: rows.map((_, i) => i) })).toThrow(/0 or 1/);
    expect(() => clusterTest(rows, { ...options, permutations: 10 })).toThrow(/too few permutations/);
  });
});

describe('decoding', () => {
  const r = new Random(5);
  const movement = slow(r, 500);
  it('is above chance for neurons that follow, at chance for others, and says what chance is', () => {
    const others = [slow(r, 500), slow(r, 500), slow(r, 500)];
    const follow = [...others.slice(1), others[0].map((v, i) => v + 2 * movement[i])];
    const found = decodingTest(follow, movement, { folds: 4, permutations: 99, random: random() });
    expect(found.r2).toBeGreaterThan(0.5);
    expect(found.p).toBeLessThanOrEqual(0.01);
    expect(found.chance).toBeLessThan(0.05);
    const none = decodingTest(others, movement, { folds: 4, permutations: 99, random: random() });
    expect(none.r2).toBeLessThan(0.1);
  });
  it('refuses gaps, silent neurons and recordings that are too short for folds with gaps', () => {
    const options = { folds: 4, permutations: 99, random: random() };
    expect(() => decodingTest([movement.map((v, i) => (i === 3 ? NaN : v))], movement, options)).toThrow(
      /gaps/,
    );
    expect(() => decodingTest([movement.map(() => 0)], movement, options)).toThrow(/neuron 0 does not vary/);
    const short = [movement.subarray(0, 60), movement.subarray(60, 120)];
    expect(() => decodingTest([short[0]], short[1], { ...options, folds: 2, gap: 40 })).toThrow(
      /nothing to train on/,
    );
  });
});
