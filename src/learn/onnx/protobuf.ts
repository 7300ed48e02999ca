/**
 * The wire format of Protocol Buffers (https://protobuf.dev/programming-guides/encoding): as much of it as ONNX needs.
 * Large byte fields are held by reference and copied once, when the message is finished.
 */
import { InputError } from '../../signal/error.ts';

const encoder = new TextEncoder();

/** Writes one message. Fields appear in the order of the calls. */
export class MessageWriter {
  #chunks: Uint8Array[] = [];
  #length = 0;

  #push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }

  #varint(value: number | bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(value));
    if (rest < 0x20000000000000n) {
      let small = Number(rest);
      while (small > 127) {
        bytes.push((small % 128) | 128);
        small = Math.floor(small / 128);
      }
      bytes.push(small);
    } else {
      while (rest > 127n) {
        bytes.push(Number(rest & 127n) | 128);
        rest >>= 7n;
      }
      bytes.push(Number(rest));
    }
    this.#push(Uint8Array.from(bytes));
  }

  /** A varint field (int32, int64, enum, bool); negative numbers in two's complement of 64 bits. */
  integer(field: number, value: number | bigint): this {
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  /** A 32-bit floating-point field. */
  float(field: number, value: number): this {
    this.#varint(field * 8 + 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.#push(bytes);
    return this;
  }

  /** A string or bytes field. */
  bytes(field: number, value: string | Uint8Array): this {
    const bytes = typeof value === 'string' ? encoder.encode(value) : value;
    this.#varint(field * 8 + 2);
    this.#varint(bytes.length);
    this.#push(bytes);
    return this;
  }

  /** An embedded message. */
  message(field: number, message: MessageWriter): this {
    this.#varint(field * 8 + 2);
    this.#varint(message.#length);
    for (const chunk of message.#chunks) this.#chunks.push(chunk);
    this.#length += message.#length;
    return this;
  }

  finish(): Uint8Array {
    const out = new Uint8Array(this.#length);
    let offset = 0;
    for (const chunk of this.#chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }
}

/** One field as it lies in a message: a number for varints, a view of the bytes for the rest. */
export interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/**
 * The fields of a message, in order, without copying.
 * @throws InputError where the bytes end inside a field or hold a wire type that Protocol Buffers does not have.
 */
export function* readMessage(bytes: Uint8Array, where = 'protobuf message'): Generator<Field> {
  let at = 0;
  const fail = (what: string): never => {
    throw new InputError(what, {
      where,
      got: `byte ${at} of ${bytes.length}`,
      fix: 'The file is truncated or is not ONNX.',
    });
  };
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      if (at >= bytes.length) fail('The message ends inside a number');
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** (7 * shift);
      if (byte < 128) return value;
    }
    return fail('A number is longer than ten bytes');
  };
  const take = (length: number): Uint8Array => {
    if (at + length > bytes.length) fail('The message ends inside a field');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (number === 0) fail('A field has number 0');
    if (wire === 0) yield { number, value: varint() };
    else if (wire === 1) yield { number, value: take(8) };
    else if (wire === 2) yield { number, value: take(varint()) };
    else if (wire === 5) yield { number, value: take(4) };
    else fail(`A field has wire type ${wire}`);
  }
}
