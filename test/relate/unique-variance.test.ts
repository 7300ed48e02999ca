import { describe, expect, it } from 'vitest';
import { nodeEngine } from '../../src/learn/engine/node.ts';
import { matrix } from '../../src/math/matrix.ts';
import { Random } from '../../src/math/random.ts';
import { column, contiguousFolds, r2, series, uniqueVariance, type Series } from '../../src/relate/index.ts';
import { applyRidge, ridge } from '../../src/relate/ridge.ts';
import { takeColumns, takeRows } from '../../src/relate/series.ts';

/**
 * Regressors in three variables of which the first two share a factor, and outputs whose unique shares are known: y = sum of one
 * standardized sum a variable, times a root of its share, plus noise.
 */
function planted(
  samples: number,
  outputs: number,
  seed = 'planted',
): { x: Series; y: Series; variables: Record<string, string[]> } {
  const random = new Random(seed);
  const widths = { speed: 3, posture: 4, noise: 5 };
  const variables = Object.fromEntries(
    Object.entries(widths).map(([name, width]) => [
      name,
      Array.from({ length: width }, (_, i) => `${name} ${i}`),
    ]),
  );
  const names = Object.values(variables).flat();
  const x = matrix(samples, names.length);
  const y = matrix(samples, outputs);
  for (let t = 0; t < samples; t++) {
    const common = random.normal();
    names.forEach((n, c) => {
      x.data[t * names.length + c] =
        5 + 3 * (random.normal() + (n === 'speed 0' || n === 'posture 0' ? common : 0));
    });
    const at = (name: string): number => (x.data[t * names.length + names.indexOf(name)] - 5) / 3;
    for (let k = 0; k < outputs; k++) {
      y.data[t * outputs + k] =
        at('speed 0') + 0.5 * k * at('posture 1') + at('posture 0') + 2 * random.normal();
    }
  }
  return {
    x: series(x, names),
    y: series(
      y,
      Array.from({ length: outputs }, (_, k) => `unit ${k}`),
    ),
    variables,
  };
}

/** Held-out R2 by fitting each fold anew. */
function refitted(x: Series, y: Series, folds: number, penalty: number): number[] {
  const all = contiguousFolds(x.stretches, { count: folds });
  const predictions = matrix(y.values.rows, y.names.length);
  for (const { train, test } of all) {
    const [a, b] = [takeRows(x, train), takeRows(y, train)];
    const fit = ridge(a.values, b.values, a.stretches, { penalties: [penalty] });
    predictions.data.set(applyRidge(fit, takeRows(x, test).values).data, test[0] * y.names.length);
  }
  return y.names.map((_, k) => r2(column(y.values, k), column(predictions, k)));
}

/** Each column with mean 0 and deviation 1. */
function standard({ values, names, stretches }: Series): Series {
  const out = matrix(values.rows, names.length);
  names.forEach((_, c) => {
    const v = column(values, c);
    const mean = v.reduce((a, b) => a + b, 0) / v.length;
    const deviation = Math.sqrt(v.reduce((s, e) => s + (e - mean) ** 2, 0) / v.length);
    v.forEach((e, r) => (out.data[r * names.length + c] = (e - mean) / deviation));
  });
  return { values: out, names, stretches };
}

describe('unique variance', () => {
  it('is what fitting every model anew gives', async () => {
    const { x, y, variables } = planted(400, 3);
    const result = await uniqueVariance(x, y, { variables, folds: 4, penalties: [30] });
    const z = standard(x);
    const full = refitted(z, y, 4, 30);
    full.forEach((r, k) => expect(result.full[k]).toBeCloseTo(r, 9));
    for (const share of result.variables) {
      const own = (n: string): boolean => variables[share.name].includes(n);
      const pick = (keep: (n: string) => boolean): Series =>
        takeColumns(
          z,
          [...z.names.keys()].filter((c) => keep(z.names[c])),
        );
      const without = refitted(
        pick((n) => !own(n)),
        y,
        4,
        30,
      );
      const alone = refitted(pick(own), y, 4, 30);
      without.forEach((r, k) => expect(share.unique[k]).toBeCloseTo(full[k] - r, 9));
      alone.forEach((r, k) => expect(share.alone[k]).toBeCloseTo(r, 9));
    }
  });

  it('recovers planted shares within 0.02, in intervals, by the engine as by itself', async () => {
    const { x, y, variables } = planted(12_000, 4);
    const engine = await nodeEngine();
    const [fast, exact] = [
      await uniqueVariance(x, y, { variables, engine }),
      await uniqueVariance(x, y, { variables }),
    ];
    // speed 0 = a + common and posture 0 = b + common have variance 2 each and covariance 1.
    for (let k = 0; k < 4; k++) {
      const all = 2 + 2 + 2 + 0.25 * k * k + 4;
      // What is left of a variable once the other is known: 2 - 1/2.
      const truth = { speed: 1.5 / all, posture: (1.5 + 0.25 * k * k) / all, noise: 0 };
      for (const { name, unique, low, high } of fast.variables) {
        expect(Math.abs(unique[k] - truth[name as keyof typeof truth])).toBeLessThan(0.02);
        expect(low[k]).toBeLessThan(unique[k]);
        expect(high[k] - low[k]).toBeLessThan(0.08);
      }
      expect(fast.full[k]).toBeCloseTo(1 - 4 / all, 1);
      expect(fast.full[k]).toBeCloseTo(exact.full[k], 5);
      expect(fast.shared[k]).toBeGreaterThan(0.1);
    }
  });

  it('takes small penalties for many samples and large ones for noise', async () => {
    const { x, y, variables } = planted(3000, 2);
    const random = new Random(3);
    const noise = series(
      matrix(
        3000,
        1,
        Float64Array.from({ length: 3000 }, () => random.normal()),
      ),
      ['noise'],
    );
    const mean = async (target: Series): Promise<number> =>
      (await uniqueVariance(x, target, { variables })).penalties.reduce((s, p) => s + Math.log10(p) / 10, 0);
    expect(await mean(noise)).toBeGreaterThan((await mean(y)) + 1);
  });

  it('leaves samples with missing values out, names constant columns, and marks outputs that do not vary', async () => {
    const { x, y, variables } = planted(300, 2);
    x.values.data[7] = NaN;
    for (let t = 0; t < 300; t++) {
      x.values.data[t * x.names.length + 11] = 2;
      y.values.data[2 * t + 1] = 4;
    }
    const result = await uniqueVariance(x, y, { variables });
    expect(result.notes.join('; ')).toMatch(/1 of 300 samples.*constant regressors.*noise 4/);
    expect(result.full[1]).toBeNaN();
    expect(result.full[0]).toBeGreaterThan(0.3);
  });

  it('refuses variables that are not there, share a column, or have none', async () => {
    const { x, y } = planted(100, 1);
    const run = (variables: Record<string, string[]>) => uniqueVariance(x, y, { variables });
    await expect(run({ a: ['speed 9'] })).rejects.toThrow(/not there.*speed 9/s);
    await expect(run({ a: ['speed 0'], b: ['speed 0'] })).rejects.toThrow(/two variables have one column/);
    await expect(run({})).rejects.toThrow(/no variable to judge/);
    await expect(
      uniqueVariance(x, y, { variables: { a: ['speed 0'] }, penalties: [0], folds: 60 }),
    ).rejects.toThrow();
  });
});
