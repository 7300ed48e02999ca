/**
 * Convolutions whose weights are standardized (Qiao et al. 2019, Weight Standardization; with Brock et al. 2021, ICLR, the
 * variance-preserving scale): each output channel's weights have mean 0 and norm `gain`. They train as well as group
 * normalization on the pose data measured and cost nothing at inference, where the standardization is folded away.
 */
import {
  reshape,
  add,
  mean,
  multiply,
  sqrt,
  divide,
  square,
  subtract,
  conv2d,
} from '../../../learn/index.ts';
import { filled, normal } from '../../../learn/index.ts';
import type { Scope, Tensor, TensorValue, Values } from '../../../learn/index.ts';

const epsilon = 1e-4;

export interface StandardizedOptions {
  readonly channels: number;
  readonly kernel: number;
  readonly stride?: number;
  /** First value of the gain: about 1.7 before a rectifier keeps the scale of the activations, 1 where none follows. */
  readonly gain: number;
}

/** Parameters: `weight` [channels, in, k, k], `gain` [channels] (training only), `bias` [channels]. Padding keeps the size. */
export function standardizedConvolution(scope: Scope, x: Tensor, options: StandardizedOptions): Tensor {
  const { channels, kernel, stride = 1, gain } = options;
  const fanIn = x.shape[1] * kernel * kernel;
  const shape = [channels, x.shape[1], kernel, kernel];
  const raw = scope.parameter('weight', shape, normal(1 / Math.sqrt(fanIn)));
  const bias = scope.parameter('bias', [channels], filled(0));
  const pad = (kernel - 1) / 2;
  const geometry = { stride, padding: pad };
  if (!scope.training) return conv2d(x, raw, bias, geometry);
  const gains = reshape(scope.parameter('gain', [channels], filled(gain)), [channels, 1, 1, 1]);
  const over = { axes: [1, 2, 3], keepDims: true };
  const centered = subtract(raw, mean(raw, over));
  const norm = sqrt(add(multiply(mean(square(centered), over), fanIn), epsilon));
  return conv2d(x, multiply(divide(centered, norm), gains), bias, geometry);
}

/** The weights that inference takes: every `weight` with a `gain` beside it standardized and scaled, the gains gone. */
export function foldStandardization(values: Values): Record<string, TensorValue> {
  const folded: Record<string, TensorValue> = {};
  for (const [path, value] of Object.entries(values)) {
    if (path.endsWith('.gain')) continue;
    const gain = path.endsWith('.weight') ? values[path.replace(/weight$/, 'gain')] : undefined;
    folded[path] = gain ? { ...value, data: standardized(value, gain.data as Float32Array) } : value;
  }
  return folded;
}

function standardized({ data, shape }: TensorValue, gains: Float32Array): Float32Array {
  const size = data.length / shape[0];
  const out = new Float32Array(data.length);
  for (let o = 0; o < shape[0]; o++) {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += Number(data[o * size + i]);
    let squares = 0;
    for (let i = 0; i < size; i++) squares += (Number(data[o * size + i]) - sum / size) ** 2;
    const scale = gains[o] / Math.sqrt(squares + epsilon);
    for (let i = 0; i < size; i++) out[o * size + i] = (Number(data[o * size + i]) - sum / size) * scale;
  }
  return out;
}
