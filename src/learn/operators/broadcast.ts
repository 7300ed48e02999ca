/** Summing and repeating, which are each other's gradient, and the changes of shape they rest on. */
import { UsageError } from '../../signal/error.ts';
import type { Tensor } from '../graph/graph.ts';
import { axisOf, broadcastShape, sameShape, sizeOf } from '../graph/tensor.ts';
import type { Shape } from '../graph/tensor.ts';

export interface ReductionOptions {
  /** The dimensions to reduce; all of them by default. */
  readonly axes?: readonly number[];
  /** Keep reduced dimensions with size 1; false by default. */
  readonly keepDims?: boolean;
}

/** The reduced axes in ascending order, the shape with 1 in their place, and the shape without them. */
export function reducedShape(
  x: Tensor,
  options: ReductionOptions,
  where: string,
): { axes: number[]; kept: Shape; squeezed: Shape } {
  const rank = x.shape.length;
  const given = options.axes ?? x.shape.map((_, i) => i);
  const axes = [...new Set(given.map((axis) => axisOf(axis, rank, where)))].sort((a, b) => a - b);
  return {
    axes,
    kept: x.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
    squeezed: x.shape.filter((_, i) => !axes.includes(i)),
  };
}

/**
 * The same elements in another shape; one size may be -1 and is inferred.
 * @throws UsageError where the number of elements differs.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const known = sizeOf(shape.filter((size) => size !== -1));
  const full = shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size));
  if (sizeOf(full) !== sizeOf(x.shape) || !full.every(Number.isInteger) || full.some((size) => size < 0)) {
    throw new UsageError('The elements do not fill the new shape', {
      where: 'reshape',
      expected: `${sizeOf(x.shape)} elements, as in [${x.shape}]`,
      got: `[${shape}]`,
    });
  }
  if (sameShape(x.shape, full)) return x;
  return x.graph.node(
    'Reshape',
    [x, x.graph.integers(full)],
    { shape: full, dtype: x.dtype },
    {
      vjp: ([g]) => [g && reshape(g, x.shape)],
    },
  );
}

/** The sum over some dimensions. An empty set of axes gives `x` itself. */
export function sum(x: Tensor, options: ReductionOptions = {}): Tensor {
  const { axes, kept, squeezed } = reducedShape(x, options, 'sum');
  if (axes.length === 0) return x;
  const shape = options.keepDims ? kept : squeezed;
  return x.graph.node(
    'ReduceSum',
    [x, x.graph.integers(axes)],
    { shape },
    {
      attributes: { keepdims: options.keepDims ? 1 : 0 },
      vjp: ([g]) => [g && expand(reshape(g, kept), x.shape)],
    },
  );
}

/** Repeats dimensions of size 1, and adds dimensions at the left, up to `shape` (NumPy's broadcasting). */
export function expand(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (!sameShape(broadcastShape(x.shape, shape, 'expand'), shape)) {
    throw new UsageError('The shape is smaller than the tensor', {
      where: 'expand',
      expected: `[${x.shape}]`,
      got: `[${shape}]`,
    });
  }
  return x.graph.node(
    'Expand',
    [x, x.graph.integers(shape)],
    { shape, dtype: x.dtype },
    {
      vjp: ([g]) => [g && unbroadcast(g, x.shape)],
    },
  );
}

/** The adjoint of broadcasting: sums `gradient` down to the shape of the operand it came from. */
export function unbroadcast(gradient: Tensor, shape: Shape): Tensor {
  if (sameShape(gradient.shape, shape)) return gradient;
  const extra = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((size, i) =>
    i < extra || (shape[i - extra] === 1 && size !== 1) ? [i] : [],
  );
  return reshape(sum(gradient, { axes, keepDims: true }), shape);
}
