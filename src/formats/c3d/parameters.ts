import { InputError } from '../../signal/error.ts';

/** How the machine that wrote the file orders bytes. */
export type Processor = 'intel' | 'dec' | 'mips';

/** Numbers and texts out of a C3D file's bytes, in its machine's order; beyond the end it throws `InputError`. */
export class C3dBytes {
  readonly bytes: Uint8Array;
  readonly where: string;
  readonly processor: Processor;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, where: string, processor: Processor) {
    this.bytes = bytes;
    this.where = where;
    this.processor = processor;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #check(at: number, size: number): void {
    if (at < 0 || at + size > this.bytes.length) {
      throw new InputError('the file ends too early', {
        where: `${this.where}, byte ${at}`,
        expected: `${size} more bytes`,
        got: `a file of ${this.bytes.length} bytes`,
      });
    }
  }

  uint8(at: number): number {
    this.#check(at, 1);
    return this.bytes[at];
  }

  int8(at: number): number {
    this.#check(at, 1);
    return this.#view.getInt8(at);
  }

  int16(at: number): number {
    this.#check(at, 2);
    return this.#view.getInt16(at, this.processor !== 'mips');
  }

  uint16(at: number): number {
    return this.int16(at) & 0xffff;
  }

  float32(at: number): number {
    this.#check(at, 4);
    if (this.processor !== 'dec') return this.#view.getFloat32(at, this.processor === 'intel');
    // VAX F: the words are exchanged, and the exponent counts two more.
    const swapped = new DataView(new ArrayBuffer(4));
    [2, 3, 0, 1].forEach((from, to) => swapped.setUint8(to, this.bytes[at + from]));
    return swapped.getFloat32(0, true) / 4;
  }

  text(at: number, length: number): string {
    this.#check(at, length);
    return new TextDecoder('latin1').decode(this.bytes.subarray(at, at + length));
  }
}

/** A parameter: numbers, or texts of its first dimension's length. */
export interface Parameter {
  readonly numbers: readonly number[];
  readonly texts: readonly string[];
}

/** The parameters of a file by `GROUP:NAME`, upper case. */
export function readParameters(from: C3dBytes, start: number): Map<string, Parameter> {
  const groups = new Map<number, string>();
  const raw: { group: number; name: string; parameter: Parameter }[] = [];
  const end = Math.min(from.bytes.length, start + 512 * from.uint8(start + 2));
  let at = start + 4;
  while (at + 2 <= end) {
    const length = Math.abs(from.int8(at));
    const group = from.int8(at + 1);
    if (length === 0 || group === 0) break;
    const name = from
      .text(at + 2, length)
      .trim()
      .toUpperCase();
    const pointer = at + 2 + length;
    const next = from.uint16(pointer);
    if (group < 0) groups.set(-group, name);
    else raw.push({ group, name, parameter: readParameter(from, pointer + 2) });
    if (next === 0) break;
    at = pointer + next;
  }
  return new Map(
    raw.map(({ group, name, parameter }) => [`${groups.get(group) ?? group}:${name}`, parameter]),
  );
}

function readParameter(from: C3dBytes, at: number): Parameter {
  const type = from.int8(at);
  const rank = from.uint8(at + 1);
  const sizes = Array.from({ length: rank }, (_, i) => from.uint8(at + 2 + i));
  const data = at + 2 + rank;
  const count = sizes.reduce((n, s) => n * s, 1);
  if (count > 1e6)
    throw new InputError('a parameter is larger than a file can hold', {
      where: `${from.where}, byte ${at}`,
      got: sizes.join(' x '),
    });
  if (type === -1) {
    const length = sizes[0] ?? 1;
    const texts =
      length === 0
        ? []
        : Array.from({ length: count / length }, (_, i) => from.text(data + i * length, length).trim());
    return { numbers: [], texts };
  }
  const read = {
    1: (k: number) => from.int8(data + k),
    2: (k: number) => from.int16(data + 2 * k),
    4: (k: number) => from.float32(data + 4 * k),
  }[type];
  if (!read)
    throw new InputError('a parameter has an unknown type', {
      where: `${from.where}, byte ${at}`,
      expected: '-1, 1, 2 or 4',
      got: `${type}`,
    });
  return { numbers: Array.from({ length: count }, (_, k) => read(k)), texts: [] };
}
