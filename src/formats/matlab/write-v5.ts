import { zlibSync } from 'fflate';
import { UsageError } from '../../signal/error.ts';
import { columnMajor, type NumberArray } from '../array.ts';
import { arrayClasses, complexFlag, dataTypes, logicalFlag, numericOrder } from './v5.ts';
import { classOf, type MatlabValue, type MatlabVariables } from './value.ts';

/** Writes a MATLAB file of level 5 with each variable compressed, as `save -v7` does. Throws `UsageError` at impossible names. */
export function formatMatV5(variables: MatlabVariables): Uint8Array {
  const header = new Uint8Array(128).fill(0x20);
  header.set(new TextEncoder().encode('MATLAB 5.0 MAT-file, written by Marey'));
  header.fill(0, 116, 124);
  header.set([0x00, 0x01, 0x49, 0x4d], 124);
  const parts = Object.entries(variables).map(([name, value]) => {
    checkName(name);
    return element(dataTypes.compressed, zlibSync(matrix(value, name), { level: 6 }), false);
  });
  return join([header, ...parts]);
}

/** MATLAB's rule for names. */
export function checkName(name: string): void {
  if (!/^[A-Za-z][A-Za-z0-9_]{0,62}$/.test(name)) {
    throw new UsageError(`"${name}" cannot be the name of a MATLAB variable or field`, {
      expected: 'a letter, then letters, digits and underscores, at most 63 in all',
    });
  }
}

function matrix(value: MatlabValue, name: string): Uint8Array {
  switch (value.kind) {
    case 'numeric': {
      const { values, imaginary, shape } = value;
      const flags = (6 + numericOrder.indexOf(classOf(values))) | (imaginary ? complexFlag : 0);
      return array(flags, shape, name, [
        numbers(values, shape),
        ...(imaginary ? [numbers(imaginary, shape)] : []),
      ]);
    }
    case 'logical':
      return array(9 | logicalFlag, value.shape, name, [numbers(value.values, value.shape)]);
    case 'char': {
      const [rows, columns] = [value.rows.length, value.rows[0]?.length ?? 0];
      const units = Uint16Array.from({ length: rows * columns }, (_, i) =>
        value.rows[i % rows].charCodeAt(Math.floor(i / rows)),
      );
      return array(arrayClasses.char, value.shape, name, [element(dataTypes.utf16, bytesOf(units))]);
    }
    case 'cell':
      return array(
        arrayClasses.cell,
        value.shape,
        name,
        byColumn(value.cells, value.shape).map((cell) => matrix(cell, '')),
      );
    case 'struct': {
      value.fields.forEach(checkName);
      const width = 64;
      const names = new Uint8Array(width * value.fields.length);
      value.fields.forEach((field, i) => names.set(new TextEncoder().encode(field), i * width));
      const elements = byColumn(value.elements, value.shape);
      return array(arrayClasses.struct, value.shape, name, [
        element(dataTypes.int32, bytesOf(Int32Array.of(width))),
        element(dataTypes.int8, names),
        ...elements.flatMap((e) => value.fields.map((field) => matrix(e[field], ''))),
      ]);
    }
    case 'sparse':
      return sparse(value, name);
    case 'opaque':
      throw new UsageError(`the variable "${name}" is a ${value.what}, which cannot be written`);
    default:
      return value satisfies never;
  }
}

function sparse(value: Extract<MatlabValue, { kind: 'sparse' }>, name: string): Uint8Array {
  const { shape, rows, columns, values, imaginary } = value;
  const order = Array.from(rows, (_, i) => i).sort((a, b) => columns[a] - columns[b] || rows[a] - rows[b]);
  const starts = new Int32Array(shape[1] + 1);
  for (const c of columns) starts[c + 1]++;
  for (let c = 0; c < shape[1]; c++) starts[c + 1] += starts[c];
  const part = (of: ArrayLike<number>): Uint8Array =>
    element(dataTypes.double, bytesOf(Float64Array.from(order, (i) => of[i])));
  return array(
    arrayClasses.sparse | (imaginary ? complexFlag : 0),
    shape,
    name,
    [
      element(dataTypes.int32, bytesOf(Int32Array.from(order, (i) => rows[i]))),
      element(dataTypes.int32, bytesOf(starts)),
      part(values),
      ...(imaginary ? [part(imaginary)] : []),
    ],
    Math.max(1, rows.length),
  );
}

function array(
  flags: number,
  shape: readonly number[],
  name: string,
  body: readonly Uint8Array[],
  mostStored = 0,
): Uint8Array {
  return element(
    dataTypes.matrix,
    join([
      element(dataTypes.uint32, bytesOf(Uint32Array.of(flags, mostStored))),
      element(dataTypes.int32, bytesOf(Int32Array.from(shape))),
      element(dataTypes.int8, new TextEncoder().encode(name)),
      ...body,
    ]),
  );
}

function numbers(values: NumberArray, shape: readonly number[]): Uint8Array {
  return element(dataTypes[classOf(values)], bytesOf(columnMajor(values, shape)));
}

function byColumn<T>(elements: readonly T[], shape: readonly number[]): T[] {
  const order = columnMajor(
    Int32Array.from({ length: elements.length }, (_, i) => i),
    shape,
  );
  return Array.from(order, (i) => elements[i]);
}

function element(type: number, data: Uint8Array, padded = true): Uint8Array {
  const out = new Uint8Array(8 + (padded ? Math.ceil(data.length / 8) * 8 : data.length));
  new Uint32Array(out.buffer, 0, 2).set([type, data.length]);
  out.set(data, 8);
  return out;
}

function bytesOf(values: NumberArray): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
