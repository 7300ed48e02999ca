/** Recurrent networks over sequences [time, sample, feature]. The products with the inputs are taken for all times at once. */
import { UsageError } from '../../signal/error.ts';
import type { Tensor } from '../graph/graph.ts';
import { relu, sigmoid, tanh } from '../operators/activation.ts';
import { add, multiply, subtract } from '../operators/arithmetic.ts';
import { reshape } from '../operators/broadcast.ts';
import { matmul } from '../operators/matmul.ts';
import { concat, split } from '../operators/shape.ts';
import { recur } from '../operators/recurrence/recur.ts';
import type { RecurOptions } from '../operators/recurrence/recur.ts';
import type { StepFunction } from '../operators/recurrence/scan.ts';
import { filled, glorot, orthogonal } from './initializers.ts';
import type { Initializer } from './initializers.ts';
import type { Scope } from './scope.ts';

export interface RecurrentOptions extends RecurOptions {
  /** Size of the state. */
  readonly units: number;
  /** The states before the first step, each [sample, units]; zeros by default. An LSTM has two: hidden, cell. */
  readonly initial?: readonly Tensor[];
}

export interface RecurrentResult {
  /** [time, sample, units], in the order of the input whatever the direction. */
  readonly outputs: Tensor;
  /** The states after the last step, [sample, units]. */
  readonly states: readonly Tensor[];
}

/** An orthogonal matrix for each of `count` gates, side by side: [units, count x units]. */
function gateWeights(count: number): Initializer {
  return ([rows], random) => {
    const values = new Float32Array(rows * count * rows);
    for (let gate = 0; gate < count; gate++) {
      const square = orthogonal()([rows, rows], random);
      for (let i = 0; i < rows; i++) {
        values.set(square.subarray(i * rows, (i + 1) * rows), i * count * rows + gate * rows);
      }
    }
    return values;
  };
}

interface Parameters {
  /** [features, gates x units]. */
  readonly inputWeight: Tensor;
  /** [gates x units]. */
  readonly inputBias: Tensor;
  /** [units, gates x units]. */
  readonly weight: Tensor;
}

function parametersOf(scope: Scope, x: Tensor, units: number, gates: number, bias: Initializer): Parameters {
  const features = x.shape[2];
  return {
    inputWeight: scope.parameter(
      'inputWeight',
      [features, gates * units],
      glorot({ fanIn: features, fanOut: units }),
    ),
    inputBias: scope.parameter('inputBias', [gates * units], bias),
    weight: scope.parameter('weight', [units, gates * units], gateWeights(gates)),
  };
}

/** The elements of a sequence as the rows of one matrix. */
function rowsOf(x: Tensor): { readonly rows: Tensor; readonly time: number; readonly samples: number } {
  if (x.shape.length !== 3) {
    throw new UsageError('A recurrent layer takes sequences', {
      where: 'recurrent',
      expected: '[time, sample, feature]',
      got: `[${x.shape}]`,
    });
  }
  const [time, samples, features] = x.shape;
  return { rows: reshape(x, [time * samples, features]), time, samples };
}

function initialOf(
  scope: Scope,
  { units, initial }: RecurrentOptions,
  samples: number,
  states: number,
): readonly Tensor[] {
  if (initial) return initial;
  const zeros = scope.graph.zeros([samples, units]);
  return Array.from({ length: states }, () => zeros);
}

interface Prepared {
  /** x W + b for all times, [time, sample, gates x units]. */
  readonly drive: Tensor;
  /** [units, gates x units]. */
  readonly weight: Tensor;
  readonly initial: readonly Tensor[];
}

function prepare(
  scope: Scope,
  x: Tensor,
  options: RecurrentOptions,
  gates: number,
  states: number,
  bias: Initializer,
): Prepared {
  const { units } = options;
  const { rows, time, samples } = rowsOf(x);
  const { inputWeight, inputBias, weight } = parametersOf(scope, x, units, gates, bias);
  const drive = matmul(rows, inputWeight, { bias: inputBias });
  return {
    drive: reshape(drive, [time, samples, gates * units]),
    weight,
    initial: initialOf(scope, options, samples, states),
  };
}

function run(
  step: StepFunction,
  initial: readonly Tensor[],
  sequences: readonly Tensor[],
  options: RecurrentOptions,
): RecurrentResult {
  const { states, outputs } = recur(step, initial, sequences, options);
  return { outputs: outputs[0], states };
}

export interface RnnOptions extends RecurrentOptions {
  /** `tanh` by default. */
  readonly activation?: 'tanh' | 'relu';
  /**
   * The fraction of the way to its new value that a unit goes in one step, dt / tau in (0, 1]; 1 by default. Below 1 the
   * state x is leaky and the output is r = f(x): x <- (1 - leak) x + leak (r W + drive).
   */
  readonly leak?: number;
}

