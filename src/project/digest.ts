import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { canonicalJson, type Json } from '../signal/provenance.ts';

/** SHA-256 of a file's bytes, hexadecimal; read in blocks, so that its size does not matter. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** SHA-256 of a value's canonical JSON, hexadecimal: equal values have equal hashes on every machine. */
export function sha256OfJson(value: Json): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

export function sha256OfBytes(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
