/** What the conformance suite asks of an operator: how to draw a sample, how to build it, and a plain reference. */
import type { Tensor } from '../../../src/learn/index.ts';
import type { Random } from '../../../src/math/random.ts';
import type { NdArray } from './ndarray.ts';

/**
 * How an input's elements are drawn. `apart` draws values at least 0.05 from each other and from the whole multiples of 0.1
 * at which piecewise functions have their kinks, so that a finite difference never straddles one.
 */
export type Distribution = 'normal' | 'positive' | 'apart';

export interface OperatorSample {
  readonly shapes: readonly (readonly number[])[];
  /** For each input; `normal` by default. */
  readonly draw?: readonly Distribution[];
  readonly build: (inputs: readonly Tensor[]) => Tensor;
  readonly reference: (inputs: readonly NdArray[]) => NdArray;
  /** False where no gradient passes: it must then be zero. */
  readonly differentiable?: boolean;
}

export interface OperatorCase {
  /** The name under which `src/learn/operators` exports it. */
  readonly name: string;
  readonly sample: (random: Random) => OperatorSample;
}
