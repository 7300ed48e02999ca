import type { Tensor } from '../graph/graph.ts';
import { add } from '../operators/arithmetic.ts';
import { matmul } from '../operators/matmul.ts';
import { filled, glorot } from './initializers.ts';
import type { Fans, Initializer } from './initializers.ts';
import type { Scope } from './scope.ts';

export interface DenseOptions {
  /** Size of the last dimension of the result. */
  readonly units: number;
  /** Add a bias; true by default. */
  readonly bias?: boolean;
  /** `glorot` by default. */
  readonly initializer?: (fans: Fans) => Initializer;
}

/** x W + b over the last dimension, [..., in] -> [..., units]. Parameters: `weight` [in, units], `bias` [units]. */
export function dense(scope: Scope, x: Tensor, options: DenseOptions): Tensor {
  const { units, bias = true, initializer = glorot } = options;
  const inputs = x.shape[x.shape.length - 1];
  const weight = scope.parameter('weight', [inputs, units], initializer({ fanIn: inputs, fanOut: units }));
  const offset = bias ? scope.parameter('bias', [units], filled(0)) : undefined;
  if (x.shape.length === 2) return matmul(x, weight, { bias: offset });
  const product = matmul(x, weight);
  return offset ? add(product, offset) : product;
}
