/** From a graph to the bytes of an ONNX model. */
import { UsageError } from '../../signal/error.ts';
import { encodeModel } from '../onnx/model.ts';
import type { AttributeValue, GraphSpec, InitializerSpec, NodeSpec, ValueSpec } from '../onnx/model.ts';
import type { Graph, GraphNode, Tensor } from './graph.ts';
import { nodesFor, readsOf } from './subgraph.ts';
import type { TensorValue } from './tensor.ts';

export interface ModelOptions {
  /** Stored in the file's `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Leaves the first dimension of inputs and outputs open, so that one file takes any number of samples. Only for graphs
   * whose nodes do not state that number (no `Reshape`, no `Resize` to a size).
   */
  readonly openBatch?: boolean;
}

function bytesOf({ data }: TensorValue): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * The ONNX model that computes `outputs` under their names; nodes they do not need are left out. Inputs, parameters and
 * states that are used become inputs of the model, constants become initializers.
 * @throws UsageError where an output bears the name of an input.
 */
export function toModel(
  graph: Graph,
  outputs: Readonly<Record<string, Tensor>>,
  options: ModelOptions = {},
): Uint8Array {
  const wanted = Object.entries(outputs);
  const nodes = nodesFor(
    graph,
    [],
    wanted.map(([, tensor]) => tensor),
  );
  const used = new Set<Tensor>(wanted.map(([, tensor]) => tensor));
  for (const node of nodes) for (const tensor of readsOf(node)) used.add(tensor);

  // An output is its tensor renamed; one that is no node's, or that has two names, is copied.
  const renamed = new Map<Tensor, string>();
  const copies: NodeSpec[] = [];
  const feeds = [...graph.inputs, ...graph.parameters.keys(), ...graph.states.keys()].filter((tensor) =>
    used.has(tensor),
  );
  const feedNames = new Set(feeds.map((tensor) => tensor.name));
  for (const [name, tensor] of wanted) {
    if (feedNames.has(name)) {
      throw new UsageError(`The output "${name}" bears the name of an input`, { where: 'toModel' });
    }
    if (graph.producer(tensor) && !renamed.has(tensor)) renamed.set(tensor, name);
    else
      copies.push({
        type: 'Identity',
        name: `${name}/copy`,
        inputs: [nameOf(tensor)],
        outputs: [name],
        attributes: {},
      });
  }
  function nameOf(tensor: Tensor | undefined): string {
    return tensor ? (renamed.get(tensor) ?? tensor.name) : '';
  }
  const valueOf = (tensor: Tensor): ValueSpec => ({
    name: nameOf(tensor),
    shape: tensor.shape,
    dtype: tensor.dtype,
  });

  function specOf(node: GraphNode): NodeSpec {
    const attributes: Record<string, AttributeValue> = { ...node.attributes };
    for (const body of node.bodies) {
      const inner = body.inputs[0].graph;
      attributes[body.attribute] = {
        graph: bodySpec(inner, body.inputs, body.outputs, node.outputs[0].name),
      };
    }
    return {
      type: node.type,
      name: node.outputs[0].name,
      inputs: node.inputs.map(nameOf),
      outputs: node.outputs.map(nameOf),
      attributes,
    };
  }
  // A body's outputs must be its own and distinct: what it passes through, or returns twice, is copied.
  function bodySpec(
    inner: Graph,
    inputs: readonly Tensor[],
    results: readonly Tensor[],
    prefix: string,
  ): GraphSpec {
    const steps = nodesFor(inner, inputs, results);
    const own = new Set(steps.flatMap(({ outputs }) => outputs));
    const repeats: NodeSpec[] = [];
    const outputs = results.map((tensor, i): ValueSpec => {
      if (own.delete(tensor)) return valueOf(tensor);
      const name = `${prefix}/out${i}`;
      repeats.push({ type: 'Identity', name, inputs: [nameOf(tensor)], outputs: [name], attributes: {} });
      return { ...valueOf(tensor), name };
    });
    return {
      name: `${prefix}/body`,
      nodes: [...steps.map(specOf), ...repeats],
      initializers: [],
      inputs: inputs.map(valueOf),
      outputs,
    };
  }

  const opened = (spec: ValueSpec): ValueSpec =>
    options.openBatch ? { ...spec, shape: ['batch', ...spec.shape.slice(1)] } : spec;
  const initializers: InitializerSpec[] = [];
  for (const [tensor, value] of graph.constants) {
    if (used.has(tensor))
      initializers.push({ ...valueOf(tensor), shape: tensor.shape, bytes: bytesOf(value) });
  }
  return encodeModel(
    {
      name: 'marey',
      nodes: [...nodes.map(specOf), ...copies],
      initializers,
      inputs: feeds.map(valueOf).map(opened),
      outputs: wanted.map(([name, tensor]) => opened({ name, shape: tensor.shape, dtype: tensor.dtype })),
    },
    options.metadata,
  );
}
