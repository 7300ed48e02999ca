/**
 * Where a layer puts its parameters. A network is a function of a scope and its inputs; the same function builds the graph
 * that trains (parameters are trained values) and the one that infers (parameters are constants).
 */
import { InputError, UsageError } from '../../signal/error.ts';
import { Random } from '../../math/random.ts';
import type { Values } from '../engine/engine.ts';
import { Graph } from '../graph/graph.ts';
import type { Tensor } from '../graph/graph.ts';
import { sameShape } from '../graph/tensor.ts';
import type { DType, Shape } from '../graph/tensor.ts';
import type { Initializer } from './initializers.ts';

/** Random numbers that each training step feeds to a graph: standard normal, or uniform in [0, 1). */
export interface Noise {
  readonly tensor: Tensor;
  readonly distribution: 'normal' | 'uniform';
}

/** What all scopes of one network share. */
interface Network {
  readonly graph: Graph;
  readonly training: boolean;
  readonly seed: number | string;
  readonly values: Values | undefined;
  readonly tensors: Map<string, Tensor>;
  readonly noises: Noise[];
}

export class Scope {
  readonly #network: Network;
  readonly #path: string;

  private constructor(network: Network, path: string) {
    this.#network = network;
    this.#path = path;
  }

  /**
   * A network to be trained.
   * @param seed first values depend on it and on a parameter's path, not on the order of creation.
   * @param values first values by path, where known (a trained network to go on with); the others are drawn.
   */
  static training(seed: number | string, values?: Values, graph = new Graph()): Scope {
    return new Scope({ graph, training: true, seed, values, tensors: new Map(), noises: [] }, '');
  }

  /** A network with fixed weights. @param values parameters and states by path. */
  static inference(values: Values, graph = new Graph()): Scope {
    return new Scope({ graph, training: false, seed: 0, values, tensors: new Map(), noises: [] }, '');
  }

  get graph(): Graph {
    return this.#network.graph;
  }

  get training(): boolean {
    return this.#network.training;
  }

  get noises(): readonly Noise[] {
    return this.#network.noises;
  }

  /** The scope of a part; names join with dots: `scope.at('encoder').at(0)` is `encoder.0`. */
  at(name: string | number): Scope {
    return new Scope(this.#network, this.#name(String(name)));
  }

  #name(name: string): string {
    return this.#path ? `${this.#path}.${name}` : name;
  }

  /** What is fed at each run. The name is taken as it is, without the scope's path. */
  input(name: string, shape: Shape, dtype: DType = 'float32'): Tensor {
    return this.graph.input(name, shape, dtype);
  }

  /** A trained value; asking again for the same path gives the same tensor, so layers share weights by sharing a scope. */
  parameter(name: string, shape: Shape, initializer: Initializer): Tensor {
    return this.#value(name, shape, (path, data) => this.graph.parameter(path, shape, data), initializer);
  }

  /** A value without gradient that training updates: use `scope.update`. */
  state(name: string, shape: Shape, initializer: Initializer): Tensor {
    return this.#value(name, shape, (path, data) => this.graph.state(path, shape, data), initializer);
  }

  /** What a state becomes after a training step; nothing at inference. */
  update(state: Tensor, next: Tensor): void {
    if (this.training) this.graph.update(state, next);
  }

  /** Random numbers, new in each training step. @throws UsageError at inference. */
  noise(name: string, shape: Shape, distribution: Noise['distribution']): Tensor {
    if (!this.training) throw new UsageError('Noise is for training only', { where: this.#name(name) });
    const tensor = this.graph.input(this.#name(name), shape);
    this.#network.noises.push({ tensor, distribution });
    return tensor;
  }

  #value(
    name: string,
    shape: Shape,
    declare: (path: string, data: Float32Array) => Tensor,
    initializer: Initializer,
  ): Tensor {
    const path = this.#name(name);
    const { tensors, values, seed, training, graph } = this.#network;
    const existing = tensors.get(path);
    if (existing) {
      if (sameShape(existing.shape, shape)) return existing;
      throw new UsageError('A parameter is used with two shapes', {
        where: path,
        expected: `[${existing.shape}]`,
        got: `[${shape}]`,
      });
    }
    const given = values?.[path];
    if (given && (!sameShape(given.shape, shape) || !(given.data instanceof Float32Array))) {
      throw new InputError('The weights are of another network', {
        where: path,
        expected: `float32 [${shape.join(', ')}]`,
        got: `${given.dtype} [${given.shape.join(', ')}]`,
      });
    }
    if (!given && !training) {
      throw new InputError('The weights lack a parameter', {
        where: path,
        expected: `float32 [${shape.join(', ')}]`,
      });
    }
    const data = given ? (given.data as Float32Array) : initializer(shape, new Random(`${seed}/${path}`));
    const tensor = training ? declare(path, data) : graph.constant(shape, data);
    tensors.set(path, tensor);
    return tensor;
  }
}
