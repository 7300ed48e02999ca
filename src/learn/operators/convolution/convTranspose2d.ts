/** Two-dimensional transposed convolution: the adjoint of convolution, used to enlarge images. */
import { UsageError } from '../../../signal/error.ts';
import { graphOf } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/graph.ts';
import { sum } from '../broadcast.ts';
import { conv2d } from './conv2d.ts';
import { attributesOf, extentOf, geometryOf, imageSize } from './geometry.ts';
import type { ConvolutionOptions, Pair, PaddingSpec } from './geometry.ts';
import { convolutionWeightGradient } from './weightGradient.ts';

export interface TransposedConvolutionOptions extends ConvolutionOptions {
  /** As in the convolution whose adjoint this is: it cuts off the output's border. `same` is not defined here. */
  readonly padding?: Exclude<PaddingSpec, 'same'>;
  /** Rows and columns added at the bottom and right; less than the stride. 0 by default. */
  readonly outputPadding?: Pair;
}

/**
 * Enlarges images [sample, in, height, width] by kernels [in, out / groups, kh, kw], and adds a bias [out] if given. The
 * height becomes (height - 1) stride + dilation (kh - 1) + 1 - top - bottom + outputPadding.
 * @throws UsageError where channels and groups do not fit.
 */
export function convTranspose2d(
  x: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: TransposedConvolutionOptions = {},
): Tensor {
  const size = imageSize(x.shape, 'convTranspose2d');
  const [n, inputs] = x.shape;
  const [weightInputs, outGroup, kh, kw] = weight.shape;
  const geometry = geometryOf([kh, kw], size, options);
  if (weight.shape.length !== 4 || weightInputs !== inputs || inputs % geometry.groups !== 0) {
    throw new UsageError('The kernels do not fit the image', {
      where: 'convTranspose2d',
      expected: `[${inputs}, out / ${geometry.groups}, height, width]`,
      got: `[${weight.shape}]`,
    });
  }
  const extra = options.outputPadding ?? 0;
  const added = typeof extra === 'number' ? [extra, extra] : [...extra];
  const extent = extentOf(geometry);
  const { stride, dilation, pads, groups } = geometry;
  const enlarged = [0, 1].map(
    (i) => (size[i] - 1) * stride[i] + extent[i] - pads[i] - pads[i + 2] + added[i],
  );
  const inner = bias ? [x, weight, bias] : [x, weight];
  return graphOf(...inner).node(
    'ConvTranspose',
    inner,
    { shape: [n, outGroup * groups, ...enlarged] },
    {
      attributes: { ...attributesOf(geometry), output_padding: added },
      vjp: ([g]) =>
        g
          ? [
              conv2d(g, weight, undefined, { stride, dilation, padding: pads, groups }),
              convolutionWeightGradient(g, x, geometry),
              bias && sum(g, { axes: [0, 2, 3] }),
            ]
          : [],
    },
  );
}
