/**
 * Every operator of `src/learn/operators` at random shapes: its shape, its value against a plain double-precision
 * reference, and its gradient against central differences of that reference. A new operator is one record in a file of
 * `test/learn/operators`.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import * as operators from '../../src/learn/operators/index.ts';
import { Graph, gradients, sum, multiply, toModel } from '../../src/learn/index.ts';
import type { Engine, TensorValue } from '../../src/learn/index.ts';
import { nodeEngine } from '../../src/learn/engine/node.ts';
import { Random } from '../../src/math/random.ts';
import type { Distribution, OperatorCase, OperatorSample } from './operators/case.ts';
import { elementwise } from './operators/elementwise.ts';
import { images } from './operators/images.ts';
import { size } from './operators/ndarray.ts';
import type { NdArray } from './operators/ndarray.ts';
import { recurrences } from './operators/recurrences.ts';
import { reductions } from './operators/reductions.ts';
import { shapes } from './operators/shapes.ts';

const cases: readonly OperatorCase[] = [...elementwise, ...reductions, ...shapes, ...images, ...recurrences];
const samplesPerOperator = 20;

/** Float32 rounding of a few operations on values of order one, relative to the largest element or the gradient's norm. */
const tolerance = 1e-5;

let engine: Engine;
beforeAll(async () => {
  engine = await nodeEngine();
});

/** One input of each sample; `apart` values are unique across the sample's inputs, so `order` is shared between them. */
function draw(
  shapesOfInputs: OperatorSample['shapes'],
  distributions: readonly Distribution[],
  random: Random,
): NdArray[] {
  const order = random.permutation(shapesOfInputs.reduce((total, shape) => total + size(shape), 0));
  let used = 0;
  return shapesOfInputs.map((shape, i) => {
    const element = (): number => {
      const distribution = distributions[i] ?? 'normal';
      if (distribution === 'normal') return random.normal();
      if (distribution === 'positive') return random.uniform(0.5, 2);
      return (order[used++] - (order.length >> 1)) * 0.1 + 0.05 + random.uniform(-0.02, 0.02);
    };
    return { shape, data: Float64Array.from({ length: size(shape) }, () => Math.fround(element())) };
  });
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i] * b[i];
  return total;
};

/** d/dt f(x + t v) at 0 by central differences with one step of Richardson's extrapolation: error of order h^4. */
function directional(f: (x: Float64Array) => number, x: Float64Array, v: Float64Array): number {
  const slope = (h: number): number =>
    (f(x.map((element, i) => element + h * v[i])) - f(x.map((element, i) => element - h * v[i]))) / (2 * h);
  const h = 1e-3;
  return (4 * slope(h / 2) - slope(h)) / 3;
}

async function evaluate(
  sample: OperatorSample,
  inputs: readonly NdArray[],
  cotangent: Float32Array,
  shape: readonly number[],
) {
  const graph = new Graph();
  const tensors = inputs.map((x, i) => graph.parameter(`x${i}`, x.shape, Float32Array.from(x.data)));
  const y = sample.build(tensors);
  expect(y.shape, 'static shape').toEqual(shape);
  const loss = sum(multiply(y, graph.constant(shape, cotangent)));
  const outputs = Object.fromEntries(gradients(loss, tensors).map((g, i) => [`g${i}`, g]));
  const session = await engine.load(toModel(graph, { y, ...outputs }), { threads: 1 });
  const feeds: Record<string, TensorValue> = {};
  for (const name of session.inputs) feeds[name] = graph.parameters.get(tensors[Number(name.slice(1))])!;
  const results = await session.run(feeds);
  await session.dispose();
  return results;
}

async function check(sample: OperatorSample, random: Random): Promise<void> {
  const inputs = draw(sample.shapes, sample.draw ?? [], random);
  const expected = sample.reference(inputs);
  const cotangent = Float32Array.from(expected.data, () => random.normal());
  const results = await evaluate(sample, inputs, cotangent, expected.shape);
  expect(results.y.shape, 'shape at run time').toEqual(expected.shape);
  const scale = Math.max(1, ...expected.data.map(Math.abs));
  expected.data.forEach((value, i) => {
    expect(
      Math.abs(Number(results.y.data[i]) - value) / scale,
      `element ${i} of ${expected.data.length}`,
    ).toBeLessThan(tolerance);
  });

  inputs.forEach((input, i) => {
    const gradient = results[`g${i}`].data as Float32Array;
    expect(results[`g${i}`].shape).toEqual(input.shape);
    if (sample.differentiable === false) {
      expect(gradient.every((element) => element === 0)).toBe(true);
      return;
    }
    for (let repeat = 0; repeat < 3; repeat++) {
      const direction = input.data.map(() => random.uniform(-1, 1));
      const loss = (x: Float64Array): number => {
        const moved = inputs.map((other, k) => (k === i ? { shape: other.shape, data: x } : other));
        return dot(sample.reference(moved).data, cotangent);
      };
      const truth = directional(loss, input.data, direction);
      const magnitude = Math.hypot(...gradient) * Math.hypot(...direction) + 1e-3;
      expect(Math.abs(dot(gradient, direction) - truth) / magnitude, `gradient by input ${i}`).toBeLessThan(
        tolerance,
      );
    }
  });
}

describe('every operator', () => {
  test('has a case', () => {
    const exported = Object.entries(operators).flatMap(([name, value]) =>
      typeof value === 'function' ? [name] : [],
    );
    expect(cases.map(({ name }) => name).sort()).toEqual(exported.sort());
  });

  for (const { name, sample } of cases) {
    test(`${name}: shape, value, gradient`, async () => {
      for (let i = 0; i < samplesPerOperator; i++) {
        const random = new Random(`${name} ${i}`);
        await check(sample(random), random);
      }
    });
  }
});
