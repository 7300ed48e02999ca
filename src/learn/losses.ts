/**
 * Losses: means over elements, as scalars. Each takes optional weights that broadcast to the elements (0 masks one out): the
 * result is then the weighted sum over the sum of the weights, and 0 where all weights are 0.
 */
import { UsageError } from '../signal/error.ts';
import type { Tensor } from './graph/graph.ts';
import { softplus } from './operators/activation.ts';
import { add, divide, multiply, neg, square, subtract } from './operators/arithmetic.ts';
import { expand, sum } from './operators/broadcast.ts';
import { logSoftmax, mean } from './operators/reduction.ts';
import { abs, less, maximum, where } from './operators/selection.ts';

export interface LossOptions {
  /** Not negative; broadcasts to the elements of the loss. */
  readonly weights?: Tensor;
}

/** The mean of a loss's elements, or their weighted mean. */
export function weightedMean(elements: Tensor, { weights }: LossOptions = {}): Tensor {
  if (!weights) return mean(elements);
  const full = expand(weights, elements.shape);
  // The floor only matters where every weight is 0.
  return divide(sum(multiply(elements, full)), maximum(sum(full), 1e-12));
}

/** Mean squared error. */
export function meanSquaredError(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return weightedMean(square(subtract(prediction, target)), options);
}

/** Mean absolute error. */
export function meanAbsoluteError(prediction: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return weightedMean(abs(subtract(prediction, target)), options);
}

/** Huber's loss (1964): e^2 / 2 up to |e| = delta, delta (|e| - delta / 2) beyond. */
export function huber(
  prediction: Tensor,
  target: Tensor,
  options: LossOptions & { readonly delta?: number } = {},
): Tensor {
  const { delta = 1 } = options;
  const error = subtract(prediction, target);
  const size = abs(error);
  const beyond = multiply(subtract(size, delta / 2), delta);
  return weightedMean(where(less(size, delta), multiply(square(error), 0.5), beyond), options);
}

/**
 * Cross entropy -sum_k q_k log softmax(logits)_k of each row along `axis` (the last by default), where the target is a
 * distribution (one-hot for a class). Weights are per row: of the shape without that axis, or broadcasting to it.
 */
export function crossEntropy(
  logits: Tensor,
  target: Tensor,
  options: LossOptions & { readonly axis?: number } = {},
): Tensor {
  const { axis = -1 } = options;
  if (target.shape.length !== logits.shape.length) {
    throw new UsageError('The target is a distribution over the classes', {
      where: 'crossEntropy',
      expected: `[${logits.shape}]`,
      got: `[${target.shape}]`,
    });
  }
  return weightedMean(neg(sum(multiply(target, logSoftmax(logits, axis)), { axes: [axis] })), options);
}

/** Binary cross entropy of probabilities sigmoid(logits): q log(1 + exp(-z)) + (1 - q) log(1 + exp(z)), without overflow. */
export function binaryCrossEntropy(logits: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const missed = multiply(target, softplus(neg(logits)));
  const alarmed = multiply(subtract(1, target), softplus(logits));
  return weightedMean(add(missed, alarmed), options);
}
