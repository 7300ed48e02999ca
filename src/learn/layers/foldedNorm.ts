/** Batch normalization at inference, taken into the convolution before it. */
import type { Tensor } from '../graph/graph.ts';
import { sizeOf } from '../graph/tensor.ts';

/** What a batch normalization knows once trained, each [channel]. */
export interface ChannelStatistics {
  readonly gain: Tensor;
  readonly offset: Tensor;
  readonly mean: Tensor;
  readonly variance: Tensor;
}

/**
 * The convolution that computes what `x`, a convolution with constant weights, and a normalization after it compute:
 * w' = w s, b' = (b - mean) s + offset with s = gain / sqrt(variance + epsilon), in double precision. Undefined where `x` is
 * no such convolution. The original stays for whoever else reads it, and is not emitted if nobody does.
 */
export function foldedNorm(x: Tensor, statistics: ChannelStatistics, epsilon: number): Tensor | undefined {
  const { graph } = x;
  const node = graph.producer(x);
  const transposed = node?.type === 'ConvTranspose' && node.attributes.group === 1;
  if (!node || (node.type !== 'Conv' && !transposed)) return undefined;
  const [input, weight, bias] = node.inputs;
  const constants = graph.root.constants;
  const kernel = weight && constants.get(weight);
  const numbers = (tensor: Tensor): ArrayLike<number> => constants.get(tensor)?.data as Float32Array;
  if (!input || !weight || !kernel || (bias && !constants.has(bias))) return undefined;

  const channels = x.shape[1];
  const [gain, offset, mean, variance] = [
    statistics.gain,
    statistics.offset,
    statistics.mean,
    statistics.variance,
  ].map(numbers);
  const scale = Float64Array.from({ length: channels }, (_, c) => gain[c] / Math.sqrt(variance[c] + epsilon));
  const before = bias ? numbers(bias) : new Float32Array(channels);
  // Weights are [out, ...] in a convolution and [in, out, ...] in a transposed one.
  const inner = sizeOf(weight.shape.slice(transposed ? 2 : 1));
  const scaled = Float32Array.from(
    kernel.data as Float32Array,
    (w, i) => w * scale[Math.floor(i / inner) % channels],
  );
  const shifted = Float32Array.from(scale, (s, c) => (before[c] - mean[c]) * s + offset[c]);
  return graph.node(
    node.type,
    [input, graph.constant(weight.shape, scaled), graph.constant([channels], shifted)],
    x,
    {
      attributes: node.attributes,
    },
  );
}
