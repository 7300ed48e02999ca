import { sqrt } from '../operators/activation.ts';
import { add, divide, multiply, subtract } from '../operators/arithmetic.ts';
import type { Optimizer } from './optimizer.ts';

export interface AdamWOptions {
  /** Decay of the mean of gradients; 0.9 by default. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; 0.999 by default. */
  readonly beta2?: number;
  /** Added to the root of the latter; 1e-8 by default. */
  readonly epsilon?: number;
  /** Fraction of a weight lost per unit of learning rate and step; 0 (Adam) by default. Vectors (biases, gains) keep theirs. */
  readonly decay?: number;
}

/**
 * Adam (Kingma and Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2):
 * m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, p <- p - lr (m^ / (sqrt(v^) + epsilon) + decay p), where m^ and v^ are
 * divided by 1 - b^t. The bias corrections are folded into the step size and epsilon.
 */
export function adamW({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  decay = 0,
}: AdamWOptions = {}): Optimizer {
  return {
    name: 'adamw',
    moments: ['mean', 'square'],
    scalars(step, learningRate) {
      const root = Math.sqrt(1 - beta2 ** step);
      return {
        stepSize: (learningRate * root) / (1 - beta1 ** step),
        epsilon: epsilon * root,
        retained: 1 - learningRate * decay,
      };
    },
    update(parameter, gradient, moments, scalars) {
      const mean = add(multiply(moments.mean, beta1), multiply(gradient, 1 - beta1));
      const square = add(multiply(moments.square, beta2), multiply(multiply(gradient, gradient), 1 - beta2));
      const decayed =
        decay > 0 && parameter.shape.length > 1 ? multiply(parameter, scalars.retained) : parameter;
      const step = divide(multiply(mean, scalars.stepSize), add(sqrt(square), scalars.epsilon));
      return { parameter: subtract(decayed, step), moments: { mean, square } };
    },
  };
}
