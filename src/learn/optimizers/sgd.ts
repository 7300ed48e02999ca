import type { Tensor } from '../graph/graph.ts';
import { add, multiply, subtract } from '../operators/arithmetic.ts';
import type { Optimizer } from './optimizer.ts';

export interface SgdOptions {
  /** How much of the last step's direction is kept, in [0, 1); 0 by default. */
  readonly momentum?: number;
  /** Use the gradient at the place the momentum leads to (Nesterov 1983); false by default. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum, v <- m v + g, p <- p - lr v (Sutskever et al. 2013, On the importance of
 * initialization and momentum in deep learning, in the form without dampening).
 */
export function sgd({ momentum = 0, nesterov = false }: SgdOptions = {}): Optimizer {
  return {
    name: 'sgd',
    moments: momentum > 0 ? ['velocity'] : [],
    scalars: (_step, learningRate) => ({ learningRate }),
    update(parameter, gradient, moments, { learningRate }) {
      const moved = (direction: Tensor): Tensor => subtract(parameter, multiply(direction, learningRate));
      if (momentum === 0) return { parameter: moved(gradient), moments };
      const velocity = add(multiply(moments.velocity, momentum), gradient);
      const direction = nesterov ? add(gradient, multiply(velocity, momentum)) : velocity;
      return { parameter: moved(direction), moments: { velocity } };
    },
  };
}
