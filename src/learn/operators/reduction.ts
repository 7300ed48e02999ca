/** Reductions other than the sum, and what normalizes along a dimension. */
import type { Tensor } from '../graph/graph.ts';
import { axisOf, sizeOf } from '../graph/tensor.ts';
import { divide, multiply, neg, square, subtract } from './arithmetic.ts';
import { expand, reducedShape, reshape, sum } from './broadcast.ts';
import type { ReductionOptions } from './broadcast.ts';
import { exp } from './activation.ts';
import { equal, where } from './selection.ts';

/** The mean over some dimensions. */
export function mean(x: Tensor, options: ReductionOptions = {}): Tensor {
  const { axes } = reducedShape(x, options, 'mean');
  return multiply(sum(x, options), 1 / sizeOf(axes.map((axis) => x.shape[axis])));
}

/** The variance over some dimensions, dividing by the number of elements. */
export function variance(x: Tensor, options: ReductionOptions = {}): Tensor {
  return mean(square(subtract(x, mean(x, { ...options, keepDims: true }))), options);
}

/** The largest element over some dimensions; equal ones share the gradient evenly. */
export function max(x: Tensor, options: ReductionOptions = {}): Tensor {
  return extreme('ReduceMax', x, options);
}

/** The smallest element over some dimensions; equal ones share the gradient evenly. */
export function min(x: Tensor, options: ReductionOptions = {}): Tensor {
  return extreme('ReduceMin', x, options);
}

function extreme(type: 'ReduceMax' | 'ReduceMin', x: Tensor, options: ReductionOptions): Tensor {
  const { axes, kept, squeezed } = reducedShape(x, options, type);
  if (axes.length === 0) return x;
  const { graph } = x;
  const y: Tensor = graph.node(
    type,
    [x, graph.integers(axes)],
    { shape: options.keepDims ? kept : squeezed },
    {
      attributes: { keepdims: options.keepDims ? 1 : 0 },
      vjp: ([g]) => {
        if (!g) return [];
        const chosen = where(equal(x, reshape(y, kept)), 1, 0);
        const share = divide(reshape(g, kept), sum(chosen, { axes, keepDims: true }));
        return [multiply(chosen, expand(share, x.shape))];
      },
    },
  );
  return y;
}

/** exp(x) divided by its sum along a dimension, without overflow. */
export function softmax(x: Tensor, axis = -1): Tensor {
  const at = axisOf(axis, x.shape.length, 'softmax');
  const y: Tensor = x.graph.node('Softmax', [x], x, {
    attributes: { axis: at },
    vjp: ([g]) => {
      if (!g) return [];
      const weighted = multiply(g, y);
      return [subtract(weighted, multiply(y, sum(weighted, { axes: [at], keepDims: true })))];
    },
  });
  return y;
}

/** The logarithm of the softmax along a dimension, without overflow. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const at = axisOf(axis, x.shape.length, 'logSoftmax');
  const y: Tensor = x.graph.node('LogSoftmax', [x], x, {
    attributes: { axis: at },
    vjp: ([g]) => [g && subtract(g, multiply(exp(y), sum(g, { axes: [at], keepDims: true })))],
  });
  return y;
}

/** The running sum along a dimension. */
export function cumulativeSum(x: Tensor, axis = 0): Tensor {
  return running(x, axisOf(axis, x.shape.length, 'cumulativeSum'), false);
}

function running(x: Tensor, axis: number, reverse: boolean): Tensor {
  const { graph } = x;
  return graph.node('CumSum', [x, graph.constant([], BigInt64Array.of(BigInt(axis)), 'int64')], x, {
    attributes: { reverse: reverse ? 1 : 0 },
    vjp: ([g]) => [g && running(g, axis, !reverse)],
  });
}

/** -sum p log p along a dimension, from logits: a softmax's entropy. */
export function entropy(logits: Tensor, axis = -1): Tensor {
  return neg(sum(multiply(softmax(logits, axis), logSoftmax(logits, axis)), { axes: [axis] }));
}
