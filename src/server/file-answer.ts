import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Readable } from 'node:stream';
import type { Context } from 'hono';
import { UsageError } from '../signal/error.ts';

const types: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.m4v': 'video/mp4',
  '.mov': 'video/quicktime',
  '.webm': 'video/webm',
  '.mkv': 'video/x-matroska',
  '.avi': 'video/x-msvideo',
};

/** The bytes of a file, or the one range of them that is asked for (RFC 9110, 14): 200, 206 or 416. */
export async function fileAnswer(c: Context, path: string): Promise<Response> {
  const facts = await stat(path);
  if (!facts.isFile())
    throw new UsageError('this video is a folder of pictures, not a file', {
      where: path,
      fix: 'Ask for its frames.',
    });
  const size = facts.size;
  const type = types[extname(path).toLowerCase()] ?? 'application/octet-stream';
  const common = { 'accept-ranges': 'bytes', 'content-type': type };
  const range = rangeOf(c.req.header('range'), size);
  if (range === 'unsatisfiable') return c.body(null, 416, { ...common, 'content-range': `bytes */${size}` });
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const headers = {
    ...common,
    'content-length': `${end - start + 1}`,
    ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  };
  const status = range ? 206 : 200;
  if (c.req.method === 'HEAD' || size === 0) return c.body(null, status, headers);
  const stream = Readable.toWeb(createReadStream(path, { start, end })) as ReadableStream<Uint8Array>;
  return c.body(stream, status, headers);
}

interface ByteRange {
  readonly start: number;
  /** Included. */
  readonly end: number;
}

/** The range of a `Range` header; undefined where the whole is to be sent: none, one not in bytes, or several. */
export function rangeOf(header: string | undefined, size: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (match === null || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1], match[2]];
  if (first === '') {
    const length = Number(last);
    return length === 0 || size === 0
      ? 'unsatisfiable'
      : { start: Math.max(0, size - length), end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= size ? 'unsatisfiable' : { start, end };
}
