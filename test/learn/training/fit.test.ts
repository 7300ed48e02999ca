import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  adamW,
  batchNorm,
  constant,
  convolution,
  cosine,
  dense,
  dropout,
  encodeCheckpoint,
  epochBatches,
  fit,
  float32,
  meanSquaredError,
  reshape,
  sgd,
  tanh,
  Trainer,
} from '../../../src/learn/index.ts';
import type {
  Engine,
  FitOptions,
  Progress,
  Store,
  TrainerOptions,
  Values,
} from '../../../src/learn/index.ts';
import { nodeEngine, nodeWorkerEngine } from '../../../src/learn/engine/node.ts';
import type { WorkerEngine } from '../../../src/learn/engine/node.ts';
import { CancelledError, InputError, MachineError, UsageError } from '../../../src/signal/error.ts';
import type { Random } from '../../../src/math/random.ts';
import { Random as Draws } from '../../../src/math/random.ts';
import { fileStore } from './fileStore.ts';

let engine: Engine;
let worker: WorkerEngine;
let folder: string;
beforeAll(async () => {
  engine = await nodeEngine();
  worker = await nodeWorkerEngine();
  folder = await mkdtemp(join(tmpdir(), 'learn-fit-'));
});
afterAll(async () => {
  await worker.terminate();
  await rm(folder, { recursive: true });
});

/** Everything a run can carry: running statistics, noise, moments, an average. */
const trainer = (options: Partial<TrainerOptions> = {}): Promise<Trainer> =>
  Trainer.create({
    engine,
    seed: 3,
    threads: 1,
    optimizer: adamW({ decay: 0.01 }),
    clipNorm: 1,
    averaging: 0.95,
    model: (scope) => {
      const image = scope.input('image', [6, 2, 5, 5]);
      const seen = tanh(
        batchNorm(scope.at('norm'), convolution(scope.at('stem'), image, { channels: 4, kernel: 3 })),
      );
      const flat = dropout(scope.at('drop'), reshape(seen, [6, -1]), 0.1);
      const y = dense(scope.at('head'), flat, { units: 2 });
      return {
        loss: meanSquaredError(y, scope.input('y', [6, 2]), { weights: scope.input('weights', [6, 1]) }),
      };
    },
    ...options,
  });

const normals = (random: Random, n: number): Float32Array =>
  Float32Array.from({ length: n }, () => random.normal());

/** Labelled samples, with weight 1, and unlabelled ones, whose weight 0 keeps their missing labels out of the loss. */
const batches = (_step: number, random: Random): Values => ({
  image: float32([6, 2, 5, 5], normals(random, 300)),
  y: float32([6, 2], normals(random, 12)),
  weights: float32(
    [6, 1],
    Array.from({ length: 6 }, () => (random.uniform() < 0.8 ? 1 : 0)),
  ),
});

const settings: FitOptions = { steps: 24, batches, schedule: cosine({ peak: 0.02, warmup: 0.1 }) };

const bytesOf = (values: Values): string =>
  Buffer.from(encodeCheckpoint({ values, record: {} })).toString('base64');

describe('the same seed gives the same bytes', () => {
  test('twice, in a worker, and with another engine thread beside it', async () => {
    const run = async (options: Partial<TrainerOptions>): Promise<string> => {
      const trained = await trainer(options);
      await fit(trained, settings);
      const { values } = await trained.save();
      await trained.dispose();
      return bytesOf(values);
    };
    const first = await run({});
    expect(await run({})).toBe(first);
    expect(await run({ engine: worker })).toBe(first);
    expect(await run({ seed: 4 })).not.toBe(first);
  });
});

