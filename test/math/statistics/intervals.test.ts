import { describe, expect, it } from 'vitest';
import { mean, pearson, Random } from '../../../src/math/index.ts';
import {
  automaticBlockLength,
  blockBootstrap,
  hierarchicalBootstrap,
} from '../../../src/math/statistics/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

/** A series that needs no library: x_i = 0.7 x_{i-1} + u_i, u from a linear congruential generator. */
function congruential(n: number, phi: number): Float64Array {
  const x = new Float64Array(n);
  let state = 12345n;
  for (let i = 0; i < n; i++) {
    state = (1103515245n * state + 12345n) % 2147483648n;
    x[i] = (i > 0 ? phi * x[i - 1] : 0) + Number(state) / 2147483648 - 0.5;
  }
  return x;
}

describe('automaticBlockLength', () => {
  // arch counts its run of small autocorrelations from m, the paper from m + 1: the slow series with the paper's m.
  it('agrees with arch 8.0 (optimal_block_length, Politis & White with the 2009 correction)', () => {
    const slow = automaticBlockLength(congruential(400, 0.7));
    expect(slow.stationary).toBeCloseTo(14.038982946878756, 8);
    expect(slow.circular).toBeCloseTo(16.07062373025546, 8);
    const fast = automaticBlockLength(congruential(400, 0));
    expect(fast.stationary).toBeCloseTo(1.005196, 4);
    expect(fast.circular).toBeCloseTo(1.150662, 4);
  });
  it('never exceeds a third of the series nor 3 sqrt(n)', () => {
    const ramp = Array.from({ length: 40 }, (_, i) => i);
    expect(automaticBlockLength(ramp).circular).toBeLessThanOrEqual(40 / 3);
    expect(() => automaticBlockLength([1, 2, 3])).toThrow(InputError);
    expect(() => automaticBlockLength(ramp.map(() => 1))).toThrow(/without variation/);
  });
});

describe('blockBootstrap', () => {
  const x = congruential(400, 0.7);
  const options = (extra = {}) => ({ resamples: 400, random: new Random(1), ...extra });
  it.each(['stationary', 'moving', 'circular'] as const)(
    '%s: the standard error of a mean is that of the autocorrelated series, not of single samples',
    (scheme) => {
      const { standardError, low, high, estimate } = blockBootstrap(
        [x],
        ([v]) => mean(v),
        options({ scheme }),
      );
      // The uniform noise has variance 1/12; the mean of a first-order process has sd sigma / ((1 - phi) sqrt(n)).
      const expected = Math.sqrt(1 / 12) / (0.3 * Math.sqrt(400));
      expect(standardError / expected).toBeGreaterThan(0.6);
      expect(standardError / expected).toBeLessThan(1.2);
      expect(low).toBeLessThan(estimate);
      expect(high).toBeGreaterThan(estimate);
    },
  );
  it('draws runs of the mean length that is asked for, of all channels together', () => {
    const index = Float64Array.from({ length: 200 }, (_, i) => i);
    let [joints, samples] = [0, 0];
    blockBootstrap(
      [index, index],
      ([a, b]) => {
        expect(a).toEqual(b);
        for (let i = 1; i < a.length; i++) if (a[i] !== (a[i - 1] + 1) % 200) joints++;
        samples += a.length;
        return a[0];
      },
      options({ blockLength: 8 }),
    );
    expect(samples / joints).toBeGreaterThan(7.5);
    expect(samples / joints).toBeLessThan(8.5);
  });
  it('is wider for few blocks when expanded, says so, and is the same for the same seed', () => {
    const run = (expanded: boolean) =>
      blockBootstrap([x], ([v]) => mean(v), options({ expanded, blockLength: 80, scheme: 'moving' }));
    const [plain, wide] = [run(false), run(true)];
    expect(wide.high - wide.low).toBeGreaterThan(1.3 * (plain.high - plain.low));
    expect(wide.caveats[0]).toMatch(/only 5.0 blocks/);
    expect(run(true)).toEqual(wide);
  });
  it('refuses what cannot be drawn', () => {
    expect(() => blockBootstrap([x], ([v]) => v[0], options({ blockLength: 201 }))).toThrow(InputError);
    expect(() => blockBootstrap([x, [1]], ([a, b]) => pearson(a, b), options())).toThrow(UsageError);
  });
});

describe('hierarchicalBootstrap', () => {
  const random = new Random(2);
  const animals: string[] = [];
  const sessions: number[] = [];
  const values: number[] = [];
  for (const animal of ['a', 'b', 'c', 'd', 'e', 'f']) {
    const own = random.normal();
    for (let session = 0; session < 2; session++) {
      for (let trial = 0; trial < 20; trial++) {
        animals.push(animal);
        sessions.push(session);
        values.push(own + random.normal());
      }
    }
  }
  const average = (positions: Int32Array): number => mean(Float64Array.from(positions, (i) => values[i]));
  const run = (levels: (string | number)[][], extra = {}) =>
    hierarchicalBootstrap(levels, average, { resamples: 500, random: new Random(3), ...extra });
  it('knows that trials of one animal are not independent', () => {
    const nested = run([animals, sessions]);
    expect(nested.units).toEqual([6, 12]);
    // Six animals with standard deviation 1: about 0.41, where 240 independent trials would give 0.09.
    expect(nested.standardError).toBeGreaterThan(0.25);
    expect(nested.standardError).toBeLessThan(0.65);
    const flat = run([values.map((_, i) => i)]);
    expect(flat.standardError).toBeLessThan(0.12);
  });
  it('draws whole levels: trials only from their session, sessions only from their animal', () => {
    hierarchicalBootstrap(
      [animals, sessions],
      (positions) => {
        expect(positions.length).toBe(240);
        for (let i = 0; i < 240; i += 20) {
          const block = positions.subarray(i, i + 20);
          expect(new Set([...block].map((k) => `${animals[k]}${sessions[k]}`)).size).toBe(1);
        }
        for (let i = 0; i < 240; i += 40) expect(animals[positions[i]]).toBe(animals[positions[i + 20]]);
        return 0;
      },
      { resamples: 20, random: new Random(4) },
    );
  });
  it('takes BCa too, expands for few animals, and refuses one', () => {
    const bca = run([animals, sessions], { method: 'bca' });
    expect(bca.low).toBeLessThan(bca.estimate);
    const few = values.slice(0, 120).map((_, i) => animals[i]);
    const three = (expanded: boolean) =>
      hierarchicalBootstrap([few], average, { resamples: 500, expanded, random: new Random(5) });
    expect(three(true).caveats[0]).toMatch(/Only 3 units/);
    expect(three(true).high - three(true).low).toBeGreaterThan(1.2 * (three(false).high - three(false).low));
    expect(() => run([values.map(() => 'one')])).toThrow(/one animal/);
    expect(() => run([animals, [1]])).toThrow(UsageError);
  });
});
