import { basename, extname } from 'node:path';
import { InputError, MachineError } from '../signal/error.ts';
import type { Head } from './format.ts';
import { readHdf5 } from './hdf5/open.ts';
import { superblockOffset } from './hdf5/superblock.ts';

const headBytes = 65_536;

/** What formats recognize a file by. */
export function headOf(path: string, bytes: Uint8Array): Head {
  const first = bytes.subarray(0, headBytes);
  let names: Promise<readonly string[]> | undefined;
  return {
    name: basename(path),
    extension: extname(path).toLowerCase(),
    bytes: first,
    text: textIn(first, first.length < bytes.length),
    hdf5Names: () =>
      (names ??= superblockOffset(first) < 0 ? Promise.resolve([]) : rootNames(bytes, basename(path))),
  };
}

async function rootNames(bytes: Uint8Array, where: string): Promise<readonly string[]> {
  try {
    return Object.keys((await readHdf5(bytes, where, { namesOnly: true, timeLimitSeconds: 20 })).children);
  } catch (error) {
    // No format recognizes a broken file; the format that its extension names will then say what is wrong with it.
    if (error instanceof InputError || error instanceof MachineError) return [];
    throw error;
  }
}

/** Bytes as text, where they are text: UTF-8 or UTF-16 with its mark, without null characters. */
function textIn(bytes: Uint8Array, isCut: boolean): string | undefined {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : '';
  try {
    // In a stream, a character cut in two at the end is no error.
    const text = new TextDecoder(utf16 || 'utf-8', { fatal: true }).decode(bytes, { stream: isCut });
    if (text.includes('\u0000')) return undefined;
    return isCut ? text.slice(0, text.lastIndexOf('\n') + 1) : text;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
