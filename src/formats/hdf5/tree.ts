import { InputError } from '../../signal/error.ts';
import type { NumberArray } from '../array.ts';

/** Why a dataset above `largestBytes` was not read. */
export const tooLarge = 'it is large and read in blocks';

/** Elements of a dataset or an attribute, row-major. */
export type Hdf5Values =
  | { readonly kind: 'number'; readonly values: NumberArray }
  /** `bytes`: the width of fixed-length strings; without it their length varies. `ascii`: marked so, as NumPy's bytes are. */
  | {
      readonly kind: 'text';
      readonly values: readonly string[];
      readonly bytes?: number;
      readonly ascii?: true;
    }
  /** Paths of the objects referred to; empty for a null reference. */
  | { readonly kind: 'reference'; readonly values: readonly string[] }
  /** A structure's members, each with as many leading elements as the dataset has. */
  | { readonly kind: 'compound'; readonly members: Readonly<Record<string, Hdf5Array>> }
  | { readonly kind: 'ragged'; readonly values: readonly NumberArray[] }
  /** Not read, and why: not asked for, a filter or a type that cannot be read. */
  | { readonly kind: 'unread'; readonly reason: string };

export interface Hdf5Array {
  readonly shape: readonly number[];
  readonly data: Hdf5Values;
}

export interface Hdf5Dataset extends Hdf5Array {
  readonly kind: 'dataset';
  readonly attributes: Readonly<Record<string, Hdf5Array>>;
}

export interface Hdf5Group {
  readonly kind: 'group';
  readonly attributes: Readonly<Record<string, Hdf5Array>>;
  readonly children: Readonly<Record<string, Hdf5Group | Hdf5Dataset>>;
  /** Soft links to write: name and path of the target. What is read has followed them. */
  readonly links?: Readonly<Record<string, string>>;
}

export type Hdf5Node = Hdf5Group | Hdf5Dataset;

/** The object at a path below a group, or undefined. */
export function nodeAt(group: Hdf5Group, path: string): Hdf5Node | undefined {
  let node: Hdf5Node | undefined = group;
  for (const name of path.split('/').filter(Boolean)) {
    if (node?.kind !== 'group' || !Object.hasOwn(node.children, name)) return undefined;
    node = node.children[name];
  }
  return node;
}

/** The dataset at a path; throws `InputError` where there is none or it was not read. */
export function datasetAt(group: Hdf5Group, path: string, where: string): Hdf5Dataset {
  const node = nodeAt(group, path);
  if (node?.kind !== 'dataset') {
    throw new InputError(`the file has no dataset "${path}"`, {
      where,
      expected: 'a dataset there, as its format promises',
      fix: 'The file may be incomplete or of another format.',
    });
  }
  if (node.data.kind === 'unread') {
    throw new InputError(`the dataset "${path}" cannot be read: ${node.data.reason}`, { where });
  }
  return node;
}

/** The texts of a dataset or attribute. */
export function textsIn(array: Hdf5Array | undefined, what: string, where: string): readonly string[] {
  if (array?.data.kind === 'text') return array.data.values;
  throw wrongKind(array, what, 'text', where);
}

/** The numbers of a dataset or attribute in their own type. */
export function numbersIn(array: Hdf5Array | undefined, what: string, where: string): NumberArray {
  if (array?.data.kind === 'number') return array.data.values;
  throw wrongKind(array, what, 'numbers', where);
}

/** The numbers of a dataset or attribute as doubles. */
export function doublesIn(array: Hdf5Array | undefined, what: string, where: string): Float64Array {
  const values = numbersIn(array, what, where);
  if (values instanceof Float64Array) return values;
  return Float64Array.from({ length: values.length }, (_, i) => Number(values[i]));
}

function wrongKind(array: Hdf5Array | undefined, what: string, expected: string, where: string): InputError {
  return new InputError(`"${what}" is not what the format promises`, {
    where,
    expected,
    got: array ? (array.data.kind === 'unread' ? array.data.reason : array.data.kind) : 'nothing',
  });
}

/** The text of a scalar attribute; undefined where there is none. */
export function textAttribute(node: Hdf5Node, name: string): string | undefined {
  const data = node.attributes[name]?.data;
  return data?.kind === 'text' ? data.values[0] : undefined;
}

/** The number of a scalar attribute; undefined where there is none. */
export function numberAttribute(node: Hdf5Node, name: string): number | undefined {
  const data = node.attributes[name]?.data;
  return data?.kind === 'number' && data.values.length > 0 ? Number(data.values[0]) : undefined;
}

export function group(
  children: Readonly<Record<string, Hdf5Node>>,
  attributes: Readonly<Record<string, Hdf5Array>> = {},
): Hdf5Group {
  return { kind: 'group', attributes, children };
}

export function dataset(array: Hdf5Array, attributes: Readonly<Record<string, Hdf5Array>> = {}): Hdf5Dataset {
  return { kind: 'dataset', ...array, attributes };
}

export function numbers(values: NumberArray, shape: readonly number[] = [values.length]): Hdf5Array {
  return { shape, data: { kind: 'number', values } };
}

export function scalar(value: number | bigint): Hdf5Array {
  return numbers(typeof value === 'bigint' ? BigInt64Array.of(value) : Float64Array.of(value), []);
}

const utf8 = new TextEncoder();

/** Texts of fixed width, as NumPy and PyTables write them. */
export function fixedTexts(values: readonly string[], shape: readonly number[] = [values.length]): Hdf5Array {
  const bytes = Math.max(1, ...values.map((v) => utf8.encode(v).length));
  return { shape, data: { kind: 'text', values, bytes } };
}

export function fixedText(value: string): Hdf5Array {
  return fixedTexts([value], []);
}

/** What PyTables unpickles when it reads the attribute: bytes that are a pickle. */
export function pickledText(value: string): Hdf5Array {
  return { shape: [], data: { kind: 'text', values: [value], bytes: value.length, ascii: true } };
}

/** Texts of varying length, as h5py writes them. */
export function varyingTexts(
  values: readonly string[],
  shape: readonly number[] = [values.length],
): Hdf5Array {
  return { shape, data: { kind: 'text', values } };
}
