/** Comparisons, and what chooses between values: where, minimum, maximum, clip, the absolute value. */
import type { Tensor } from '../graph/graph.ts';
import { broadcastShape } from '../graph/tensor.ts';
import { neg } from './arithmetic.ts';
import { unbroadcast } from './broadcast.ts';
import { resolve } from './operand.ts';
import type { Operand } from './operand.ts';

function comparison(type: string, left: Operand, right: Operand): Tensor {
  const { graph, tensors } = resolve(left, right);
  const shape = broadcastShape(tensors[0].shape, tensors[1].shape, type);
  return graph.node(type, tensors, { shape, dtype: 'bool' });
}

/** a > b, as booleans; no gradient passes. */
export function greater(a: Operand, b: Operand): Tensor {
  return comparison('Greater', a, b);
}

/** a < b, as booleans; no gradient passes. */
export function less(a: Operand, b: Operand): Tensor {
  return comparison('Less', a, b);
}

/** a = b, as booleans; no gradient passes. */
export function equal(a: Operand, b: Operand): Tensor {
  return comparison('Equal', a, b);
}

/** Both, of booleans. */
export function and(a: Tensor, b: Tensor): Tensor {
  return comparison('And', a, b);
}

/** The contrary, of booleans. */
export function not(x: Tensor): Tensor {
  return x.graph.node('Not', [x], x);
}

/** a where the condition holds, b elsewhere. The value not chosen gets gradient 0, even where it is NaN or infinite. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const { graph, tensors } = resolve(condition, a, b);
  const [, x, y] = tensors;
  const shape = broadcastShape(condition.shape, broadcastShape(x.shape, y.shape, 'where'), 'where');
  return graph.node(
    'Where',
    tensors,
    { shape, dtype: x.dtype },
    {
      vjp: ([g]) =>
        g
          ? [
              undefined,
              unbroadcast(where(condition, g, 0), x.shape),
              unbroadcast(where(condition, 0, g), y.shape),
            ]
          : [],
    },
  );
}

/** The larger of two; where they are equal the gradient goes to `a`. */
export function maximum(a: Operand, b: Operand): Tensor {
  return where(less(a, b), b, a);
}

/** The smaller of two; where they are equal the gradient goes to `a`. */
export function minimum(a: Operand, b: Operand): Tensor {
  return where(greater(a, b), b, a);
}

/** x bounded to [low, high]; the gradient is 0 outside and at the bounds. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const { graph } = x;
  // The backward pass reads the result, not x, so that the runtime can clip in the convolution that made x.
  const y: Tensor = graph.node('Clip', [x, graph.number(low), graph.number(high)], x, {
    vjp: ([g]) => [g && where(and(greater(y, low), less(y, high)), g, 0)],
  });
  return y;
}

/** |x|; the gradient at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return x.graph.node('Abs', [x], x, {
    vjp: ([g]) => [g && where(greater(x, 0), g, where(less(x, 0), neg(g), 0))],
  });
}
