import { InputError, UsageError } from '../../signal/error.ts';
import { columnMajor, elementCount, rowMajor, type NumberArray } from '../array.ts';
import {
  dataset,
  doublesIn,
  fixedText,
  group,
  nodeAt,
  numberAttribute,
  numbers,
  textAttribute,
  type Hdf5Array,
  type Hdf5Dataset,
  type Hdf5Group,
  type Hdf5Node,
} from '../hdf5/tree.ts';
import { checkName } from './write-v5.ts';
import {
  classOf,
  matlabShape,
  numericClasses,
  type MatlabValue,
  type MatlabVariables,
  type NumericClass,
} from './value.ts';

/** MATLAB's own groups in files of version 7.3: targets of references, and the internals of objects. */
const internalGroups = ['#refs#', '#subsystem#'];
const deepest = 48;
/** References may share their targets; a file that multiplies them is refused. */
const mostValues = 1_000_000;

/**
 * Reads the tree of a MATLAB file of version 7.3 (HDF5). Arrays lie transposed there; cells and structure arrays are references.
 * Throws `InputError` where references lead nowhere or round in a circle.
 */
export function variablesFromTree(tree: Hdf5Group, where: string): MatlabVariables {
  let left = mostValues;
  const resolve = (path: string, depth: number): MatlabValue => {
    const target = path === '' ? undefined : nodeAt(tree, path);
    if (!target)
      throw new InputError('a reference leads nowhere', { where, got: path || 'a null reference' });
    return value(target, path, depth + 1);
  };

  const value = (node: Hdf5Node, path: string, depth: number): MatlabValue => {
    if (depth > deepest || --left < 0)
      throw new InputError('values are nested too deep', { where, got: path });
    const matlabClass = textAttribute(node, 'MATLAB_class');
    if (node.kind === 'group') {
      const rows = numberAttribute(node, 'MATLAB_sparse');
      return rows === undefined ? structure(node, path, depth) : sparse(node, rows, `${where}, ${path}`);
    }
    if (textAttribute(node, 'MATLAB_object_decode') ?? numberAttribute(node, 'MATLAB_object_decode')) {
      return { kind: 'opaque', what: matlabClass ?? 'object' };
    }
    if (numberAttribute(node, 'MATLAB_empty') === 1) return empty(node, matlabClass, `${where}, ${path}`);
    const shape = matlabShape(node.shape.toReversed());
    const { data } = node;
    switch (data.kind) {
      case 'reference': {
        const cells = reorder(data.values, shape).map((target) => resolve(target, depth));
        return { kind: 'cell', shape, cells };
      }
      case 'compound': {
        const part = (name: string): NumberArray =>
          rowMajor(doublesIn(data.members[name], `${path}.${name}`, where), shape);
        return { kind: 'numeric', shape, values: part('real'), imaginary: part('imag') };
      }
      case 'number': {
        const values = rowMajor(data.values, shape);
        if (matlabClass === 'char') return { kind: 'char', shape, rows: charRows(values, shape) };
        if (matlabClass === 'logical')
          return { kind: 'logical', shape, values: Uint8Array.from(values as Uint8Array, Number) };
        if (matlabClass === 'function_handle') return { kind: 'opaque', what: 'function handle' };
        return { kind: 'numeric', shape, values };
      }
      case 'text':
        return { kind: 'char', shape: [data.values.length, 1], rows: data.values };
      case 'ragged':
      case 'unread':
        throw new InputError(`"${path}" cannot be read`, {
          where,
          got: data.kind === 'unread' ? data.reason : data.kind,
        });
      default:
        return data satisfies never;
    }
  };

  /** A group is one structure, unless its fields are references: then an array of them. */
  const structure = (node: Hdf5Group, path: string, depth: number): MatlabValue => {
    const fields = Object.keys(node.children);
    const references = fields.flatMap((field) => {
      const child = node.children[field];
      const isList =
        child.kind === 'dataset' &&
        child.data.kind === 'reference' &&
        textAttribute(child, 'MATLAB_class') === undefined;
      return isList ? [child] : [];
    });
    if (fields.length === 0 || references.length !== fields.length) {
      const entries = fields.map(
        (field) => [field, value(node.children[field], `${path}/${field}`, depth + 1)] as const,
      );
      return { kind: 'struct', shape: [1, 1], fields, elements: [Object.fromEntries(entries)] };
    }
    const shape = matlabShape(references[0].shape.toReversed());
    const targets = references.map((child) => {
      if (child.data.kind !== 'reference' || child.data.values.length !== elementCount(shape, where)) {
        throw new InputError('the fields of a structure array differ in length', { where, got: path });
      }
      return reorder(child.data.values, shape);
    });
    const elements = targets[0].map((_, i) =>
      Object.fromEntries(fields.map((field, f) => [field, resolve(targets[f][i], depth)])),
    );
    return { kind: 'struct', shape, fields, elements };
  };

  const variables = Object.entries(tree.children).filter(([name]) => !internalGroups.includes(name));
  if (variables.length === 0) throw new InputError('the file holds no variables', { where });
  return Object.fromEntries(variables.map(([name, node]) => [name, value(node, `/${name}`, 0)]));
}

