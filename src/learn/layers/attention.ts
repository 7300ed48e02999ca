import { UsageError } from '../../signal/error.ts';
import type { Tensor } from '../graph/graph.ts';
import { add, multiply } from '../operators/arithmetic.ts';
import { reshape } from '../operators/broadcast.ts';
import { matmul } from '../operators/matmul.ts';
import { softmax } from '../operators/reduction.ts';
import { transpose } from '../operators/shape.ts';
import { dense } from './dense.ts';
import type { Scope } from './scope.ts';

export interface AttentionOptions {
  readonly heads: number;
  /** What is attended to, [sample, key time, feature]; `x` itself by default. */
  readonly context?: Tensor;
  /** Added to the scores before the softmax; broadcasts to [sample, head, time, key time]. A large negative number hides. */
  readonly bias?: Tensor;
}

/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2) of sequences [sample, time, feature]: softmax(Q K^T / sqrt(d)) V
 * in each head. Parts: `query`, `key`, `value`, `output`, dense layers of the feature's size.
 * @throws UsageError where the features do not divide into the heads.
 */
export function multiHeadAttention(scope: Scope, x: Tensor, options: AttentionOptions): Tensor {
  const { heads, context = x, bias } = options;
  const [samples, , features] = x.shape;
  if (x.shape.length !== 3 || features % heads !== 0) {
    throw new UsageError('The features do not divide into the heads', {
      where: 'multiHeadAttention',
      expected: '[sample, time, feature]',
      got: `[${x.shape}] with ${heads} heads`,
    });
  }
  const size = features / heads;
  // [sample, time, feature] -> [sample, head, time, size]
  const projected = (name: string, source: Tensor): Tensor =>
    transpose(
      reshape(dense(scope.at(name), source, { units: features }), [samples, source.shape[1], heads, size]),
      [0, 2, 1, 3],
    );
  const scores = multiply(
    matmul(projected('query', x), projected('key', context), { transposeB: true }),
    1 / Math.sqrt(size),
  );
  const attended = matmul(softmax(bias ? add(scores, bias) : scores), projected('value', context));
  return dense(scope.at('output'), reshape(transpose(attended, [0, 2, 1, 3]), x.shape), { units: features });
}
