/** What an optimizer is: rules for the new parameters, emitted into the graph, and the numbers each step feeds them. */
import type { Tensor } from '../graph/graph.ts';

/** Scalars that change from step to step, as graph inputs. */
export type StepScalars = Readonly<Record<string, Tensor>>;

export interface Optimizer {
  readonly name: string;
  /** The scalars of a step, computed in double precision. @param step counts from 1. */
  scalars(step: number, learningRate: number): Readonly<Record<string, number>>;
  /** The moments to keep for one parameter, by name; they begin at 0. */
  readonly moments: readonly string[];
  /** The parameter and its moments after one step. All tensors have the parameter's shape. */
  update(
    parameter: Tensor,
    gradient: Tensor,
    moments: Readonly<Record<string, Tensor>>,
    scalars: StepScalars,
  ): { readonly parameter: Tensor; readonly moments: Readonly<Record<string, Tensor>> };
}
