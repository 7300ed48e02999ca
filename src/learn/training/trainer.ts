/** One ONNX graph that holds a network's forward pass, its backward pass and the optimizer's step; run step by step. */
import { InputError, MachineError, UsageError } from '../../signal/error.ts';
import { Random } from '../../math/random.ts';
import type { Engine, KeptValue, Session, Values } from '../engine/engine.ts';
import { gradients } from '../graph/gradients.ts';
import type { Tensor } from '../graph/graph.ts';
import { toModel } from '../graph/model.ts';
import { scalar, sizeOf } from '../graph/tensor.ts';
import type { TensorValue } from '../graph/tensor.ts';
import { Scope } from '../layers/scope.ts';
import type { Noise } from '../layers/scope.ts';
import { add, divide, multiply, square } from '../operators/arithmetic.ts';
import { sqrt } from '../operators/activation.ts';
import { sum } from '../operators/broadcast.ts';
import { minimum } from '../operators/selection.ts';
import type { Optimizer } from '../optimizers/optimizer.ts';

/** What a network minimizes, and scalars or tensors to watch. */
export interface Objective {
  readonly loss: Tensor;
  readonly metrics?: Readonly<Record<string, Tensor>>;
}

export interface TrainerOptions {
  readonly engine: Engine;
  /** Builds the network and its loss; inputs it declares are what each step feeds. */
  readonly model: (scope: Scope) => Objective;
  readonly optimizer: Optimizer;
  /** First weights and noise follow from it. */
  readonly seed: number;
  /** First weights by path, in place of drawn ones. */
  readonly weights?: Values;
  /** Gradients whose global norm is larger are scaled down to it (Pascanu et al. 2013). */
  readonly clipNorm?: number;
  /** Decay of an exponential moving average of the weights, for instance 0.999; none by default. */
  readonly averaging?: number;
  readonly threads?: number;
}

export interface StepResult {
  readonly loss: number;
  /** The global norm of the gradient, before clipping. */
  readonly gradientNorm: number;
  readonly metrics: Readonly<Record<string, TensorValue>>;
}

/** All that a training run needs to go on: the step it stands at, and every kept value to the bit. */
export interface TrainerState {
  readonly step: number;
  readonly values: Values;
}

/** The network's own values, and all that is kept: those, the optimizer's and the averages. */
interface NetworkNames {
  readonly parameters: readonly string[];
  readonly states: readonly string[];
  readonly kept: readonly string[];
}

const nextOf = (name: string): string => `next/${name}`;
const averageOf = (name: string): string => `${name}/average`;

export class Trainer {
  readonly #session: Session;
  readonly #options: TrainerOptions;
  readonly #weightNames: readonly string[];
  readonly #averaged: ReadonlySet<string>;
  readonly #noises: readonly Noise[];
  /** Everything the session keeps: weights, moments, averages. */
  readonly #kept: readonly string[];
  #step = 0;

  private constructor(
    session: Session,
    options: TrainerOptions,
    network: NetworkNames,
    noises: readonly Noise[],
  ) {
    this.#session = session;
    this.#options = options;
    this.#noises = noises;
    this.#kept = network.kept;
    this.#weightNames = [...network.parameters, ...network.states];
    this.#averaged = new Set(options.averaging === undefined ? [] : network.parameters);
  }

  /** Builds the graph and loads it into the engine. @throws UsageError where the loss is not a scalar. */
  static async create(options: TrainerOptions): Promise<Trainer> {
    const scope = Scope.training(options.seed, options.weights);
    const { graph } = scope;
    const { loss, metrics = {} } = options.model(scope);
    const parameters = [...graph.parameters.keys()];
    const names = {
      parameters: parameters.map(({ name }) => name),
      states: [...graph.states.keys()].map(({ name }) => name),
    };
    if (parameters.length === 0) throw new UsageError('The network has no parameters', { where: 'Trainer' });
    const { clipped, norm } = clip(gradients(loss, parameters), options.clipNorm);
    emitUpdates(scope, parameters, clipped, options);

    const outputs: Record<string, Tensor> = { loss, gradientNorm: norm };
    for (const [name, tensor] of Object.entries(metrics)) outputs[`metric/${name}`] = tensor;
    const state: Record<string, KeptValue> = {};
    for (const [tensor, initial] of [...graph.parameters, ...graph.states]) {
      const next = graph.updates.get(tensor);
      if (next) outputs[nextOf(tensor.name)] = next;
      state[tensor.name] = { initial, next: next && nextOf(tensor.name) };
    }
    const session = await options.engine.load(toModel(graph, outputs), { threads: options.threads, state });
    return new Trainer(session, options, { ...names, kept: Object.keys(state) }, scope.noises);
  }

  get seed(): number {
    return this.#options.seed;
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#step;
  }

