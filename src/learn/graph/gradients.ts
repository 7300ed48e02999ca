/**
 * Reverse-mode differentiation: walks the nodes of a graph backwards and lets each operator's vector-Jacobian product
 * append its part of the backward pass (Griewank and Walther, Evaluating Derivatives, 2008, chapter 3).
 */
import { UsageError } from '../../signal/error.ts';
import { graphOf } from './graph.ts';
import type { Graph, Tensor } from './graph.ts';
import { readsOf } from './subgraph.ts';

function sumOf(terms: readonly Tensor[]): Tensor {
  if (terms.length === 1) return terms[0];
  // In pairs: a GPU binds at most eight buffers to one shader.
  const half = terms.length >> 1;
  const left = sumOf(terms.slice(0, half));
  const right = sumOf(terms.slice(half));
  return graphOf(left, right).node('Add', [left, right], left, { vjp: ([g]) => [g, g] });
}

/**
 * The vector-Jacobian products of `outputs` with `cotangents`, for each of `inputs`; undefined where no output depends on
 * the input. Only nodes of `graph` are walked: tensors of enclosing graphs count as independent.
 */
export function pullback(
  graph: Graph,
  outputs: readonly Tensor[],
  cotangents: readonly (Tensor | undefined)[],
  inputs: readonly Tensor[],
): (Tensor | undefined)[] {
  const dependent = new Set<Tensor>(inputs);
  const path = graph.nodes.filter((node) => {
    if (!readsOf(node).some((tensor) => dependent.has(tensor))) return false;
    for (const output of node.outputs) dependent.add(output);
    return true;
  });

  const terms = new Map<Tensor, Tensor[]>();
  const accumulate = (tensor: Tensor, gradient: Tensor): void => {
    const list = terms.get(tensor);
    if (list) list.push(gradient);
    else terms.set(tensor, [gradient]);
  };
  const total = (tensor: Tensor): Tensor | undefined => {
    const list = terms.get(tensor);
    if (!list) return undefined;
    const sum = sumOf(list);
    terms.set(tensor, [sum]);
    return sum;
  };
  outputs.forEach((output, i) => {
    const cotangent = cotangents[i];
    if (cotangent) accumulate(output, cotangent);
  });
  for (const node of path.toReversed()) {
    const gradients = node.outputs.map(total);
    if (gradients.every((gradient) => gradient === undefined)) continue;
    if (!node.vjp) {
      throw new UsageError(`${node.type} has no gradient`, {
        where: node.outputs[0].name,
        fix: 'Cut the path with stopGradient, or use another operator.',
      });
    }
    const reads = readsOf(node);
    node
      .vjp(gradients, (tensor) => dependent.has(tensor))
      .forEach((gradient, i) => {
        if (gradient && reads[i] && dependent.has(reads[i])) accumulate(reads[i], gradient);
      });
  }
  return inputs.map(total);
}

/**
 * The gradient of a scalar by each of `parameters`, appended to the graph. A parameter that the loss does not depend on
 * gets zeros.
 * @throws UsageError where the loss is not a scalar or an operator on the way has no gradient.
 */
export function gradients(loss: Tensor, parameters: readonly Tensor[]): Tensor[] {
  if (loss.shape.length > 0) {
    throw new UsageError('Only a scalar has a gradient', {
      where: loss.name,
      got: `shape [${loss.shape.join(', ')}]`,
    });
  }
  const { graph } = loss;
  return pullback(graph, [loss], [graph.number(1)], parameters).map(
    (gradient, i) => gradient ?? graph.zeros(parameters[i].shape),
  );
}
