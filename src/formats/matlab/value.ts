import type { NamedArray, NumberArray } from '../array.ts';

/** MATLAB's numeric classes and the arrays that hold them. */
export const numericClasses = {
  double: Float64Array,
  single: Float32Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;
export type NumericClass = keyof typeof numericClasses;

/**
 * A MATLAB value. Shapes have two dimensions at least; elements are row-major (last index fastest), unlike in MATLAB's own
 * memory.
 */
export type MatlabValue =
  | {
      readonly kind: 'numeric';
      readonly shape: readonly number[];
      readonly values: NumberArray;
      readonly imaginary?: NumberArray;
    }
  | { readonly kind: 'logical'; readonly shape: readonly number[]; readonly values: Uint8Array }
  /** One text for each row of the array. */
  | { readonly kind: 'char'; readonly shape: readonly number[]; readonly rows: readonly string[] }
  | { readonly kind: 'cell'; readonly shape: readonly number[]; readonly cells: readonly MatlabValue[] }
  | {
      readonly kind: 'struct';
      readonly shape: readonly number[];
      readonly fields: readonly string[];
      /** One record for each element, with every field. */
      readonly elements: readonly Readonly<Record<string, MatlabValue>>[];
    }
  | {
      readonly kind: 'sparse';
      readonly shape: readonly number[];
      /** Row of each stored element, from 0. */
      readonly rows: Int32Array;
      readonly columns: Int32Array;
      readonly values: Float64Array;
      readonly imaginary?: Float64Array;
    }
  /** Function handles, objects of classes: named, not read. */
  | { readonly kind: 'opaque'; readonly what: string };

export type MatlabVariables = Readonly<Record<string, MatlabValue>>;

/** MATLAB's name of the class of an array of numbers. */
export function classOf(values: NumberArray): NumericClass {
  return (Object.keys(numericClasses) as NumericClass[]).find(
    (name) => values instanceof numericClasses[name],
  )!;
}

/** Sparse matrices up to this many elements are filled out when plain arrays are asked for. */
const mostDense = 1e7;

/**
 * Variables as plain arrays: structures' fields by `name.field`, cells by `name{1}`, elements of structure arrays by
 * `name(2).field`, imaginary parts by `name.imag`. A cell of texts is one array of texts. What is no array (function handles,
 * objects, very large sparse matrices) is left out.
 */
export function arraysFromMatlab(variables: MatlabVariables): Record<string, NamedArray> {
  const arrays: Record<string, NamedArray> = {};
  const keep = (name: string, array: NamedArray): void => {
    Object.defineProperty(arrays, name, { value: array, enumerable: true, configurable: true });
  };
  const visit = (name: string, value: MatlabValue): void => {
    switch (value.kind) {
      case 'numeric':
        keep(name, { kind: 'number', shape: value.shape, values: value.values });
        if (value.imaginary)
          keep(`${name}.imag`, { kind: 'number', shape: value.shape, values: value.imaginary });
        return;
      case 'logical':
        keep(name, { kind: 'number', shape: value.shape, values: value.values });
        return;
      case 'char':
        keep(name, { kind: 'text', shape: [value.rows.length], values: value.rows });
        return;
      case 'sparse':
        if (value.shape[0] * value.shape[1] <= mostDense) {
          keep(name, { kind: 'number', shape: value.shape, values: dense(value) });
        }
        return;
      case 'cell': {
        const texts = value.cells.flatMap((c) =>
          c.kind === 'char' && c.rows.length <= 1 ? [c.rows[0] ?? ''] : [],
        );
        if (texts.length === value.cells.length)
          keep(name, { kind: 'text', shape: value.shape, values: texts });
        else value.cells.forEach((cell, i) => visit(`${name}{${i + 1}}`, cell));
        return;
      }
      case 'struct':
        value.elements.forEach((element, i) => {
          const prefix = value.elements.length === 1 ? name : `${name}(${i + 1})`;
          for (const field of value.fields) visit(`${prefix}.${field}`, element[field]);
        });
        return;
      case 'opaque':
        return;
      default:
        value satisfies never;
    }
  };
  for (const [name, value] of Object.entries(variables)) visit(name, value);
  return arrays;
}

function dense({ shape, rows, columns, values }: Extract<MatlabValue, { kind: 'sparse' }>): Float64Array {
  const out = new Float64Array(shape[0] * shape[1]);
  values.forEach((value, i) => {
    out[rows[i] * shape[1] + columns[i]] += value;
  });
  return out;
}

/** Plain arrays as variables: texts become cells of char. */
export function matlabFromArrays(arrays: Readonly<Record<string, NamedArray>>): MatlabVariables {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, array]): [string, MatlabValue] => {
      const shape = matlabShape(array.shape);
      if (array.kind === 'number') return [name, { kind: 'numeric', shape, values: array.values }];
      return [name, { kind: 'cell', shape, cells: array.values.map(charValue) }];
    }),
  );
}

/** MATLAB knows no fewer than two dimensions, and no trailing ones of size 1 beyond them. */
export function matlabShape(shape: readonly number[]): number[] {
  const out = [...shape];
  while (out.length < 2) out.push(1);
  while (out.length > 2 && out.at(-1) === 1) out.pop();
  return out;
}

/** A text as MATLAB has it: a row of characters. */
export function charValue(text: string): MatlabValue {
  return {
    kind: 'char',
    shape: [text.length === 0 ? 0 : 1, text.length],
    rows: text.length === 0 ? [] : [text],
  };
}
