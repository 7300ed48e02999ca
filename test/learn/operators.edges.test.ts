/** Where functions have kinks, ties and infinities: what their docstrings say. */
import { expect, test } from 'vitest';
import {
  abs,
  clip,
  divide,
  elu,
  Graph,
  gradients,
  max,
  maximum,
  maxPool2d,
  multiply,
  relu,
  softmax,
  softplus,
  sigmoid,
  logSoftmax,
  log,
  greater,
  sum,
  where,
} from '../../src/learn/index.ts';
import type { Tensor } from '../../src/learn/index.ts';
import { evaluate, numbers } from './evaluate.ts';

/** The value of a function at some numbers, and the gradient of its (weighted) sum. */
async function at(
  f: (x: Tensor) => Tensor,
  values: readonly number[],
  shape = [values.length],
  weights?: readonly number[],
) {
  const graph = new Graph();
  const x = graph.parameter('x', shape, Float32Array.from(values));
  const y = f(x);
  const weighted = weights ? multiply(y, graph.constant(y.shape, Float32Array.from(weights))) : y;
  const [dx] = gradients(sum(weighted), [x]);
  const results = await evaluate({ y, dx });
  return { y: numbers(results.y), dx: numbers(results.dx) };
}

test('kinks: relu, abs and clip have gradient 0 at theirs', async () => {
  expect(await at(relu, [-1, 0, 2])).toEqual({ y: [0, 0, 2], dx: [0, 0, 1] });
  expect(await at(abs, [-1, 0, 2])).toEqual({ y: [1, 0, 2], dx: [-1, 0, 1] });
  expect((await at((x) => clip(x, -1, 1), [-2, -1, 0, 1, 2])).dx).toEqual([0, 0, 1, 0, 0]);
});

test('smooth functions written in pieces have their derivative where the pieces meet', async () => {
  expect((await at(softplus, [0])).dx).toEqual([0.5]);
  expect((await at(elu, [0])).dx).toEqual([1]);
});

test('ties: max shares, maximum prefers the first operand, max pooling the first element', async () => {
  expect((await at((x) => max(x), [3, 1, 3, 3])).dx).toEqual([1 / 3, 0, 1 / 3, 1 / 3].map(Math.fround));
  expect((await at((x) => maximum(x, multiply(x, 1)), [2])).dx).toEqual([1]);
  expect((await at((x) => maximum(0, x), [-1, 0, 1])).dx).toEqual([0, 0, 1]);
  const flat = Array.from({ length: 16 }, () => 5);
  expect((await at((x) => maxPool2d(x, 2), flat, [1, 1, 4, 4], [1, 2, 3, 4])).dx).toEqual([
    1, 0, 2, 0, 0, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0,
  ]);
});

test('max pooling over a padded border never chooses the border', async () => {
  const pool = (x: Tensor): Tensor => maxPool2d(x, 3, { stride: 1, padding: 1 });
  expect(await at(pool, [-4, -3, -2, -1], [1, 1, 2, 2])).toEqual({ y: [-1, -1, -1, -1], dx: [0, 0, 0, 4] });
});

test('where: a value not chosen gets gradient 0 even where its own is infinite', async () => {
  const safeLog = (x: Tensor): Tensor => where(greater(x, 0), log(where(greater(x, 0), x, 1)), 0);
  expect((await at(safeLog, [0, 1, 2])).dx).toEqual([0, 1, 0.5]);
});

test('no overflow: softmax, logSoftmax, softplus and sigmoid at large numbers', async () => {
  expect(await at((x) => softmax(x), [1000, 1000], [2], [1, 0])).toEqual({
    y: [0.5, 0.5],
    dx: [0.25, -0.25],
  });
  expect((await at((x) => logSoftmax(x), [1000, 0])).y).toEqual([0, -1000]);
  const { y, dx } = await at(softplus, [-1000, 0, 1000]);
  expect(y[0]).toBe(0);
  expect(y[1]).toBeCloseTo(Math.LN2, 6);
  expect(y[2]).toBe(1000);
  expect(dx[0]).toBe(0);
  expect(dx[1]).toBeCloseTo(0.5, 6);
  expect(dx[2]).toBe(1);
  expect((await at(sigmoid, [-1000, 1000])).dx).toEqual([0, 0]);
});

test('NaN and division by zero pass through', async () => {
  expect((await at(relu, [NaN])).y).toEqual([NaN]);
  expect((await at((x) => divide(1, x), [0])).y).toEqual([Infinity]);
});
