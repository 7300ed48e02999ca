/** A trained network as a file that any ONNX tool opens. */
import type { Values } from './engine/engine.ts';
import type { Tensor } from './graph/graph.ts';
import { toModel } from './graph/model.ts';
import { Scope } from './layers/scope.ts';

export interface ExportOptions {
  /** Builds the network at inference and names its outputs. */
  readonly network: (scope: Scope) => Readonly<Record<string, Tensor>>;
  /** By path, as `Trainer.weights` and `fit` return them. */
  readonly weights: Values;
  /** What a user of the file must know (keypoints, input scale, training record), as texts by name: `readMetadata` returns it. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** See `ModelOptions`. */
  readonly openBatch?: boolean;
}

/**
 * The bytes of an `.onnx` file with the weights as constants; batch normalization is taken into the convolution before it.
 * @throws InputError where the weights are of another network.
 */
export function exportModel({ network, weights, metadata, openBatch }: ExportOptions): Uint8Array {
  const scope = Scope.inference(weights);
  return toModel(scope.graph, network(scope), { metadata, openBatch });
}
