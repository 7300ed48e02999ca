import { InputError } from '../signal/error.ts';

export type NumberArray =
  | Float64Array
  | Float32Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** An array of numbers or texts as files of arrays hold it. Always row-major (last index fastest), whatever the file has. */
export type NamedArray =
  | { readonly kind: 'number'; readonly shape: readonly number[]; readonly values: NumberArray }
  | { readonly kind: 'text'; readonly shape: readonly number[]; readonly values: readonly string[] };

export type NamedArrays = Readonly<Record<string, NamedArray>>;

export function numberArray(values: NumberArray, shape: readonly number[] = [values.length]): NamedArray {
  return { kind: 'number', shape, values };
}

export function textArray(values: readonly string[], shape: readonly number[] = [values.length]): NamedArray {
  return { kind: 'text', shape, values };
}

/** The number of elements; throws `InputError` where a file's claim is no shape that can be held. */
export function elementCount(shape: readonly number[], where: string): number {
  let n = 1;
  for (const size of shape) {
    if (!Number.isInteger(size) || size < 0) throw badShape(shape, where);
    n *= size;
  }
  if (!Number.isSafeInteger(n)) throw badShape(shape, where);
  return n;
}

function badShape(shape: readonly number[], where: string): InputError {
  return new InputError('the array has an impossible shape', { where, got: shape.join(' x ') });
}

/** The same elements in the other order of memory: first index fastest becomes last index fastest. */
export function rowMajor<T extends NumberArray>(columnMajor: T, shape: readonly number[]): T {
  if (shape.filter((size) => size !== 1).length < 2) return columnMajor;
  return reorder(columnMajor, shape.toReversed());
}

/** The inverse of `rowMajor`. */
export function columnMajor<T extends NumberArray>(values: T, shape: readonly number[]): T {
  if (shape.filter((size) => size !== 1).length < 2) return values;
  return reorder(values, shape);
}

/** Transposes a row-major array of this shape: its indices in reverse order. */
function reorder<T extends NumberArray>(values: T, shape: readonly number[]): T {
  const out = new (values.constructor as new (n: number) => T)(values.length);
  // Stride of each source index in the reversed target.
  const strides = shape.map((_, d) => shape.slice(0, d).reduce((n, size) => n * size, 1));
  const position = shape.map(() => 0);
  let target = 0;
  for (let i = 0; i < values.length; i++) {
    out[target] = values[i];
    for (let d = shape.length - 1; d >= 0; d--) {
      target += strides[d];
      if (++position[d] < shape[d]) break;
      target -= strides[d] * shape[d];
      position[d] = 0;
    }
  }
  return out;
}
