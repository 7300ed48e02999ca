import { describe, expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  crossEntropy,
  Graph,
  gradients,
  huber,
  meanAbsoluteError,
  meanSquaredError,
} from '../../src/learn/index.ts';
import type { LossOptions, Tensor } from '../../src/learn/index.ts';
import { Random } from '../../src/math/random.ts';
import { evaluate, numbers } from './evaluate.ts';

type Loss = (prediction: Tensor, target: Tensor, options?: LossOptions) => Tensor;

const random = new Random('losses');
const rows = 5;
const columns = 4;
const draw = (f: () => number): number[] => Array.from({ length: rows * columns }, () => Math.fround(f()));
const prediction = draw(() => random.normal(0, 2));
const probabilities = draw(() => random.uniform());

/** The loss and its gradient by the prediction. */
async function evaluated(
  loss: Loss,
  z: readonly number[],
  target: readonly number[],
  weights?: { shape: number[]; data: number[] },
) {
  const graph = new Graph();
  const shape = [rows, columns];
  const x = graph.parameter('x', shape, Float32Array.from(z));
  const options = weights ? { weights: graph.constant(weights.shape, Float32Array.from(weights.data)) } : {};
  const value = loss(x, graph.constant(shape, Float32Array.from(target)), options);
  const [gradient] = gradients(value, [x]);
  const results = await evaluate({ value, gradient });
  return { value: numbers(results.value)[0], gradient: numbers(results.gradient) };
}

const logistic = (z: number): number => 1 / (1 + Math.exp(-z));
const elementwise: readonly [string, Loss, (p: number, t: number) => number][] = [
  ['mean squared error', meanSquaredError, (p, t) => (p - t) ** 2],
  ['mean absolute error', meanAbsoluteError, (p, t) => Math.abs(p - t)],
  [
    'Huber',
    (p, t, options) => huber(p, t, { ...options, delta: 0.7 }),
    (p, t) => (Math.abs(p - t) < 0.7 ? (p - t) ** 2 / 2 : 0.7 * (Math.abs(p - t) - 0.35)),
  ],
  [
    'binary cross entropy',
    binaryCrossEntropy,
    (p, t) => -t * Math.log(logistic(p)) - (1 - t) * Math.log(1 - logistic(p)),
  ],
];

describe.each(elementwise)('%s', (_name, loss, element) => {
  test('is the mean of its elements', async () => {
    const truth =
      prediction.reduce((total, p, i) => total + element(p, probabilities[i]), 0) / prediction.length;
    expect((await evaluated(loss, prediction, probabilities)).value).toBeCloseTo(truth, 5);
  });

  test('with weights a row, is the weighted mean, and a masked row has no gradient', async () => {
    const weights = [1, 0, 2, 0.5, 0];
    const w = prediction.map((_, i) => weights[Math.floor(i / columns)]);
    const total = w.reduce((a, b) => a + b);
    const truth = prediction.reduce((sum, p, i) => sum + w[i] * element(p, probabilities[i]), 0) / total;
    const { value, gradient } = await evaluated(loss, prediction, probabilities, {
      shape: [rows, 1],
      data: weights,
    });
    expect(value).toBeCloseTo(truth, 5);
    gradient.forEach((g, i) => expect(g === 0).toBe(w[i] === 0));
  });

  test('with all weights 0 is 0, without NaN', async () => {
    const { value, gradient } = await evaluated(loss, prediction, probabilities, { shape: [1], data: [0] });
    expect(value).toBe(0);
    expect(gradient.every((g) => g === 0)).toBe(true);
  });
});

describe('cross entropy', () => {
  const classes = Array.from({ length: rows }, () => random.integer(columns));
  const target = prediction.map((_, i) => (i % columns === classes[Math.floor(i / columns)] ? 1 : 0));
  const rowLoss = (row: number): number => {
    const z = prediction.slice(row * columns, (row + 1) * columns);
    return Math.log(z.reduce((sum, e) => sum + Math.exp(e), 0)) - z[classes[row]];
  };

  test('is the mean of -log p of the right class, its gradient p - q', async () => {
    const truth = classes.reduce((sum, _, row) => sum + rowLoss(row), 0) / rows;
    const { value, gradient } = await evaluated(crossEntropy, prediction, target);
    expect(value).toBeCloseTo(truth, 5);
    gradient.forEach((g, i) => {
      const row = Math.floor(i / columns);
      const norm = prediction
        .slice(row * columns, (row + 1) * columns)
        .reduce((sum, e) => sum + Math.exp(e), 0);
      expect(g).toBeCloseTo((Math.exp(prediction[i]) / norm - target[i]) / rows, 6);
    });
  });

  test('takes weights a row', async () => {
    const weights = [0, 1, 3, 0, 1];
    const truth = weights.reduce((sum, w, row) => sum + w * rowLoss(row), 0) / 5;
    expect(
      (await evaluated(crossEntropy, prediction, target, { shape: [rows], data: weights })).value,
    ).toBeCloseTo(truth, 5);
  });

  test('refuses class indices in place of a distribution', () => {
    const graph = new Graph();
    expect(() => crossEntropy(graph.input('z', [3, 2]), graph.input('t', [3]))).toThrow(/distribution/);
  });
});

test('binary cross entropy has gradient p - q at a logit of 0 too, where networks begin', async () => {
  const zeros = prediction.map(() => 0);
  const { gradient } = await evaluated(binaryCrossEntropy, zeros, probabilities);
  gradient.forEach((g, i) => expect(g).toBeCloseTo((0.5 - probabilities[i]) / zeros.length, 6));
});

test('binary cross entropy does not overflow', async () => {
  const far = prediction.map((_, i) => (i % 2 ? 500 : -500));
  const right = prediction.map((_, i) => i % 2);
  expect((await evaluated(binaryCrossEntropy, far, right)).value).toBe(0);
  expect(
    (
      await evaluated(
        binaryCrossEntropy,
        far,
        right.map((t) => 1 - t),
      )
    ).value,
  ).toBe(500);
});
