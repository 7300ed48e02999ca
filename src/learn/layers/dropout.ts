import type { Tensor } from '../graph/graph.ts';
import { less, where } from '../operators/selection.ts';
import { multiply } from '../operators/arithmetic.ts';
import type { Scope } from './scope.ts';

/** Sets each element to 0 with probability `rate` and scales the others up (Srivastava et al. 2014); in training only. */
export function dropout(scope: Scope, x: Tensor, rate: number): Tensor {
  if (!scope.training || rate === 0) return x;
  const drop = less(scope.noise('dropout', x.shape, 'uniform'), rate);
  return where(drop, 0, multiply(x, 1 / (1 - rate)));
}
