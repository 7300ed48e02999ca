import { InputError } from '../../signal/error.ts';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes from the beginning of a file within which its superblock is looked for. */
export const superblockBytes = 65_536;

/** Offset of the HDF5 signature (0, or 512, 1024, 2048, ... behind a user block), or -1. */
export function superblockOffset(bytes: Uint8Array): number {
  for (let at = 0; at + 8 <= bytes.length; at = at === 0 ? 512 : at * 2) {
    if (signature.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/**
 * Refuses, before any library sees it, what is no HDF5 file or has lost its end. HDF5 File Format Specification 3.0,
 * section II.A. `size`: of the whole file, where `bytes` are its beginning. Throws `InputError`.
 */
export function checkSuperblock(bytes: Uint8Array, where: string, size = bytes.length): void {
  const at = superblockOffset(bytes);
  if (at < 0) {
    throw new InputError('this is not an HDF5 file', {
      where,
      expected: 'the HDF5 signature at its beginning',
      got: bytes.length === 0 ? 'an empty file' : `${bytes.length} bytes without it`,
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, bytes.byteLength - at);
  const refuse = (got: string): never => {
    throw new InputError('the HDF5 superblock is broken', {
      where,
      got,
      fix: 'Copy the file again from its source.',
    });
  };
  if (view.byteLength < 48) refuse('a file that ends inside its superblock');
  const version = view.getUint8(8);
  if (version > 3) refuse(`superblock version ${version}`);
  const offsetBytes = view.getUint8(version < 2 ? 13 : 9);
  const lengthBytes = view.getUint8(version < 2 ? 14 : 10);
  if (offsetBytes !== 8 || lengthBytes !== 8) {
    if (![2, 4, 8, 16, 32].includes(offsetBytes) || ![2, 4, 8, 16, 32].includes(lengthBytes)) {
      refuse(`offsets of ${offsetBytes} and lengths of ${lengthBytes} bytes`);
    }
    return;
  }
  const end = view.getBigUint64([40, 44, 28, 28][version], true);
  if (end > BigInt(size)) {
    throw new InputError('the file has lost its end', {
      where,
      expected: `${end} bytes`,
      got: `${size}`,
      fix: 'Copy the file again from its source; a program may have been writing it.',
    });
  }
}
