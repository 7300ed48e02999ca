import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';
import {
  Adjoint,
  Feedback,
  proprioception,
  Rollout,
  sixMuscleArm,
  vision,
  type FeedbackChannel,
} from '../../../src/model/plant/index.ts';

const kinds = [
  'muscle length',
  'muscle velocity',
  'muscle force',
  'activation',
  'joint position',
  'joint velocity',
  'endpoint position',
  'endpoint velocity',
] as const satisfies readonly FeedbackChannel['of'][];

const batch = 2;
const steps = 8;

function moved() {
  const random = new Random('feedback');
  const rollout = new Rollout(sixMuscleArm(), { batch, steps });
  const velocities = [1, -2, 0.5, 1.5];
  rollout.start([0.7, 1.2, 0.9, 1.4], velocities);
  const inputs = Float64Array.from({ length: rollout.inputs.length }, () => random.uniform(0.05, 0.5));
  rollout.simulate(inputs);
  return { rollout, inputs, random, velocities };
}

describe.each(kinds)('%s', (of) => {
  test('is late by its delay, exactly, and starts with the first state', () => {
    const { rollout } = moved();
    const now = new Feedback(rollout, [{ of }]);
    const late = new Feedback(rollout, [{ of, delaySeconds: 0.03 }]);
    expect(late.names).toHaveLength(late.size);
    expect(late.units).toHaveLength(late.size);
    for (let k = 0; k <= steps; k++) expect(late.observe(k)).toEqual(now.observe(Math.max(0, k - 3)));
    expect(now.observe(2)).not.toEqual(now.observe(5));
  });

  test('noise depends on seed and step, has its size, and gain 0 silences it', () => {
    const { rollout } = moved();
    const told = (channel: FeedbackChannel, seed: number, k = 4): Float64Array =>
      new Feedback(rollout, [channel], { seed }).observe(k);
    const clean = told({ of }, 1);
    expect(told({ of, noise: 0.1 }, 1)).toEqual(told({ of, noise: 0.1 }, 1));
    expect(told({ of, noise: 0.1 }, 1)).not.toEqual(told({ of, noise: 0.1 }, 2));
    let sum = 0;
    let n = 0;
    for (let seed = 0; seed < 300; seed++) {
      told({ of, noise: 0.1 }, seed).forEach((x, i) => {
        sum += (x - clean[i]) ** 2;
        n++;
      });
    }
    expect(Math.sqrt(sum / n)).toBeGreaterThan(0.09);
    expect(Math.sqrt(sum / n)).toBeLessThan(0.11);
    expect(told({ of, noise: 0.1, gain: 0 }, 1).every((x) => x === 0)).toBe(true);
  });

  test('its derivatives are those of central differences, through delay and body', () => {
    const { rollout, inputs, random, velocities } = moved();
    const channels: readonly FeedbackChannel[] = [
      { of, delaySeconds: 0.02, gain: 1.7, noise: 0.3 },
      ...proprioception({ delaySeconds: 0.01 }),
      ...vision(),
    ];
    const feedback = new Feedback(rollout, channels);
    const weights = Array.from({ length: steps + 1 }, () =>
      Float64Array.from({ length: batch * feedback.size }, () => random.normal()),
    );
    const loss = (u: Float64Array): number => {
      rollout.start([0.7, 1.2, 0.9, 1.4], velocities);
      rollout.simulate(u);
      let sum = 0;
      weights.forEach((w, k) => feedback.observe(k).forEach((x, i) => (sum += w[i] * x)));
      return sum;
    };
    loss(inputs);
    const adjoint = new Adjoint(rollout);
    weights.forEach((w, k) => feedback.adjoint(adjoint, k, w));
    adjoint.run();
    const direction = inputs.map(() => random.normal());
    const h = 1e-6;
    const at = (s: number): number => loss(inputs.map((u, i) => u + s * direction[i]));
    const numeric = (at(h) - at(-h)) / (2 * h);
    const along = adjoint.inputs.reduce((sum, g, i) => sum + g * direction[i], 0);
    expect(along / numeric).toBeCloseTo(1, 6);
  });
});

test('channels lie side by side under their names', () => {
  const { rollout } = moved();
  const feedback = new Feedback(rollout, [...proprioception(), ...vision()]);
  expect(feedback.size).toBe(14);
  expect(feedback.names[4]).toBe('muscle length: biceps');
  const { length, velocity } = rollout.fibersAt(5);
  const told = feedback.observe(5);
  expect(told.subarray(14, 20)).toEqual(length.subarray(6, 12));
  // Hill's muscle: ten optimal lengths per second.
  expect(told[14 + 6]).toBeCloseTo(velocity[6] / 10, 14);
  expect(told[14 + 12]).toBe(rollout.endpointAt(5)[4]);
});

test('what cannot be says so', () => {
  const { rollout } = moved();
  expect(() => new Feedback(rollout, vision({ delaySeconds: 0.015 }))).toThrow(UsageError);
  expect(() => new Feedback(rollout, vision({ delaySeconds: -0.01 }))).toThrow(/multiple of 0.01 s/);
  expect(() => new Feedback(rollout, vision({ noise: NaN }))).toThrow(/noise or gain/);
  expect(() => new Feedback(rollout, vision()).observe(steps + 1)).toThrow(InputError);
});