test('who watches sees the weights at the moments asked for, once however often it is broken off, and changes nothing', async () => {
  const alone = await trainer();
  const truth = bytesOf((await fit(alone, settings)).weights);
  const checkpoint = { store: fileStore(folder), name: 'watched', every: 4 };
  const seen: number[] = [];
  for (const end of [4, 9, Infinity]) {
    const watched = await trainer();
    const watch: FitOptions['watch'] = {
      at: [0.25, 0.5, 1],
      look(weights, { step, fraction }) {
        expect(weights['head.bias'].shape).toEqual([2]);
        expect(fraction).toBe(step / 24);
        seen.push(step);
      },
    };
    const failing: FitOptions['batches'] = (step, draws) => {
      if (step >= end) throw new Error('power cut');
      return batches(step, draws);
    };
    const run = fit(watched, { ...settings, batches: failing, watch, checkpoint });
    if (end < Infinity) await expect(run).rejects.toThrow('power cut');
    else expect(bytesOf((await run).weights)).toBe(truth);
    await watched.dispose();
  }
  expect(seen).toEqual([6, 12, 24]);
  await alone.dispose();
});

describe('resuming', () => {
  test('a run broken off at random steps ends as one never interrupted, best weights and all', async () => {
    const random = new Draws('breaks');
    const score = (weights: Values): number => Math.abs(Number(weights['head.bias'].data[0]) - 0.01);
    const validation = { every: 3, score, patience: 50 };
    const whole = await trainer();
    const truth = await fit(whole, { ...settings, validation });
    const state = await whole.save();

    for (let trial = 0; trial < 4; trial++) {
      const checkpoint = { store: fileStore(folder), name: `run${trial}`, every: 1 + random.integer(5) };
      for (let attempt = 0; ; attempt++) {
        const breakAt = attempt < 3 ? random.integer(24) : Infinity;
        const broken = await trainer();
        const failing: FitOptions['batches'] = (step, draws) => {
          if (step >= breakAt) throw new Error('power cut');
          return batches(step, draws);
        };
        try {
          const result = await fit(broken, { ...settings, batches: failing, validation, checkpoint });
          expect(bytesOf(result.weights)).toBe(bytesOf(truth.weights));
          expect(result.best).toEqual(truth.best);
          const { step, values } = await broken.save();
          expect(step).toBe(state.step);
          expect(bytesOf(values)).toBe(bytesOf(state.values));
          break;
        } catch (error) {
          if ((error as Error).message !== 'power cut') throw error;
        } finally {
          await broken.dispose();
        }
      }
    }
    expect((await readdir(folder)).filter((name) => name.endsWith('.writing'))).toEqual([]);
    await whole.dispose();
  });

  test('a finished run returns what it had, without a step', async () => {
    const checkpoint = { store: fileStore(folder), name: 'finished', every: 10 };
    const first = await trainer();
    const done = await fit(first, { ...settings, steps: 5, checkpoint });
    const second = await trainer();
    const again = await fit(second, {
      ...settings,
      steps: 5,
      checkpoint,
      batches: () => {
        throw new Error('no batch is needed');
      },
    });
    expect(bytesOf(again.weights)).toBe(bytesOf(done.weights));
    expect(again.ended).toBe('steps');
  });

  test('refuses a checkpoint of another seed, of another network, and a damaged one', async () => {
    const store = fileStore(folder);
    const place = { store, name: 'refused', every: 1 };
    await fit(await trainer(), { ...settings, steps: 2, checkpoint: place });
    await expect(fit(await trainer({ seed: 8 }), { ...settings, checkpoint: place })).rejects.toThrow(
      /another seed/,
    );
    const other = await trainer({ optimizer: sgd({ momentum: 0.9 }) });
    await expect(fit(other, { ...settings, checkpoint: place })).rejects.toThrow(InputError);
    await expect(fit(other, { ...settings, checkpoint: place })).rejects.toThrow(/velocity/);
    const bytes = (await store.read('refused'))!;
    await store.write('refused', bytes.subarray(0, bytes.length - 100));
    await expect(fit(await trainer(), { ...settings, checkpoint: place })).rejects.toThrow(
      /cut short or damaged/,
    );
  });
});

