/** Which nodes a set of tensors needs: the part of a graph that is emitted, and the part that is differentiated. */
import type { Graph, GraphNode, Tensor } from './graph.ts';

/** The tensors of enclosing graphs that a node reads: its inputs, and what its bodies capture. */
export function readsOf(node: GraphNode): Tensor[] {
  const reads = node.inputs.filter((input) => input !== undefined);
  for (const body of node.bodies) {
    const graph = body.inputs[0].graph;
    reads.push(...capturesOf(graph, body.inputs, body.outputs));
  }
  return reads;
}

/** The nodes of `graph` that `outputs` need, in order of execution, not going beyond `inputs`. */
export function nodesFor(graph: Graph, inputs: readonly Tensor[], outputs: readonly Tensor[]): GraphNode[] {
  const stop = new Set(inputs);
  const needed = new Set<GraphNode>();
  const pending = [...outputs];
  for (let tensor = pending.pop(); tensor; tensor = pending.pop()) {
    if (stop.has(tensor)) continue;
    const node = graph.producer(tensor);
    if (!node || needed.has(node)) continue;
    needed.add(node);
    pending.push(...readsOf(node));
  }
  return graph.nodes.filter((node) => needed.has(node));
}

/** The tensors of enclosing graphs that a body needs, each once, in order of first use. */
export function capturesOf(graph: Graph, inputs: readonly Tensor[], outputs: readonly Tensor[]): Tensor[] {
  const captured = new Set<Tensor>();
  for (const tensor of outputs) if (tensor.graph !== graph) captured.add(tensor);
  for (const node of nodesFor(graph, inputs, outputs)) {
    for (const tensor of readsOf(node)) if (tensor.graph !== graph) captured.add(tensor);
  }
  return [...captured];
}
