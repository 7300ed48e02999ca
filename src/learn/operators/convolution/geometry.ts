/** Sizes of two-dimensional convolutions and pooling windows. */
import { UsageError } from '../../../signal/error.ts';
import type { Shape } from '../../graph/tensor.ts';

/** One number for both directions, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

/** One number, [vertical, horizontal], [top, left, bottom, right], or `same`: output size = ceil(input size / stride). */
export type PaddingSpec = Pair | readonly [number, number, number, number] | 'same';

export interface WindowOptions {
  readonly stride?: Pair;
  readonly padding?: PaddingSpec;
  readonly dilation?: Pair;
}

export interface ConvolutionOptions extends WindowOptions {
  /** Input and output channels are divided into this many groups that do not see each other. */
  readonly groups?: number;
}

/** A window's steps and borders, with everything spelled out. */
export interface Geometry {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** [top, left, bottom, right], as ONNX orders them. */
  readonly pads: readonly [number, number, number, number];
  readonly groups: number;
}

function pair(value: Pair): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : value;
}

/** Fills in the defaults: stride 1, dilation 1, padding 0, one group. @param size the input's height and width. */
export function geometryOf(
  kernel: readonly [number, number],
  size: readonly [number, number],
  options: ConvolutionOptions,
): Geometry {
  const stride = pair(options.stride ?? 1);
  const dilation = pair(options.dilation ?? 1);
  const { padding = 0, groups = 1 } = options;
  return { kernel, stride, dilation, pads: padsOf(padding, kernel, size, stride, dilation), groups };
}

function padsOf(
  padding: PaddingSpec,
  kernel: readonly [number, number],
  size: readonly [number, number],
  stride: readonly [number, number],
  dilation: readonly [number, number],
): readonly [number, number, number, number] {
  if (padding === 'same') {
    const total = [0, 1].map((i) =>
      Math.max(
        0,
        (Math.ceil(size[i] / stride[i]) - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1 - size[i],
      ),
    );
    const [top, left] = total.map((amount) => amount >> 1);
    return [top, left, total[0] - top, total[1] - left];
  }
  if (typeof padding === 'object' && padding.length === 4) return padding;
  const [vertical, horizontal] = pair(padding);
  return [vertical, horizontal, vertical, horizontal];
}

/** The extent of a window in the input, with its holes. */
export function extentOf({ kernel, dilation }: Geometry): [number, number] {
  return [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1];
}

/** Height and width of the output. @throws UsageError where the window does not fit into the padded input. */
export function outputSize(
  size: readonly [number, number],
  geometry: Geometry,
  where: string,
): [number, number] {
  const extent = extentOf(geometry);
  const { stride, pads } = geometry;
  const out = [0, 1].map((i) => Math.floor((size[i] + pads[i] + pads[i + 2] - extent[i]) / stride[i]) + 1);
  if (out[0] < 1 || out[1] < 1) {
    throw new UsageError('The window is larger than the padded input', {
      where,
      expected: `at most ${size[0] + pads[0] + pads[2]} x ${size[1] + pads[1] + pads[3]}`,
      got: `${extent[0]} x ${extent[1]}`,
    });
  }
  return [out[0], out[1]];
}

/** Rows and columns at the bottom and right that no window of the given number reaches. */
export function unreached(
  size: readonly [number, number],
  windows: readonly [number, number],
  geometry: Geometry,
): [number, number] {
  const extent = extentOf(geometry);
  const { stride, pads } = geometry;
  return [
    size[0] + pads[0] + pads[2] - (windows[0] - 1) * stride[0] - extent[0],
    size[1] + pads[1] + pads[3] - (windows[1] - 1) * stride[1] - extent[1],
  ];
}

/** Height and width of an image [sample, channel, height, width]. @throws UsageError for another rank. */
export function imageSize(shape: Shape, where: string): [number, number] {
  if (shape.length !== 4) {
    throw new UsageError('An image has four dimensions', {
      where,
      expected: '[sample, channel, height, width]',
      got: `[${shape}]`,
    });
  }
  return [shape[2], shape[3]];
}

/** The attributes that Conv and ConvTranspose share. */
export function attributesOf({
  kernel,
  stride,
  dilation,
  pads,
  groups,
}: Geometry): Record<string, number | number[]> {
  return {
    kernel_shape: [...kernel],
    strides: [...stride],
    dilations: [...dilation],
    pads: [...pads],
    group: groups,
  };
}