/**
 * A vanilla recurrent network: h <- f(h W + x Wx + b), or its leaky form, in which the states hold x and the outputs f(x)
 * (Song et al. 2016, equation 8). Parameters: `inputWeight` [in, units], `inputBias` [units], `weight` [units, units].
 */
export function rnn(scope: Scope, x: Tensor, options: RnnOptions): RecurrentResult {
  const { activation = 'tanh', leak = 1 } = options;
  const nonlinearity = activation === 'tanh' ? tanh : relu;
  const { drive, weight, initial } = prepare(scope, x, options, 1, 1, filled(0));
  if (leak === 1) {
    return run(
      ([h], [driven]) => {
        const next = nonlinearity(matmul(h, weight, { bias: driven }));
        return { states: [next], outputs: [next] };
      },
      initial,
      [drive],
      options,
    );
  }
  return run(
    ([state], [driven]) => {
      const input = matmul(nonlinearity(state), weight, { bias: driven });
      const next = add(multiply(state, 1 - leak), multiply(input, leak));
      return { states: [next], outputs: [nonlinearity(next)] };
    },
    initial,
    [drive],
    options,
  );
}

/**
 * Gated recurrent units (Cho et al. 2014), the reset gate after the product: r, z = sigmoid(x Wx + h W + b),
 * n = tanh(x Wx + b + r (h W + b')), h <- n + z (h - n). Gates lie in the order r, z, n. Parameters: `inputWeight` [in, 3 units],
 * `inputBias` [3 units], `weight` [units, 3 units], `bias` [3 units].
 */
export function gru(scope: Scope, x: Tensor, options: RecurrentOptions): RecurrentResult {
  const { units } = options;
  const { rows, time, samples } = rowsOf(x);
  const parameters = parametersOf(scope, x, units, 3, filled(0));
  const bias = scope.parameter('bias', [3 * units], filled(0));
  // A product a gate: no step then takes the gates' columns apart, and the backward pass does not join them.
  const [wr, wz, wn] = split(parameters.inputWeight, 3, 1);
  const [ur, uz, un] = split(parameters.weight, 3, 1);
  const [br, bz, bn] = split(parameters.inputBias, 3);
  const [cr, cz, cn] = split(bias, 3);
  const drives = [
    { weight: wr, offset: add(br, cr) },
    { weight: wz, offset: add(bz, cz) },
    { weight: wn, offset: bn },
  ].map(({ weight, offset }) => reshape(matmul(rows, weight, { bias: offset }), [time, samples, units]));
  const step: StepFunction = ([h], [drivenReset, drivenUpdate, drivenCandidate]) => {
    const reset = sigmoid(matmul(h, ur, { bias: drivenReset }));
    const update = sigmoid(matmul(h, uz, { bias: drivenUpdate }));
    const candidate = tanh(add(drivenCandidate, multiply(reset, matmul(h, un, { bias: cn }))));
    const next = add(candidate, multiply(update, subtract(h, candidate)));
    return { states: [next], outputs: [next] };
  };
  return run(step, initialOf(scope, options, samples, 1), drives, options);
}

/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997; forget gate of Gers et al. 2000, its bias 1 at first):
 * c <- f c + i g, h <- o tanh(c). Gates lie in the order i, f, g, o; the states are h and c. Parameters: `inputWeight`
 * [in, 4 units], `inputBias` [4 units], `weight` [units, 4 units].
 */
export function lstm(scope: Scope, x: Tensor, options: RecurrentOptions): RecurrentResult {
  const { units } = options;
  const forgetOne: Initializer = () =>
    Float32Array.from({ length: 4 * units }, (_, i) => (Math.floor(i / units) === 1 ? 1 : 0));
  const { drive, weight, initial } = prepare(scope, x, options, 4, 2, forgetOne);
  return run(
    ([h, c], [driven]) => {
      const [input, forget, candidate, output] = split(matmul(h, weight, { bias: driven }), 4, 1);
      const kept = multiply(sigmoid(forget), c);
      const cell = add(kept, multiply(sigmoid(input), tanh(candidate)));
      const hidden = multiply(sigmoid(output), tanh(cell));
      return { states: [hidden, cell], outputs: [hidden] };
    },
    initial,
    [drive],
    options,
  );
}

/** Two passes of a recurrent layer, forwards (`forward`) and backwards (`backward`), side by side: [time, sample, 2 units]. */
export function bidirectional(
  layer: (scope: Scope, x: Tensor, options: RecurrentOptions) => RecurrentResult,
  scope: Scope,
  x: Tensor,
  options: RecurrentOptions,
): RecurrentResult {
  const forward = layer(scope.at('forward'), x, options);
  const backward = layer(scope.at('backward'), x, { ...options, reverse: true });
  return {
    outputs: concat([forward.outputs, backward.outputs], 2),
    states: forward.states.map((state, i) => concat([state, backward.states[i]], 1)),
  };
}
