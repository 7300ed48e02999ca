/** Rearranging elements: transpose; concatenation and splitting; slicing and padding. The latter are each other's gradient. */
import { UsageError } from '../../signal/error.ts';
import { graphOf } from '../graph/graph.ts';
import type { Tensor } from '../graph/graph.ts';
import { axisOf } from '../graph/tensor.ts';
import type { Shape } from '../graph/tensor.ts';
import { reshape } from './broadcast.ts';

/** A GPU binds at most eight buffers to one shader, so joins and splits go in groups of at most eight. */
const maxBuffers = 8;

/** Dimension i of the result is dimension `order[i]` of `x`; the reverse order by default. */
export function transpose(
  x: Tensor,
  order: readonly number[] = x.shape.map((_, i) => x.shape.length - 1 - i),
): Tensor {
  if (order.length !== x.shape.length || new Set(order).size !== order.length) {
    throw new UsageError('An order must name each dimension once', {
      where: 'transpose',
      got: `[${order}] for [${x.shape}]`,
    });
  }
  if (order.every((axis, i) => axis === i)) return x;
  const shape = order.map((axis) => x.shape[axisOf(axis, x.shape.length, 'transpose')]);
  const inverse = order.map((_, i) => order.indexOf(i));
  return x.graph.node(
    'Transpose',
    [x],
    { shape, dtype: x.dtype },
    {
      attributes: { perm: order },
      vjp: ([g]) => [g && transpose(g, inverse)],
    },
  );
}

/** The transpose of the last two dimensions. */
export function swapLast(x: Tensor): Tensor {
  const rank = x.shape.length;
  return transpose(x, [...x.shape.keys()].slice(0, -2).concat(rank - 1, rank - 2));
}

/** Joins tensors along one dimension. */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  if (tensors.length === 0) throw new UsageError('There is nothing to join', { where: 'concat' });
  const [first] = tensors;
  const at = axisOf(axis, first.shape.length, 'concat');
  for (const { shape } of tensors) {
    if (shape.length !== first.shape.length || shape.some((size, i) => i !== at && size !== first.shape[i])) {
      throw new UsageError('Joined tensors differ in another dimension', {
        where: 'concat',
        got: `[${first.shape}] and [${shape}]`,
      });
    }
  }
  if (tensors.length === 1) return first;
  if (tensors.length > maxBuffers) {
    return concat(
      grouped(tensors).map((group) => concat(group, at)),
      at,
    );
  }
  const sizes = tensors.map(({ shape }) => shape[at]);
  const shape = first.shape.map((size, i) => (i === at ? sizes.reduce((a, b) => a + b) : size));
  return graphOf(...tensors).node(
    'Concat',
    tensors,
    { shape, dtype: first.dtype },
    {
      attributes: { axis: at },
      vjp: ([g]) => (g ? split(g, sizes, at) : []),
    },
  );
}

/** Divides a dimension into parts of the given sizes, or into that many equal parts. */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  const at = axisOf(axis, x.shape.length, 'split');
  const parts = typeof sizes === 'number' ? Array.from({ length: sizes }, () => x.shape[at] / sizes) : sizes;
  if (!parts.every(Number.isInteger) || parts.reduce((a, b) => a + b, 0) !== x.shape[at]) {
    throw new UsageError('The parts do not make up the dimension', {
      where: 'split',
      expected: `${x.shape[at]}`,
      got: `${parts.join(' + ')}`,
    });
  }
  if (parts.length === 1) return [x];
  if (parts.length > maxBuffers) {
    const groups = grouped(parts);
    const coarse = split(
      x,
      groups.map((group) => group.reduce((a, b) => a + b)),
      at,
    );
    return coarse.flatMap((part, i) => split(part, groups[i], at));
  }
  const outputs = parts.map((part) => ({
    shape: x.shape.map((size, i) => (i === at ? part : size)),
    dtype: x.dtype,
  }));
  return x.graph.nodeOutputs('Split', [x, x.graph.integers(parts)], outputs, {
    attributes: { axis: at },
    vjp: (gs) => [
      concat(
        gs.map((g, i) => g ?? x.graph.zeros(outputs[i].shape)),
        at,
      ),
    ],
  });
}

function grouped<T>(items: readonly T[]): T[][] {
  const count = Math.min(maxBuffers, Math.ceil(items.length / maxBuffers));
  const size = Math.ceil(items.length / count);
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  );
}

