import { describe, expect, test } from 'vitest';
import {
  adamW,
  constant,
  cosine,
  float32,
  multiply,
  oneCycle,
  sgd,
  square,
  stepwise,
  subtract,
  sum,
  Trainer,
  warmup,
} from '../../../src/learn/index.ts';
import type { Optimizer, Scope, TrainerOptions } from '../../../src/learn/index.ts';
import { nodeEngine } from '../../../src/learn/engine/node.ts';

const start = [[1, -2, 0.5], [3]];
const curvature = [1, 4, 0.25];

/** Half a quadratic in a 1 x 3 matrix and a vector, with gradients c w and v: simple enough to follow by hand. */
const model = (scope: Scope) => {
  const matrix = scope.parameter('matrix', [1, 3], () => Float32Array.from(start[0]));
  const vector = scope.parameter('vector', [1], () => Float32Array.from(start[1]));
  const bowl = sum(multiply(square(matrix), scope.graph.constant([3], Float32Array.from(curvature))));
  const shift = scope.input('shift', [1]);
  const rest = subtract(vector, shift);
  return { loss: multiply(subtract(bowl, multiply(sum(square(rest)), -1)), 0.5) };
};

const gradientOf = (w: readonly (readonly number[])[]): number[][] => [
  w[0].map((x, i) => curvature[i] * x),
  [...w[1]],
];

type Update = (w: number[][], g: number[][], step: number, rate: number) => void;

/** Runs the plain rule in double precision, with the clipping and averaging that a trainer does. */
function plain(update: Update, steps: number, clipNorm = Infinity, averaging?: number) {
  const w = start.map((values) => [...values]);
  const average = start.map((values) => [...values]);
  const norms: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const g = gradientOf(w);
    const norm = Math.hypot(...g.flat());
    norms.push(norm);
    const factor = Math.min(1, clipNorm / norm);
    update(
      w,
      g.map((row) => row.map((x) => x * factor)),
      step,
      0.1 / step,
    );
    if (averaging === undefined) continue;
    const kept = Math.min(averaging, step / (step + 9));
    average.forEach((row, k) => row.forEach((x, i) => (row[i] = kept * x + (1 - kept) * w[k][i])));
  }
  return { w, average, norms };
}

async function trained(optimizer: Optimizer, steps: number, options: Partial<TrainerOptions> = {}) {
  const trainer = await Trainer.create({
    engine: await nodeEngine(),
    seed: 1,
    threads: 1,
    optimizer,
    model,
    ...options,
  });
  const norms: number[] = [];
  for (let step = 1; step <= steps; step++) {
    norms.push((await trainer.step({ shift: float32([1], [0]) }, 0.1 / step)).gradientNorm);
  }
  const read = async (averaged: boolean): Promise<number[][]> => {
    const { matrix, vector } = await trainer.weights({ averaged });
    return [Array.from(matrix.data, Number), Array.from(vector.data, Number)];
  };
  const result = { w: await read(false), average: await read(true), norms };
  await trainer.dispose();
  return result;
}

function expectClose(found: number[][], truth: number[][]): void {
  found.flat().forEach((x, i) => expect(Math.abs(x - truth.flat()[i])).toBeLessThan(2e-6));
}

const each = (w: number[][], f: (k: number, i: number) => number): void =>
  w.forEach((row, k) => row.forEach((_, i) => (row[i] = f(k, i))));
const zeros = (): number[][] => start.map((row) => row.map(() => 0));

function plainSgd(momentum: number, nesterov: boolean): Update {
  const v = zeros();
  return (w, g, _step, rate) => {
    each(v, (k, i) => momentum * v[k][i] + g[k][i]);
    each(w, (k, i) => w[k][i] - rate * (nesterov ? g[k][i] + momentum * v[k][i] : v[k][i]));
  };
}

