/** A loop over time as one node, whose graph does not grow with the number of steps (ONNX `Scan`). */
import { UsageError } from '../../../signal/error.ts';
import { Graph, graphOf } from '../../graph/graph.ts';
import type { Body, GraphNode, Tensor } from '../../graph/graph.ts';
import { sameShape } from '../../graph/tensor.ts';
import { scanGradient } from './scanGradient.ts';

/** What one step computes: the next states, and outputs to collect. */
export interface Step {
  readonly states: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** One step of a recurrence: from the states and the elements of the sequences at this time. */
export type StepFunction = (states: readonly Tensor[], elements: readonly Tensor[]) => Step;

/** The states after the last step, and each output at all times, [time, ...], in the order of the sequences. */
export interface Recurrence {
  readonly states: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

export interface RecurrenceOptions {
  /** Go from the last time to the first; false by default. */
  readonly reverse?: boolean;
}

/**
 * Runs `step` over the first dimension of `sequences`. Tensors of the enclosing graph may be used in it.
 * @throws UsageError where the sequences differ in length or a state changes its shape.
 */
export function scan(
  step: StepFunction,
  initial: readonly Tensor[],
  sequences: readonly Tensor[],
  options: RecurrenceOptions = {},
): Recurrence {
  const { reverse = false } = options;
  const outer = graphOf(...initial, ...sequences);
  const inner = new Graph(outer);
  const length = sequenceLength(sequences);
  const states = initial.map(({ shape, dtype }) => inner.placeholder(shape, dtype));
  const elements = sequences.map(({ shape, dtype }) => inner.placeholder(shape.slice(1), dtype));
  const next = step(states, elements);
  checkStates(initial, next.states);

  const body: Body = {
    attribute: 'body',
    inputs: [...states, ...elements],
    outputs: [...next.states, ...next.outputs],
  };
  const results = outer.nodeOutputs(
    'Scan',
    [...initial, ...sequences],
    [...initial, ...next.outputs.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype }))],
    {
      attributes: directions(sequences.length, next.outputs.length, reverse),
      bodies: [body],
      vjp: (gradients, needed) =>
        scanGradient({ node, body, initial, sequences, next, length, reverse }, gradients, needed),
    },
  );
  const node: GraphNode = outer.producer(results[0])!;
  return { states: results.slice(0, initial.length), outputs: results.slice(initial.length) };
}

/** The number of time steps. @throws UsageError where sequences differ or there is none. */
export function sequenceLength(sequences: readonly Tensor[]): number {
  const [first] = sequences;
  if (!first || first.shape.length === 0 || sequences.some(({ shape }) => shape[0] !== first.shape[0])) {
    throw new UsageError('A recurrence needs sequences of one length', {
      where: 'recurrence',
      got: sequences.map(({ shape }) => `[${shape}]`).join(', ') || 'no sequence',
    });
  }
  return first.shape[0];
}

/** @throws UsageError where a step returns other states than it was given. */
export function checkStates(before: readonly Tensor[], after: readonly Tensor[]): void {
  if (before.length === after.length && before.every(({ shape }, i) => sameShape(shape, after[i].shape)))
    return;
  throw new UsageError('A step changes the shape of its states', {
    where: 'recurrence',
    expected: before.map(({ shape }) => `[${shape}]`).join(', '),
    got: after.map(({ shape }) => `[${shape}]`).join(', '),
  });
}

/** The attributes of a scan whose sequences all go one way. */
export function directions(
  inputs: number,
  outputs: number,
  reverse: boolean,
): Record<string, number | number[]> {
  const all = (count: number): number[] => Array.from({ length: count }, () => (reverse ? 1 : 0));
  return {
    num_scan_inputs: inputs,
    scan_input_directions: all(inputs),
    scan_output_directions: all(outputs),
  };
}