/** An empty array keeps its shape as its content. */
function empty(node: Hdf5Dataset, matlabClass: string | undefined, where: string): MatlabValue {
  const shape = Array.from(doublesIn(node, 'shape', where));
  if (elementCount(shape, where) !== 0)
    throw new InputError('an empty array has elements', { where, got: shape.join(' x ') });
  switch (matlabClass) {
    case 'cell':
      return { kind: 'cell', shape, cells: [] };
    case 'struct':
      return { kind: 'struct', shape, fields: [], elements: [] };
    case 'char':
      return { kind: 'char', shape, rows: [] };
    case 'logical':
      return { kind: 'logical', shape, values: new Uint8Array(0) };
    default: {
      const known = matlabClass !== undefined && Object.hasOwn(numericClasses, matlabClass);
      const make = numericClasses[known ? (matlabClass as NumericClass) : 'double'];
      return { kind: 'numeric', shape, values: new make(0) };
    }
  }
}

function sparse(node: Hdf5Group, rows: number, where: string): MatlabValue {
  const part = (name: string): Float64Array => {
    const child = node.children[name];
    return child?.kind === 'dataset' ? doublesIn(child, name, where) : new Float64Array(0);
  };
  const [values, stored, starts] = [part('data'), Int32Array.from(part('ir')), part('jc')];
  const ordered =
    starts.length > 0 && starts[0] === 0 && starts.every((s, i) => i === 0 || s >= starts[i - 1]);
  if (
    !ordered ||
    starts.at(-1) !== values.length ||
    stored.length !== values.length ||
    stored.some((r) => !(r >= 0 && r < rows))
  ) {
    throw new InputError('the columns of a sparse matrix do not fit its elements', { where });
  }
  const columns = new Int32Array(values.length);
  for (let c = 0; c + 1 < starts.length; c++) columns.fill(c, starts[c], starts[c + 1]);
  return { kind: 'sparse', shape: [rows, starts.length - 1], rows: stored, columns, values };
}

function charRows(codes: NumberArray, shape: readonly number[]): string[] {
  if (codes.length === 0) return [];
  const columns = codes.length / shape[0];
  return Array.from({ length: shape[0] }, (_, r) =>
    Array.from({ length: columns }, (_c, c) => String.fromCharCode(Number(codes[r * columns + c]))).join(''),
  );
}

function reorder(elements: readonly string[], shape: readonly number[]): string[] {
  const order = rowMajor(
    Int32Array.from({ length: elements.length }, (_, i) => i),
    shape,
  );
  return Array.from(order, (i) => elements[i]);
}

