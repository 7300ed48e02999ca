import { Unzlib } from 'fflate';
import { InputError } from '../../signal/error.ts';
import { elementCount, rowMajor, type NumberArray } from '../array.ts';
import { numericClasses, type MatlabValue, type MatlabVariables, type NumericClass } from './value.ts';

/** Data types and array classes of MathWorks' "MAT-File Format", Level 5. */
export const dataTypes = {
  int8: 1,
  uint8: 2,
  int16: 3,
  uint16: 4,
  int32: 5,
  uint32: 6,
  single: 7,
  double: 9,
  int64: 12,
  uint64: 13,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
  utf32: 18,
} as const;

export const arrayClasses = { cell: 1, struct: 2, object: 3, char: 4, sparse: 5 } as const;
/** Numeric classes are numbered from 6 in this order. */
export const numericOrder: readonly NumericClass[] = [
  'double',
  'single',
  'int8',
  'uint8',
  'int16',
  'uint16',
  'int32',
  'uint32',
  'int64',
  'uint64',
];
export const logicalFlag = 0x200;
export const complexFlag = 0x800;

const deepest = 48;
const mostInflated = 2 ** 31;

export function isMatV5(bytes: Uint8Array): boolean {
  const [major, a, b] = [bytes[125], bytes[126], bytes[127]];
  return (a === 0x49 && b === 0x4d && major === 1) || (a === 0x4d && b === 0x49 && bytes[124] === 1);
}

/** Reads a MATLAB file of level 5 (`save -v6`, `save -v7`). Throws `InputError` at what is broken or no such file. */
export function parseMatV5(bytes: Uint8Array, where: string): MatlabVariables {
  if (!isMatV5(bytes)) {
    throw new InputError('this is no MATLAB file that can be read', {
      where,
      expected: 'a MAT-file of version 5, 7 or 7.3',
      got: bytes.length < 128 ? `${bytes.length} bytes` : 'another header (files of version 4 have none)',
      fix: 'In MATLAB, load it and save it again with -v7.',
    });
  }
  const variables: Record<string, MatlabValue> = {};
  const file = new Reader(bytes, bytes[126] === 0x49, where);
  file.at = 128;
  while (file.left >= 8) {
    const element = file.element();
    const matrix =
      element.type === dataTypes.compressed
        ? new Reader(inflate(element.data, where), file.littleEndian, where).element()
        : element;
    if (matrix.type !== dataTypes.matrix) file.refuse(`a variable of data type ${matrix.type}`);
    const { name, value } = parseMatrix(file.within(matrix.data), 0);
    // MATLAB's own bookkeeping of objects has no name.
    if (name !== '') Object.defineProperty(variables, name, { value, enumerable: true, configurable: true });
  }
  if (Object.keys(variables).length === 0) throw new InputError('the file holds no variables', { where });
  return variables;
}

interface Element {
  readonly type: number;
  readonly data: Uint8Array;
}

/** Walks over tagged elements; every length is checked against what is there. */
class Reader {
  at = 0;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly where: string;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, littleEndian: boolean, where: string) {
    this.bytes = bytes;
    this.littleEndian = littleEndian;
    this.where = where;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  within(data: Uint8Array): Reader {
    return new Reader(data, this.littleEndian, this.where);
  }

  refuse(got: string): never {
    throw new InputError('the MAT-file is broken', {
      where: `${this.where}, byte ${this.at}`,
      got,
      fix: 'Copy the file again from its source.',
    });
  }

  element(): Element {
    if (this.left < 8) this.refuse('an element cut short');
    const first = this.#view.getUint32(this.at, this.littleEndian);
    const small = first >>> 16;
    if (small !== 0) {
      if (small > 4) this.refuse(`a small element of ${small} bytes`);
      const data = this.bytes.subarray(this.at + 4, this.at + 4 + small);
      this.at += 8;
      return { type: first & 0xffff, data };
    }
    const size = this.#view.getUint32(this.at + 4, this.littleEndian);
    if (size > this.left - 8) this.refuse(`an element of ${size} bytes where ${this.left - 8} are left`);
    const data = this.bytes.subarray(this.at + 8, this.at + 8 + size);
    this.at += 8 + size;
    // Elements begin at multiples of 8 bytes, but compressed ones follow each other closely.
    if (first !== dataTypes.compressed) this.at += (8 - (size % 8)) % 8;
    return { type: first, data };
  }

  expect(type: number, what: string): Uint8Array {
    const element = this.element();
    if (element.type !== type) this.refuse(`${what} of data type ${element.type}`);
    return element.data;
  }

  /** The numbers of the next element, in the array type of its data type. */
  numbers(): NumberArray {
    const { type, data } = this.element();
    return this.convert(type, data);
  }

  convert(type: number, data: Uint8Array): NumberArray {
    const name = (Object.keys(numericClasses) as NumericClass[]).find((n) => dataTypes[n] === type);
    if (!name) this.refuse(`numbers of data type ${type}`);
    const make = numericClasses[name];
    const width = make.BYTES_PER_ELEMENT;
    if (data.length % width !== 0) this.refuse(`${data.length} bytes of ${name}`);
    const copy = new Uint8Array(data);
    if (!this.littleEndian)
      for (let i = 0; i < copy.length; i += width) copy.subarray(i, i + width).reverse();
    return new make(copy.buffer);
  }
}

