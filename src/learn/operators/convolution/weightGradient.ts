/** The gradient of a convolution by its weights. */
import type { Tensor } from '../../graph/graph.ts';
import { multiply } from '../arithmetic.ts';
import { reshape, sum } from '../broadcast.ts';
import { matmul } from '../matmul.ts';
import { concat, pad, slice, transpose } from '../shape.ts';
import { outputSize } from './geometry.ts';
import type { Geometry } from './geometry.ts';

/**
 * From the input [n, in, h, w] and the gradient [n, out, h', w'] to the gradient by the weights, [out, in / groups, kh, kw].
 * Each tap of the kernel is the product of the gradient with the input shifted by that tap: one slice and one matrix
 * product a tap, which was measured faster than unrolling the image (im2col) and than a convolution with swapped axes.
 */
export function convolutionWeightGradient(x: Tensor, gradient: Tensor, geometry: Geometry): Tensor {
  const [, inputs] = x.shape;
  const outputs = gradient.shape[1];
  const { groups, kernel } = geometry;
  const depthwise = groups === inputs && groups === outputs && groups > 1;
  const taps = depthwise ? depthwiseTaps(x, gradient, geometry) : groupedTaps(x, gradient, geometry);
  return reshape(concat(taps, 2), [outputs, inputs / groups, ...kernel]);
}

// The part of each padded channel that a tap of the kernel meets, for every tap, row by row. Image axes are the last two.
function shifted(image: Tensor, geometry: Geometry): Tensor[] {
  const { kernel, stride, dilation, pads } = geometry;
  const rank = image.shape.length;
  const [vertical, horizontal] = [rank - 2, rank - 1];
  const [height, width] = outputSize(
    [image.shape[vertical], image.shape[horizontal]],
    geometry,
    'convolution',
  );
  const padded = pad(image, [
    { axis: vertical, before: pads[0], after: pads[2] },
    { axis: horizontal, before: pads[1], after: pads[3] },
  ]);
  const along = (axis: number, i: number, count: number, direction: 0 | 1) => {
    const start = i * dilation[direction];
    return { axis, start, end: start + (count - 1) * stride[direction] + 1, step: stride[direction] };
  };
  return Array.from({ length: kernel[0] * kernel[1] }, (_, tap) =>
    slice(padded, [
      along(vertical, Math.floor(tap / kernel[1]), height, 0),
      along(horizontal, tap % kernel[1], width, 1),
    ]),
  );
}

// Channels first, so that a group is a matrix [channels, samples x positions]. Each tap: [out, in / groups, 1].
function groupedTaps(x: Tensor, gradient: Tensor, geometry: Geometry): Tensor[] {
  const { groups } = geometry;
  const [, inputs] = x.shape;
  const [n, outputs, height, width] = gradient.shape;
  const positions = n * height * width;
  const split = groups === 1 ? [] : [groups];
  const rows = reshape(transpose(gradient, [1, 0, 2, 3]), [...split, outputs / groups, positions]);
  return shifted(transpose(x, [1, 0, 2, 3]), geometry).map((tap) => {
    const columns = reshape(tap, [...split, inputs / groups, positions]);
    return reshape(matmul(rows, columns, { transposeB: true }), [outputs, inputs / groups, 1]);
  });
}

// One channel meets one kernel: an element-wise product, summed. Each tap: [out, 1, 1].
function depthwiseTaps(x: Tensor, gradient: Tensor, geometry: Geometry): Tensor[] {
  return shifted(x, geometry).map((tap) =>
    reshape(sum(multiply(tap, gradient), { axes: [0, 2, 3] }), [gradient.shape[1], 1, 1]),
  );
}
