import { describe, expect, it } from 'vitest';
import { claim, readout, type ClaimOptions, type Hypothesis } from '../../src/inquire/index.ts';
import { matrix, Random } from '../../src/math/index.ts';
import { contiguousFolds, seriesFrom } from '../../src/relate/index.ts';
import { applyRidge, ridge, rowsOf } from '../../src/relate/ridge.ts';
import { InputError, UsageError } from '../../src/signal/error.ts';
import { counts, sixHypotheses, smooth, unrelatedCounts } from './movement.ts';

const quick = { nullDraws: 119, recoveries: 10, resamples: 400 };
const run = (
  activity: Parameters<typeof claim>[0],
  hypotheses: readonly Hypothesis[],
  options: Partial<ClaimOptions> = {},
) => claim(activity, hypotheses, { seed: 1, ...quick, ...options });

describe('a readout', () => {
  const random = new Random('readout');
  const samples = 300;
  const x = matrix(
    samples,
    4,
    Float64Array.from({ length: 4 * samples }, () => random.normal() * 3 + 1),
  );
  const y = matrix(
    samples,
    3,
    Float64Array.from(
      { length: 3 * samples },
      (_, i) => x.data[4 * Math.floor(i / 3)] * (i % 3) + random.normal(),
    ),
  );
  const stretches = new Int32Array(samples);

  it('scores from sums as from each sample', () => {
    const folds = contiguousFolds(stretches, { count: 4, embargo: 5 });
    const prepared = readout(x, folds);
    const { model, constant } = prepared.losses(y);
    prepared.scores(y).forEach((score, u) => {
      let [m, c] = [0, 0];
      for (let i = u; i < model.data.length; i += 3) [m, c] = [m + model.data[i], c + constant.data[i]];
      expect(score).toBeCloseTo(1 - m / c, 10);
    });
  });

  it('is ridge regression on the training samples alone', () => {
    const folds = contiguousFolds(stretches, { count: 3 });
    const { model } = readout(x, folds).losses(y);
    const { train, test } = folds[1];
    const fit = (penalty: number): number => {
      const rows = (m: typeof x): typeof x => {
        const out = matrix(train.length, m.columns);
        train.forEach((r, i) => out.data.set(rowsOf(m, r, r + 1).data, i * m.columns));
        return out;
      };
      const fitted = ridge(rows(x), rows(y), new Int32Array(train.length), { penalties: [penalty] });
      const predicted = applyRidge(fitted, rowsOf(x, test[0], test[test.length - 1] + 1));
      let sum = 0;
      predicted.data.forEach((v, i) => (sum += (y.data[test[0] * 3 + i] - v) ** 2));
      return sum;
    };
    let found = 0;
    for (let i = test[0] * 3; i < (test[test.length - 1] + 1) * 3; i++) found += model.data[i];
    // The unpenalized fit is nearly best here, and what evidence chooses is near it.
    expect(found / fit(1e-9)).toBeCloseTo(1, 2);
  });

  it('scores nothing where there is nothing', () => {
    const noise = matrix(
      samples,
      3,
      Float64Array.from({ length: 3 * samples }, () => random.normal()),
    );
    const scores = readout(x, contiguousFolds(stretches, { count: 4 })).scores(noise);
    for (const s of scores) expect(Math.abs(s)).toBeLessThan(0.05);
  });
});