const emptyMatrix: MatlabValue = { kind: 'numeric', shape: [0, 0], values: new Float64Array(0) };

function parseMatrix(reader: Reader, depth: number): { name: string; value: MatlabValue } {
  if (depth > deepest) reader.refuse(`values nested more than ${deepest} deep`);
  if (reader.bytes.length === 0) return { name: '', value: emptyMatrix };
  const flags = reader.convert(dataTypes.uint32, reader.expect(dataTypes.uint32, 'array flags'));
  const word = Number(flags[0]);
  const arrayClass = word & 0xff;
  if (flags.length !== 2) reader.refuse('array flags of another length');
  // Function handles and objects of classes are kept in ways that MathWorks does not publish.
  if (arrayClass === 16 || arrayClass === 17) {
    if (arrayClass === 16) reader.expect(dataTypes.int32, 'dimensions');
    const name = text(reader.expect(dataTypes.int8, 'a name'));
    return { name, value: { kind: 'opaque', what: arrayClass === 16 ? 'function handle' : 'object' } };
  }
  const shape = Array.from(
    reader.convert(dataTypes.int32, reader.expect(dataTypes.int32, 'dimensions')),
    Number,
  );
  if (shape.length < 2 || shape.length > 32) reader.refuse(`${shape.length} dimensions`);
  const count = elementCount(shape, `${reader.where}, byte ${reader.at}`);
  const name = text(reader.expect(dataTypes.int8, 'a name'));
  return { name, value: parseBody(reader, arrayClass, word, shape, count, depth) };
}

function parseBody(
  reader: Reader,
  arrayClass: number,
  word: number,
  shape: readonly number[],
  count: number,
  depth: number,
): MatlabValue {
  const inner = (): MatlabValue =>
    parseMatrix(reader.within(reader.expect(dataTypes.matrix, 'a value')), depth + 1).value;
  const isComplex = (word & complexFlag) !== 0;
  switch (arrayClass) {
    case arrayClasses.cell: {
      if (count * 8 > reader.left) reader.refuse(`${count} cells in ${reader.left} bytes`);
      const cells = Array.from({ length: count }, inner);
      return { kind: 'cell', shape, cells: reorder(cells, shape) };
    }
    case arrayClasses.object:
    case arrayClasses.struct: {
      if (arrayClass === arrayClasses.object) reader.expect(dataTypes.int8, 'a class name');
      const width = Number(reader.numbers()[0]);
      const names = reader.expect(dataTypes.int8, 'field names');
      if (!(width > 0 && width <= 4096) || names.length % width !== 0)
        reader.refuse(`field names of ${width} bytes`);
      const fields = Array.from({ length: names.length / width }, (_, i) =>
        text(names.subarray(i * width, (i + 1) * width)),
      );
      if (count * Math.max(1, fields.length) * 8 > reader.left + 8)
        reader.refuse(`${count} structures in ${reader.left} bytes`);
      const elements = Array.from({ length: count }, () =>
        Object.fromEntries(fields.map((field) => [field, inner()])),
      );
      return { kind: 'struct', shape, fields, elements: reorder(elements, shape) };
    }
    case arrayClasses.char:
      return parseChar(reader, shape, count);
    case arrayClasses.sparse:
      return parseSparse(reader, shape, isComplex);
    default: {
      const className = numericOrder[arrayClass - 6];
      if (className === undefined) return reader.refuse(`a value of class ${arrayClass}`);
      const part = (): NumberArray => {
        const stored = reader.numbers();
        if (stored.length !== count) reader.refuse(`${stored.length} elements for ${shape.join(' x ')}`);
        return rowMajor(castTo(stored, className), shape);
      };
      const values = part();
      if ((word & logicalFlag) !== 0) {
        return {
          kind: 'logical',
          shape,
          values: Uint8Array.from(values as Uint8Array, (v) => (Number(v) === 0 ? 0 : 1)),
        };
      }
      return isComplex
        ? { kind: 'numeric', shape, values, imaginary: part() }
        : { kind: 'numeric', shape, values };
    }
  }
}

/** Numbers are stored in the smallest type that holds them. */
function castTo(stored: NumberArray, className: NumericClass): NumberArray {
  const make = numericClasses[className];
  if (stored instanceof make) return stored;
  if (className === 'int64' || className === 'uint64') {
    const big = className === 'int64' ? BigInt64Array : BigUint64Array;
    // A fraction has no place in a whole number; it can only come from a damaged file.
    return big.from(
      Array.from(stored as ArrayLike<number | bigint>, (v) =>
        BigInt(typeof v === 'bigint' ? v : Math.trunc(v) || 0),
      ),
    );
  }
  const out = new (make as Float64ArrayConstructor)(stored.length);
  for (let i = 0; i < out.length; i++) out[i] = Number(stored[i]);
  return out;
}

