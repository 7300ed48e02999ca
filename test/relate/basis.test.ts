import { describe, expect, test } from 'vitest';
import { matrix, multiply, transpose } from '../../src/math/matrix.ts';
import { Random } from '../../src/math/random.ts';
import { filteredBy, raisedCosineBasis, splineColumns } from '../../src/relate/basis.ts';
import { decoderOf } from '../../src/relate/decoding/mapping.ts';
import { poissonGlm, type FittedGlm } from '../../src/relate/encoding/poisson-glm.ts';
import { crossGram, gram } from '../../src/relate/gram.ts';
import { ridge } from '../../src/relate/ridge.ts';
import { column, seriesFrom } from '../../src/relate/series.ts';

describe('bases', () => {
  test('raised cosines sum to 2 between the first and the last peak', () => {
    const { values, firstLag } = raisedCosineBasis({ count: 5, firstLag: 1, lastLag: 12 });
    expect(firstLag).toBe(1);
    // The first two peaks have no neighbors before them: they are full from the second peak on.
    const sums = Array.from({ length: values.rows }, (_, k) =>
      values.data.subarray(k * 5, (k + 1) * 5).reduce((a, b) => a + b, 0),
    );
    for (let k = 1; k <= 4; k++) expect(sums[k]).toBeCloseTo(2, 6);
    expect(() => raisedCosineBasis({ count: 1, firstLag: 1, lastLag: 2 })).toThrow(/raised cosines/);
  });

  test('history sees the past alone, within its stretch', () => {
    const x = seriesFrom({ u: [1, 0, 0, 0, 0, 1, 0, 0] }, [0, 0, 0, 0, 0, 0, 1, 1]);
    const basis = raisedCosineBasis({ count: 2, firstLag: 1, lastLag: 2 });
    const filtered = filteredBy(x, basis);
    const first = column(filtered.values, 0);
    expect(first[0]).toBe(0);
    expect([first[1], first[2]]).toEqual([basis.values.data[0], basis.values.data[2]]);
    expect([first[6], first[7]]).toEqual([0, 0]);
    expect(filtered.names).toEqual(['u*b1', 'u*b2']);
  });

  test('splines are a partition of one less their last, and hold at the ends', () => {
    const columns = Object.values(splineColumns('x', [-9, 0, 0.3, 0.99, 1, 9, NaN], [0, 0.5, 1]));
    expect(columns).toHaveLength(4);
    const sum = (i: number): number => columns.reduce((s, c) => s + c[i], 0);
    expect(sum(0)).toBeCloseTo(1, 12);
    expect(sum(1)).toBeCloseTo(1, 12);
    expect(sum(2)).toBeLessThan(1.0000001);
    expect(sum(4)).toBeCloseTo(0, 12);
    expect(sum(5)).toBeCloseTo(0, 12);
    expect(sum(6)).toBeNaN();
  });
});

describe('linear algebra of designs', () => {
  const random = new Random(1);
  const a = matrix(
    300,
    7,
    Float64Array.from({ length: 2100 }, () => random.normal()),
  );
  const b = matrix(
    300,
    3,
    Float64Array.from({ length: 900 }, () => random.normal()),
  );

  test('cross products are those of plain multiplication', () => {
    const close = (p: Float64Array, q: Float64Array): void =>
      p.forEach((v, i) => expect(v).toBeCloseTo(q[i], 9));
    close(gram(a).data, multiply(transpose(a), a).data);
    close(crossGram(a, b).data, multiply(transpose(a), b).data);
    const weights = Float64Array.from({ length: 300 }, () => random.uniform());
    const weighted = { ...a, data: a.data.map((v, i) => v * weights[Math.floor(i / 7)]) };
    close(gram(a, weights).data, multiply(transpose(a), weighted).data);
  });

  test('ridge weights satisfy the normal equations', () => {
    const { weights, xMean, yMean } = ridge(a, b, new Int32Array(300), { penalties: [3] });
    const centered = { ...a, data: a.data.map((v, i) => v - xMean[i % 7]) };
    const fitted = multiply(centered, weights);
    const residual = { ...b, data: b.data.map((v, i) => v - yMean[i % 3] - fitted.data[i]) };
    crossGram(centered, residual).data.forEach((g, i) => expect(g).toBeCloseTo(3 * weights.data[i], 8));
  });
});

test('Poisson regression finds planted weights, history among them, and its gradient is zero', async () => {
  const random = new Random(6);
  const n = 6000;
  const x = Float64Array.from({ length: n }, () => random.normal());
  const counts = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    const rate = Math.exp(-0.3 + 0.5 * x[t] - 0.4 * (t > 0 ? Math.min(3, counts[t - 1]) : 0));
    let k = -1;
    for (let p = 1; p > Math.exp(-rate); k++) p *= random.uniform();
    counts[t] = k;
  }
  const last = Float64Array.from(counts, (_, t) => (t > 0 ? Math.min(3, counts[t - 1]) : 0));
  const design = seriesFrom({ x, last });
  const fitted = (await poissonGlm({ penalties: [0] }).fit(design, seriesFrom({ u: counts }))) as FittedGlm;
  const rates = column(await fitted.predict(design), 0);
  const deviation = (v: Float64Array): number => {
    const mean = v.reduce((a, b) => a + b, 0) / n;
    return Math.sqrt(v.reduce((s, e) => s + (e - mean) ** 2, 0) / n);
  };
  expect(fitted.units[0].converged).toBe(true);
  expect(fitted.units[0].weights[0] / deviation(x)).toBeCloseTo(0.5, 1);
  expect(fitted.units[0].weights[1] / deviation(last)).toBeCloseTo(-0.4, 1);
  for (const c of [x, last, new Float64Array(n).fill(1)]) {
    const gradient = c.reduce((s, v, t) => s + v * (counts[t] - rates[t]), 0);
    expect(Math.abs(gradient)).toBeLessThan(1e-4);
  }
  // Without a penalty a copy leaves the weights open.
  const copies = seriesFrom({ x, copy: x });
  await expect(poissonGlm({ penalties: [0] }).fit(copies, seriesFrom({ u: counts }))).rejects.toThrow(/copy/);
});

test('a given decoder runs as its equation, each stretch from rest', async () => {
  const decoder = decoderOf({ weights: matrix(1, 2, [1, 2]), offset: [0.5], carry: matrix(1, 1, [0.5]) });
  const out = await decoder.predict(seriesFrom({ a: [1, 0, 1, 0], b: [0, 1, 0, NaN] }, [0, 0, 1, 1]));
  expect([...out.data]).toEqual([1.5, 3.25, 1.5, NaN]);
  await expect(decoder.predict(seriesFrom({ a: [1] }))).rejects.toThrow(/columns/);
  expect(() => decoderOf({ weights: matrix(1, 2), offset: [1, 2] })).toThrow(/do not fit/);
});
