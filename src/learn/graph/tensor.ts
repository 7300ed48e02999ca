/** Shapes and element types, and the arrays that hold tensors outside a graph. */
import { UsageError } from '../../signal/error.ts';
import type { ElementType } from '../onnx/model.ts';

export type DType = ElementType;
export type Shape = readonly number[];

/** Row-major elements: booleans are 0 or 1 in a `Uint8Array`. */
export type TensorData = Float32Array | Int32Array | BigInt64Array | Uint8Array;

/** A tensor with its numbers, as it goes into an engine and comes out of one. */
export interface TensorValue {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TensorData;
}

/** The number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/**
 * The shape of an element-wise operation (NumPy's rule: align at the right, 1 stretches).
 * @throws UsageError where two sizes differ and neither is 1.
 */
export function broadcastShape(a: Shape, b: Shape, where = 'broadcast'): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const left = a[a.length - rank + i] ?? 1;
    const right = b[b.length - rank + i] ?? 1;
    if (left !== right && left !== 1 && right !== 1) {
      throw new UsageError('The shapes do not fit together', {
        where,
        expected: 'equal sizes, or 1, in each dimension counted from the right',
        got: `[${a}] and [${b}]`,
      });
    }
    return left === 1 ? right : left;
  });
}

/** A dimension's index in 0..rank-1; negative ones count from the end. @throws UsageError outside the rank. */
export function axisOf(axis: number, rank: number, where: string): number {
  const index = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(index) || index < 0 || index >= rank) {
    throw new UsageError('There is no such dimension', {
      where,
      expected: `an axis below ${rank}`,
      got: `${axis}`,
    });
  }
  return index;
}

/** A float32 value; the array is taken as it is, not copied. */
export function float32(shape: Shape, data: Float32Array | readonly number[]): TensorValue {
  return { dtype: 'float32', shape, data: data instanceof Float32Array ? data : Float32Array.from(data) };
}

/** A float32 scalar. */
export function scalar(value: number): TensorValue {
  return { dtype: 'float32', shape: [], data: Float32Array.of(value) };
}