function parseChar(reader: Reader, shape: readonly number[], count: number): MatlabValue {
  const { type, data } = reader.element();
  let units: string[];
  switch (type) {
    case dataTypes.utf8:
    case dataTypes.int8:
    case dataTypes.uint8:
      // Without padding characters, one UTF-8 sequence may stand for one element of the array.
      units = Array.from(type === dataTypes.utf8 ? new TextDecoder().decode(data) : text(data, false));
      break;
    case dataTypes.utf16:
    case dataTypes.uint16:
      units = Array.from(reader.convert(dataTypes.uint16, data) as Uint16Array, (code) =>
        String.fromCharCode(code),
      );
      break;
    case dataTypes.utf32:
    case dataTypes.uint32:
      units = Array.from(reader.convert(dataTypes.uint32, data) as Uint32Array, (code) =>
        code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd',
      );
      break;
    default:
      return reader.refuse(`text of data type ${type}`);
  }
  if (units.length !== count) {
    // Characters outside the first plane count twice in MATLAB.
    units = units.join('').split('');
    if (units.length !== count) reader.refuse(`${units.length} characters for ${shape.join(' x ')}`);
  }
  const rows = count === 0 ? 0 : shape[0];
  const columns = rows === 0 ? 0 : count / rows;
  return {
    kind: 'char',
    shape,
    rows: Array.from({ length: rows }, (_, r) =>
      Array.from({ length: columns }, (_u, c) => units[c * rows + r]).join(''),
    ),
  };
}

function parseSparse(reader: Reader, shape: readonly number[], isComplex: boolean): MatlabValue {
  if (shape.length !== 2) reader.refuse('a sparse array that is no matrix');
  const stored = Int32Array.from(reader.numbers() as Int32Array, Number);
  const starts = Array.from(reader.numbers() as Int32Array, Number);
  const real = Float64Array.from(castTo(reader.numbers(), 'double') as Float64Array);
  const imaginary = isComplex
    ? Float64Array.from(castTo(reader.numbers(), 'double') as Float64Array)
    : undefined;
  const used = starts[shape[1]];
  const ordered =
    starts.length === shape[1] + 1 &&
    starts[0] === 0 &&
    starts.every((s, i) => i === 0 || s >= starts[i - 1]);
  if (!ordered || used > stored.length || used > real.length || (imaginary && used > imaginary.length)) {
    reader.refuse('columns of a sparse matrix that do not fit its elements');
  }
  const rows = stored.subarray(0, used);
  if (rows.some((r) => r < 0 || r >= shape[0])) reader.refuse('an element outside a sparse matrix');
  const columns = new Int32Array(used);
  for (let c = 0; c < shape[1]; c++) columns.fill(c, starts[c], starts[c + 1]);
  const value = { kind: 'sparse', shape, rows, columns, values: real.subarray(0, used) } as const;
  return imaginary ? { ...value, imaginary: imaginary.subarray(0, used) } : value;
}

function text(bytes: Uint8Array, trim = true): string {
  const end = trim ? bytes.indexOf(0) : -1;
  return new TextDecoder('latin1').decode(end < 0 ? bytes : bytes.subarray(0, end));
}

/** Elements of a column-major list in row-major order. */
function reorder<T>(elements: readonly T[], shape: readonly number[]): T[] {
  const order = rowMajor(
    Int32Array.from({ length: elements.length }, (_, i) => i),
    shape,
  );
  return Array.from(order, (i) => elements[i]);
}

/** Inflates within bounds and checks the checksum (zlib, RFC 1950). */
function inflate(data: Uint8Array, where: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const most = Math.min(mostInflated, 2 ** 16 + data.length * 1032);
  const stream = new Unzlib((chunk) => {
    size += chunk.length;
    if (size > most)
      throw new InputError('the compressed variable is too large', {
        where,
        expected: `at most ${most} bytes`,
      });
    chunks.push(chunk);
  });
  const step = 65_536;
  try {
    for (let at = 0; at < data.length; at += step)
      stream.push(data.subarray(at, at + step), at + step >= data.length);
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    throw new InputError('a compressed variable is broken', {
      where,
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'Copy the file again from its source.',
      cause,
    });
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  const stored = data.length < 6 ? -1 : new DataView(data.buffer, data.byteOffset).getUint32(data.length - 4);
  if (adler32(out) !== stored) {
    throw new InputError('a compressed variable does not have its checksum', {
      where,
      fix: 'The file was damaged: copy it again from its source.',
    });
  }
  return out;
}

function adler32(bytes: Uint8Array): number {
  let [a, b] = [1, 0];
  for (let i = 0; i < bytes.length;) {
    const end = Math.min(i + 3800, bytes.length);
    for (; i < end; i++) b += a += bytes[i];
    a %= 65_521;
    b %= 65_521;
  }
  return ((b << 16) | a) >>> 0;
}
