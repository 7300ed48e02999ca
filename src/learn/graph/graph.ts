/**
 * A computation of static shapes as a list of ONNX nodes. Operators (`src/learn/operators`) append to it; `gradients`
 * appends the backward pass; `toModel` emits what the wanted outputs need.
 *
 * Think of it as a tape: nodes stand in the order of their creation, which is an order of execution.
 */
import { UsageError } from '../../signal/error.ts';
import type { AttributeValue } from '../onnx/model.ts';
import { sizeOf } from './tensor.ts';
import type { DType, Shape, TensorData, TensorValue } from './tensor.ts';

/** A value to be computed: a name in a graph with a shape and an element type. */
export interface Tensor {
  readonly graph: Graph;
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A subgraph that a node carries as an attribute (the body of `Scan`). */
export interface Body {
  readonly attribute: string;
  readonly inputs: Tensor[];
  readonly outputs: Tensor[];
}

/**
 * The vector-Jacobian product of a node: from the gradients of the loss by each output (undefined where the loss does not
 * depend on it) those by each input (undefined where there is none, as for indices).
 */
export type Vjp = (
  gradients: readonly (Tensor | undefined)[],
  /** Whether a gradient by this tensor leads anywhere; the others may be left undefined. */
  needed: (tensor: Tensor) => boolean,
) => readonly (Tensor | undefined)[];

export interface GraphNode {
  readonly type: string;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputs: Tensor[];
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly bodies: readonly Body[];
  readonly vjp?: Vjp;
}

export interface NodeOptions {
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly bodies?: readonly Body[];
  readonly vjp?: Vjp;
}

interface OutputSpec {
  readonly shape: Shape;
  readonly dtype?: DType;
}

function describe(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

export class Graph {
  /** The graph this one is a body of. Its tensors, and its ancestors', may be used here. */
  readonly parent: Graph | undefined;
  readonly nodes: GraphNode[] = [];
  /** What a caller feeds at each run. */
  readonly inputs: Tensor[] = [];
  /** Trained values: fed as inputs while training, constants in an exported network. */
  readonly parameters = new Map<Tensor, TensorValue>();
  /** Values carried from run to run without a gradient (running statistics, optimizer moments). */
  readonly states = new Map<Tensor, TensorValue>();
  /** What a state becomes after a run. */
  readonly updates = new Map<Tensor, Tensor>();
  readonly constants = new Map<Tensor, TensorValue>();
  readonly #producers = new Map<Tensor, GraphNode>();
  readonly #cache = new Map<string, Tensor>();
  readonly #names: Set<string>;

  constructor(parent?: Graph) {
    this.parent = parent;
    this.#names = parent ? parent.#names : new Set();
  }

  get depth(): number {
    return this.parent ? this.parent.depth + 1 : 0;
  }

  /** The outermost graph, which holds the constants. */
  get root(): Graph {
    return this.parent ? this.parent.root : this;
  }

  #declare(name: string, shape: Shape, dtype: DType): Tensor {
    if (this.#names.has(name)) {
      throw new UsageError(`The name "${name}" is taken`, {
        where: 'Graph',
        fix: 'Give each input and parameter its own name.',
      });
    }
    if (!shape.every((size) => Number.isInteger(size) && size >= 0)) {
      throw new UsageError('A shape is not made of whole numbers', { where: name, got: describe(shape) });
    }
    this.#names.add(name);
    return { graph: this, name, shape, dtype };
  }

  #fresh(stem: string, shape: Shape, dtype: DType): Tensor {
    return this.#declare(`${stem}#${this.#names.size}`, shape, dtype);
  }

  input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor {
    const tensor = this.#declare(name, shape, dtype);
    this.inputs.push(tensor);
    return tensor;
  }

  /** A value that a node carrying this graph as its body supplies. */
  placeholder(shape: Shape, dtype: DType = 'float32'): Tensor {
    return this.#fresh('placeholder', shape, dtype);
  }

