/** The derivatives of every term, cell, nonlinearity and body against central differences. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import {
  centerOut,
  evaluate,
  Loop,
  networkFor,
  type NetworkOptions,
  type ReachOptions,
  type Task,
  type Weights,
} from '../../../src/model/circuit/index.ts';
import { curlField, deGrooteMuscle, sixMuscleArm, torqueArm } from '../../../src/model/plant/index.ts';

/** A smooth muscle, so that central differences see no kink. */
const arm = sixMuscleArm({ muscle: deGrooteMuscle });
const short: ReachOptions = {
  plant: arm,
  seconds: 0.15,
  delaySeconds: [0.02, 0.02],
  moveSeconds: 0.02,
  targets: 3,
};

function check(task: Task, options: NetworkOptions, weights: Weights, loads = false): number {
  const random = new Random(JSON.stringify([options, weights]));
  const network = networkFor(task, { units: 7, ...options });
  const base = network.weights.map((w) => w + random.normal(0, 0.3));
  for (const { mask, offset } of network.blocks) mask?.forEach((m, i) => (base[offset + i] *= m));
  const drawn = task.draw(random, 3);
  const trials = loads ? { ...drawn, loads: [curlField(13)] } : drawn;
  const loop = new Loop(network, task, 3);
  const lossAt = (w: Float64Array): number => {
    loop.setWeights(w);
    loop.run(trials, { seed: 1, unitNoise: 0.05 });
    return evaluate(loop, trials, weights).loss;
  };
  lossAt(base);
  loop.backward();
  const gradient = loop.arrays.gradient.slice();
  let worst = 0;
  for (const { mask, offset, rows, columns } of network.blocks) {
    const own = gradient.subarray(offset, offset + rows * columns);
    const direction = Float64Array.from(own, (_, i) => (mask?.[i] === 0 ? 0 : random.normal()));
    own.forEach((g, i) => mask?.[i] === 0 && expect(g).toBe(0));
    const along = own.reduce((sum, g, i) => sum + g * direction[i], 0);
    const shifted = (s: number): number =>
      lossAt(
        base.map((w, i) => w + (i >= offset && i < offset + own.length ? s * direction[i - offset] : 0)),
      );
    const h = 1e-4;
    const numeric = (8 * (shifted(h) - shifted(-h)) - (shifted(2 * h) - shifted(-2 * h))) / (12 * h);
    const size = Math.sqrt(own.reduce((sum, g) => sum + g * g, 0));
    worst = Math.max(worst, Math.abs(along - numeric) / Math.max(size, Math.abs(numeric), 1e-8));
  }
  return worst;
}

const whole: Weights = {
  endpoint: 10,
  rest: 1,
  effort: 1,
  jerk: 1e-6,
  'hidden rate': 1,
  'hidden smoothness': 1e-3,
  'weight decay': 1,
};

describe('gradients of a network in its closed loop', () => {
  test.each<[string, NetworkOptions, Weights]>([
    ['leaky current, tanh', {}, { ...whole, jacobian: 1 }],
    ['leaky current, softplus', { nonlinearity: 'softplus' }, { ...whole, jacobian: 1 }],
    ['leaky rate', { cell: 'leaky rate' }, whole],
    ['gru', { cell: 'gru' }, whole],
    [
      'areas with sparse, delayed connections',
      {
        areas: [
          { name: 'PMd', units: 4, receives: ['task'], read: false },
          { name: 'M1', units: 5, receives: ['senses'] },
        ],
        connections: [
          { from: 'PMd', to: 'PMd' },
          { from: 'M1', to: 'M1' },
          { from: 'PMd', to: 'M1', density: 0.6, delaySteps: 3 },
          { from: 'M1', to: 'PMd', density: 0.6, delaySteps: 2 },
        ],
      },
      { ...whole, jacobian: 1 },
    ],
  ])('%s', (_name, options, weights) => {
    expect(check(centerOut(short), options, weights)).toBeLessThan(1e-6);
  });

  test('under a force field, and with motors', () => {
    expect(check(centerOut(short), {}, whole, true)).toBeLessThan(1e-6);
    expect(check(centerOut({ ...short, plant: torqueArm() }), { cell: 'gru' }, whole)).toBeLessThan(1e-6);
  });
});
