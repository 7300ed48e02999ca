/**
 * Backpropagation through time as a second scan, in the other direction. What its steps read of the forward steps is stored
 * by these as further outputs; a weight's gradient is one product over all times where its steps' are products.
 */
import { pullback } from '../../graph/gradients.ts';
import { graphOf } from '../../graph/graph.ts';
import type { Body, Graph, GraphNode, Tensor } from '../../graph/graph.ts';
import { capturesOf, nodesFor, readsOf } from '../../graph/subgraph.ts';
import { add } from '../arithmetic.ts';
import { reshape, sum } from '../broadcast.ts';
import { matmul } from '../matmul.ts';
import type { Step } from './scan.ts';

/** A scan as it was built. */
export interface ScanRecord {
  readonly node: GraphNode;
  readonly body: Body;
  readonly initial: readonly Tensor[];
  readonly sequences: readonly Tensor[];
  readonly next: Step;
  readonly length: number;
  readonly reverse: boolean;
}

/** The gradients by the initial states, the sequences, and the captured tensors, in this order. */
export function scanGradient(
  record: ScanRecord,
  gradients: readonly (Tensor | undefined)[],
  needed: (tensor: Tensor) => boolean,
): (Tensor | undefined)[] {
  const { body, initial, sequences, next } = record;
  const inner = body.inputs[0].graph;
  const captured = capturesOf(inner, body.inputs, body.outputs);
  const states = body.inputs.slice(0, initial.length);
  const elements = body.inputs.slice(initial.length);
  const wantedElements = elements.filter((_, i) => needed(sequences[i]));
  const wantedCaptured = captured.filter(needed);

  // One step back: from the gradients by the states after it and by its outputs.
  const fromState = states.map(({ shape }) => inner.placeholder(shape));
  const seen = next.outputs.flatMap((output, i) => {
    const gradient = gradients[initial.length + i];
    return gradient ? [{ output, gradient, element: inner.placeholder(output.shape) }] : [];
  });
  const forward = new Set([
    ...body.inputs,
    ...nodesFor(inner, body.inputs, body.outputs).flatMap(({ outputs }) => outputs),
  ]);
  const found = pullback(
    inner,
    [...next.states, ...seen.map(({ output }) => output)],
    [...fromState, ...seen.map(({ element }) => element)],
    [...states, ...wantedElements, ...wantedCaptured],
  );
  const zero = (like: Tensor): Tensor => inner.zeros(like.shape);
  const toState = states.map((state, i) => found[i] ?? zero(state));
  const toElement = wantedElements.map((element, i) => found[states.length + i] ?? zero(element));
  const toCaptured = wantedCaptured.map((_, i) => found[states.length + wantedElements.length + i]);

  const backward = new BackwardScan(record, forward);
  const totals = toCaptured.map((gradient) => gradient && backward.total(gradient));
  const { finals, collected } = backward.emit(
    fromState,
    toState,
    states.map((state, i) => gradients[i] ?? zero(state)),
    seen,
    toElement,
  );
  return [
    ...finals,
    ...sequences.map((sequence, i) => {
      const at = wantedElements.indexOf(elements[i]);
      return needed(sequence) && at >= 0 ? collected[at] : undefined;
    }),
    ...captured.map((tensor) => {
      const at = wantedCaptured.indexOf(tensor);
      return at >= 0 ? totals[at]?.() : undefined;
    }),
  ];
}

interface Accumulator {
  readonly before: Tensor;
  readonly after: Tensor;
}

/** Collects what the backward scan must carry, read and return, then emits it. */
class BackwardScan {
  readonly #record: ScanRecord;
  readonly #inner: Graph;
  readonly #outer: Graph;
  readonly #forward: ReadonlySet<Tensor>;
  readonly #accumulators: Accumulator[] = [];
  readonly #collected: Tensor[] = [];
  #results: readonly Tensor[] = [];

  constructor(record: ScanRecord, forward: ReadonlySet<Tensor>) {
    this.#record = record;
    this.#forward = forward;
    this.#inner = record.body.inputs[0].graph;
    this.#outer = record.node.outputs[0].graph;
  }

  /** The sum over all steps of a tensor of the step; the result exists once the scan is emitted. */
  total(gradient: Tensor): () => Tensor {
    const product = this.#hoisted(gradient);
    if (product) return product;
    const before = this.#inner.placeholder(gradient.shape);
    const index = this.#accumulators.push({ before, after: add(before, gradient) }) - 1;
    return () => this.#results[this.#record.initial.length + index];
  }

