import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import {
  activations,
  afferents,
  characters,
  encoders,
  handwriting,
  judge,
  perceptionTasks,
  planarArm,
  trainPerception,
  untrainedNetwork,
  type Felt,
} from '../../../src/model/perception/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

const few = ['c', 'm', 'v', 'z'].map((name) => characters.find((c) => c.name === name)!);
const felt = (count: number, seed: string): Felt => {
  const movements = handwriting(planarArm(), { count, seed, characters: few, steps: 32, stepSeconds: 0.05 });
  return { movements, afferents: afferents(movements) };
};
const [learned, heldOut] = [felt(240, 'learned'), felt(83, 'held out')];

let engine: Engine;
beforeAll(async () => {
  engine = await nodeEngine({ threads: 1 });
});

describe.each(encoders.map((encoder) => [encoder.name] as const))('the %s encoder', (encoder) => {
  describe.each(perceptionTasks.map((task) => [task.name] as const))('trained for %s', (task) => {
    const blank = untrainedNetwork(learned, { encoder, task, seed: 1 });

    test('learns: far better than chance on movements it has not seen, and than its untrained twin', async () => {
      const { network, losses } = await trainPerception(blank, learned, { engine, steps: 80, batch: 32 });
      expect(losses.length).toBe(80);
      expect(network.trainedSteps).toBe(80);
      const [trained, untrained] = [
        await judge(network, heldOut, engine),
        await judge(blank, heldOut, engine),
      ];
      if (trained.better === 'high') {
        expect(trained.interval[0]).toBeGreaterThan(2 * trained.chance);
        expect(trained.interval[0]).toBeGreaterThan(untrained.interval[1]);
      } else {
        expect(trained.interval[1]).toBeLessThan(trained.chance / 2);
        expect(trained.interval[1]).toBeLessThan(untrained.interval[0]);
      }
      expect(trained.chance).toBe(untrained.chance);
    });

    test('takes the same steps again; every weight moves, and its twin stays', async () => {
      const before = structuredClone(blank.weights);
      const options = { engine, steps: 2, batch: 8 };
      const [first, second] = [
        await trainPerception(blank, learned, options),
        await trainPerception(blank, learned, options),
      ];
      expect(second.network).toEqual(first.network);
      expect(blank.weights).toEqual(before);
      for (const [name, { data }] of Object.entries(first.network.weights)) {
        expect(data, name).not.toEqual(before[name].data);
      }
    });

    test('its answers do not depend on what else is asked', async () => {
      const one = await judge(blank, felt(1, 'held out'), engine);
      expect(Number.isFinite(one.value)).toBe(true);
      const all = await activations(blank, heldOut.afferents, engine);
      const some = await activations(blank, felt(3, 'held out').afferents, engine);
      some.forEach(({ values }, l) => {
        values.forEach((v, i) => expect(Math.abs(v - all[l].values[i])).toBeLessThan(1e-4));
      });
    });
  });

  test('begins alike for every task, and differently for another seed', () => {
    const [a, b] = perceptionTasks.map(({ name }) =>
      untrainedNetwork(learned, { encoder, task: name, seed: 3 }),
    );
    const other = untrainedNetwork(learned, { encoder, task: a.task, seed: 4 });
    const own = Object.keys(a.weights).filter((name) => name.startsWith('encoder.'));
    expect(own.length).toBeGreaterThan(3);
    for (const name of own) expect(b.weights[name]).toEqual(a.weights[name]);
    const drawn = own.filter((name) => name.endsWith('.weight'));
    for (const name of drawn) expect(other.weights[name].data).not.toEqual(a.weights[name].data);
  });

  test('layers: the afferents first, then stages of distinct names, times centered on their steps', async () => {
    const network = untrainedNetwork(learned, { encoder, task: 'recognition', seed: 1 });
    const { steps, channels, muscles } = network.terminals;
    const layers = await activations(network, heldOut.afferents, engine);
    expect(layers[0].layer).toBe('afferents');
    expect(layers[0].units).toBe(channels * muscles);
    expect(new Set(layers.map((l) => l.layer)).size).toBe(layers.length);
    for (const { movements, times, units, stride, values } of layers) {
      expect(movements).toBe(heldOut.movements.count);
      expect(times).toBe(Math.ceil(steps / stride));
      expect(values.length).toBe(movements * times * units);
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  test('afferents of other sizes, or missing ones, are refused', async () => {
    const network = untrainedNetwork(learned, { encoder, task: 'decoding', seed: 1 });
    const values = heldOut.afferents.values.slice();
    values[5] = NaN;
    const missing = { ...heldOut.afferents, values };
    await expect(activations(network, missing, engine)).rejects.toThrow(InputError);
    const fewer = { ...heldOut.afferents, muscles: heldOut.afferents.muscles.slice(1) };
    await expect(activations(network, fewer, engine)).rejects.toThrow(UsageError);
    const others = { movements: learned.movements, afferents: heldOut.afferents };
    await expect(judge(network, others, engine)).rejects.toThrow(/not the movements that were felt/);
    await expect(trainPerception(network, learned, { engine, steps: 0 })).rejects.toThrow(UsageError);
    expect(() =>
      untrainedNetwork({ ...learned, afferents: missing }, { encoder, task: 'decoding', seed: 1 }),
    ).toThrow();
  });
});

test('what is not there is refused by name', () => {
  expect(() => untrainedNetwork(learned, { encoder: 'none', task: 'decoding', seed: 1 })).toThrow(
    /spatial-temporal/,
  );
  expect(() => untrainedNetwork(learned, { encoder: 'recurrent', task: 'none', seed: 1 })).toThrow(
    /recognition/,
  );
});
