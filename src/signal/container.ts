import { crc32 } from './checksum.ts';
import { InputError, MachineError } from './error.ts';

/**
 * Marey's own container: a signature, then chunks, then a last chunk that counts them. Little-endian. Every byte is under a
 * checksum or has one allowed value, so that no change goes unseen.
 *
 *   signature  89 4D 52 59 0D 0A 1A 0A
 *   chunk      type (4 ASCII letters), index (u32, from 0), payload length (u64), CRC-32 of these 16 bytes,
 *              CRC-32 of the payload with its padding, payload, zeros up to a multiple of 8
 *
 * Payloads start at multiples of 8 bytes, so that arrays can be mapped in place.
 */
export const signature = Uint8Array.of(0x89, 0x4d, 0x52, 0x59, 0x0d, 0x0a, 0x1a, 0x0a);

const headerLength = 24;

/** What a chunk holds: a record's JSON text, one array of the record before it, or the end. */
export type ChunkType = 'HEAD' | 'BLCK' | 'DATA' | 'TAIL';

export interface Chunk {
  readonly type: ChunkType;
  readonly payload: Uint8Array;
  /** Position of the chunk's first byte, for messages. */
  readonly at: number;
}

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** One chunk as bytes. */
export function chunk(type: ChunkType, index: number, payload: Uint8Array): Uint8Array {
  if (!littleEndian) throw new MachineError('the container is written on little-endian machines only');
  const bytes = new Uint8Array(headerLength + padded(payload.length));
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < 4; i++) bytes[i] = type.charCodeAt(i);
  view.setUint32(4, index, true);
  view.setBigUint64(8, BigInt(payload.length), true);
  bytes.set(payload, headerLength);
  view.setUint32(16, crc32(bytes.subarray(0, 16)), true);
  view.setUint32(20, crc32(bytes.subarray(headerLength)), true);
  return bytes;
}

/**
 * The chunks of a container whose bytes come in pieces of any size. Holds one chunk at a time. Throws `InputError` naming the
 * byte where the container is damaged, cut off or goes on after its end. The last chunk, `TAIL`, is checked and not yielded.
 */
export function* parseChunks(where: string): Generator<Chunk | undefined, void, Uint8Array | undefined> {
  if (!littleEndian) throw new MachineError('the container is read on little-endian machines only');
  const damaged = (what: string, at: number, facts: { expected?: string; got?: string } = {}): InputError =>
    new InputError(what, {
      where: `${where}, byte ${at}`,
      ...facts,
      fix: 'Restore the file, or make it again.',
    });
  let held: Uint8Array = new Uint8Array(0);
  let at = 0;
  /** Waits until `length` bytes are there and takes them off. */
  function* take(length: number, what: string): Generator<undefined, Uint8Array, Uint8Array | undefined> {
    const pieces = [held];
    let have = held.length;
    while (have < length) {
      const piece = yield undefined;
      if (!piece)
        throw damaged(`the file ends within ${what}`, at + have, {
          expected: `${length} bytes`,
          got: `${have}`,
        });
      pieces.push(piece);
      have += piece.length;
    }
    if (pieces.length > 1) held = join(pieces, have);
    const taken = held.subarray(0, length);
    held = held.subarray(length);
    at += length;
    return taken;
  }
  const start = yield* take(signature.length, 'its signature');
  if (start.some((b, i) => b !== signature[i])) {
    throw damaged('this is not a Marey container', 0, {
      expected: 'its signature',
      got: `bytes ${start.join(' ')}`,
    });
  }
  for (let index = 0; ; index++) {
    const from = at;
    const header = yield* take(headerLength, `the header of chunk ${index}`);
    const view = new DataView(header.buffer, header.byteOffset, headerLength);
    if (view.getUint32(16, true) !== crc32(header.subarray(0, 16))) {
      throw damaged(`the header of chunk ${index} is damaged`, from);
    }
    const type = String.fromCharCode(...header.subarray(0, 4)) as ChunkType;
    if (view.getUint32(4, true) !== index || !['HEAD', 'BLCK', 'DATA', 'TAIL'].includes(type)) {
      throw damaged('chunks are missing or out of order', from, {
        expected: `chunk ${index}`,
        got: `chunk ${view.getUint32(4, true)}, type ${type}`,
      });
    }
    const checksum = view.getUint32(20, true);
    const length = Number(view.getBigUint64(8, true));
    const body = yield* take(padded(length), `chunk ${index} (${type}, ${length} bytes)`);
    if (crc32(body) !== checksum) throw damaged(`chunk ${index} (${type}) is damaged`, from);
    if (type === 'TAIL') break;
    yield { type, payload: body.subarray(0, length), at: from };
  }
  for (let more: Uint8Array | undefined = held; more; more = yield undefined) {
    if (more.length > 0)
      throw damaged('there are bytes after the end', at, { got: `${more.length} more bytes` });
  }
}

/** The chunks of a container in memory. */
export function* chunksOf(bytes: Uint8Array, where: string): Generator<Chunk> {
  const parser = parseChunks(where);
  let given = false;
  for (let step = parser.next(); !step.done;) {
    if (step.value) {
      yield step.value;
      step = parser.next();
    } else {
      step = parser.next(given ? undefined : bytes);
      given = true;
    }
  }
}

/** The chunks of a container that is read piece by piece. */
export async function* chunksOfPieces(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  where: string,
): AsyncGenerator<Chunk> {
  const parser = parseChunks(where);
  let step = parser.next();
  const drain = function* (): Generator<Chunk> {
    for (; !step.done && step.value; step = parser.next()) yield step.value;
  };
  for await (const piece of pieces) {
    yield* drain();
    if (!step.done && piece.length > 0) step = parser.next(piece);
  }
  yield* drain();
  while (!step.done) {
    step = parser.next(undefined);
    yield* drain();
  }
}

function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}

export function join(
  pieces: readonly Uint8Array[],
  length = pieces.reduce((n, p) => n + p.length, 0),
): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