describe('how a run ends', () => {
  test('by patience, with the weights of the best validation', async () => {
    const scores = [5, 3, 4, 3.5, 3, 9];
    let count = 0;
    const kept: Values[] = [];
    const validation = {
      every: 2,
      patience: 3,
      score: (weights: Values) => {
        kept.push(weights);
        return scores[count++];
      },
    };
    const result = await fit(await trainer(), { ...settings, steps: 1000, validation });
    expect(result).toMatchObject({ steps: 10, ended: 'patience', best: { step: 4, score: 3 } });
    expect(bytesOf(result.weights)).toBe(bytesOf(kept[1]));
  });

  test('by time, counting what earlier runs took, with the schedule following the clock', async () => {
    let now = 100;
    const clock = (): number => (now += 1);
    const rates: number[] = [];
    const schedule = (progress: number): number => {
      rates.push(progress);
      return 0.01;
    };
    const base = {
      batches,
      schedule,
      clock,
      checkpoint: { store: fileStore(folder), name: 'timed', every: 1 },
    };
    const first = await fit(await trainer(), { ...base, timeSeconds: 4 });
    expect(first).toMatchObject({ steps: 4, seconds: 4, ended: 'time' });
    expect(rates).toEqual([0, 0.25, 0.5, 0.75]);
    const second = await fit(await trainer(), { ...base, timeSeconds: 10 });
    expect(second).toMatchObject({ steps: 10, seconds: 10, ended: 'time' });
  });

  test('on a signal, with a checkpoint from which the run goes on', async () => {
    const controller = new AbortController();
    const checkpoint = { store: fileStore(folder), name: 'stopped', every: 1000 };
    const seen: Progress[] = [];
    const onProgress = (progress: Progress): void => {
      seen.push(progress);
      if (progress.step === 7) controller.abort();
    };
    const stopped = fit(await trainer(), { ...settings, checkpoint, onProgress, signal: controller.signal });
    await expect(stopped).rejects.toThrow(CancelledError);
    const resumed = await trainer();
    const result = await fit(resumed, { ...settings, checkpoint });
    const whole = await fit(await trainer(), settings);
    expect(bytesOf(result.weights)).toBe(bytesOf(whole.weights));
    expect(seen.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    for (const { fraction, step, seconds, remainingSeconds } of seen) {
      expect(fraction).toBe(step / 24);
      expect(remainingSeconds).toBeCloseTo((seconds * (24 - step)) / step, 9);
    }
  });

  test('a run without an end is refused', async () => {
    await expect(fit(await trainer(), { batches, schedule: constant(1) })).rejects.toThrow(UsageError);
  });

  test('a loss that is not finite is an error that names the step', async () => {
    const spoiled: FitOptions['batches'] = (step, random) => ({
      ...batches(step, random),
      ...(step === 3
        ? { y: float32([6, 2], new Float32Array(12).fill(NaN)), weights: float32([6, 1], [1, 1, 1, 1, 1, 1]) }
        : {}),
    });
    const run = fit(await trainer(), { ...settings, batches: spoiled });
    await expect(run).rejects.toThrow(MachineError);
    await expect(run).rejects.toThrow(/step 4/);
  });

  test('an error of a store is not swallowed', async () => {
    const store: Store = {
      read: () => Promise.resolve(undefined),
      write: () => Promise.reject(new MachineError('The disk is full')),
    };
    await expect(
      fit(await trainer(), { ...settings, checkpoint: { store, name: 'x', every: 1 } }),
    ).rejects.toThrow(/disk is full/);
  });
});

describe('epochBatches', () => {
  test('goes through all samples once an epoch, in orders that differ, as a function of the step alone', () => {
    const draw = epochBatches(10, 4, 'seed');
    const samples = Array.from({ length: 15 }, (_, step) => draw(step)).flat();
    for (let epoch = 0; epoch < 6; epoch++) {
      expect(samples.slice(epoch * 10, epoch * 10 + 10).sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
    }
    expect(samples.slice(0, 10)).not.toEqual(samples.slice(10, 20));
    expect(epochBatches(10, 4, 'seed')(7)).toEqual(draw(7));
    expect(draw(0)).toEqual(samples.length === 60 ? epochBatches(10, 4, 'seed')(0) : []);
  });
});
