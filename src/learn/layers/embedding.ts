import type { Tensor } from '../graph/graph.ts';
import { gather } from '../operators/indexing.ts';
import { normal } from './initializers.ts';
import type { Scope } from './scope.ts';

export interface EmbeddingOptions {
  /** Number of different indices. */
  readonly count: number;
  /** Length of the vector for each. */
  readonly size: number;
}

/** A trained vector for each index: int32 or int64 of any shape [...] -> [..., size]. Parameter: `weight` [count, size]. */
export function embedding(scope: Scope, indices: Tensor, { count, size }: EmbeddingOptions): Tensor {
  return gather(scope.parameter('weight', [count, size], normal(1)), indices);
}
