import * as ops from '../../../src/learn/operators/index.ts';
import type { Tensor } from '../../../src/learn/index.ts';
import type { Distribution, OperatorCase } from './case.ts';
import { at, build, folded, positionOf, randomShape } from './ndarray.ts';
import type { NdArray } from './ndarray.ts';

type Reduction = (x: Tensor, options: { axes?: readonly number[]; keepDims?: boolean }) => Tensor;

function reduction(
  name: string,
  operator: Reduction,
  fold: (elements: number[]) => number,
  draw: Distribution = 'normal',
): OperatorCase {
  return {
    name,
    sample: (random) => {
      const shape = randomShape(random, 1, 4);
      const chosen = shape.flatMap((_, i) => (random.uniform() < 0.5 ? [i] : []));
      const axes = chosen.length > 0 && random.uniform() < 0.8 ? chosen : undefined;
      const keepDims = random.uniform() < 0.5;
      // Negative axes count from the end.
      const given = axes?.map((axis) => (random.uniform() < 0.5 ? axis - shape.length : axis));
      return {
        shapes: [shape],
        draw: [draw],
        build: ([x]) => operator(x, { axes: given, keepDims }),
        reference: ([x]) => folded(x, axes ?? [...shape.keys()], keepDims, fold),
      };
    },
  };
}

function alongAxis(
  name: string,
  operator: (x: Tensor, axis: number) => Tensor,
  rule: (x: NdArray, axis: number) => NdArray,
): OperatorCase {
  return {
    name,
    sample: (random) => {
      const shape = randomShape(random, 1, 4);
      const axis = random.integer(shape.length);
      return { shapes: [shape], build: ([x]) => operator(x, axis), reference: ([x]) => rule(x, axis) };
    },
  };
}

const total = (elements: readonly number[]): number => elements.reduce((a, b) => a + b, 0);
const average = (elements: readonly number[]): number => total(elements) / elements.length;

function logProbabilities(x: NdArray, axis: number): NdArray {
  const norm = folded(x, [axis], true, (elements) => Math.log(total(elements.map(Math.exp))));
  return build(x.shape, (p) => at(x, p) - at(norm, p));
}

export const reductions: readonly OperatorCase[] = [
  reduction('sum', ops.sum, total),
  reduction('mean', ops.mean, average),
  reduction('variance', ops.variance, (elements) =>
    average(elements.map((e) => (e - average(elements)) ** 2)),
  ),
  reduction('max', ops.max, (elements) => Math.max(...elements), 'apart'),
  reduction('min', ops.min, (elements) => Math.min(...elements), 'apart'),
  alongAxis('softmax', ops.softmax, (x, axis) => {
    const logs = logProbabilities(x, axis);
    return { shape: x.shape, data: logs.data.map(Math.exp) };
  }),
  alongAxis('logSoftmax', ops.logSoftmax, logProbabilities),
  alongAxis('entropy', ops.entropy, (x, axis) => {
    const logs = logProbabilities(x, axis);
    return folded(logs, [axis], false, (elements) => -total(elements.map((l) => l * Math.exp(l))));
  }),
  alongAxis('cumulativeSum', ops.cumulativeSum, (x, axis) => ({
    shape: x.shape,
    data: Float64Array.from(x.data, (_, i) => {
      const position = positionOf(i, x.shape);
      let running = 0;
      for (let k = 0; k <= position[axis]; k++) running += at(x, position.with(axis, k));
      return running;
    }),
  })),
];