  /** A trained value. @param initial row-major, of the shape's size; held, not copied. */
  parameter(name: string, shape: Shape, initial: Float32Array): Tensor {
    const tensor = this.#declare(name, shape, 'float32');
    this.parameters.set(tensor, this.#checked(name, shape, initial, 'float32'));
    return tensor;
  }

  /** A value that each run replaces by `update`'s; it has no gradient. */
  state(name: string, shape: Shape, initial: Float32Array): Tensor {
    const tensor = this.#declare(name, shape, 'float32');
    this.states.set(tensor, this.#checked(name, shape, initial, 'float32'));
    return tensor;
  }

  update(state: Tensor, next: Tensor): void {
    if (!this.states.has(state) && !this.parameters.has(state)) {
      throw new UsageError('Only a state or a parameter can be updated', { where: state.name });
    }
    if (describe(state.shape) !== describe(next.shape)) {
      throw new UsageError('An update has another shape than its state', {
        where: state.name,
        expected: describe(state.shape),
        got: describe(next.shape),
      });
    }
    this.updates.set(state, next);
  }

  #checked(name: string, shape: Shape, data: TensorData, dtype: DType): TensorValue {
    if (data.length !== sizeOf(shape)) {
      throw new UsageError('The data do not fill the shape', {
        where: name,
        expected: `${sizeOf(shape)} elements for ${describe(shape)}`,
        got: `${data.length}`,
      });
    }
    return { dtype, shape, data };
  }

  /** A value that never changes. Constants of a body belong to the outermost graph. */
  constant(shape: Shape, data: TensorData, dtype: DType = 'float32'): Tensor {
    if (this.parent) return this.parent.constant(shape, data, dtype);
    const tensor = this.#fresh('constant', shape, dtype);
    this.constants.set(tensor, this.#checked(tensor.name, shape, data, dtype));
    return tensor;
  }

  #cached(key: string, make: () => Tensor): Tensor {
    if (this.parent) return this.parent.#cached(key, make);
    let tensor = this.#cache.get(key);
    if (!tensor) this.#cache.set(key, (tensor = make()));
    return tensor;
  }

  /** A float32 constant of one value; equal ones are shared. */
  number(value: number): Tensor {
    return this.#cached(`number ${Object.is(value, -0) ? '-0' : value}`, () =>
      this.constant([], Float32Array.of(value)),
    );
  }

  /** An int64 vector (shapes, axes, pads); equal ones are shared. */
  integers(values: readonly number[]): Tensor {
    return this.#cached(`integers ${values.join()}`, () =>
      this.constant([values.length], BigInt64Array.from(values, BigInt), 'int64'),
    );
  }

  /** Float32 zeros of a shape; equal ones are shared. */
  zeros(shape: Shape): Tensor {
    return this.#cached(`zeros ${shape.join()}`, () => this.constant(shape, new Float32Array(sizeOf(shape))));
  }

  /** Appends an ONNX node with several outputs. Operators call this; a network is written with operators. */
  nodeOutputs(
    type: string,
    inputs: readonly (Tensor | undefined)[],
    outputs: readonly OutputSpec[],
    options: NodeOptions = {},
  ): Tensor[] {
    const tensors = outputs.map(({ shape, dtype = 'float32' }) => this.#fresh(type, shape, dtype));
    const node: GraphNode = {
      type,
      inputs,
      outputs: tensors,
      attributes: options.attributes ?? {},
      bodies: options.bodies ?? [],
      vjp: options.vjp,
    };
    this.nodes.push(node);
    for (const tensor of tensors) this.#producers.set(tensor, node);
    return tensors;
  }

  /** Appends an ONNX node with one output. */
  node(
    type: string,
    inputs: readonly (Tensor | undefined)[],
    output: OutputSpec,
    options: NodeOptions = {},
  ): Tensor {
    return this.nodeOutputs(type, inputs, [output], options)[0];
  }

  /** Adds an output to a node that exists (a scan that must also return what its backward pass reads). */
  addOutput(node: GraphNode, spec: OutputSpec): Tensor {
    const tensor = this.#fresh(node.type, spec.shape, spec.dtype ?? 'float32');
    node.outputs.push(tensor);
    this.#producers.set(tensor, node);
    return tensor;
  }

  /** The node that computes a tensor; undefined for inputs, parameters, states and constants. */
  producer(tensor: Tensor): GraphNode | undefined {
    return this.#producers.get(tensor);
  }
}

/**
 * The graph an operation on these tensors belongs to: the innermost.
 * @throws UsageError where they come from graphs that are not nested.
 */
export function graphOf(...tensors: readonly Tensor[]): Graph {
  let innermost = tensors[0].graph;
  for (const { graph } of tensors) if (graph.depth > innermost.depth) innermost = graph;
  const family = new Set<Graph>();
  for (let graph: Graph | undefined = innermost; graph; graph = graph.parent) family.add(graph);
  for (const { graph, name } of tensors) {
    if (!family.has(graph)) throw new UsageError('Two tensors are of different graphs', { where: name });
  }
  return innermost;
}
