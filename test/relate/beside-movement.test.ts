import { beforeAll, describe, expect, test } from 'vitest';
import { angleBetween, matrix, Random } from '../../src/math/index.ts';
import { besideMovement, column, series, type BesideMovement, type Series } from '../../src/relate/index.ts';

const binSeconds = 0.05;
const samples = 2400;
const options = { binSeconds, seed: 1, shifts: 99, resamples: 200 };

/** A hand that wanders, and units of which the first six follow its velocity 0.1 s ahead and the last two follow nothing. */
function recording(seed: string): { hand: Series; counts: Series; preferred: number[] } {
  const random = new Random(seed);
  const velocity = [0, 1].map(() => {
    let [v, smooth] = [0, 0];
    return Float64Array.from({ length: samples }, () => {
      v += -0.1 * v + 0.45 * random.normal();
      smooth += 0.4 * (v - smooth);
      return smooth;
    });
  });
  const hand = matrix(samples, 2);
  for (let t = 1; t < samples; t++)
    for (const d of [0, 1])
      hand.data[2 * t + d] = 0.995 * hand.data[2 * t - 2 + d] + binSeconds * velocity[d][t - 1];
  const preferred = [0, 1, 2, 3, 4, 5].map((k) => (k * Math.PI) / 3 - Math.PI + 0.2);
  const counts = matrix(samples, 8);
  for (let t = 0; t < samples; t++) {
    const ahead = Math.min(samples - 1, t + 2);
    for (let u = 0; u < 8; u++) {
      const drive =
        u < 6 ? Math.cos(preferred[u]) * velocity[0][ahead] + Math.sin(preferred[u]) * velocity[1][ahead] : 0;
      counts.data[8 * t + u] = random.poisson(0.8 * Math.exp(0.5 * drive));
    }
  }
  return {
    hand: series(hand, ['x', 'y']),
    counts: series(
      counts,
      Array.from({ length: 8 }, (_, u) => `unit ${u + 1}`),
    ),
    preferred,
  };
}

describe('neurons beside movement', () => {
  const { hand, counts, preferred } = recording('planted');
  let found: BesideMovement;
  beforeAll(async () => {
    found = await besideMovement(counts, hand, options);
  });

  test('finds the planted directions, and which units follow the movement', () => {
    preferred.forEach((angle, u) =>
      expect(Math.abs(angleBetween(angle, found.tuning[u].preferredDirection))).toBeLessThan(0.35),
    );
    expect(found.encoding.map((e) => e.predicted)).toEqual([...Array(6).fill(true), false, false]);
    expect(found.preferred.tuned.slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const e of found.encoding) {
      expect(e.interval[0]).toBeLessThanOrEqual(e.value);
      expect(e.interval[1]).toBeGreaterThanOrEqual(e.value);
    }
  });

  test('says that they lead by 0.1 s', () => {
    const { lags, values } = found.weights;
    expect(lags).toEqual([0.2, 0.1, 0, -0.1, -0.2]);
    const strength = lags.map((_, k) =>
      [0, 1, 2, 3, 4, 5].reduce((sum, u) => {
        const at = (c: number): number => values[(u * 2 + c) * lags.length + k];
        return sum + Math.cos(preferred[u]) * at(0) + Math.sin(preferred[u]) * at(1);
      }, 0),
    );
    expect(lags[strength.indexOf(Math.max(...strength))]).toBe(0.1);
  });

  test('decodes the velocity better than shifted predictions do, and shares out the variance', () => {
    found.decoding.scores.forEach((s) => {
      expect(s.value).toBeGreaterThan(0.3);
      expect(s.null.high).toBeLessThan(0);
      expect(s.null.p).toBeLessThan(0.05);
    });
    const unique = Object.fromEntries(found.shares.variables.map((v) => [v.name, v.unique[0]]));
    expect(Object.keys(unique)).toEqual(['place', 'velocity', 'speed']);
    expect(unique.velocity).toBeGreaterThan(0.05);
    expect(Math.abs(unique.speed)).toBeLessThan(0.05);
  });

  test('is the same again from the same seed', async () => {
    const again = await besideMovement(counts, hand, options);
    expect(again).toEqual(found);
  });

  test('finds next to nothing where spikes and movement are of two recordings', async () => {
    const other = recording('another').hand;
    const { encoding } = await besideMovement(counts, other, options);
    expect(encoding.filter((e) => e.predicted).length).toBeLessThanOrEqual(1);
  });
});

describe('what cannot be judged', () => {
  const { hand, counts } = recording('bad');
  const rewritten = (
    s: Series,
    write: (v: number, r: number, c: number) => number,
    names = s.names,
  ): Series => {
    const { rows, columns, data } = s.values;
    return series(
      matrix(
        rows,
        columns,
        data.map((v, i) => write(v, Math.floor(i / columns), i % columns)),
      ),
      names,
    );
  };

  test('units that hardly fire and channels that stand still are left out by name', async () => {
    const some = rewritten(counts, (v, r, c) => (c === 3 ? Number(r < 5) : v));
    const three = series(matrix(samples, 3), ['x', 'y', 'height']);
    for (let r = 0; r < samples; r++)
      three.values.data.set([...hand.values.data.subarray(2 * r, 2 * r + 2), 0.4], 3 * r);
    const { counts: used, place, notes } = await besideMovement(some, three, { ...options, shifts: 19 });
    expect(used.names).not.toContain('unit 4');
    expect(place.names).toEqual(['x', 'y']);
    expect(notes.join('\n')).toMatch(/height/);
    expect(notes.join('\n')).toMatch(/unit 4/);
  });

  test('one channel, silence, and too few samples are refused', async () => {
    const one = series(matrix(samples, 1, column(hand.values, 0)), ['x']);
    await expect(besideMovement(counts, one, options)).rejects.toThrow(/two channels/);
    await expect(
      besideMovement(
        rewritten(counts, () => 0),
        hand,
        options,
      ),
    ).rejects.toThrow(/no unit fires/);
    const few = (s: Series): Series =>
      series(matrix(8, s.values.columns, s.values.data.slice(0, 8 * s.values.columns)), s.names);
    await expect(besideMovement(few(counts), few(hand), options)).rejects.toThrow(
      /too few samples|fires enough/,
    );
  });
});
