import { beforeAll, describe, expect, test } from 'vitest';
import type { Engine } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';
import {
  afferents,
  arms,
  continuousActivity,
  encoders,
  handwriting,
  layersOf,
  planarArm,
  readPerception,
  untrainedNetwork,
  writePerception,
  type Felt,
} from '../../../src/model/perception/index.ts';
import { mileusnicSpindle, powerLawSpindle } from '../../../src/model/senses/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

const arm = planarArm();
const felt = (receptor?: Parameters<typeof afferents>[1]): Felt => {
  const movements = handwriting(arm, { count: 20, seed: 1 });
  return { movements, afferents: afferents(movements, receptor) };
};
const own = felt();
const networkOf = (encoder: string) => untrainedNetwork(own, { encoder, task: 'decoding', seed: 1 });

let engine: Engine;
beforeAll(async () => {
  engine = await nodeEngine({ threads: 1 });
});

/** An arm that sways without end: `count` postures from step `first` on. */
const swaying = (count: number, first = 0): Float64Array =>
  Float64Array.from({ length: 2 * count }, (_, i) => {
    const t = (first + (i >> 1)) * 0.025;
    return i % 2 === 0 ? 0.8 + 0.3 * Math.sin(4 * t) : 1.3 + 0.4 * Math.cos(2.7 * t);
  });

describe.each(encoders.map(({ name }) => [name] as const))('a %s network over time', (encoder) => {
  const network = networkOf(encoder);
  const { layer } = layersOf(network)[2];

  test('has a value for each of its times, whatever the length of the movement', async () => {
    for (const count of [1, 31, 64, 200]) {
      const { times, stride, units, values } = await continuousActivity(
        network,
        arm,
        swaying(count),
        layer,
        engine,
      );
      expect(times).toBe(Math.ceil(count / stride));
      expect(values.length).toBe(times * units);
      expect(values.every(Number.isFinite)).toBe(true);
    }
  });

  test('of an arm at rest is the same at all times', async () => {
    const still = Float64Array.from({ length: 400 }, (_, i) => (i % 2 === 0 ? 0.8 : 1.3));
    const { units, values, times } = await continuousActivity(network, arm, still, 'afferents', engine);
    for (let t = 1; t < times; t++) {
      for (let u = 0; u < units; u++) expect(values[t * units + u]).toBe(values[u]);
    }
  });

  test('does not depend on what happens more than a window away', async () => {
    const whole = await continuousActivity(network, arm, swaying(320), layer, engine);
    const { stride, units, values } = whole;
    const early = await continuousActivity(network, arm, swaying(160), layer, engine);
    const until = Math.floor(96 / stride) * units;
    for (let i = 0; i < until; i++) expect(Math.abs(early.values[i] - values[i])).toBeLessThan(1e-5);
  });
});

test('the afferents are those of the fibers, at every step', async () => {
  const network = networkOf('spatial-temporal');
  const postures = swaying(150);
  const { units, values } = await continuousActivity(network, arm, postures, 'afferents', engine);
  const lengths = arm.fiberLengths(postures);
  const M = arm.muscles.length;
  for (let t = 0; t < 150; t++) {
    for (let m = 0; m < M; m++) {
      const row = M + m;
      const standardized = (lengths[t * M + m] - network.input.mean[row]) / network.input.deviation[row];
      expect(values[t * units + row]).toBeCloseTo(standardized, 3);
    }
  }
});

test('receptors are known by name; those that are not are refused', async () => {
  for (const receptor of [mileusnicSpindle, powerLawSpindle({ optimalLength: arm.optimalLength })]) {
    const network = untrainedNetwork(felt(receptor), { encoder: 'recurrent', task: 'decoding', seed: 1 });
    const { values } = await continuousActivity(network, arm, swaying(10), 'recurrent', engine);
    expect(values.every(Number.isFinite)).toBe(true);
  }
  const strange = { ...networkOf('recurrent'), receptor: 'sixth sense' };
  await expect(continuousActivity(strange, arm, swaying(10), 'recurrent', engine)).rejects.toThrow(
    /sixth sense/,
  );
});

test('other arms, layers and postures are refused', async () => {
  const network = networkOf('recurrent');
  const ask = (layer: string, postures: Float64Array) =>
    continuousActivity(network, arm, postures, layer, engine);
  await expect(ask('none', swaying(10))).rejects.toThrow(/afferents, spatial 1, spatial 2, recurrent/);
  await expect(ask('recurrent', Float64Array.of(1, 1, 1))).rejects.toThrow(UsageError);
  await expect(ask('recurrent', Float64Array.of(45, 90))).rejects.toThrow(InputError);
  await expect(ask('recurrent', Float64Array.of(1, NaN))).rejects.toThrow(/elbow, step 0/);
  using other = await arms[1].make();
  await expect(continuousActivity(network, other, swaying(10), 'recurrent', engine)).rejects.toThrow(
    UsageError,
  );
});

describe('a network in a file', () => {
  test.each(encoders.map(({ name }) => [name] as const))('of %s comes back as it was', (encoder) => {
    const network = networkOf(encoder);
    const bytes = writePerception(network);
    expect(readPerception(bytes)).toEqual(network);
    expect(writePerception(network)).toEqual(bytes);
  });

  test('that is damaged, cut short, newer or of something else is refused', () => {
    const network = networkOf('recurrent');
    const bytes = writePerception(network);
    expect(() => readPerception(bytes.slice(0, 500), 'a.marey')).toThrow(InputError);
    expect(() => readPerception(bytes.map((b, i) => (i === 900 ? b ^ 1 : b)))).toThrow(/damaged/);
    expect(() => readPerception(writePerception({ ...network, encoder: 'none' }))).toThrow(
      /encoder that is not there/,
    );
    expect(() => readPerception(writePerception({ ...network, task: 'none' }))).toThrow(
      /task that is not there/,
    );
  });
});