describe('a claim', () => {
  it('ranks the true generator first, above chance and above the others, and knows that it could', async () => {
    for (const [truth, seed] of [
      ['velocity', 1],
      ['spindles', 2],
      ['position', 3],
    ] as const) {
      const random = new Random(`truth ${seed}`);
      const hypotheses = sixHypotheses(2000, random);
      const activity = counts(
        hypotheses.find((h) => h.name === truth)!,
        random,
        { units: 12 },
      );
      const { ranking, verdict, recovery } = await run(activity, hypotheses, { seed });
      expect(ranking[0].name).toBe(truth);
      expect(ranking[0].corrected).toBeLessThan(0.06);
      expect(verdict).toMatchObject({ kind: 'decided', best: truth });
      expect(verdict.sentence).toContain(truth);
      expect(ranking[0].interval[0]).toBeLessThan(ranking[0].score);
      expect(ranking[0].interval[1]).toBeGreaterThan(ranking[0].score);
      expect(ranking.slice(1).every((j) => j.behind!.difference > 0)).toBe(true);
      expect(recovery!.recovered.every((r) => r.fraction >= 0.8)).toBe(true);
      // What it would score were it true is what it scores, for it is.
      const reached = ranking[0].score / ranking[0].ceiling!;
      expect(reached).toBeGreaterThan(0.8);
      expect(reached).toBeLessThan(1.25);
    }
  });

  it('claims nothing of activity that is related to no hypothesis, beyond its level', async () => {
    let claimed = 0;
    for (let seed = 0; seed < 20; seed++) {
      const random = new Random(`nothing ${seed}`);
      const hypotheses = sixHypotheses(400, random);
      const { verdict } = await run(unrelatedCounts(400, random, 5), hypotheses, {
        seed,
        recoveries: 1,
        resamples: 50,
      });
      if (verdict.kind !== 'none') claimed++;
    }
    // 1 of 20 is expected at most; 5 or more of 20 has a probability of 0.3 % at 5 %.
    expect(claimed).toBeLessThan(5);
  });

  it('says so first where the data could not have told the hypotheses apart', async () => {
    const random = new Random('twins');
    const [samples, noise] = [1200, 0.01];
    const x = smooth(samples, random);
    const twin = (name: string): Hypothesis => ({
      name,
      features: seriesFrom({ x: x.map((v) => v + random.normal(0, noise)) }),
    });
    const hypotheses = [twin('one'), twin('other')];
    const { verdict, recovery } = await run(counts(hypotheses[0], random, { units: 8 }), hypotheses);
    expect(verdict.kind).toBe('inseparable');
    expect(verdict.sentence).toMatch(/^These data could not have told these hypotheses apart/);
    expect(Math.min(...recovery!.recovered.map((r) => r.fraction))).toBeLessThan(0.8);
  });

  it('gives the same for the same seed', async () => {
    const random = new Random('same');
    const hypotheses = sixHypotheses(300, random).slice(0, 3);
    const activity = counts(hypotheses[0], random, { units: 3 });
    const options = { nullDraws: 60, recoveries: 2, resamples: 50 };
    expect(await run(activity, hypotheses, options)).toEqual(await run(activity, hypotheses, options));
  });

  it('leaves out samples that a hypothesis does not speak of, for all, and says so', async () => {
    const random = new Random('gaps');
    const hypotheses = sixHypotheses(600, random).slice(0, 2);
    hypotheses[1].features.values.data.fill(NaN, 0, 100 * 2);
    const activity = counts(hypotheses[0], random, { units: 4 });
    const { samples, notes } = await run(activity, hypotheses);
    expect(samples).toBe(500);
    expect(notes.join()).toContain('"velocity" says nothing for 17 %');
  });

  it('refuses what cannot be judged, each with what to do', async () => {
    const random = new Random('bad');
    const hypotheses = sixHypotheses(400, random).slice(0, 2);
    const activity = counts(hypotheses[0], random, { units: 3 });
    const [a, b] = hypotheses;
    const half: Hypothesis = {
      name: 'half',
      features: seriesFrom({ x: Float64Array.from({ length: 400 }, (_, i) => (i < 220 ? NaN : i)) }),
    };
    await expect(run(activity, [a, half])).rejects.toThrow(
      /^half.*half of the data.*Leave the hypothesis out/s,
    );
    await expect(run(activity, [a])).rejects.toThrow(UsageError);
    await expect(run(activity, [a, { ...b, name: a.name }])).rejects.toThrow(/twice/);
    const short: Hypothesis = { name: 'short', features: seriesFrom({ x: [1, 2, 3] }) };
    await expect(run(activity, [a, short])).rejects.toThrow(/differ in length/);
    const still: Hypothesis = { name: 'still', features: seriesFrom({ x: new Float64Array(400) }) };
    await expect(run(activity, [a, still])).rejects.toThrow(InputError);
    await expect(run(activity, hypotheses, { nullDraws: 10 })).rejects.toThrow(/at least 39/);
    const stop = new AbortController();
    stop.abort();
    await expect(run(activity, hypotheses, { signal: stop.signal })).rejects.toThrow();
  });
});
