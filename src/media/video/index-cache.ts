import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Scan } from './backend.ts';

/** Changes with the meaning of the file. */
const VERSION = 2;
const ENDS = 65536;
const ARRAYS = ['pts', 'dts', 'position'] as const;

/**
 * Names what a video file holds without reading all of it: size, time of last change, and a hash of its first and last
 * 64 KiB.
 */
export async function contentKey(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const hash = createHash('sha256').update(`${VERSION} ${size} ${Math.round(mtimeMs)}`);
  await using file = await open(path);
  for (const position of [0, Math.max(0, size - ENDS)]) {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(ENDS), 0, ENDS, position);
    hash.update(buffer.subarray(0, bytesRead));
  }
  return hash.digest('hex').slice(0, 32);
}

export function indexFile(cacheDir: string, path: string, key: string): string {
  return join(cacheDir, `${basename(path)}.${key}.frames`);
}

/** The scan kept in `file`, or undefined where there is none or its checksum is wrong: then it is made again. */
export async function readScan(file: string): Promise<Scan | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const body = bytes.subarray(32);
  if (bytes.length < 36 || !createHash('sha256').update(body).digest().equals(bytes.subarray(0, 32)))
    return undefined;
  const headLength = body.readUInt32LE(0);
  const head = JSON.parse(body.toString('utf8', 4, 4 + headLength)) as Head;
  let at = 4 + headLength;
  const take = (length: number): ArrayBuffer => {
    const copy = new Uint8Array(length);
    copy.set(body.subarray(at, at + length));
    at += length;
    return copy.buffer;
  };
  const [pts, dts, position] = ARRAYS.map(() => new Float64Array(take(8 * head.packets)));
  const flags = new Uint8Array(take(head.packets));
  const order = head.ordered < 0 ? undefined : new Int32Array(take(4 * head.ordered));
  const { timeBase, warnings } = head;
  return { packets: { pts, dts, position, flags, timeBase }, order, warnings };
}

/** Writes beside and renames, so that a reader never sees half a file. */
export async function writeScan(file: string, { packets, order, warnings }: Scan): Promise<void> {
  const head = Buffer.from(
    JSON.stringify({
      packets: packets.flags.length,
      ordered: order?.length ?? -1,
      timeBase: packets.timeBase,
      warnings,
    } satisfies Head),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const arrays = [...ARRAYS.map((name) => packets[name]), packets.flags, ...(order ? [order] : [])];
  const body = Buffer.concat([
    length,
    head,
    ...arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength)),
  ]);
  const beside = `${file}.${randomUUID()}.tmp`;
  await mkdir(join(file, '..'), { recursive: true });
  try {
    await writeFile(beside, Buffer.concat([createHash('sha256').update(body).digest(), body]));
    await rename(beside, file);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

interface Head {
  readonly packets: number;
  readonly ordered: number;
  readonly timeBase: Scan['packets']['timeBase'];
  readonly warnings: readonly string[];
}