/** The tree of a MATLAB file of version 7.3. */
export function treeFromVariables(variables: MatlabVariables): Hdf5Group {
  const references: Record<string, Hdf5Node> = {};
  const keep = (value: MatlabValue): string => {
    const name = `v${Object.keys(references).length}`;
    // The place is taken before what is inside asks for places of its own.
    references[name] = group({});
    const made = node(value);
    delete references[name];
    references[name] = made;
    return `/#refs#/${name}`;
  };
  const transposed = (values: NumberArray, shape: readonly number[]): Hdf5Array =>
    numbers(columnMajor(values, shape), shape.toReversed());
  const typed = (array: Hdf5Array, name: string, more: Readonly<Record<string, Hdf5Array>> = {}): Hdf5Node =>
    dataset(array, { MATLAB_class: fixedText(name), ...more });

  const node = (value: MatlabValue): Hdf5Node => {
    if (value.kind !== 'opaque' && value.kind !== 'sparse' && value.shape.includes(0)) {
      const name = value.kind === 'numeric' ? classOf(value.values) : value.kind;
      return typed(numbers(BigUint64Array.from(value.shape, BigInt)), name, {
        MATLAB_empty: numbers(Uint8Array.of(1), []),
      });
    }
    switch (value.kind) {
      case 'numeric': {
        const real = transposed(value.values, value.shape);
        if (!value.imaginary) return typed(real, classOf(value.values));
        const imag = transposed(value.imaginary, value.shape);
        return typed(
          { shape: real.shape, data: { kind: 'compound', members: { real, imag } } },
          classOf(value.values),
        );
      }
      case 'logical':
        return typed(transposed(value.values, value.shape), 'logical', {
          MATLAB_int_decode: numbers(Int32Array.of(1), []),
        });
      case 'char': {
        const columns = value.rows[0].length;
        const codes = Uint16Array.from({ length: value.rows.length * columns }, (_, i) =>
          value.rows[Math.floor(i / columns)].charCodeAt(i % columns),
        );
        return typed(transposed(codes, [value.rows.length, columns]), 'char', {
          MATLAB_int_decode: numbers(Int32Array.of(2), []),
        });
      }
      case 'cell': {
        const targets = value.cells.map(keep);
        const order = columnMajor(
          Int32Array.from(targets, (_, i) => i),
          value.shape,
        );
        const values = Array.from(order, (i) => targets[i]);
        return typed({ shape: value.shape.toReversed(), data: { kind: 'reference', values } }, 'cell');
      }
      case 'struct': {
        value.fields.forEach(checkName);
        const attributes = { MATLAB_class: fixedText('struct') };
        if (value.elements.length === 1) {
          const [element] = value.elements;
          return group(
            Object.fromEntries(value.fields.map((field) => [field, node(element[field])])),
            attributes,
          );
        }
        const order = columnMajor(
          Int32Array.from(value.elements, (_, i) => i),
          value.shape,
        );
        const children = value.fields.map((field): [string, Hdf5Node] => {
          const values = Array.from(order, (i) => keep(value.elements[i][field]));
          return [field, dataset({ shape: value.shape.toReversed(), data: { kind: 'reference', values } })];
        });
        return group(Object.fromEntries(children), attributes);
      }
      case 'sparse': {
        const order = Array.from(value.rows, (_, i) => i).sort(
          (a, b) => value.columns[a] - value.columns[b] || value.rows[a] - value.rows[b],
        );
        const starts = new BigUint64Array(value.shape[1] + 1);
        for (const c of value.columns) starts[c + 1]++;
        for (let c = 0; c < value.shape[1]; c++) starts[c + 1] += starts[c];
        return group(
          {
            data: dataset(numbers(Float64Array.from(order, (i) => value.values[i]))),
            ir: dataset(numbers(BigUint64Array.from(order, (i) => BigInt(value.rows[i])))),
            jc: dataset(numbers(starts)),
          },
          {
            MATLAB_class: fixedText('double'),
            MATLAB_sparse: numbers(BigUint64Array.of(BigInt(value.shape[0])), []),
          },
        );
      }
      case 'opaque':
        throw new UsageError(`a ${value.what} cannot be written`);
      default:
        return value satisfies never;
    }
  };
  const children = Object.entries(variables).map(([name, value]): [string, Hdf5Node] => {
    checkName(name);
    return [name, node(value)];
  });
  // The targets of references come first.
  const refs: [string, Hdf5Node][] =
    Object.keys(references).length > 0 ? [['#refs#', group(references)]] : [];
  return group(Object.fromEntries([...refs, ...children]));
}

/** MATLAB looks for its header in the 512 bytes before the HDF5 file proper. */
export function withUserBlock(hdf5: Uint8Array): Uint8Array {
  const out = new Uint8Array(512 + hdf5.length);
  out.fill(0x20, 0, 116);
  out.set(new TextEncoder().encode('MATLAB 7.3 MAT-file, written by Marey, HDF5 schema 1.00 .'));
  out.set([0x00, 0x02, 0x49, 0x4d], 124);
  out.set(hdf5, 512);
  return out;
}