/** The stack of equal shapes along a new dimension at the front. */
export function stack(tensors: readonly Tensor[]): Tensor {
  return concat(
    tensors.map((tensor) => reshape(tensor, [1, ...tensor.shape])),
    0,
  );
}

/** From `start` to before `end` in steps, in one dimension; negative positions count from the end. */
export interface Range {
  readonly axis: number;
  readonly start?: number;
  readonly end?: number;
  /** At least 1; 1 by default. */
  readonly step?: number;
}

/** Cuts out a block, every `step`-th element of each named dimension. @throws UsageError where nothing is left. */
export function slice(x: Tensor, ranges: readonly Range[]): Tensor {
  const full = ranges.map(({ axis, start = 0, end = Infinity, step = 1 }) => {
    const at = axisOf(axis, x.shape.length, 'slice');
    const size = x.shape[at];
    const position = (value: number): number => Math.max(0, Math.min(size, value < 0 ? value + size : value));
    const [from, to] = [position(start), position(end)];
    if (to <= from || step < 1) {
      throw new UsageError('Nothing is left of a dimension', {
        where: 'slice',
        got: `${from}:${to}:${step} of ${size}`,
      });
    }
    return { axis: at, from, count: Math.ceil((to - from) / step), step };
  });
  if (full.every(({ axis, count }) => count === x.shape[axis])) return x;
  const shape = [...x.shape];
  for (const { axis, count } of full) shape[axis] = count;
  const { graph } = x;
  const ends = full.map(({ from, count, step }) => from + (count - 1) * step + 1);
  const inputs = [
    x,
    graph.integers(full.map(({ from }) => from)),
    graph.integers(ends),
    graph.integers(full.map(({ axis }) => axis)),
    graph.integers(full.map(({ step }) => step)),
  ];
  return graph.node(
    'Slice',
    inputs,
    { shape, dtype: x.dtype },
    { vjp: ([g]) => [g && unslice(g, x.shape, full)] },
  );
}

interface Placement {
  readonly axis: number;
  readonly from: number;
  readonly step: number;
}

// The adjoint of slicing: zeros between the elements (by padding a new dimension and folding it back), zeros around.
function unslice(gradient: Tensor, shape: Shape, placements: readonly Placement[]): Tensor {
  let spread = gradient;
  for (const { axis, step } of placements) {
    if (step === 1) continue;
    const [before, after] = [spread.shape.slice(0, axis + 1), spread.shape.slice(axis + 1)];
    const widened = pad(reshape(spread, [...before, 1, ...after]), [{ axis: axis + 1, after: step - 1 }]);
    spread = reshape(widened, [...before.slice(0, -1), before[axis] * step, ...after]);
  }
  return pad(
    spread,
    placements.map(({ axis, from }) => ({
      axis,
      before: from,
      after: shape[axis] - from - spread.shape[axis],
    })),
  );
}

/** How much to add at the two ends of a dimension; negative numbers cut off. */
export interface Padding {
  readonly axis: number;
  readonly before?: number;
  readonly after?: number;
}

/** Adds elements of one value (0 by default) at the ends of dimensions, after cutting where an amount is negative. */
export function pad(x: Tensor, paddings: readonly Padding[], value = 0): Tensor {
  const rank = x.shape.length;
  const amounts = Array.from({ length: 2 * rank }, () => 0);
  const cuts: Range[] = [];
  for (const { axis, before = 0, after = 0 } of paddings) {
    const at = axisOf(axis, rank, 'pad');
    amounts[at] = Math.max(before, 0);
    amounts[rank + at] = Math.max(after, 0);
    if (before < 0 || after < 0)
      cuts.push({ axis: at, start: Math.max(-before, 0), end: x.shape[at] + Math.min(after, 0) });
  }
  const inner = cuts.length > 0 ? slice(x, cuts) : x;
  if (amounts.every((amount) => amount === 0)) return inner;
  const shape = inner.shape.map((size, i) => size + amounts[i] + amounts[rank + i]);
  const { graph } = x;
  const kept = inner.shape.map((size, axis) => ({ axis, start: amounts[axis], end: amounts[axis] + size }));
  return graph.node(
    'Pad',
    [inner, graph.integers(amounts), graph.number(value)],
    { shape },
    {
      vjp: ([g]) => [g && slice(g, kept)],
    },
  );
}
