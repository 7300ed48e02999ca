import { convolution, groupNorm, relu, reshape, type Scope, type Tensor } from '../../../learn/index.ts';
import { UsageError } from '../../../signal/error.ts';
import type { Encoder, Encoding, Layer } from './encoder.ts';

/** One convolution; kernels are odd, so that times stay centered, and [over muscles, over time] as strides are. */
export interface Stage {
  readonly name: string;
  readonly channels: number;
  readonly kernel: readonly [muscles: number, time: number];
  readonly stride: readonly [muscles: number, time: number];
}

const source = 'Sandbrink et al. 2023, eLife 12:e81499, table 2 and methods, with fewer channels';

/** Convolution, layer normalization over the whole movement, rectification, stage after stage. */
export function convolutions(scope: Scope, x: Tensor, stages: readonly Stage[]): Layer[] {
  let stride = 1;
  let output = x;
  return stages.map((stage) => {
    const { name, channels, kernel } = stage;
    if (!kernel.every((k) => k % 2 === 1)) {
      throw new UsageError('a kernel must be odd', { where: `stage "${name}"`, got: kernel.join(' x ') });
    }
    const at = scope.at(name);
    const options = { channels, kernel, stride: stage.stride, bias: false };
    const padding = [kernel[0] >> 1, kernel[1] >> 1] as const;
    output = relu(groupNorm(at.at('norm'), convolution(at, output, { ...options, padding }), { groups: 1 }));
    stride *= stage.stride[1];
    return { name, output, stride };
  });
}

/** An encoder that is convolutions alone; its summary is all units of the last layer. */
function convolutional(record: Omit<Encoder, 'encode'>, stages: readonly Stage[]): Encoder {
  return {
    ...record,
    encode(scope, x): Encoding {
      const layers = convolutions(scope, x, stages);
      const { output } = layers[layers.length - 1];
      const [movements, ...rest] = output.shape;
      return { layers, summary: reshape(output, [movements, rest.reduce((a, b) => a * b, 1)]) };
    },
  };
}

/** Over muscles alone: kernel 3, stride 2. */
export const spatial = (index: number, channels: number): Stage => ({
  name: `spatial ${index}`,
  channels,
  kernel: [3, 1],
  stride: [2, 1],
});

/** Over time alone: kernel 7, stride 2. */
const temporal = (index: number, channels: number): Stage => ({
  name: `temporal ${index}`,
  channels,
  kernel: [1, 7],
  stride: [1, 2],
});

export const spatialTemporal = convolutional(
  { name: 'spatial-temporal', title: 'over muscles first, then over time', source },
  [spatial(1, 8), spatial(2, 16), spatial(3, 16), temporal(1, 32), temporal(2, 32), temporal(3, 64)],
);

export const temporalSpatial = convolutional(
  { name: 'temporal-spatial', title: 'over time first, then over muscles', source },
  [temporal(1, 8), temporal(2, 16), temporal(3, 16), spatial(1, 32), spatial(2, 32), spatial(3, 64)],
);

export const spatiotemporal = convolutional(
  { name: 'spatiotemporal', title: 'over muscles and time at once', source },
  [8, 16, 32].map((channels, i) => ({
    name: `joint ${i + 1}`,
    channels,
    kernel: [3, 7] as const,
    stride: [2, 2] as const,
  })),
);
