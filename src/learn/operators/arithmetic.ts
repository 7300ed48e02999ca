/** Element-wise arithmetic with broadcasting. */
import type { Tensor } from '../graph/graph.ts';
import { broadcastShape } from '../graph/tensor.ts';
import { unbroadcast } from './broadcast.ts';
import { resolve } from './operand.ts';
import type { Operand } from './operand.ts';

/** The gradients by the two operands, given at the result's shape. */
type BinaryVjp = (gradient: Tensor, a: Tensor, b: Tensor, y: Tensor) => [Tensor, Tensor];

function binary(type: string, left: Operand, right: Operand, vjp: BinaryVjp): Tensor {
  const { graph, tensors } = resolve(left, right);
  const [a, b] = tensors;
  const y: Tensor = graph.node(
    type,
    [a, b],
    { shape: broadcastShape(a.shape, b.shape, type), dtype: a.dtype },
    {
      vjp: ([g]) => {
        if (!g) return [];
        const [ga, gb] = vjp(g, a, b, y);
        return [unbroadcast(ga, a.shape), unbroadcast(gb, b.shape)];
      },
    },
  );
  return y;
}

/** a + b. */
export function add(a: Operand, b: Operand): Tensor {
  return binary('Add', a, b, (g) => [g, g]);
}

/** a - b. */
export function subtract(a: Operand, b: Operand): Tensor {
  return binary('Sub', a, b, (g) => [g, neg(g)]);
}

/** a b, element by element. */
export function multiply(a: Operand, b: Operand): Tensor {
  return binary('Mul', a, b, (g, x, y) => [multiply(g, y), multiply(g, x)]);
}

/** a / b. */
export function divide(a: Operand, b: Operand): Tensor {
  return binary('Div', a, b, (g, _x, y, quotient) => [divide(g, y), neg(divide(multiply(g, quotient), y))]);
}

/** x to a constant power; for a power that is no whole number, x must not be negative. */
export function pow(x: Tensor, exponent: number): Tensor {
  return x.graph.node('Pow', [x, x.graph.number(exponent)], x, {
    vjp: ([g]) => [
      g && (exponent === 0 ? multiply(g, 0) : multiply(multiply(g, exponent), pow(x, exponent - 1))),
    ],
  });
}

/** -x. */
export function neg(x: Tensor): Tensor {
  return x.graph.node('Neg', [x], x, { vjp: ([g]) => [g && neg(g)] });
}

/** The square, x x: cheaper than a power. */
export function square(x: Tensor): Tensor {
  return x.graph.node('Mul', [x, x], x, { vjp: ([g]) => [g && multiply(multiply(g, 2), x)] });
}