  /**
   * One forward pass, backward pass and update.
   * @throws MachineError where the loss is not finite; the weights are then spoiled, restore a state.
   */
  async step(feeds: Values, learningRate: number): Promise<StepResult> {
    const number = this.#step + 1;
    const { optimizer, averaging } = this.#options;
    const all: Record<string, TensorValue> = { ...feeds };
    for (const [name, value] of Object.entries(optimizer.scalars(number, learningRate)))
      all[`step/${name}`] = scalar(value);
    // A short memory at first, so that the average soon forgets the random beginning.
    if (averaging !== undefined) all['step/averaging'] = scalar(Math.min(averaging, number / (number + 9)));
    this.#addNoise(all, number);
    const results = await this.#session.run(all);
    this.#step = number;
    const loss = Number(results.loss.data[0]);
    if (!Number.isFinite(loss)) {
      throw new MachineError('Training diverged', {
        where: `step ${number}`,
        expected: 'a finite loss',
        got: `${loss}`,
        fix: 'Lower the learning rate, clip the gradient (clipNorm), or look for NaN in the data.',
      });
    }
    const metrics: Record<string, TensorValue> = {};
    for (const [name, value] of Object.entries(results)) {
      if (name.startsWith('metric/')) metrics[name.slice('metric/'.length)] = value;
    }
    return { loss, gradientNorm: Number(results.gradientNorm.data[0]), metrics };
  }

  #addNoise(feeds: Record<string, TensorValue>, step: number): void {
    for (const { tensor, distribution } of this.#noises) {
      if (feeds[tensor.name]) continue;
      const random = new Random(`${this.#options.seed}/${tensor.name}/${step}`);
      const draw = distribution === 'normal' ? () => random.normal() : () => random.uniform();
      const data = Float32Array.from({ length: sizeOf(tensor.shape) }, draw);
      feeds[tensor.name] = { dtype: 'float32', shape: tensor.shape, data };
    }
  }

  /** Copies of the weights and running statistics by path: what `Scope.inference` takes. Averaged ones where kept. */
  async weights(options: { readonly averaged?: boolean } = {}): Promise<Record<string, TensorValue>> {
    const { averaged = this.#averaged.size > 0 } = options;
    const values = await this.#session.readState();
    return Object.fromEntries(
      this.#weightNames.map((name) => [
        name,
        values[averaged && this.#averaged.has(name) ? averageOf(name) : name],
      ]),
    );
  }

  async save(): Promise<TrainerState> {
    return { step: this.#step, values: await this.#session.readState() };
  }

  /** Goes back, or on, to a saved state. @throws InputError where it is of another network or optimizer. */
  async restore(state: TrainerState): Promise<void> {
    const missing = this.#kept.find((name) => !(name in state.values));
    const foreign = Object.keys(state.values).find((name) => !this.#kept.includes(name));
    if (missing !== undefined || foreign !== undefined) {
      throw new InputError('The saved state is of another network or optimizer', {
        where: `step ${state.step}`,
        expected: missing === undefined ? 'no such value' : `a value "${missing}"`,
        got: foreign === undefined ? 'none' : `"${foreign}"`,
        fix: 'Restore it with the settings that it was saved with.',
      });
    }
    await this.#session.writeState(state.values);
    this.#step = state.step;
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
  }
}

function clip(
  gradient: readonly Tensor[],
  limit: number | undefined,
): { clipped: readonly Tensor[]; norm: Tensor } {
  const squares = gradient.map((tensor) => sum(square(tensor)));
  const norm = sqrt(squares.reduce((total, term) => add(total, term)));
  if (limit === undefined) return { clipped: gradient, norm };
  const factor = minimum(divide(limit, add(norm, 1e-12)), 1);
  return { clipped: gradient.map((tensor) => multiply(tensor, factor)), norm };
}

function emitUpdates(
  scope: Scope,
  parameters: readonly Tensor[],
  gradient: readonly Tensor[],
  { optimizer, averaging }: TrainerOptions,
): void {
  const { graph } = scope;
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(1, 1)).map((name) => [name, graph.input(`step/${name}`, [])]),
  );
  const retained = averaging === undefined ? undefined : graph.input('step/averaging', []);
  parameters.forEach((parameter, i) => {
    const zeros = new Float32Array(sizeOf(parameter.shape));
    const moments = Object.fromEntries(
      optimizer.moments.map((name) => [
        name,
        graph.state(`${parameter.name}/${name}`, parameter.shape, zeros),
      ]),
    );
    const next = optimizer.update(parameter, gradient[i], moments, scalars);
    graph.update(parameter, next.parameter);
    for (const [name, moment] of Object.entries(next.moments)) graph.update(moments[name], moment);
    if (!retained) return;
    const initial = graph.parameters.get(parameter)!.data as Float32Array;
    const average = graph.state(averageOf(parameter.name), parameter.shape, initial);
    // average + (1 - retained) (parameter - average)
    const change = multiply(add(next.parameter, multiply(average, -1)), add(multiply(retained, -1), 1));
    graph.update(average, add(average, change));
  });
}
