/** Two-dimensional convolution (cross-correlation, as the field's libraries define it). */
import { UsageError } from '../../../signal/error.ts';
import { graphOf } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/graph.ts';
import { sum } from '../broadcast.ts';
import { attributesOf, geometryOf, imageSize, outputSize } from './geometry.ts';
import type { ConvolutionOptions } from './geometry.ts';
import { convolutionInputGradient } from './inputGradient.ts';
import { convolutionWeightGradient } from './weightGradient.ts';

/**
 * Convolves images [sample, in, height, width] with kernels [out, in / groups, kh, kw], and adds a bias [out] if given.
 * Depthwise convolution: `groups` equal to `in`.
 * @throws UsageError where channels and groups do not fit, or the kernel exceeds the padded image.
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor, options: ConvolutionOptions = {}): Tensor {
  const size = imageSize(x.shape, 'conv2d');
  const [n, inputs] = x.shape;
  const [outputs, inGroup, kh, kw] = weight.shape;
  const geometry = geometryOf([kh, kw], size, options);
  if (weight.shape.length !== 4 || inGroup * geometry.groups !== inputs || outputs % geometry.groups !== 0) {
    throw new UsageError('The kernels do not fit the image', {
      where: 'conv2d',
      expected: `[out, ${inputs / geometry.groups}, height, width], out a multiple of ${geometry.groups}`,
      got: `[${weight.shape}]`,
    });
  }
  const inner = bias ? [x, weight, bias] : [x, weight];
  return graphOf(...inner).node(
    'Conv',
    inner,
    { shape: [n, outputs, ...outputSize(size, geometry, 'conv2d')] },
    {
      attributes: attributesOf(geometry),
      vjp: ([g]) =>
        g
          ? [
              convolutionInputGradient(g, weight, x.shape, geometry),
              convolutionWeightGradient(x, g, geometry),
              bias && sum(g, { axes: [0, 2, 3] }),
            ]
          : [],
    },
  );
}
