/** What operators accept: tensors, and plain numbers where a scalar is meant. */
import { graphOf } from '../graph/graph.ts';
import type { Graph, Tensor } from '../graph/graph.ts';
import { UsageError } from '../../signal/error.ts';

export type Operand = Tensor | number;

/** The graph of an operation and its operands as tensors. @throws UsageError where none of them is a tensor. */
export function resolve(...operands: readonly Operand[]): { graph: Graph; tensors: Tensor[] } {
  const given = operands.filter((operand) => typeof operand !== 'number');
  if (given.length === 0)
    throw new UsageError('An operation on numbers alone belongs to no graph', { where: 'operator' });
  const graph = graphOf(...given);
  return {
    graph,
    tensors: operands.map((operand) => (typeof operand === 'number' ? graph.number(operand) : operand)),
  };
}
