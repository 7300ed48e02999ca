import * as ops from '../../../src/learn/operators/index.ts';
import type { OperatorCase } from './case.ts';
import { at, between, build, randomShape, size } from './ndarray.ts';
import type { NdArray } from './ndarray.ts';

function joined(parts: readonly NdArray[], axis: number): NdArray {
  const extents = parts.map(({ shape }) => shape[axis]);
  const shape = parts[0].shape.with(
    axis,
    extents.reduce((a, b) => a + b),
  );
  return build(shape, (position) => {
    let k = position[axis];
    let part = 0;
    while (k >= extents[part]) k -= extents[part++];
    return at(parts[part], position.with(axis, k));
  });
}

export const shapes: readonly OperatorCase[] = [
  {
    name: 'reshape',
    sample: (random) => {
      const [a, b, c] = [between(random, 1, 4), between(random, 1, 4), between(random, 1, 4)];
      const target = random.uniform() < 0.5 ? [c, a * b] : [a, -1, b];
      return {
        shapes: [[a, b, c]],
        build: ([x]) => ops.reshape(x, target),
        reference: ([x]) => ({ shape: target.map((extent) => (extent === -1 ? c : extent)), data: x.data }),
      };
    },
  },
  {
    name: 'expand',
    sample: (random) => {
      const shape = randomShape(random, 1, 4);
      const thin = shape
        .map((extent) => (random.uniform() < 0.5 ? 1 : extent))
        .slice(random.integer(shape.length));
      return {
        shapes: [thin],
        build: ([x]) => ops.expand(x, shape),
        reference: ([x]) => build(shape, (p) => at(x, p)),
      };
    },
  },
  {
    name: 'transpose',
    sample: (random) => {
      const shape = randomShape(random, 1, 4);
      const order = [...random.permutation(shape.length)];
      return {
        shapes: [shape],
        build: ([x]) => ops.transpose(x, order),
        reference: ([x]) =>
          build(
            order.map((axis) => shape[axis]),
            (p) =>
              at(
                x,
                [...shape.keys()].map((axis) => p[order.indexOf(axis)]),
              ),
          ),
      };
    },
  },
  {
    name: 'swapLast',
    sample: (random) => {
      const shape = [...randomShape(random, 0, 2), 3, 2];
      const swap = (p: readonly number[]): number[] => [...p.slice(0, -2), p[p.length - 1], p[p.length - 2]];
      return {
        shapes: [shape],
        build: ([x]) => ops.swapLast(x),
        reference: ([x]) => build(swap(shape), (p) => at(x, swap(p))),
      };
    },
  },
  {
    name: 'concat',
    sample: (random) => {
      const shape = randomShape(random, 1, 3);
      const axis = random.integer(shape.length);
      // Beyond eight the join goes in groups.
      const parts = Array.from({ length: between(random, 1, 11) }, () =>
        shape.with(axis, between(random, 1, 3)),
      );
      return {
        shapes: parts,
        build: (xs) => ops.concat(xs, axis),
        reference: (xs) => joined(xs, axis),
      };
    },
  },
  {
    name: 'stack',
    sample: (random) => {
      const shape = randomShape(random, 0, 3);
      const count = between(random, 1, 10);
      return {
        shapes: Array.from({ length: count }, () => shape),
        build: (xs) => ops.stack(xs),
        reference: (xs) => build([count, ...shape], ([i, ...p]) => at(xs[i], p)),
      };
    },
  },
  {
    name: 'split',
    sample: (random) => {
      const sizes = Array.from({ length: between(random, 1, 11) }, () => between(random, 1, 3));
      const shape = [3, sizes.reduce((a, b) => a + b), 2];
      const chosen = random.integer(sizes.length);
      const start = sizes.slice(0, chosen).reduce((a, b) => a + b, 0);
      return {
        shapes: [shape],
        build: ([x]) => ops.split(x, sizes, 1)[chosen],
        reference: ([x]) => build(shape.with(1, sizes[chosen]), ([i, j, k]) => at(x, [i, j + start, k])),
      };
    },
  },
  {
    name: 'slice',
    sample: (random) => {
      const shape = Array.from({ length: between(random, 1, 4) }, () => between(random, 2, 7));
      const ranges = shape.flatMap((extent, axis) => {
        if (random.uniform() < 0.3) return [];
        const start = random.integer(extent);
        return [{ axis, start, end: between(random, start + 1, extent), step: between(random, 1, 3) }];
      });
      const out = [...shape];
      for (const { axis, start, end, step } of ranges) out[axis] = Math.ceil((end - start) / step);
      return {
        shapes: [shape],
        build: ([x]) =>
          ops.slice(
            x,
            ranges.map((range) =>
              random.uniform() < 0.5 ? range : { ...range, start: range.start - shape[range.axis] },
            ),
          ),
        reference: ([x]) =>
          build(out, (p) => {
            const from = [...p];
            for (const { axis, start, step } of ranges) from[axis] = start + p[axis] * step;
            return at(x, from);
          }),
      };
    },
  },
  {
    name: 'pad',
    sample: (random) => {
      const shape = Array.from({ length: between(random, 1, 4) }, () => between(random, 3, 6));
      const amounts = shape.map(() => [between(random, -1, 2), between(random, -1, 2)]);
      const out = shape.map((extent, axis) => extent + amounts[axis][0] + amounts[axis][1]);
      return {
        shapes: [shape],
        build: ([x]) =>
          ops.pad(
            x,
            amounts.map(([before, after], axis) => ({ axis, before, after })),
            0.5,
          ),
        reference: ([x]) =>
          build(out, (p) => {
            const from = p.map((k, axis) => k - amounts[axis][0]);
            return from.every((k, axis) => k >= 0 && k < shape[axis]) ? at(x, from) : 0.5;
          }),
      };
    },
  },
  {
    name: 'matmul',
    sample: (random) => {
      const [n, k, m] = [between(random, 1, 5), between(random, 1, 5), between(random, 1, 5)];
      const [transposeA, transposeB] = [random.uniform() < 0.5, random.uniform() < 0.5];
      const kind = random.integer(4);
      const batch = randomShape(random, 1, 2);
      const batchA = kind === 0 ? [] : kind === 3 ? batch.map(() => 1) : batch;
      const batchB = kind === 0 || kind === 1 ? [] : batch;
      const bias = kind === 0 && random.uniform() < 0.7 ? [random.uniform() < 0.5 ? [m] : [n, m]] : [];
      const a = [...batchA, ...(transposeA ? [k, n] : [n, k])];
      const b = [...batchB, ...(transposeB ? [m, k] : [k, m])];
      return {
        shapes: [a, b, ...bias],
        build: ([x, y, z]) => ops.matmul(x, y, { transposeA, transposeB, bias: z }),
        reference: ([x, y, z]) =>
          build([...(kind === 0 ? [] : batch), n, m], (p) => {
            const [i, j] = p.slice(-2);
            const outer = p.slice(0, -2);
            let dot = z ? at(z, [i, j]) : 0;
            for (let l = 0; l < k; l++) {
              dot +=
                at(x, [...outer, ...(transposeA ? [l, i] : [i, l])]) *
                at(y, [...outer, ...(transposeB ? [j, l] : [l, j])]);
            }
            return dot;
          }),
      };
    },
  },
  {
    name: 'gather',
    sample: (random) => {
      const shape = Array.from({ length: between(random, 1, 3) }, () => between(random, 1, 5));
      const axis = random.integer(shape.length);
      const indexShape = randomShape(random, 0, 2);
      const indices = Array.from({ length: size(indexShape) }, () => random.integer(shape[axis]));
      const indexArray = { shape: indexShape, data: Float64Array.from(indices) };
      return {
        shapes: [shape],
        build: ([x]) => ops.gather(x, x.graph.constant(indexShape, Int32Array.from(indices), 'int32'), axis),
        reference: ([x]) =>
          build([...shape.slice(0, axis), ...indexShape, ...shape.slice(axis + 1)], (p) => {
            const index = at(indexArray, p.slice(axis, axis + indexShape.length));
            return at(x, [...p.slice(0, axis), index, ...p.slice(axis + indexShape.length)]);
          }),
      };
    },
  },
  {
    name: 'cast',
    sample: (random) => ({
      shapes: [randomShape(random, 0, 3)],
      build: ([x]) => ops.cast(ops.cast(x, 'int32'), 'float32'),
      reference: ([x]) => ({ shape: x.shape, data: x.data.map(Math.trunc) }),
      differentiable: false,
    }),
  },
  {
    name: 'stopGradient',
    sample: (random) => ({
      shapes: [randomShape(random, 0, 3)],
      build: ([x]) => ops.stopGradient(x),
      reference: ([x]) => x,
      differentiable: false,
    }),
  },
];
