/** The gradient of a convolution by its input. */
import { graphOf } from '../../graph/graph.ts';
import type { Tensor } from '../../graph/graph.ts';
import type { Shape } from '../../graph/tensor.ts';
import { reshape } from '../broadcast.ts';
import { transpose } from '../shape.ts';
import { attributesOf, extentOf, unreached } from './geometry.ts';
import type { Geometry } from './geometry.ts';

/**
 * From the gradient [n, out, h', w'] and the weights [out, in / groups, kh, kw] to the gradient by the input, of `shape`.
 * At stride 1 a convolution with the turned kernel, which runs faster than `ConvTranspose`; else the latter.
 */
export function convolutionInputGradient(
  gradient: Tensor,
  weight: Tensor,
  shape: Shape,
  geometry: Geometry,
): Tensor {
  const [height, width] = extentOf(geometry);
  const [top, left, bottom, right] = geometry.pads;
  const borders = [height - 1 - top, width - 1 - left, height - 1 - bottom, width - 1 - right];
  const unit = geometry.stride[0] === 1 && geometry.stride[1] === 1;
  return unit && borders.every((border) => border >= 0)
    ? turnedConvolution(gradient, weight, shape, geometry, borders)
    : transposedConvolution(gradient, weight, shape, geometry);
}

function turnedConvolution(
  gradient: Tensor,
  weight: Tensor,
  shape: Shape,
  geometry: Geometry,
  borders: readonly number[],
): Tensor {
  return graphOf(gradient, weight).node(
    'Conv',
    [gradient, turned(weight, geometry.groups)],
    { shape },
    {
      attributes: { ...attributesOf(geometry), pads: borders },
    },
  );
}

// [out, in / groups, kh, kw] -> [in, out / groups, kh, kw], each kernel rotated by half a turn.
function turned(weight: Tensor, groups: number): Tensor {
  const [out, inGroup, kh, kw] = weight.shape;
  const grouped = reshape(weight, [groups, out / groups, inGroup, kh, kw]);
  const swapped = reshape(transpose(grouped, [0, 2, 1, 3, 4]), [groups * inGroup, out / groups, kh, kw]);
  if (kh === 1 && kw === 1) return swapped;
  const { graph } = weight;
  const beforeStart = -(2 ** 31);
  const inputs = [
    swapped,
    ...[
      [-1, -1],
      [beforeStart, beforeStart],
      [2, 3],
      [-1, -1],
    ].map((v) => graph.integers(v)),
  ];
  return graph.node('Slice', inputs, { shape: swapped.shape });
}

function transposedConvolution(gradient: Tensor, weight: Tensor, shape: Shape, geometry: Geometry): Tensor {
  const rest = unreached([shape[2], shape[3]], [gradient.shape[2], gradient.shape[3]], geometry);
  return graphOf(gradient, weight).node(
    'ConvTranspose',
    [gradient, weight],
    { shape },
    {
      attributes: { ...attributesOf(geometry), output_padding: rest },
    },
  );
}
