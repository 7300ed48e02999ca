/** Picking elements by index, and changes of element type. */
import { UsageError } from '../../signal/error.ts';
import { graphOf } from '../graph/graph.ts';
import type { Tensor } from '../graph/graph.ts';
import { axisOf, sizeOf } from '../graph/tensor.ts';
import type { DType } from '../graph/tensor.ts';
import { elementTypes } from '../onnx/model.ts';
import { expand, reshape } from './broadcast.ts';
import { transpose } from './shape.ts';

/**
 * The slices of `x` along `axis` that whole-number `indices` (int32 or int64, any shape) name: the indices' shape takes
 * the axis' place. The gradient adds up where an index occurs twice.
 */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  const at = axisOf(axis, x.shape.length, 'gather');
  if (indices.dtype !== 'int64' && indices.dtype !== 'int32') {
    throw new UsageError('Indices are whole numbers', {
      where: 'gather',
      expected: 'int32 or int64',
      got: indices.dtype,
    });
  }
  const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
  return graphOf(x, indices).node(
    'Gather',
    [x, indices],
    { shape, dtype: x.dtype },
    {
      attributes: { axis: at },
      vjp: ([g]) => [g && gatherGradient(g, x, indices, at)],
    },
  );
}

// Indices first, [count, rest]; then element-wise scattering along the first dimension, which adds.
function gatherGradient(gradient: Tensor, x: Tensor, indices: Tensor, axis: number): Tensor {
  const { graph } = gradient;
  const count = sizeOf(indices.shape);
  const others = x.shape.filter((_, i) => i !== axis);
  const flat = reshape(gradient, [...x.shape.slice(0, axis), count, ...x.shape.slice(axis + 1)]);
  const front = transpose(flat, [axis, ...x.shape.flatMap((_, i) => (i === axis ? [] : [i]))]);
  const rest = sizeOf(others);
  const places = expand(reshape(indices, [count, 1]), [count, rest]);
  const scattered = graph.node(
    'ScatterElements',
    [graph.zeros([x.shape[axis], rest]), places, reshape(front, [count, rest])],
    { shape: [x.shape[axis], rest] },
    { attributes: { axis: 0, reduction: 'add' } },
  );
  const order = [...others.keys()].map((i) => i + 1);
  order.splice(axis, 0, 0);
  return transpose(reshape(scattered, [x.shape[axis], ...others]), order);
}

/** The same values as another element type. A gradient passes only between floating-point types. */
export function cast(x: Tensor, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  return x.graph.node(
    'Cast',
    [x],
    { shape: x.shape, dtype },
    { attributes: { to: elementTypes[dtype] }, vjp: () => [undefined] },
  );
}

/** The value of `x`, through which no gradient passes. */
export function stopGradient(x: Tensor): Tensor {
  return x.graph.node('Identity', [x], x, { vjp: () => [undefined] });
}
