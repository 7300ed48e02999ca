import { InputError, UsageError } from '../../signal/error.ts';
import { elementCount, rowMajor, type NamedArray, type NumberArray } from '../array.ts';

/** NumPy's array file, format 1.0 to 3.0 (NumPy Enhancement Proposal 1). */
const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

type NumberConstructor = new (buffer: ArrayBuffer) => NumberArray;

const numberTypes: Readonly<Record<string, NumberConstructor>> = {
  f8: Float64Array,
  f4: Float32Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  b1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
};

/**
 * Reads an npy file: numbers, truth values (as 0 and 1) and texts (`<U`, `|S`), in C or Fortran order, of either byte order.
 * Throws `InputError` for pickled objects, which are never loaded, and for anything else that is no such array.
 */
export function parseNpy(bytes: Uint8Array, where: string): NamedArray {
  if (!isNpy(bytes) || bytes.length < 12) {
    throw new InputError('this is no npy file', {
      where,
      expected: 'the bytes "\\x93NUMPY" at its beginning',
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isLong = bytes[6] >= 2;
  const headerBytes = isLong ? view.getUint32(8, true) : view.getUint16(8, true);
  const start = (isLong ? 12 : 10) + headerBytes;
  if (bytes[6] < 1 || bytes[6] > 3 || start > bytes.length || headerBytes > 1e6) {
    throw new InputError('the npy header is broken', {
      where,
      got: `version ${bytes[6]}, a header of ${headerBytes} bytes`,
    });
  }
  const header = new TextDecoder().decode(bytes.subarray(isLong ? 12 : 10, start));
  const { descr, fortran, shape } = parseHeader(header, where);
  const count = elementCount(shape, where);
  const [, order, type, digits] = /^([<>|=])([a-zA-Z])(\d+)$/.exec(descr)!;
  const width = Number(digits) * (type === 'U' ? 4 : 1);
  const data = bytes.subarray(start);
  if (!Number.isSafeInteger(count * width) || data.length !== count * width) {
    throw new InputError('the npy file does not hold what its header promises', {
      where,
      expected: `${count} elements of ${width} bytes`,
      got: `${data.length} bytes`,
      fix: 'The file may have lost its end: copy it again from its source.',
    });
  }
  if (type === 'U' || type === 'S') {
    const texts = Array.from({ length: count }, (_, i) =>
      decodeText(data.subarray(i * width, (i + 1) * width), type, order === '>'),
    );
    if (fortran && shape.filter((n) => n !== 1).length > 1) {
      throw new InputError('texts in Fortran order are not supported', {
        where,
        fix: 'Save them with order="C".',
      });
    }
    return { kind: 'text', shape, values: texts };
  }
  const buffer = new Uint8Array(data).buffer;
  if (order === '>') swapBytes(new Uint8Array(buffer), width);
  const values = new numberTypes[type + digits](buffer);
  return { kind: 'number', shape, values: fortran ? rowMajor(values, shape) : values };
}

interface Header {
  readonly descr: string;
  readonly fortran: boolean;
  readonly shape: readonly number[];
}

/** The header is a Python literal; its three keys are picked out, nothing is evaluated. */
function parseHeader(header: string, where: string): Header {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  const fortran = /'fortran_order'\s*:\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (fortran === undefined || shape === undefined || (descr === undefined && !/'descr'\s*:/.test(header))) {
    throw new InputError('the npy header is broken', { where, got: header.slice(0, 120).trim() });
  }
  const known =
    descr !== undefined &&
    (/^[<>|=][US]\d{1,6}$/.test(descr) ||
      (/^[<>|=][a-z]\d$/.test(descr) && Object.hasOwn(numberTypes, descr.slice(1))));
  if (!known) {
    throw new InputError('the type of the array is not supported', {
      where,
      expected: `numbers (${Object.keys(numberTypes).join(', ')}) or texts`,
      got: descr ?? 'a structured array',
      fix:
        descr === '|O'
          ? 'Pickled objects are never loaded: save plain arrays.'
          : 'Convert it in NumPy with astype("float64"), and save each field by itself.',
    });
  }
  const sizes = shape
    .split(',')
    .filter((part) => part.trim() !== '')
    .map((part) => Number(part.replace('L', '')));
  return { descr, fortran: fortran === 'True', shape: sizes };
}

function decodeText(cell: Uint8Array, type: string, bigEndian: boolean): string {
  if (type === 'S') {
    const end = cell.findLastIndex((byte) => byte !== 0);
    return new TextDecoder().decode(cell.subarray(0, end + 1));
  }
  const view = new DataView(cell.buffer, cell.byteOffset, cell.byteLength);
  let text = '';
  let zeros = '';
  for (let i = 0; i < cell.length; i += 4) {
    const code = view.getUint32(i, !bigEndian);
    if (code === 0) zeros += '\u0000';
    else {
      text += zeros + (code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd');
      zeros = '';
    }
  }
  return text;
}

function swapBytes(bytes: Uint8Array, width: number): void {
  for (let i = 0; i < bytes.length; i += width) bytes.subarray(i, i + width).reverse();
}

/** Writes an npy file, format 1.0, little-endian, C order. Throws `UsageError` where the shape does not fit the values. */
export function formatNpy(array: NamedArray): Uint8Array {
  if (array.shape.reduce((n, size) => n * size, 1) !== array.values.length) {
    throw new UsageError('the shape of an array does not fit its values', {
      expected: array.shape.join(' x '),
      got: `${array.values.length} values`,
    });
  }
  const { descr, data } = array.kind === 'text' ? encodeTexts(array.values) : encodeNumbers(array.values);
  const shape = `(${array.shape.join(', ')}${array.shape.length === 1 ? ',' : ''})`;
  const literal = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  // The data begin at a multiple of 64 bytes.
  const header = `${literal.padEnd(Math.ceil((literal.length + 11) / 64) * 64 - 11)}\n`;
  const out = new Uint8Array(10 + header.length + data.length);
  out.set([...magic, 1, 0, header.length & 0xff, header.length >> 8]);
  out.set(new TextEncoder().encode(header), 10);
  out.set(data, 10 + header.length);
  return out;
}

function encodeNumbers(values: NumberArray): { descr: string; data: Uint8Array } {
  const name = Object.keys(numberTypes).find((key) => values instanceof numberTypes[key])!;
  return {
    descr: `${values.BYTES_PER_ELEMENT === 1 ? '|' : '<'}${name}`,
    data: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

function encodeTexts(values: readonly string[]): { descr: string; data: Uint8Array } {
  const points = values.map((v) => Array.from(v, (char) => char.codePointAt(0)!));
  const width = points.reduce((most, p) => Math.max(most, p.length), 1);
  const data = new Uint8Array(values.length * width * 4);
  const view = new DataView(data.buffer);
  points.forEach((codes, i) => codes.forEach((code, k) => view.setUint32((i * width + k) * 4, code, true)));
  return { descr: `<U${width}`, data };
}
