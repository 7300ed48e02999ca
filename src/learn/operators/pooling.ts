/** Pooling over windows of images [sample, channel, height, width]. */
import type { Tensor } from '../graph/graph.ts';
import { expand, reshape } from './broadcast.ts';
import { attributesOf, geometryOf, imageSize, outputSize, unreached } from './convolution/geometry.ts';
import type { Geometry, Pair, PaddingSpec } from './convolution/geometry.ts';
import { multiply } from './arithmetic.ts';
import { mean } from './reduction.ts';
import { and, equal, not, where } from './selection.ts';
import { concat, pad, slice, transpose } from './shape.ts';

export interface PoolingOptions {
  /** The window's size by default, so that windows tile the image. */
  readonly stride?: Pair;
  readonly padding?: PaddingSpec;
}

function poolingGeometry(x: Tensor, kernel: Pair, options: PoolingOptions, where: string): Geometry {
  const size = imageSize(x.shape, where);
  const window = typeof kernel === 'number' ? ([kernel, kernel] as const) : kernel;
  return geometryOf(window, size, { ...options, stride: options.stride ?? window });
}

function poolingAttributes(geometry: Geometry): Record<string, number | number[]> {
  const { kernel_shape, strides, pads } = attributesOf(geometry);
  return { kernel_shape, strides, pads };
}

/** The largest element of each window; of equal ones the first, row by row, gets the gradient. */
export function maxPool2d(x: Tensor, kernel: Pair, options: PoolingOptions = {}): Tensor {
  const geometry = poolingGeometry(x, kernel, options, 'maxPool2d');
  const [n, channels, height, width] = x.shape;
  const shape = [n, channels, ...outputSize([height, width], geometry, 'maxPool2d')];
  const y: Tensor = x.graph.node(
    'MaxPool',
    [x],
    { shape },
    {
      attributes: poolingAttributes(geometry),
      vjp: ([g]) => (g ? [maxPoolGradient(x, y, g, geometry)] : []),
    },
  );
  return y;
}

// Tap by tap: where the tap holds the maximum and no earlier tap did, it takes the gradient.
function maxPoolGradient(x: Tensor, y: Tensor, gradient: Tensor, geometry: Geometry): Tensor {
  const [top, left, bottom, right] = geometry.pads;
  const lowest = -3.4028234663852886e38;
  const padded = pad(
    x,
    [
      { axis: 2, before: top, after: bottom },
      { axis: 3, before: left, after: right },
    ],
    lowest,
  );
  let taken: Tensor | undefined;
  const taps: Tensor[] = [];
  for (let row = 0; row < geometry.kernel[0]; row++) {
    for (let column = 0; column < geometry.kernel[1]; column++) {
      const holds = equal(tapOf(padded, row, column, y, geometry), y);
      const first = taken ? and(holds, not(taken)) : holds;
      taken = taken ? taken.graph.node('Or', [taken, holds], taken) : holds;
      taps.push(where(first, gradient, 0));
    }
  }
  return scatterTaps(taps, x, geometry);
}

function tapOf(padded: Tensor, row: number, column: number, y: Tensor, { stride }: Geometry): Tensor {
  return slice(padded, [
    { axis: 2, start: row, end: row + (y.shape[2] - 1) * stride[0] + 1, step: stride[0] },
    { axis: 3, start: column, end: column + (y.shape[3] - 1) * stride[1] + 1, step: stride[1] },
  ]);
}

// The adjoint of cutting windows: each tap [n, c, h', w'] back to its place, summed where windows overlap.
function scatterTaps(taps: readonly Tensor[], x: Tensor, geometry: Geometry): Tensor {
  const count = taps.length;
  const [n, channels, rows, columns] = taps[0].shape;
  const stacked = concat(
    taps.map((tap) => reshape(tap, [n * channels, 1, rows, columns])),
    1,
  );
  if (tiles(geometry)) {
    const cells = reshape(stacked, [n * channels, ...geometry.kernel, rows, columns]);
    return uncut(transpose(cells, [0, 3, 1, 4, 2]), x, geometry);
  }
  const oneEach = Float32Array.from({ length: count * count }, (_, i) => (i % (count + 1) === 0 ? 1 : 0));
  return painted(stacked, x.graph.constant([count, 1, ...geometry.kernel], oneEach), x, geometry);
}

function tiles({ kernel, stride, pads }: Geometry): boolean {
  return stride.every((step, i) => step === kernel[i]) && pads.every((amount) => amount === 0);
}

// Cells [n c, h', kh, w', kw] to an image of the shape of `x`; rows and columns that no window reached are 0.
function uncut(cells: Tensor, x: Tensor, geometry: Geometry): Tensor {
  const [n, channels, height, width] = x.shape;
  const [, rows, kh, columns, kw] = cells.shape;
  const rest = unreached([height, width], [rows, columns], geometry);
  return pad(reshape(cells, [n, channels, rows * kh, columns * kw]), [
    { axis: 2, after: rest[0] },
    { axis: 3, after: rest[1] },
  ]);
}

// Each element paints its channel's kernel: [n c, k, h', w'] by [k, 1, kh, kw] to the shape of `x`.
function painted(stacked: Tensor, kernels: Tensor, x: Tensor, geometry: Geometry): Tensor {
  const [n, channels, height, width] = x.shape;
  const rest = unreached([height, width], [stacked.shape[2], stacked.shape[3]], geometry);
  const image = x.graph.node(
    'ConvTranspose',
    [stacked, kernels],
    { shape: [n * channels, 1, height, width] },
    { attributes: { ...attributesOf(geometry), output_padding: rest } },
  );
  return reshape(image, x.shape);
}

/** The mean of each window; padded zeros count. */
export function averagePool2d(x: Tensor, kernel: Pair, options: PoolingOptions = {}): Tensor {
  const geometry = poolingGeometry(x, kernel, options, 'averagePool2d');
  const [n, channels, height, width] = x.shape;
  const shape = [n, channels, ...outputSize([height, width], geometry, 'averagePool2d')];
  return x.graph.node(
    'AveragePool',
    [x],
    { shape },
    {
      attributes: { ...poolingAttributes(geometry), count_include_pad: 1 },
      vjp: ([g]) => [g && averagePoolGradient(g, x, geometry)],
    },
  );
}

function averagePoolGradient(gradient: Tensor, x: Tensor, geometry: Geometry): Tensor {
  const [n, channels, rows, columns] = gradient.shape;
  const [kh, kw] = geometry.kernel;
  const share = multiply(gradient, 1 / (kh * kw));
  if (tiles(geometry)) {
    const cells = reshape(share, [n * channels, rows, 1, columns, 1]);
    return uncut(expand(cells, [n * channels, rows, kh, columns, kw]), x, geometry);
  }
  const ones = x.graph.constant([1, 1, kh, kw], new Float32Array(kh * kw).fill(1));
  return painted(reshape(share, [n * channels, 1, rows, columns]), ones, x, geometry);
}

/** The mean of each channel over the whole image: [sample, channel, height, width] -> [sample, channel]. */
export function globalAveragePool2d(x: Tensor): Tensor {
  imageSize(x.shape, 'globalAveragePool2d');
  return mean(x, { axes: [2, 3] });
}
