/** The gradient of a convolution by its weights. */
import { graphOf } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/graph.ts';
import { multiply } from '../arithmetic.ts';
import { expand, reshape, sum } from '../broadcast.ts';
import { matmul } from '../matmul.ts';
import { concat, pad, slice, swapLast } from '../shape.ts';
import { attributesOf, outputSize } from './geometry.ts';
import type { Geometry } from './geometry.ts';

/** Elements that an unrolled image may have; beyond, samples are unrolled in parts. 64 MB. */
const largestUnrolled = 2 ** 24;

/** From the input [n, in, h, w] and the gradient [n, out, h', w'] to the gradient by the weights, [out, in / groups, kh, kw]. */
export function convolutionWeightGradient(x: Tensor, gradient: Tensor, geometry: Geometry): Tensor {
  const [n, inputs] = x.shape;
  const [, outputs, height, width] = gradient.shape;
  const { groups, kernel, stride } = geometry;
  if (groups === inputs && groups === outputs && groups > 1) {
    // At stride 1 slices are faster than drawing by 1.4 times, else slower by 1.5 to 2.2 (bench/learn/README.md).
    return stride.some((step) => step > 1)
      ? drawnDepthwise(x, gradient, geometry)
      : slicedDepthwise(x, gradient, geometry);
  }
  const unrolledSample = inputs * kernel[0] * kernel[1] * height * width;
  const atOnce = Math.max(1, Math.floor(largestUnrolled / unrolledSample));
  const parts = Array.from({ length: Math.ceil(n / atOnce) }, (_, i) => {
    const samples = [{ axis: 0, start: i * atOnce, end: (i + 1) * atOnce }];
    return sum(unrolledProducts(slice(x, samples), slice(gradient, samples), geometry), { axes: [0] });
  });
  const total = parts.length === 1 ? parts[0] : sum(concat(parts.map(lifted), 0), { axes: [0] });
  return reshape(total, [outputs, inputs / groups, ...kernel]);
}

const lifted = (x: Tensor): Tensor => reshape(x, [1, ...x.shape]);

// For each sample and group, the product of the gradient with the unrolled image: [n, groups, out / groups, in / groups kh kw].
// The runtime transposes the second factor of a product as it packs it, so that is the one with fewer rows.
function unrolledProducts(x: Tensor, gradient: Tensor, geometry: Geometry): Tensor {
  const { groups, kernel } = geometry;
  const [n, inputs] = x.shape;
  const [, outputs, height, width] = gradient.shape;
  const unrolledRows = (inputs / groups) * kernel[0] * kernel[1];
  const unrolled = reshape(unroll(x, geometry), [n, groups, unrolledRows, height * width]);
  const rows = reshape(gradient, [n, groups, outputs / groups, height * width]);
  return unrolledRows < outputs / groups
    ? matmul(rows, unrolled, { transposeB: true })
    : swapLast(matmul(unrolled, rows, { transposeB: true }));
}

/**
 * What each tap of the kernel sees of each channel (im2col), [n, in kh kw, h', w']: a depthwise convolution with kernels that are
 * 1 at one tap and 0 elsewhere. The runtime unrolls for it with all threads, at any stride; slices of the padded image, one a
 * tap, run on one thread and took 1.2 to 5 times as long with their products.
 */
function unroll(x: Tensor, geometry: Geometry): Tensor {
  const { kernel, stride, pads } = geometry;
  const [n, inputs, height, width] = x.shape;
  const taps = kernel[0] * kernel[1];
  const inPlace = stride.every((step) => step === 1) && pads.every((amount) => amount === 0);
  if (taps === 1 && inPlace) return x;
  const each = { ...geometry, groups: inputs };
  const identity = Float32Array.from({ length: taps * taps }, (_, i) => (i % (taps + 1) === 0 ? 1 : 0));
  const kernels = expand(x.graph.constant([1, taps, 1, ...kernel], identity), [inputs, taps, 1, ...kernel]);
  return x.graph.node(
    'Conv',
    [x, reshape(kernels, [inputs * taps, 1, ...kernel])],
    { shape: [n, inputs * taps, ...outputSize([height, width], geometry, 'convolution')] },
    { attributes: attributesOf(each) },
  );
}

// Each channel of each sample is an image of its own, convolved with the gradient as a kernel with holes: stride and dilation
// change places. The runtime reads the strided image faster than slices do.
function drawnDepthwise(x: Tensor, gradient: Tensor, geometry: Geometry): Tensor {
  const { kernel, stride, dilation, pads } = geometry;
  const [n, channels, height, width] = x.shape;
  const [, , rows, columns] = gradient.shape;
  const images = n * channels;
  const swapped: Geometry = {
    kernel: [rows, columns],
    stride: dilation,
    dilation: stride,
    pads,
    groups: images,
  };
  const seen = outputSize([height, width], swapped, 'convolution');
  const products = graphOf(x, gradient).node(
    'Conv',
    [reshape(x, [1, images, height, width]), reshape(gradient, [images, 1, rows, columns])],
    { shape: [1, images, ...seen] },
    { attributes: attributesOf(swapped) },
  );
  // Rows and columns of the image that no window reached make more taps than the kernel has.
  const taps = slice(sum(reshape(products, [n, channels, ...seen]), { axes: [0] }), [
    { axis: 1, end: kernel[0] },
    { axis: 2, end: kernel[1] },
  ]);
  return reshape(taps, [channels, 1, ...kernel]);
}

// For each tap of the kernel the part of the padded image that it sees, times the gradient, summed.
function slicedDepthwise(x: Tensor, gradient: Tensor, geometry: Geometry): Tensor {
  const { kernel, dilation, pads } = geometry;
  const [, channels, height, width] = gradient.shape;
  const padded = pad(x, [
    { axis: 2, before: pads[0], after: pads[2] },
    { axis: 3, before: pads[1], after: pads[3] },
  ]);
  const taps = Array.from({ length: kernel[0] * kernel[1] }, (_, tap) => {
    const top = Math.floor(tap / kernel[1]) * dilation[0];
    const left = (tap % kernel[1]) * dilation[1];
    const seen = slice(padded, [
      { axis: 2, start: top, end: top + height },
      { axis: 3, start: left, end: left + width },
    ]);
    return reshape(sum(multiply(seen, gradient), { axes: [0, 2, 3] }), [channels, 1, 1]);
  });
  return reshape(concat(taps, 2), [channels, 1, ...kernel]);
}
