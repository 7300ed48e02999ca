import { describe, expect, test } from 'vitest';
import { nodeEngine } from '../../src/learn/engine/node.ts';
import {
  directionSpread,
  handKinematics,
  kinematicTuning,
  perceptionResponses,
  responses,
  tunedShare,
  tuningModels,
  type HandKinematics,
  type Tuned,
} from '../../src/inquire/index.ts';
import { matrix } from '../../src/math/index.ts';
import { Random } from '../../src/math/random.ts';
import {
  activations,
  afferents,
  handwriting,
  planarArm,
  untrainedNetwork,
} from '../../src/model/perception/index.ts';
import { UsageError } from '../../src/signal/error.ts';

const movements = handwriting(planarArm(), { count: 60, seed: 1 });
const hand = handKinematics(movements);

/** Units, each a function of the hand's place and velocity at a time. */
function unitsOf(
  functions: readonly ((x: Float64Array, v: Float64Array) => number)[],
  { conditions, times, position, velocity }: HandKinematics = hand,
) {
  const values = Array.from({ length: conditions * times }, (_, p) => {
    const [x, v] = [position.subarray(2 * p, 2 * p + 2), velocity.subarray(2 * p, 2 * p + 2)];
    return functions.map((f) => f(x, v));
  }).flat();
  return responses(values, { conditions, times, units: functions.length });
}

const r2Of = (tuned: readonly Tuned[], model: string): Float64Array =>
  tuned.find((t) => t.model === model)!.r2;

describe('tuning to the hand', () => {
  const random = new Random('noise');
  const speed = (v: Float64Array): number => Math.hypot(...v);
  const angle = 2.1;
  const tuned = kinematicTuning(
    unitsOf([
      (_, v) => 3 + 2 * Math.cos(Math.atan2(v[1], v[0]) - angle),
      (_, v) => 1 - 4 * speed(v),
      (_, v) => 0.3 * v[0] - v[1] + 2 * speed(v),
      (x) => 5 * x[0] + x[1],
      () => random.normal(),
      () => 7,
    ]),
    hand,
  );

  test('units that are tuned to one thing are found, and explained by it alone', () => {
    const [direction, speeds, velocity, position] = tuningModels.map(({ name }) => r2Of(tuned, name));
    expect(direction[0]).toBeCloseTo(1, 6);
    expect(speeds[1]).toBeCloseTo(1, 6);
    expect(velocity[2]).toBeCloseTo(1, 6);
    expect(position[3]).toBeCloseTo(1, 6);
    expect(Math.max(speeds[0], position[0], position[1], speeds[3], direction[3])).toBeLessThan(0.2);
  });

  test('noise is tuned to nothing, and a unit that never changes has no R2', () => {
    for (const { r2 } of tuned) {
      expect(Math.abs(r2[4])).toBeLessThan(0.02);
      expect(r2[5]).toBeNaN();
    }
    expect(tunedShare(tuned.find((t) => t.model === 'position')!)).toBe(1 / 5);
  });

  test('the preferred direction comes back', () => {
    const { coefficients } = tuned.find((t) => t.model === 'direction')!;
    expect(Math.atan2(coefficients.data[1], coefficients.data[0])).toBeCloseTo(angle, 6);
    expect(Math.hypot(coefficients.data[0], coefficients.data[1])).toBeCloseTo(2, 6);
  });

  test('responses and hand of other times are refused', () => {
    expect(() => kinematicTuning(unitsOf([(x) => x[0]]), handKinematics(movements, 2))).toThrow(UsageError);
    const one = handKinematics(handwriting(planarArm(), { count: 1, seed: 1 }));
    expect(() => kinematicTuning(unitsOf([(x) => x[0]], one), one)).toThrow(/too few samples/);
  });
});

describe('the spread of preferred directions', () => {
  const pointing = (angles: readonly number[]): Tuned => ({
    model: 'direction',
    r2: Float64Array.from(angles, () => 1),
    coefficients: matrix(
      angles.length,
      2,
      Float64Array.from(angles.flatMap((a) => [3 * Math.cos(a), 3 * Math.sin(a)])),
    ),
  });

  test('is 1 for one direction, axial alone for both ways of an axis, and below for a cross', () => {
    const one = directionSpread([pointing([1, 1, 1]), pointing([1])]);
    expect(one.count).toBe(4);
    expect(one.axial).toBeCloseTo(1, 9);
    expect(one.polar).toBeCloseTo(1, 9);
    const axis = directionSpread([pointing([1, 1 + Math.PI])]);
    expect(axis.axial).toBeCloseTo(1, 9);
    expect(axis.polar).toBeCloseTo(-1, 9);
    expect(directionSpread([pointing([0, Math.PI / 2])]).axial).toBeCloseTo(-1, 9);
    expect(directionSpread([pointing([1])]).axial).toBeNaN();
  });

  test('is 0 on average for few units of even directions', () => {
    const random = new Random('even');
    const draws = Array.from({ length: 2000 }, () =>
      directionSpread([pointing(Array.from({ length: 4 }, () => random.uniform(0, 2 * Math.PI)))]),
    );
    for (const part of ['axial', 'polar'] as const) {
      expect(Math.abs(draws.reduce((s, d) => s + d[part], 0) / draws.length)).toBeLessThan(0.03);
    }
  });
});

test('activity of a layer becomes responses, with the hand at the same times', async () => {
  const felt = { movements, afferents: afferents(movements) };
  const network = untrainedNetwork(felt, { encoder: 'spatial-temporal', task: 'recognition', seed: 1 });
  const layers = await activations(network, felt.afferents, await nodeEngine({ threads: 1 }));
  for (const layer of layers) {
    const r = perceptionResponses(layer);
    const at = handKinematics(movements, layer.stride);
    expect([r.conditions, r.times, r.units]).toEqual([60, at.times, layer.units]);
    expect(r.stepSeconds).toBeCloseTo(at.stepSeconds, 12);
    const [condition, time] = [7, at.times - 2];
    const step = condition * movements.steps + time * layer.stride;
    expect(at.position[(condition * at.times + time) * 2 + 1]).toBe(movements.path[2 * step + 1]);
    expect(kinematicTuning(r, at).length).toBe(tuningModels.length);
  }
});
