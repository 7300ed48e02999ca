import { beforeAll, describe, expect, test } from 'vitest';
import type { Encoded } from '../../src/lab/encoding/hypothesis.ts';
import { hypotheses } from '../../src/lab/encoding/hypotheses.ts';
import { neuron, refractorySeconds, spikeTimes, type Neuron } from '../../src/lab/encoding/neurons.ts';
import { simulateLaboratory, type Laboratory } from '../../src/lab/laboratory.ts';
import { pearson } from '../../src/math/correlation.ts';
import { Random } from '../../src/math/random.ts';
import { loadPhysics } from '../../src/model/body/index.ts';

let lab: Laboratory;
beforeAll(async () => {
  lab = simulateLaboratory(await loadPhysics(), { seconds: 25, seed: 2 });
});

/** Values in bins of 100 ms, means. */
function binned(values: (t: number) => number, steps: number, width: number): Float64Array {
  return Float64Array.from({ length: Math.floor(steps / width) }, (_, b) => {
    let sum = 0;
    for (let t = b * width; t < (b + 1) * width; t++) sum += values(t);
    return sum / width;
  });
}

// Held to by every hypothesis.
describe.each(hypotheses.map((h) => [h.name, h] as const))('encoding hypothesis "%s"', (_, hypothesis) => {
  let known: Encoded | undefined;
  const encoded = (): Encoded =>
    (known ??= hypothesis.variables(lab.truth, {
      effector: lab.experiment.effector,
      random: new Random(1),
    }));
  const meanRate = 15;
  const make = (seed: number): Neuron =>
    neuron('unit', hypothesis, encoded(), {
      meanRate,
      depth: 1,
      stepRate: lab.experiment.rate,
      random: new Random(seed),
    });

  test('rates are finite, not negative, and have the mean that is asked for', () => {
    for (const seed of [1, 2, 3]) {
      const { rates } = make(seed);
      expect(rates.every((r) => r >= 0 && Number.isFinite(r))).toBe(true);
      expect(rates.reduce((sum, r) => sum + r, 0) / rates.length).toBeCloseTo(meanRate, 6);
    }
  });

  test('spikes have that rate, keep the refractory period and are the same again', () => {
    const { rates } = make(1);
    const spikes = spikeTimes(rates, lab.experiment.rate, new Random(7));
    const expected = meanRate * (rates.length / lab.experiment.rate);
    // Refractoriness makes counts more regular than Poisson's: four standard deviations are generous.
    expect(Math.abs(spikes.length - expected)).toBeLessThan(4 * Math.sqrt(expected));
    for (let i = 1; i < spikes.length; i++) {
      expect(spikes[i] - spikes[i - 1]).toBeGreaterThanOrEqual(refractorySeconds - 1e-12);
    }
    expect(spikeTimes(rates, lab.experiment.rate, new Random(7))).toEqual(spikes);
    expect(spikeTimes(rates, lab.experiment.rate, new Random(8))).not.toEqual(spikes);
  });

  test('what it encodes can be read out of its spikes, and not out of those of another time', () => {
    const { names, values } = encoded();
    const { rate } = lab.experiment;
    const width = rate / 10;
    const own: number[] = [];
    const shifted: number[] = [];
    const k = names.length;
    const deviations = names.map((_n, c) => {
      const column = values.filter((_v, i) => i % k === c);
      const mean = column.reduce((a, b) => a + b, 0) / column.length;
      return Math.sqrt(column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length) || 1;
    });
    for (let seed = 1; seed <= 12; seed++) {
      const { weights, rates } = make(seed);
      const counts = new Float64Array(Math.floor(rates.length / width));
      for (const t of spikeTimes(rates, rate, new Random(seed))) {
        const b = Math.floor((t * rate) / width);
        if (b < counts.length) counts[b]++;
      }
      const lead = Math.round(hypothesis.leadSeconds * rate);
      // The neuron's own direction in the space of standardized variables.
      const source = binned(
        (t) => {
          const at = Math.min(Math.max(t + lead, 0), rates.length - 1);
          return weights.reduce((sum, w, c) => sum + (w * values[at * k + c]) / deviations[c], 0);
        },
        rates.length,
        width,
      );
      own.push(pearson(counts, source));
      const half = counts.length >> 1;
      shifted.push(
        pearson(
          counts,
          Float64Array.from(source, (_s, b) => source[(b + half) % source.length]),
        ),
      );
    }
    const mean = (r: number[]): number => r.reduce((a, b) => a + b, 0) / r.length;
    expect(mean(own)).toBeGreaterThan(0.4);
    expect(Math.abs(mean(shifted))).toBeLessThan(0.25);
  });
});

test('depth 0 is a neuron that encodes nothing', () => {
  const [position] = hypotheses;
  const { rates } = neuron(
    'flat',
    position,
    position.variables(lab.truth, { effector: lab.experiment.effector, random: new Random(1) }),
    { meanRate: 9, depth: 0, stepRate: lab.experiment.rate, random: new Random(1) },
  );
  expect(Math.max(...rates) - Math.min(...rates)).toBeLessThan(1e-9);
  expect(rates[0]).toBeCloseTo(9, 9);
});
