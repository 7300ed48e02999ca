/** Element-wise functions: the elementary ones and the nonlinearities of networks. */
import type { Tensor } from '../graph/graph.ts';
import { add, divide, multiply, neg, square, subtract } from './arithmetic.ts';
import { clip, greater, where } from './selection.ts';

function unary(type: string, x: Tensor, vjp: (gradient: Tensor, y: Tensor) => Tensor): Tensor {
  const y: Tensor = x.graph.node(type, [x], x, { vjp: ([g]) => [g && vjp(g, y)] });
  return y;
}

/** e to the x. */
export function exp(x: Tensor): Tensor {
  return unary('Exp', x, (g, y) => multiply(g, y));
}

/** The natural logarithm; NaN below 0, -infinity at 0. */
export function log(x: Tensor): Tensor {
  return unary('Log', x, (g) => divide(g, x));
}

/** The square root; NaN below 0, infinite gradient at 0. */
export function sqrt(x: Tensor): Tensor {
  return unary('Sqrt', x, (g, y) => divide(g, multiply(y, 2)));
}

/** The error function. */
export function erf(x: Tensor): Tensor {
  return unary('Erf', x, (g) => multiply(g, multiply(exp(neg(square(x))), 2 / Math.sqrt(Math.PI))));
}

/** sin x, in radians. */
export function sin(x: Tensor): Tensor {
  return unary('Sin', x, (g) => multiply(g, cos(x)));
}

/** cos x, in radians. */
export function cos(x: Tensor): Tensor {
  return unary('Cos', x, (g) => neg(multiply(g, sin(x))));
}

/** The hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return unary('Tanh', x, (g, y) => multiply(g, subtract(1, square(y))));
}

/** The logistic function, 1 / (1 + exp(-x)). */
export function sigmoid(x: Tensor): Tensor {
  return unary('Sigmoid', x, (g, y) => multiply(g, multiply(y, subtract(1, y))));
}

/** max(x, 0); the gradient at 0 is 0. */
export function relu(x: Tensor): Tensor {
  return unary('Relu', x, (g, y) => where(greater(y, 0), g, 0));
}

/** x bounded to [0, 6] (Howard et al. 2017, MobileNets). */
export function relu6(x: Tensor): Tensor {
  return clip(x, 0, 6);
}

/** x where positive, `slope` x elsewhere. */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  return where(greater(x, 0), x, multiply(x, slope));
}

/** x where positive, exp(x) - 1 elsewhere (Clevert et al. 2016). */
export function elu(x: Tensor): Tensor {
  return where(greater(x, 0), x, subtract(exp(where(greater(x, 0), 0, x)), 1));
}

/** x sigmoid(x) (Elfwing et al. 2018; also called swish). */
export function silu(x: Tensor): Tensor {
  return multiply(x, sigmoid(x));
}

/** x Phi(x) with the normal distribution function Phi, exactly, by the error function (Hendrycks and Gimpel 2016). */
export function gelu(x: Tensor): Tensor {
  return multiply(multiply(x, 0.5), add(erf(multiply(x, Math.SQRT1_2)), 1));
}

/** log(1 + exp(x)), without overflow at large x. */
export function softplus(x: Tensor): Tensor {
  return unary('Softplus', x, (g) => multiply(g, sigmoid(x)));
}
