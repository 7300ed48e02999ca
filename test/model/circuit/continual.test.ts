import { describe, expect, test } from 'vitest';
import {
  carried,
  centerOut,
  multiTask,
  networkFor,
  protect,
  record,
  train,
  type NetworkOptions,
  type Task,
} from '../../../src/model/circuit/index.ts';
import { forcedPointMass } from '../../../src/model/plant/index.ts';
import { Random } from '../../../src/math/index.ts';
import { UsageError } from '../../../src/signal/error.ts';

const task = multiTask({ rules: ['go'], directions: 4 });
const other = multiTask({ rules: ['anti'], directions: 4 });

function step(length: number, seed: string): Float64Array {
  const random = new Random(seed);
  return Float64Array.from({ length }, () => random.normal(0, 0.02));
}

/** How far a step of the weights moves the outputs in a task. */
function moved(network: ReturnType<typeof networkFor>, which: Task, change: Float64Array): number {
  const before = record(network, which).commands;
  const after = record(network.withWeights(network.weights.map((w, i) => w + change[i])), which).commands;
  return Math.sqrt(before.reduce((sum, v, i) => sum + (v - after[i]) ** 2, 0) / before.length);
}

describe('protect', () => {
  test.each<NetworkOptions>([
    { units: 40, seed: 1 },
    { units: 20, seed: 1, cell: 'gru' },
    {
      units: 30,
      seed: 1,
      connections: [
        { from: 'area', to: 'area' },
        { from: 'area', to: 'area', delaySteps: 3 },
      ],
    },
  ])('a projected step hardly acts on what was learned: %o', (options) => {
    const network = networkFor(task, options);
    const change = step(network.weights.length, 'step');
    const projected = change.slice();
    protect(network, [carried(network, task)], { alpha: 1e-5 })(projected);
    // A random step of the same length is what it is beside.
    const norm = (x: Float64Array): number => Math.hypot(...x);
    const shorter = change.map((v) => (v * norm(projected)) / norm(change));
    expect(norm(projected)).toBeGreaterThan(0);
    expect(moved(network, task, projected)).toBeLessThan(0.1 * moved(network, task, shorter));
  });

  test('is a contraction, harder with less alpha, and nothing without an earlier task', () => {
    const network = networkFor(task, { units: 20, seed: 2 });
    const seen = carried(network, task);
    const change = step(network.weights.length, 'step');
    const lengths = [1e-6, 1e-3, 1, 1e3].map((alpha) => {
      const projected = change.slice();
      protect(network, [seen], { alpha })(projected);
      return Math.hypot(...projected);
    });
    expect(lengths).toEqual(lengths.toSorted((a, b) => a - b));
    expect(lengths[3]).toBeLessThanOrEqual(Math.hypot(...change));
    const free = change.slice();
    protect(network, [])(free);
    free.forEach((v, i) => expect(v).toBeCloseTo(change[i], 12));
  });

  test('keeps masks and, in training, the earlier task', async () => {
    const network = networkFor(task, {
      units: 30,
      seed: 3,
      connections: [{ from: 'area', to: 'area', density: 0.5 }],
    });
    const project = protect(network, [carried(network, task)], { alpha: 1e-5 });
    const options = { steps: 15, batch: 8, every: 15 };
    const free = (await train(network, other, options)).network;
    const kept = (await train(network, other, { ...options, project })).network;
    const { mask, offset } = network.recurrent[0];
    mask!.forEach((there, i) => {
      if (!there) expect(kept.weights[offset + i]).toBe(0);
    });
    const far = (n: typeof network): number =>
      moved(
        network,
        task,
        n.weights.map((w, i) => w - network.weights[i]),
      );
    expect(far(kept)).toBeLessThan(0.3 * far(free));
  });

  test('refuses moments of another network and an alpha that is none', () => {
    const network = networkFor(task, { units: 20 });
    const body = centerOut({ plant: forcedPointMass(), seconds: 0.8 });
    const foreign = carried(networkFor(body, { units: 8 }), body);
    expect(() => protect(network, [foreign])).toThrow(UsageError);
    expect(() => protect(network, [], { alpha: 0 })).toThrow(UsageError);
  });
});
