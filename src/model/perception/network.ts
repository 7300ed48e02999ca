import { Scope, type Tensor, type TensorValue, type Values } from '../../learn/index.ts';
import { mean, standardDeviation } from '../../math/moments.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import type { Afferents } from './afferents.ts';
import { encoderCalled } from './encoders/index.ts';
import type { Encoding } from './encoders/encoder.ts';
import type { Movements } from './handwriting.ts';
import { perceptionTaskCalled } from './tasks/index.ts';
import type { Standard, Terminals } from './tasks/task.ts';

/** Movements and what is felt of them. */
export interface Felt {
  readonly movements: Movements;
  readonly afferents: Afferents;
}

/** A network from afferents to the answer of a task, with all that is needed to run it. Immutable. */
export interface PerceptionNetwork {
  readonly encoder: string;
  readonly task: string;
  /** First weights follow from it alone: networks of one seed and one encoder begin with the same, whatever their task. */
  readonly seed: number;
  readonly terminals: Terminals;
  /** Of whose movements it learned, by name; what they were felt by; seconds from one step to the next. */
  readonly arm: string;
  readonly receptor: string;
  readonly stepSeconds: number;
  /** Of the afferents, channel x muscle. */
  readonly input: Standard;
  readonly target: Standard;
  readonly weights: Values;
  /** 0 for a network that is not trained. */
  readonly trainedSteps: number;
}

export interface NetworkChoice {
  /** `spatial-temporal`, `temporal-spatial`, `spatiotemporal` or `recurrent`. */
  readonly encoder: string;
  /** `recognition` or `decoding`. */
  readonly task: string;
  readonly seed: number;
}

/**
 * A network with its first weights: what training begins with, and the untrained twin of what it makes. Its scales are measured on the movements.
 * Throws `UsageError` for an encoder or a task that is not there, `InputError` where movements and afferents are not of each other or a value is missing.
 */
export function untrainedNetwork(felt: Felt, { encoder, task, seed }: NetworkChoice): PerceptionNetwork {
  encoderCalled(encoder);
  const { movements, afferents } = felt;
  const terminals: Terminals = {
    channels: afferents.channels.length,
    muscles: afferents.muscles.length,
    steps: afferents.steps,
    characters: movements.characters.length,
    dimensions: movements.arm.dimensions,
  };
  checkFelt(felt, terminals);
  const blank = {
    encoder,
    task,
    seed,
    terminals,
    arm: movements.arm.name,
    receptor: afferents.receptor,
    stepSeconds: afferents.stepSeconds,
    input: standardOf(afferents),
    target: perceptionTaskCalled(task).standard(movements),
    trainedSteps: 0,
  };
  const scope = Scope.training(seed);
  perceive(scope, { ...blank, weights: {} }, 1);
  const weights = Object.fromEntries(
    [...scope.graph.parameters].map(([tensor, first]) => [tensor.name, first]),
  );
  return { ...blank, weights };
}

/** The network's graph over a batch: its input is called `input`. */
export function perceive(
  scope: Scope,
  { encoder, task, terminals }: PerceptionNetwork,
  batch: number,
): { readonly input: Tensor; readonly encoding: Encoding; readonly output: Tensor } {
  const { channels, muscles, steps } = terminals;
  const input = scope.input('input', [batch, channels, muscles, steps]);
  const encoding = encoderCalled(encoder).encode(scope.at('encoder'), input);
  const output = perceptionTaskCalled(task).head(scope.at(task), encoding, terminals);
  return { input, encoding, output };
}

/** Sizes of a network's layers, the afferents first. */
export interface LayerSize {
  readonly layer: string;
  /** Time k is centered on step k x stride. */
  readonly stride: number;
  readonly times: number;
  readonly units: number;
}

export function layersOf(network: PerceptionNetwork): readonly LayerSize[] {
  const { input, encoding } = perceive(Scope.inference(network.weights), network, 1);
  return [{ name: 'afferents', output: input, stride: 1 }, ...encoding.layers].map(
    ({ name, output: { shape }, stride }) => ({
      layer: name,
      stride,
      times: shape[3],
      units: shape[1] * shape[2],
    }),
  );
}

/** Throws `UsageError` naming the layers that there are. */
export function layerCalled(network: PerceptionNetwork, name: string): LayerSize {
  const all = layersOf(network);
  const found = all.find(({ layer }) => layer === name);
  if (found) return found;
  throw new UsageError(`the network has no layer "${name}"`, {
    where: `${network.encoder} network`,
    expected: `one of ${all.map(({ layer }) => layer).join(', ')}`,
  });
}

/** Standardized afferents of some movements, as a feed. */
export function feedOf(
  afferents: Afferents,
  which: readonly number[],
  { mean: means, deviation }: Standard,
): TensorValue {
  const { channels, muscles, steps, values } = afferents;
  const rows = channels.length * muscles.length;
  const data = new Float32Array(which.length * rows * steps);
  which.forEach((movement, i) => {
    for (let row = 0; row < rows; row++) {
      const [from, to] = [(movement * rows + row) * steps, (i * rows + row) * steps];
      for (let t = 0; t < steps; t++) data[to + t] = (values[from + t] - means[row]) / deviation[row];
    }
  });
  return { dtype: 'float32', shape: [which.length, channels.length, muscles.length, steps], data };
}

function standardOf({ values, channels, muscles, steps, count }: Afferents): Standard {
  const rows = channels.length * muscles.length;
  const all = Array.from({ length: rows }, (_, row) =>
    Float64Array.from(
      { length: count * steps },
      (__, k) => values[(Math.floor(k / steps) * rows + row) * steps + (k % steps)],
    ),
  );
  // An afferent that never changes says nothing, whatever it is divided by.
  return { mean: all.map(mean), deviation: all.map((v) => standardDeviation(v) || 1) };
}

/** Throws where movements and afferents are not of each other, or not of the network's sizes. */
export function checkFelt({ movements, afferents }: Felt, terminals: Terminals): void {
  checkAfferents(afferents, terminals);
  const same = movements.count === afferents.count && movements.steps === afferents.steps;
  const sizes = `${movements.characters.length} characters in ${movements.arm.dimensions} dimensions`;
  const wanted = `${terminals.characters} characters in ${terminals.dimensions} dimensions`;
  if (same && sizes === wanted) return;
  throw new UsageError('these are not the movements that were felt', {
    where: 'perception',
    expected: `${afferents.count} movements of ${afferents.steps} steps, ${wanted}`,
    got: `${movements.count} movements of ${movements.steps} steps, ${sizes}`,
  });
}

/** Throws `UsageError` for afferents of other sizes, `InputError` for one that is missing. */
export function checkAfferents(
  { channels, muscles, steps, values, count }: Afferents,
  wanted: Terminals,
): void {
  const sizes = [channels.length, muscles.length, steps];
  const expected = [wanted.channels, wanted.muscles, wanted.steps];
  if (sizes.some((n, i) => n !== expected[i]) || values.length !== count * sizes.reduce((a, b) => a * b, 1)) {
    throw new UsageError('the afferents are not those of the network', {
      where: 'perception',
      expected: `${expected.join(' x ')} (channels x muscles x steps) a movement`,
      got: `${sizes.join(' x ')}, ${values.length} values for ${count} movements`,
    });
  }
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad < 0) return;
  throw new InputError('an afferent is missing', {
    where: `movement ${Math.floor(bad / (values.length / count))}, step ${bad % steps}`,
    expected: 'a finite number',
    got: `${values[bad]}`,
    fix: 'Leave out the movement, or fill the gap first.',
  });
}
