import * as ops from '../../../src/learn/operators/index.ts';
import type { Tensor } from '../../../src/learn/index.ts';
import type { Random } from '../../../src/math/random.ts';
import type { Distribution, OperatorCase } from './case.ts';
import { at, between, build, mapped, randomShape, zipped } from './ndarray.ts';

function unary(
  operator: (x: Tensor) => Tensor,
  f: (x: number) => number,
  draw: Distribution = 'normal',
): OperatorCase {
  return {
    name: operator.name,
    sample: (random) => ({
      shapes: [randomShape(random, 0, 4)],
      draw: [draw],
      build: ([x]) => operator(x),
      reference: mapped(f),
    }),
  };
}

/** Two shapes that broadcast: dimensions set to 1, or left out at the front, at random. */
function broadcastPair(random: Random): [number[], number[]] {
  const full = randomShape(random, 1, 4);
  const thinned = (): number[] => {
    const shape = full.map((extent) => (random.uniform() < 0.3 ? 1 : extent));
    return shape.slice(between(random, 0, 1) * between(random, 0, shape.length));
  };
  return random.uniform() < 0.5 ? [full, thinned()] : [thinned(), full];
}

function binary(
  operator: (a: Tensor, b: Tensor) => Tensor,
  f: (a: number, b: number) => number,
  draw: readonly Distribution[] = ['normal', 'normal'],
): OperatorCase {
  return {
    name: operator.name,
    sample: (random) => ({
      shapes: broadcastPair(random),
      draw,
      build: ([a, b]) => operator(a, b),
      reference: zipped(f),
    }),
  };
}

function comparison(
  operator: (a: Tensor, b: Tensor) => Tensor,
  f: (a: number, b: number) => boolean,
): OperatorCase {
  return {
    name: operator.name,
    sample: (random) => ({
      shapes: broadcastPair(random),
      draw: ['apart', 'apart'],
      build: ([a, b]) => ops.cast(operator(a, b), 'float32'),
      reference: zipped((a, b) => (f(a, b) ? 1 : 0)),
      differentiable: false,
    }),
  };
}

// Abramowitz and Stegun 7.1.5, the Maclaurin series; converges to double precision for the |x| < 5 drawn here.
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 200; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

export const elementwise: readonly OperatorCase[] = [
  binary(ops.add, (a, b) => a + b),
  binary(ops.subtract, (a, b) => a - b),
  binary(ops.multiply, (a, b) => a * b),
  binary(ops.divide, (a, b) => a / b, ['normal', 'positive']),
  binary(ops.minimum, Math.min, ['apart', 'apart']),
  binary(ops.maximum, Math.max, ['apart', 'apart']),
  comparison(ops.greater, (a, b) => a > b),
  comparison(ops.less, (a, b) => a < b),
  comparison(ops.equal, (a, b) => a === b),
  {
    name: 'and',
    sample: (random) => ({
      shapes: broadcastPair(random),
      draw: ['apart', 'apart'],
      build: ([a, b]) => ops.cast(ops.and(ops.greater(a, 0), ops.greater(b, 0)), 'float32'),
      reference: zipped((a, b) => (a > 0 && b > 0 ? 1 : 0)),
      differentiable: false,
    }),
  },
  {
    name: 'not',
    sample: (random) => ({
      shapes: [randomShape(random, 0, 3)],
      draw: ['apart'],
      build: ([x]) => ops.cast(ops.not(ops.greater(x, 0)), 'float32'),
      reference: mapped((x) => (x > 0 ? 0 : 1)),
      differentiable: false,
    }),
  },
  {
    name: 'where',
    sample: (random) => {
      const [a, b] = broadcastPair(random);
      return {
        shapes: [a, b, a],
        draw: ['normal', 'normal', 'apart'],
        build: ([x, y, c]) => ops.where(ops.greater(c, 0), x, y),
        reference: ([x, y, c]) => {
          const { shape } = zipped((p, q) => p + q)([x, y]);
          return build(shape, (p) => (at(c, p) > 0 ? at(x, p) : at(y, p)));
        },
      };
    },
  },
  {
    name: 'pow',
    sample: (random) => {
      const exponent = [2, 3, 0.5, -1, 1.7, 0][random.integer(6)];
      return {
        shapes: [randomShape(random, 0, 3)],
        draw: [Number.isInteger(exponent) && exponent > 0 ? 'normal' : 'positive'],
        build: ([x]) => ops.pow(x, exponent),
        reference: mapped((x) => x ** exponent),
      };
    },
  },
  {
    name: 'clip',
    sample: (random) => ({
      shapes: [randomShape(random, 0, 3)],
      draw: ['apart'],
      build: ([x]) => ops.clip(x, -0.3, 0.5),
      reference: mapped((x) => Math.min(Math.max(x, Math.fround(-0.3)), 0.5)),
    }),
  },
  unary(ops.neg, (x) => -x),
  unary(ops.square, (x) => x * x),
  unary(ops.abs, Math.abs, 'apart'),
  unary(ops.exp, Math.exp),
  unary(ops.log, Math.log, 'positive'),
  unary(ops.sqrt, Math.sqrt, 'positive'),
  unary(ops.erf, erf),
  unary(ops.sin, Math.sin),
  unary(ops.cos, Math.cos),
  unary(ops.tanh, Math.tanh),
  unary(ops.sigmoid, logistic),
  unary(ops.relu, (x) => Math.max(x, 0), 'apart'),
  unary(ops.relu6, (x) => Math.min(Math.max(x, 0), 6), 'apart'),
  unary(ops.leakyRelu, (x) => (x > 0 ? x : Math.fround(0.01) * x), 'apart'),
  unary(ops.elu, (x) => (x > 0 ? x : Math.expm1(x)), 'apart'),
  unary(ops.silu, (x) => x * logistic(x)),
  unary(ops.gelu, (x) => (x * (1 + erf(x * Math.SQRT1_2))) / 2),
  unary(ops.softplus, (x) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0)),
];