  // Sums of products and of sums over samples are taken once, over all times, outside of the loop.
  #hoisted(gradient: Tensor): (() => Tensor) | undefined {
    const node = gradient.graph === this.#inner ? this.#inner.producer(gradient) : undefined;
    if (!node || this.#forward.has(gradient)) return undefined;
    const [a, b] = node.inputs;
    if (!a) return undefined;
    if (node.type === 'Add' && b) {
      const [left, right] = [this.#hoisted(a), this.#hoisted(b)];
      return left && right && (() => add(left(), right()));
    }
    if (node.type === 'Reshape') {
      const inside = this.#hoisted(a);
      return inside && (() => reshape(inside(), gradient.shape));
    }
    if (node.type === 'ReduceSum' && a.graph === this.#inner) {
      const rest = a.shape.length - gradient.shape.length;
      // Reduced dimensions were kept (size 1) or are known from the constant.
      const axes = this.#outer.root.constants.get(b!)!.data;
      const all = this.#sequence(a);
      const shifted = [0, ...Array.from(axes as BigInt64Array, (axis) => Number(axis) + 1)];
      return () =>
        rest === 0 ? reshape(sum(all(), { axes: shifted }), gradient.shape) : sum(all(), { axes: shifted });
    }
    const { transA, transB } = node.attributes;
    if (node.type === 'Gemm' && transA === 1 && transB === 0 && node.inputs.length === 2 && b) {
      if (a.graph !== this.#inner || b.graph !== this.#inner) return undefined;
      const [left, right] = [this.#sequence(a), this.#sequence(b)];
      const rows = (x: Tensor): Tensor => reshape(x, [-1, x.shape[2]]);
      return () => matmul(rows(left()), rows(right()), { transposeA: true });
    }
    return undefined;
  }

  /** A tensor of the step at all times, [time, ...]: of the forward scan, or collected by this one. */
  #sequence(tensor: Tensor): () => Tensor {
    if (this.#forward.has(tensor)) {
      const stored = this.#stored(tensor);
      return () => stored;
    }
    const index = this.#collect(tensor);
    return () => this.#results[this.#record.initial.length + this.#accumulators.length + index];
  }

  // Each tensor of the step once: a collected one costs the memory of a sequence.
  #collect(tensor: Tensor): number {
    const index = this.#collected.indexOf(tensor);
    return index < 0 ? this.#collected.push(tensor) - 1 : index;
  }

  // Where the forward scan has read or returned it already, nothing more is stored.
  #stored(tensor: Tensor): Tensor {
    const { node, body, initial, sequences } = this.#record;
    const read = body.inputs.indexOf(tensor);
    if (read >= initial.length) return sequences[read - initial.length];
    const returned = body.outputs.indexOf(tensor, initial.length);
    if (returned >= 0) return node.outputs[returned];
    body.outputs.push(tensor);
    const added = this.#outer.addOutput(node, {
      shape: [this.#record.length, ...tensor.shape],
      dtype: tensor.dtype,
    });
    (node.attributes.scan_output_directions as number[]).push(this.#record.reverse ? 1 : 0);
    return added;
  }

  emit(
    fromState: readonly Tensor[],
    toState: readonly Tensor[],
    last: readonly Tensor[],
    seen: readonly { readonly gradient: Tensor; readonly element: Tensor }[],
    toElement: readonly Tensor[],
  ): { finals: Tensor[]; collected: Tensor[] } {
    const { reverse, length } = this.#record;
    const carried = this.#accumulators;
    const toElements = toElement.map((tensor) => this.#collect(tensor));
    const collected = this.#collected;
    const outputs = [...toState, ...carried.map(({ after }) => after), ...collected];
    const given = [
      ...fromState,
      ...carried.map(({ before }) => before),
      ...seen.map(({ element }) => element),
    ];
    const residuals = this.#residuals(given, outputs);
    const elements = [
      ...seen.map(({ gradient }) => gradient),
      ...residuals.map((tensor) => this.#stored(tensor)),
    ];
    const initial = [...last, ...carried.map(({ before }) => this.#outer.zeros(before.shape))];
    const graph = graphOf(...initial, ...elements);
    const all = (count: number): number[] => Array.from({ length: count }, () => (reverse ? 0 : 1));
    this.#results = graph.nodeOutputs(
      'Scan',
      [...initial, ...elements],
      [...initial, ...collected.map(({ shape, dtype }) => ({ shape: [length, ...shape], dtype }))],
      {
        attributes: {
          num_scan_inputs: elements.length,
          scan_input_directions: all(elements.length),
          scan_output_directions: all(collected.length),
        },
        bodies: [{ attribute: 'body', inputs: [...given, ...residuals], outputs }],
      },
    );
    const start = last.length + carried.length;
    return {
      finals: this.#results.slice(0, last.length),
      collected: toElements.map((index) => this.#results[start + index]),
    };
  }

  // What the backward step reads of the forward step.
  #residuals(given: readonly Tensor[], outputs: readonly Tensor[]): Tensor[] {
    const read = new Set<Tensor>();
    for (const tensor of outputs) if (this.#forward.has(tensor)) read.add(tensor);
    for (const node of nodesFor(this.#inner, [...given, ...this.#forward], outputs)) {
      for (const tensor of readsOf(node)) if (this.#forward.has(tensor)) read.add(tensor);
    }
    return [...read];
  }
}
