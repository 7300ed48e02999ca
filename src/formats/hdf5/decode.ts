import type { Metadata, ready } from 'h5wasm';
import type { NumberArray } from '../array.ts';
import type { Hdf5Array, Hdf5Values } from './tree.ts';

/** The library's module, once its WebAssembly is compiled. */
export type H5Module = Awaited<typeof ready>;

/** Classes of datatypes, HDF5 specification IV.A.2.d. */
export const typeClass = {
  integer: 0,
  float: 1,
  string: 3,
  bitfield: 4,
  compound: 6,
  reference: 7,
  enumeration: 8,
  ragged: 9,
  array: 10,
} as const;

const unread = (reason: string): Hdf5Values => ({ kind: 'unread', reason });

/** What reading needs of the library: its memory, for texts of varying length, and its file, for references. */
export interface DecodeContext {
  readonly module: H5Module;
  readonly file: bigint;
}

/** Elements from the bytes that the library has filled: `count` elements of `stride` bytes, this member `offset` bytes in. */
export function decode(
  bytes: Uint8Array,
  type: Metadata,
  count: number,
  context: DecodeContext,
  stride = type.size,
  offset = 0,
): Hdf5Values {
  switch (type.type) {
    case typeClass.enumeration:
    case typeClass.bitfield:
    case typeClass.integer:
    case typeClass.float: {
      const isFloat = type.type === typeClass.float;
      const signed = type.type === typeClass.enumeration ? false : type.signed;
      const values = numberArrayOf(isFloat, type.size, signed, count);
      if (!values || (type.size > 1 && !type.littleEndian && stride !== type.size)) {
        return unread(
          `numbers of ${type.size} bytes${type.littleEndian ? '' : ', big-endian'} are not supported`,
        );
      }
      gather(bytes, new Uint8Array(values.buffer), type.size, stride, offset);
      return { kind: 'number', values };
    }
    case typeClass.string:
      return type.vlen
        ? { kind: 'text', values: varyingStrings(bytes, count, stride, offset, context.module) }
        : { kind: 'text', values: fixedStrings(bytes, type.size, count, stride, offset), bytes: type.size };
    case typeClass.compound: {
      const members: Record<string, Hdf5Array> = {};
      for (const member of type.compound_type?.members ?? []) {
        const inner = member.type === typeClass.array ? (member.array_type?.shape ?? []) : [];
        const data = decode(bytes, member, count, context, stride, offset + member.offset);
        Object.defineProperty(members, member.name, {
          value: { shape: [count, ...inner], data },
          enumerable: true,
        });
      }
      return { kind: 'compound', members };
    }
    case typeClass.array: {
      const base = type.array_type;
      if (!base || base.size === 0) return unread('an array without a type');
      const inner = (base.shape ?? []).reduce((n, size) => n * size, 1);
      if (inner * base.size !== type.size) return unread('an array whose size does not fit its type');
      const packed = new Uint8Array(count * type.size);
      gather(bytes, packed, type.size, stride, offset);
      return decode(packed, base, count * inner, context);
    }
    case typeClass.reference:
      if (type.ref_type !== 'object') return unread('references to regions are not supported');
      return { kind: 'reference', values: referencedPaths(bytes, type.size, count, stride, offset, context) };
    case typeClass.ragged:
      return raggedNumbers(bytes, type, count, stride, offset, context.module);
    default:
      return unread(`data of class ${type.type} are not supported`);
  }
}

/** Copies one member of each element out of interleaved bytes. */
function gather(from: Uint8Array, to: Uint8Array, size: number, stride: number, offset: number): void {
  if (stride === size) to.set(from.subarray(offset, offset + to.length));
  else {
    for (let i = 0; i * size < to.length; i++) {
      const at = i * stride + offset;
      to.set(from.subarray(at, at + size), i * size);
    }
  }
}

function numberArrayOf(
  isFloat: boolean,
  size: number,
  signed: boolean,
  count: number,
): NumberArray | undefined {
  if (isFloat) {
    return size === 4 ? new Float32Array(count) : size === 8 ? new Float64Array(count) : undefined;
  }
  switch (size) {
    case 1:
      return signed ? new Int8Array(count) : new Uint8Array(count);
    case 2:
      return signed ? new Int16Array(count) : new Uint16Array(count);
    case 4:
      return signed ? new Int32Array(count) : new Uint32Array(count);
    case 8:
      return signed ? new BigInt64Array(count) : new BigUint64Array(count);
    default:
      return undefined;
  }
}

const utf8 = new TextDecoder();

function fixedStrings(
  bytes: Uint8Array,
  size: number,
  count: number,
  stride: number,
  offset: number,
): string[] {
  return Array.from({ length: count }, (_, i) => {
    const cell = bytes.subarray(i * stride + offset, i * stride + offset + size);
    const end = cell.indexOf(0);
    return utf8.decode(end < 0 ? cell : cell.subarray(0, end));
  });
}

function varyingStrings(
  bytes: Uint8Array,
  count: number,
  stride: number,
  offset: number,
  module: H5Module,
): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: count }, (_, i) => {
    const pointer = view.getUint32(i * stride + offset, true);
    return pointer === 0 ? '' : module.UTF8ToString(pointer);
  });
}

function referencedPaths(
  bytes: Uint8Array,
  size: number,
  count: number,
  stride: number,
  offset: number,
  { module, file }: DecodeContext,
): string[] {
  return Array.from({ length: count }, (_, i) => {
    const reference = bytes.slice(i * stride + offset, i * stride + offset + size);
    // The library answers with null where a reference leads nowhere.
    const path: string | null = reference.every((byte) => byte === 0)
      ? ''
      : module.get_referenced_name(file, reference, true);
    return path ?? '';
  });
}

function raggedNumbers(
  bytes: Uint8Array,
  type: Metadata,
  count: number,
  stride: number,
  offset: number,
  module: H5Module,
): Hdf5Values {
  const base = type.vlen_type;
  const isNumber = base && (base.type === typeClass.integer || base.type === typeClass.float);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows: NumberArray[] = [];
  for (let i = 0; i < count; i++) {
    const length = view.getUint32(i * stride + offset, true);
    const pointer = view.getUint32(i * stride + offset + 4, true);
    const row = isNumber
      ? numberArrayOf(base.type === typeClass.float, base.size, base.signed, length)
      : undefined;
    if (!base || !row) return unread('rows of varying length that hold no numbers are not supported');
    new Uint8Array(row.buffer).set(module.HEAPU8.subarray(pointer, pointer + length * base.size));
    rows.push(row);
  }
  return { kind: 'ragged', values: rows };
}
