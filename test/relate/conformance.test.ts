import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../src/learn/index.ts';
import { nodeEngine } from '../../src/learn/engine/node.ts';
import { matrix } from '../../src/math/matrix.ts';
import { Random } from '../../src/math/random.ts';
import { decoders, encoders } from '../../src/relate/methods.ts';
import { crossPredict, type Method } from '../../src/relate/method.ts';
import { contiguousFolds } from '../../src/relate/folds.ts';
import { pseudoR2, r2 } from '../../src/relate/scores.ts';
import { column, seriesFrom, takeRows, type Series } from '../../src/relate/series.ts';

/** Slow movement in two dimensions, and six units whose log rates are linear in it. */
function made(samples: number, seed: number): { movement: Series; counts: Series } {
  const random = new Random(seed);
  let [x, y, vx, vy] = [0, 0, 0, 0];
  const columns: Record<string, number[]> = { vx: [], vy: [] };
  const counts: Record<string, number[]> = {};
  for (let t = 0; t < samples; t++) {
    vx = 0.9 * vx + 0.4 * random.normal();
    vy = 0.9 * vy + 0.4 * random.normal();
    [x, y] = [x + vx, y + vy];
    columns.vx.push(vx);
    columns.vy.push(vy);
    for (let u = 0; u < 6; u++) {
      const rate = Math.exp(0.7 + 0.6 * (Math.cos(u) * vx + Math.sin(u) * vy));
      (counts[`u${u}`] ??= []).push(random.poisson(rate));
    }
  }
  const stretches = Int32Array.from({ length: samples }, (_, t) => Math.floor(t / 100));
  return { movement: seriesFrom(columns, stretches), counts: seriesFrom(counts, stretches) };
}

/** The same series with some values changed. */
function changed(s: Series, change: (value: number, row: number, column: number) => number): Series {
  const { rows, columns, data } = s.values;
  return {
    ...s,
    values: matrix(
      rows,
      columns,
      data.map((v, i) => change(v, Math.floor(i / columns), i % columns)),
    ),
  };
}

const range = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i);
const samples = 900;
const { movement, counts } = made(samples, 4);
let engine: Engine;
beforeAll(async () => {
  engine = await nodeEngine();
});

// Each member of the family, with small networks.
describe.each([
  ...encoders.map((r) => ({ ...r, family: 'encoder' as const })),
  ...decoders.map((r) => ({ ...r, family: 'decoder' as const })),
])('$family $name', ({ family, name, make }) => {
  const [x, y] = family === 'encoder' ? [movement, counts] : [counts, movement];
  const method = (): Method => make({ engine, quick: true });

  test('predicts what it did not see, better than a constant, in every output', async () => {
    const folds = contiguousFolds(x.stretches, { count: 3 });
    const { predictions } = await crossPredict(method(), x, y, folds);
    expect([predictions.rows, predictions.columns]).toEqual([samples, y.names.length]);
    const score = family === 'encoder' ? pseudoR2 : r2;
    y.names.forEach((_, c) => {
      expect(score(column(y.values, c), column(predictions, c))).toBeGreaterThan(
        family === 'encoder' ? 0.08 : 0.3,
      );
    });
    if (family === 'encoder') expect(predictions.data.every((v) => Number.isNaN(v) || v >= 0)).toBe(true);
  });

  test('twice the same is the same to the bit, and nothing given is changed', async () => {
    const before = [x.values.data.slice(), y.values.data.slice()];
    const half = range(0, 450);
    const [a, b] = [
      await method().fit(takeRows(x, half), takeRows(y, half)),
      await method().fit(takeRows(x, half), takeRows(y, half)),
    ];
    expect(await a.predict(x)).toEqual(await b.predict(x));
    expect([x.values.data, y.values.data]).toEqual(before);
  });

  test('missing values leave their samples out, and predictions missing near them only', async () => {
    const holes = (s: Series, at: number): Series =>
      changed(s, (v, r, c) => (r % 90 === at && c === 0 ? NaN : v));
    const fitted = await method().fit(holes(x, 7), holes(y, 50));
    const out = await fitted.predict(holes(x, 7));
    expect(out.data.every((v) => v !== Infinity && v !== -Infinity)).toBe(true);
    const missing = (r: number): boolean => Number.isNaN(out.data[r * out.columns]);
    // The Kalman filter looks one sample back.
    expect(missing(7) || missing(8)).toBe(true);
    const count = Array.from({ length: samples }, (_, r) => missing(r)).filter(Boolean).length;
    expect(count).toBeLessThan(samples / 2);
    const full = await fitted.predict(x);
    expect(full.data.filter((v) => Number.isNaN(v)).length).toBeLessThan(
      out.data.filter((v) => Number.isNaN(v)).length,
    );
  });

  test('samples before a stretch do not matter to it', async () => {
    const fitted = await method().fit(x, y);
    const alone = await fitted.predict(takeRows(x, range(300, 400)));
    const within = await fitted.predict(takeRows(x, range(150, 400)));
    const tail = within.data.subarray(150 * within.columns);
    alone.data.forEach((v, i) => {
      if (Number.isNaN(v)) expect(tail[i]).toBeNaN();
      else expect(tail[i]).toBeCloseTo(v, 3);
    });
  });

  test('constant regressors and copies are named, and do no harm', async () => {
    const [first] = x.names;
    const columns = Object.fromEntries(x.names.map((n, c) => [n, column(x.values, c)]));
    const poor = seriesFrom(
      { ...columns, still: new Float64Array(samples).fill(3), copy: columns[first] },
      x.stretches,
    );
    const fitted = await method().fit(poor, y);
    const notes = fitted.notes.join('\n');
    expect(notes).toMatch(/constant.*still/);
    expect(notes).toMatch(/follow from others.*copy/);
    expect((await fitted.predict(poor)).data.some((v) => Number.isFinite(v))).toBe(true);
  });

  test('what cannot be fitted is refused with names', async () => {
    const dead = changed(y, (v, _, c) => (c === 1 ? 0 : v));
    await expect(method().fit(x, dead)).rejects.toThrow(new RegExp(`"${y.names[1]}"`));
    const gone = changed(x, () => NaN);
    await expect(method().fit(gone, y)).rejects.toThrow(/too few samples/);
    await expect(method().fit(x, takeRows(y, range(0, 100)))).rejects.toThrow(/differ/);
    const fitted = await method().fit(x, y);
    await expect(fitted.predict(y)).rejects.toThrow(/columns/);
    if (family === 'encoder') {
      await expect(
        method().fit(
          x,
          changed(y, (v, r) => (r === 5 ? -1 : v)),
        ),
      ).rejects.toThrow(/no count/);
    }
  });

  test('fewer samples than regressors is said', async () => {
    const random = new Random(1);
    const wide = Object.fromEntries(
      Array.from({ length: /wiener|cascade/.test(name) ? 12 : 70 }, (_, k) => [
        `r${k}`,
        Float64Array.from({ length: 60 }, () => random.normal()),
      ]),
    );
    const rows = range(0, 60);
    const own = Object.fromEntries(x.names.map((n, c) => [n, column(takeRows(x, rows).values, c)]));
    const fitted = await method().fit(seriesFrom({ ...own, ...wide }), {
      ...takeRows(y, rows),
      stretches: new Int32Array(60),
    });
    expect(fitted.notes.join('\n')).toMatch(/fewer samples/);
  });
});
