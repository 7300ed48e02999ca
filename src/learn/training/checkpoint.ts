/**
 * A training run as bytes: magic text, header length, a JSON header (what lies where, and a record of the run), the tensors,
 * and a CRC-32 of all that. Pure; where the bytes go is a `Store`'s business.
 */
import { crc32 } from '../../signal/checksum.ts';
import { InputError } from '../../signal/error.ts';
import type { Json } from '../../signal/provenance.ts';
import type { Values } from '../engine/engine.ts';
import { sizeOf } from '../graph/tensor.ts';
import type { DType, Shape, TensorData, TensorValue } from '../graph/tensor.ts';

/** Where checkpoints are kept. `write` replaces all or nothing: beside, then renamed, where it is a file. */
export interface Store {
  write(name: string, bytes: Uint8Array): Promise<void>;
  /** Undefined where there is none of that name. */
  read(name: string): Promise<Uint8Array | undefined>;
}

export interface Checkpoint {
  readonly values: Values;
  /** Plain facts about the run. */
  readonly record: { readonly [key: string]: Json };
}

const magic = new TextEncoder().encode('MAREYCK1');
const prefix = magic.length + 4;

interface Entry {
  readonly name: string;
  readonly dtype: DType;
  readonly shape: Shape;
}

const arrays = {
  float32: Float32Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

export function encodeCheckpoint({ values, record }: Checkpoint): Uint8Array {
  const entries = Object.entries(values);
  const header = new TextEncoder().encode(
    JSON.stringify({
      record,
      tensors: entries.map(([name, { dtype, shape }]): Entry => ({ name, dtype, shape })),
    }),
  );
  const total = entries.reduce((bytes, [, { data }]) => bytes + data.byteLength, prefix + header.length + 4);
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(magic.length, header.length, true);
  bytes.set(header, prefix);
  let offset = prefix + header.length;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  view.setUint32(offset, crc32(bytes.subarray(0, offset)), true);
  return bytes;
}

/** @throws InputError where the bytes are no checkpoint, are cut short, or have changed. */
export function decodeCheckpoint(bytes: Uint8Array, where = 'checkpoint'): Checkpoint {
  const fix = 'Take an older checkpoint, or start the training anew.';
  if (bytes.length < prefix + 4 || magic.some((byte, i) => byte !== bytes[i])) {
    throw new InputError('This is not a checkpoint', {
      where,
      expected: 'a file that begins with MAREYCK1',
      fix,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 4;
  if (view.getUint32(end, true) !== crc32(bytes.subarray(0, end))) {
    throw new InputError('The checkpoint is cut short or damaged', {
      where,
      expected: 'its checksum to agree',
      got: `${bytes.length} bytes that do not`,
      fix,
    });
  }
  const headerLength = view.getUint32(magic.length, true);
  const text = new TextDecoder().decode(bytes.subarray(prefix, prefix + headerLength));
  // The checksum holds, so the header is what was written.
  const header = JSON.parse(text) as { record: Checkpoint['record']; tensors: Entry[] };
  const values: Record<string, TensorValue> = {};
  let offset = prefix + headerLength;
  for (const { name, dtype, shape } of header.tensors) {
    const Data = arrays[dtype];
    const length = sizeOf(shape) * Data.BYTES_PER_ELEMENT;
    // Copied, to lie at a multiple of the element's size; not by `slice`, which a Node Buffer does without copying.
    const copy = new Uint8Array(length);
    copy.set(bytes.subarray(offset, offset + length));
    const data = new Data(copy.buffer) as TensorData;
    values[name] = { dtype, shape, data };
    offset += length;
  }
  return { values, record: header.record };
}
