import { describe, expect, test } from 'vitest';
import type { Store } from '../../../src/learn/index.ts';
import { centerOut, networkFor, record, train, type TrainOptions } from '../../../src/model/circuit/index.ts';
import { forcedPointMass } from '../../../src/model/plant/index.ts';
import { CancelledError, InputError, UsageError } from '../../../src/signal/error.ts';

const task = centerOut({
  plant: forcedPointMass(),
  seconds: 0.5,
  delaySeconds: [0, 0],
  moveSeconds: 0.3,
  targets: 4,
});
const network = networkFor(task, { units: 16, seed: 3 });
const options: TrainOptions = { steps: 12, batch: 4, every: 4, seed: 5 };

const memory = (): Store & { bytes: Map<string, Uint8Array> } => {
  const bytes = new Map<string, Uint8Array>();
  return {
    bytes,
    read: (name) => Promise.resolve(bytes.get(name)),
    write: (name, content) => Promise.resolve(void bytes.set(name, content)),
  };
};

describe('train', () => {
  test('gets better, says how far it is, and the same seed gives the same bytes', async () => {
    const seen: number[] = [];
    const first = await train(network, task, {
      ...options,
      steps: 100,
      batch: 16,
      onProgress: ({ step, remainingSeconds }) => seen.push(step, remainingSeconds),
    });
    expect(seen.filter((_, i) => i % 2 === 0)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    expect(seen.every((x) => x >= 0)).toBe(true);
    expect(first.ended).toBe('steps');
    expect(first.best.score.value).toBeLessThan(first.history[0].score / 4);
    const again = await train(network, task, { ...options, steps: 100, batch: 16 });
    expect(again.network.weights).toEqual(first.network.weights);
    const other = await train(network, task, { ...options, steps: 100, batch: 16, seed: 6 });
    expect(other.network.weights).not.toEqual(first.network.weights);
  });

  test('stops at the goal', async () => {
    const { ended, steps, best } = await train(network, task, {
      ...options,
      steps: 500,
      batch: 16,
      until: 40,
    });
    expect(ended).toBe('goal');
    expect(steps).toBeLessThan(500);
    expect(best.score.value).toBeLessThanOrEqual(40);
  });

  test('a run that was stopped goes on to the same weights', async () => {
    const whole = await train(network, task, options);
    const store = memory();
    const checkpoint = { store, name: 'run', every: 100 };
    const abort = new AbortController();
    const stopped = train(network, task, {
      ...options,
      checkpoint,
      signal: abort.signal,
      onProgress: ({ step }) => step === 7 && abort.abort(),
    });
    await expect(stopped).rejects.toThrow(CancelledError);
    expect(store.bytes.size).toBe(1);
    const resumed = await train(network, task, { ...options, checkpoint });
    expect(resumed.network.weights).toEqual(whole.network.weights);
    expect(resumed.history).toEqual(whole.history);
    await expect(train(network, task, { ...options, seed: 6, checkpoint })).rejects.toThrow(InputError);
  });

  test('a run that diverges is stopped with the step, the reason and the last good weights', async () => {
    const wild = await train(network, task, {
      ...options,
      steps: 40,
      every: 2,
      objective: { ...task.objective, 'weight decay': 1 },
      schedule: (progress) => (progress < 0.5 ? 1e-3 : 10),
    });
    expect(wild.ended).toBe('diverged');
    expect(wild.divergence!.step).toBeGreaterThan(20);
    expect(wild.divergence!.why).toMatch(/finite|grew|NaN|Infinity/);
    expect(wild.network.weights.every(Number.isFinite)).toBe(true);
    const kept = task.score(task.conditions(), record(wild.network, task).behavior);
    expect(kept).toEqual(wild.best.score);
  });

  test('a curriculum takes the task that it says at each step, and nothing else changes', async () => {
    const near = centerOut({
      plant: forcedPointMass(),
      seconds: 0.5,
      delaySeconds: [0, 0],
      moveSeconds: 0.3,
      targets: 4,
      distance: 0.02,
    });
    const plain = await train(network, task, options);
    const same = await train(network, task, { ...options, curriculum: () => task });
    expect(same.network.weights).toEqual(plain.network.weights);
    const asked: number[] = [];
    const grown = await train(network, task, {
      ...options,
      curriculum: (step) => {
        asked.push(step);
        return step < 6 ? near : task;
      },
    });
    expect(asked).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(grown.network.weights).not.toEqual(plain.network.weights);
    // Judged by the task, not by what it was led to it with.
    expect(grown.best.score).toEqual(task.score(task.conditions(), record(grown.network, task).behavior));
  });

  test('refuses an objective that the task has nothing for, and counts that are none', async () => {
    await expect(train(network, task, { ...options, objective: { output: 1 } })).rejects.toThrow(UsageError);
    await expect(train(network, task, { ...options, batch: 0 })).rejects.toThrow(UsageError);
  });
});
