/** Every task of the registry: shapes, chance, scores, and that a small network gets better at it. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/math/random.ts';
import {
  centerOut,
  checkObjective,
  cycling,
  evaluate,
  Loop,
  multiTask,
  muscleActivity,
  networkFor,
  posturePerturbation,
  readySetGo,
  record,
  tasks,
  terminals,
  train,
  wrongTrials,
  type Task,
  type Trials,
} from '../../../src/model/circuit/index.ts';
import { fourMusclePointMass } from '../../../src/model/plant/index.ts';
import { InputError, UsageError } from '../../../src/signal/error.ts';

function checkTrials(task: Task, trials: Trials): void {
  const { batch, steps, inputs, desired, importance, condition, conditionNames, events } = trials;
  const width = task.body ? 2 : task.outputNames!.length;
  expect(steps).toBe(task.steps);
  expect(inputs.length).toBe(steps * batch * task.inputNames.length);
  expect(desired.length).toBe(steps * batch * width);
  expect(importance.length).toBe(steps * batch);
  expect([inputs, desired, importance].every((a) => a.every(Number.isFinite))).toBe(true);
  expect(importance.every((w) => w >= 0) && importance.some((w) => w > 0)).toBe(true);
  // What a network is told is about 1 in size.
  expect(inputs.every((x) => Math.abs(x) <= 3)).toBe(true);
  expect(condition.every((c) => c >= 0 && c < conditionNames.length)).toBe(true);
  expect(new Set(conditionNames).size).toBe(conditionNames.length);
  for (const at of Object.values(events)) {
    expect(at.length).toBe(batch);
    expect(at.every((k) => k >= -1 && k <= steps)).toBe(true);
  }
  expect(trials.start?.length).toBe(task.body ? 2 * batch : undefined);
}

describe.each(tasks)('$name', ({ name, make }) => {
  const task = make();

  test('has its name, a source, and weights for terms that it has', () => {
    expect(task.name).toBe(name);
    expect(task.source).toMatch(/\d{4}/);
    checkObjective(task.objective, task);
    expect(terminals(task).outputs.length).toBeGreaterThan(0);
    expect(new Set(task.inputNames).size).toBe(task.inputNames.length);
  });

  test('drawn trials fit, the same seed draws the same, another seed others', () => {
    const draw = (seed: number): Trials => task.draw(new Random(seed), 5);
    checkTrials(task, draw(1));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  test('its conditions hold each once and no chance', () => {
    const trials = task.conditions();
    checkTrials(task, trials);
    expect(trials.condition.toSorted()).toEqual(Int32Array.from(trials.conditionNames.keys()));
    expect(task.conditions()).toEqual(trials);
  });

  test('doing what is desired scores within the goal', () => {
    const trials = task.conditions();
    const { desired, steps, batch } = trials;
    const values = task.body ? new Float64Array(steps * batch * 4) : desired;
    if (task.body) {
      for (let i = 0; i < steps * batch; i++) values.set(desired.subarray(2 * i, 2 * i + 2), 4 * i);
    }
    const { value, goal, unit } = task.score(trials, {
      values,
      width: task.body ? 4 : task.outputNames!.length,
    });
    expect(value).toBeLessThanOrEqual(goal);
    expect(unit).not.toBe('');
    const nothing = { values: new Float64Array(values.length), width: values.length / (steps * batch) };
    expect(task.score(trials, nothing).value).toBeGreaterThan(goal);
  });

  test('a small network gets better at it in a few steps', async () => {
    const network = networkFor(task, { units: 12, seed: 2 });
    const trials = task.draw(new Random('held out'), 12);
    const lossOf = (weights: Float64Array): number => {
      const loop = new Loop(network, task, 12, { gradient: false });
      loop.setWeights(weights);
      loop.run(trials);
      return evaluate(loop, trials, task.objective).loss;
    };
    const { network: trained } = await train(network, task, {
      steps: 15,
      batch: 6,
      every: 15,
      schedule: () => 3e-3,
    });
    expect(lossOf(trained.weights)).toBeLessThan(lossOf(network.weights));
  });

  test('trials do not touch each other', () => {
    const network = networkFor(task, { units: 6, seed: 1 });
    const both = record(network, task);
    const again = record(network, task, {
      intervention: {
        taskInputs: (_k, values) => void values.fill(0.5, 0, task.inputNames.length),
      },
    });
    const { batch, steps } = both.trials;
    let same = true;
    let firstChanged = false;
    for (let k = 0; k < steps; k++) {
      for (let i = 0; i < batch * 6; i++) {
        const changed = both.rates[k * batch * 6 + i] !== again.rates[k * batch * 6 + i];
        if (i < 6) firstChanged ||= changed;
        else same &&= !changed;
      }
    }
    expect(firstChanged).toBe(true);
    expect(same).toBe(true);
  });
});

describe('bad tasks are refused', () => {
  test.each<[string, () => Task, RegExp]>([
    ['a target beyond the arm', () => centerOut({ distance: 0.5 }), /target \d.*out of the body's reach/],
    ['a start beyond the arm', () => centerOut({ center: [0, 0.9] }), /the start.*out of the body's reach/],
    [
      'a target past a joint limit',
      () => centerOut({ center: [0.2, 0.12] }),
      /out of the body's reach.*(shoulder|elbow)/s,
    ],
    [
      'a target outside a point mass box',
      () => centerOut({ plant: fourMusclePointMass(), distance: 1.5 }),
      /reach/,
    ],
    ['a circle beyond the arm', () => cycling({ radius: 0.4 }), /out of the body's reach/],
    [
      'ragged activity',
      () =>
        muscleActivity({
          activity: [
            [[1, 2]],
            [
              [1, 2],
              [3, 4],
            ],
          ],
        }),
      /full table/,
    ],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
  });

  test('times that do not fit, unknown rules, intervals that are none', () => {
    expect(() => centerOut({ seconds: 0.4 })).toThrow(UsageError);
    expect(() => posturePerturbation({ seconds: 0.01 })).toThrow(UsageError);
    expect(() => multiTask({ rules: ['wait' as 'go'] })).toThrow(UsageError);
    expect(() => readySetGo({ intervals: [0.01] })).toThrow(UsageError);
    expect(() => cycling({ speeds: [0] })).toThrow(UsageError);
  });
});

test('an answer in the opposite direction is wrong', () => {
  const trials = multiTask().conditions();
  expect(wrongTrials(trials, trials.desired).every((w) => w === 0)).toBe(true);
  const opposite = trials.desired.map((x, i) => (i % 3 === 0 ? x : -x));
  expect(wrongTrials(trials, opposite).every((w) => w === 1)).toBe(true);
});