function plainAdamW(decay: number): Update {
  const [m, v] = [zeros(), zeros()];
  return (w, g, step, rate) => {
    each(m, (k, i) => 0.9 * m[k][i] + 0.1 * g[k][i]);
    each(v, (k, i) => 0.999 * v[k][i] + 0.001 * g[k][i] ** 2);
    each(w, (k, i) => {
      const [mean, square] = [m[k][i] / (1 - 0.9 ** step), v[k][i] / (1 - 0.999 ** step)];
      // The second parameter is a vector and keeps its size.
      return w[k][i] - rate * (mean / (Math.sqrt(square) + 1e-8) + (k === 0 ? decay : 0) * w[k][i]);
    });
  };
}

describe('optimizers follow their equations', () => {
  test.each<[string, Optimizer, () => Update]>([
    ['gradient descent', sgd(), () => plainSgd(0, false)],
    ['momentum', sgd({ momentum: 0.9 }), () => plainSgd(0.9, false)],
    ['Nesterov', sgd({ momentum: 0.9, nesterov: true }), () => plainSgd(0.9, true)],
    ['Adam', adamW(), () => plainAdamW(0)],
    ['AdamW', adamW({ decay: 0.3 }), () => plainAdamW(0.3)],
  ])('%s', async (_name, optimizer, update) => {
    expectClose((await trained(optimizer, 12)).w, plain(update(), 12).w);
  });

  test('with the gradient clipped to a global norm, which is reported unclipped', async () => {
    const found = await trained(sgd({ momentum: 0.5 }), 10, { clipNorm: 2 });
    const truth = plain(plainSgd(0.5, false), 10, 2);
    expectClose(found.w, truth.w);
    found.norms.forEach((norm, i) => expect(norm).toBeCloseTo(truth.norms[i], 5));
    expect(truth.norms[0]).toBeGreaterThan(2);
  });

  test('with an average of the weights beside them', async () => {
    const found = await trained(adamW(), 15, { averaging: 0.6 });
    const truth = plain(plainAdamW(0), 15, Infinity, 0.6);
    expectClose(found.w, truth.w);
    expectClose(found.average, truth.average);
  });
});

describe('schedules', () => {
  const grid = Array.from({ length: 101 }, (_, i) => i / 100);

  test('constant and stepwise', () => {
    expect(grid.map(constant(0.3)).every((rate) => rate === 0.3)).toBe(true);
    const rate = stepwise(1, 0.1, [0.5, 0.8]);
    expect([0, 0.49, 0.5, 0.79].map(rate)).toEqual([1, 1, 0.1, 0.1]);
    expect(rate(0.8)).toBeCloseTo(0.01, 12);
  });

  test('cosine rises linearly to its peak and falls to its final rate', () => {
    const rate = cosine({ peak: 2, warmup: 0.2, final: 0.5 });
    expect(rate(0)).toBe(0);
    expect(rate(0.1)).toBeCloseTo(1, 12);
    expect(rate(0.2)).toBe(2);
    expect(rate(0.6)).toBeCloseTo(1.25, 12);
    expect(rate(1)).toBeCloseTo(0.5, 12);
    const falling = grid.filter((p) => p >= 0.2).map(rate);
    falling.slice(1).forEach((r, i) => expect(r).toBeLessThan(falling[i]));
  });

  test('warmup precedes any schedule', () => {
    const rate = warmup(0.5, stepwise(4, 0.5, [0.5]));
    expect([0, 0.25, 0.5, 0.74, 0.75, 1].map(rate)).toEqual([0, 2, 4, 4, 2, 2]);
  });

  test('one cycle goes up and down once', () => {
    const rate = oneCycle({ peak: 1 });
    expect(rate(0)).toBeCloseTo(1 / 25, 12);
    expect(rate(0.3)).toBeCloseTo(1, 12);
    expect(rate(1)).toBeCloseTo(1 / 25 / 1e4, 12);
    const rates = grid.map(rate);
    const top = rates.indexOf(Math.max(...rates));
    expect(rates.every((r, i) => i === 0 || (i <= top ? r >= rates[i - 1] : r <= rates[i - 1]))).toBe(true);
  });
});
