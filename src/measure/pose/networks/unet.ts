/**
 * A small U-Net (Ronneberger et al. 2015) with residual blocks and standardized weights. Each keypoint gets a map of logits
 * over the cells of the picture, an offset within each cell, and one more logit for "not in this picture".
 */
import { add, convolution, mean, normal, relu, resize2d } from '../../../learn/index.ts';
import type { Scope, Tensor } from '../../../learn/index.ts';
import { standardizedConvolution } from './standardized.ts';
import type { NetworkOutput, PoseNetwork } from './network.ts';

/** He's constant for rectified inputs, sqrt(2 / (1 - 1 / pi)): keeps the variance through convolution and rectifier. */
const rectified = 1.7;
/** Residual branches begin small, so that a deep network begins as a shallow one (Zhang et al. 2019, Fixup). */
const branch = 0.2;

export interface UNetOptions {
  readonly name: string;
  /** Channels at strides 2, 4, 8, ... of the input. */
  readonly widths: readonly number[];
  /** Which of them the maps come from: 0 is stride 2, 1 stride 4. */
  readonly outputLevel: number;
}

/** A U-Net record: its cost and its graph follow from the widths. */
export function unet({ name, widths, outputLevel }: UNetOptions): PoseNetwork {
  return {
    name,
    stride: 2 ** (outputLevel + 1),
    multiple: 2 ** widths.length,
    build: (scope, image, keypoints) => build(scope, image, keypoints, widths, outputLevel),
    multiplications: (width, height, keypoints) => cost(width, height, keypoints, widths, outputLevel),
  };
}

function build(
  scope: Scope,
  image: Tensor,
  keypoints: number,
  widths: readonly number[],
  outputLevel: number,
): NetworkOutput {
  const encoder = [
    relu(
      standardizedConvolution(scope.at('stem'), image, {
        channels: widths[0],
        kernel: 3,
        stride: 2,
        gain: rectified,
      }),
    ),
  ];
  for (let i = 1; i < widths.length; i++) {
    const part = scope.at('encoder').at(i);
    const options = { channels: widths[i], kernel: 3, stride: 2, gain: rectified };
    encoder.push(
      residual(part.at('block'), relu(standardizedConvolution(part.at('down'), encoder[i - 1], options))),
    );
  }
  let x = encoder[widths.length - 1];
  const absent = convolution(scope.at('absent'), mean(x, { axes: [2, 3], keepDims: true }), {
    channels: keypoints,
    kernel: 1,
    initializer: () => normal(1e-3),
  });
  for (let i = widths.length - 2; i >= outputLevel; i--) {
    const part = scope.at('decoder').at(i);
    const lateral = standardizedConvolution(part.at('lateral'), x, {
      channels: widths[i],
      kernel: 1,
      gain: 1,
    });
    x = residual(part.at('block'), relu(add(doubled(scope, lateral), encoder[i])));
  }
  const head = (part: string, channels: number): Tensor =>
    convolution(scope.at(part), x, { channels, kernel: 1, initializer: () => normal(0.01) });
  return { maps: head('maps', keypoints), offsets: head('offsets', 2 * keypoints), absent };
}

function residual(scope: Scope, x: Tensor): Tensor {
  const channels = x.shape[1];
  const first = relu(standardizedConvolution(scope.at('first'), x, { channels, kernel: 3, gain: rectified }));
  return relu(
    add(x, standardizedConvolution(scope.at('second'), first, { channels, kernel: 3, gain: branch })),
  );
}

function doubled(scope: Scope, x: Tensor): Tensor {
  const [n, channels, height, width] = x.shape;
  if (scope.training) return resize2d(x, [2 * height, 2 * width], { mode: 'nearest' });
  // By factors, not by size: the exported network then takes any number of pictures at once.
  const factors = scope.graph.constant([4], Float32Array.of(1, 1, 2, 2));
  return scope.graph.node(
    'Resize',
    [x, undefined, factors],
    { shape: [n, channels, 2 * height, 2 * width] },
    { attributes: { mode: 'nearest', nearest_mode: 'floor', coordinate_transformation_mode: 'asymmetric' } },
  );
}

function cost(
  width: number,
  height: number,
  keypoints: number,
  widths: readonly number[],
  outputLevel: number,
): number {
  const cells = (level: number): number => (width * height) / 4 ** (level + 1);
  let sum = cells(0) * 9 * widths[0];
  for (let i = 1; i < widths.length; i++) sum += cells(i) * 9 * widths[i] * (widths[i - 1] + 2 * widths[i]);
  for (let i = widths.length - 2; i >= outputLevel; i--) {
    sum += cells(i + 1) * widths[i + 1] * widths[i] + cells(i) * 18 * widths[i] ** 2;
  }
  return sum + cells(outputLevel) * widths[outputLevel] * 3 * keypoints;
}
