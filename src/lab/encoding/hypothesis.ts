import type { Random } from '../../math/random.ts';
import type { Truth } from '../truth.ts';

/** Something that neurons may encode: time x k at the steps of the truth, k named variables. */
export interface Encoded {
  readonly names: readonly string[];
  readonly values: Float64Array;
}

/** A named hypothesis of what neurons encode: one record in `hypotheses`. */
export interface EncodingHypothesis {
  readonly name: string;
  readonly title: string;
  /** How long before the movement neurons fire for it, s; negative where they report it afterwards. */
  readonly leadSeconds: number;
  /** How many of the variables one neuron is tuned to; all where it is left out. */
  readonly variablesPerNeuron?: number;
  /** @param effector marker that the task is about. */
  variables(truth: Truth, context: { readonly effector: string; readonly random: Random }): Encoded;
}
