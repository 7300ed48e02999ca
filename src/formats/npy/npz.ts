import { inflateSync, zipSync } from 'fflate';
import { crc32 } from '../../signal/checksum.ts';
import { InputError } from '../../signal/error.ts';
import type { NamedArray, NamedArrays } from '../array.ts';
import { formatNpy, parseNpy } from './npy.ts';

/** Most bytes that the members of an archive may have together when unpacked. */
const mostBytes = 4 * 2 ** 30;
/** deflate cannot shrink by more than 1 : 1032. */
const mostExpansion = 1032;

interface Member {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Reads an npz archive: named npy files in a zip, stored or deflated. Names are keys, nothing is written to disk; sizes are
 * checked before memory is asked for, and every member against its checksum. Zip: PKWARE APPNOTE 6.3.10. Throws `InputError`.
 */
export function parseNpz(bytes: Uint8Array, where: string): NamedArrays {
  const members = directory(bytes, where);
  const entries = members
    .filter((member) => member.name.endsWith('.npy'))
    .map((member): [string, NamedArray] => {
      const name = member.name.slice(0, -4);
      return [name, parseNpy(unpack(bytes, member, where), `${where}, array "${name}"`)];
    });
  if (entries.length === 0)
    throw new InputError('the archive holds no arrays', { where, expected: 'members named *.npy' });
  return Object.fromEntries(entries);
}

/** The members of a zip, from the directory at its end. */
function directory(bytes: Uint8Array, where: string): Member[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const broken = (got: string): InputError =>
    new InputError('this is no whole zip archive', {
      where,
      got,
      fix: 'The file may have lost its end: copy it again from its source.',
    });
  let end = bytes.length - 22;
  while (end >= 0 && end > bytes.length - 65_558 && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw broken('no directory at its end');
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const members: Member[] = [];
  const names = new Set<string>();
  let total = 0;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50)
      throw broken(`a broken directory entry ${i} of ${count}`);
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((o) => view.getUint16(at + o, true));
    if (at + 46 + nameBytes + extraBytes > end) throw broken(`a broken directory entry ${i} of ${count}`);
    let [packed, size, offset] = [20, 24, 42].map((o) => view.getUint32(at + o, true));
    [size, packed, offset] = zip64(view, at + 46 + nameBytes, extraBytes, [size, packed, offset]);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes));
    total += size;
    if (size > packed * mostExpansion + 64 || total > mostBytes)
      throw broken(`a member "${name}" that claims ${size} bytes`);
    if (names.has(name)) throw broken(`two members called "${name}"`);
    names.add(name);
    members.push({
      name,
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed,
      size,
      offset,
    });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return members;
}

/** Sizes of 0xffffffff stand in the extra field with 64 bits: NumPy writes all members so. */
function zip64(view: DataView, start: number, length: number, values: readonly number[]): number[] {
  for (let at = start; at + 4 <= start + length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    return values.map((value) => {
      if (value !== 0xffffffff || field + 8 > start + length) return value;
      field += 8;
      return Number(view.getBigUint64(field - 8, true));
    });
  }
  return [...values];
}

function unpack(bytes: Uint8Array, member: Member, where: string): Uint8Array {
  const at = `${where}, member "${member.name}"`;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset, packed, size, method } = member;
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) {
    throw new InputError('the member is not where the directory says', { where: at });
  }
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  const data = bytes.subarray(start, start + packed);
  if (data.length !== packed || (method !== 0 && method !== 8) || (method === 0 && packed !== size)) {
    throw new InputError('the member is cut short or packed in an unknown way', {
      where: at,
      got: `method ${method}`,
    });
  }
  const unpacked = method === 0 ? data : inflate(data, size, at);
  if (unpacked.length !== size || crc32(unpacked) !== member.crc) {
    throw new InputError('the member does not have its checksum', {
      where: at,
      fix: 'The file was changed or damaged: copy it again from its source.',
    });
  }
  return unpacked;
}

function inflate(data: Uint8Array, size: number, where: string): Uint8Array {
  try {
    return inflateSync(data, { out: new Uint8Array(size) });
  } catch (cause) {
    throw new InputError('the compressed data are broken', {
      where,
      got: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  }
}

/** Writes an npz archive, deflated; times of members are fixed, so that the same arrays give the same bytes. */
export function formatNpz(arrays: NamedArrays): Uint8Array {
  const files = Object.entries(arrays).map(([name, array]) => [`${name}.npy`, formatNpy(array)] as const);
  return zipSync(Object.fromEntries(files), { level: 6, mtime: new Date(1980, 0, 1) });
}
