import { InputError } from '../signal/error.ts';
import type { FrameShape } from './shape.ts';

export function isBmp(bytes: Uint8Array): boolean {
  return bytes[0] === 0x42 && bytes[1] === 0x4d;
}

/**
 * Decodes an uncompressed Windows bitmap of 8 bits with a palette, 24 bits, or 32 bits (BITMAPINFOHEADER: rows padded to
 * 4 bytes, bottom row first unless the height is negative, blue before red). Gray palettes give one channel.
 */
export function decodeBmp(
  bytes: Uint8Array,
  path: string,
): FrameShape & { readonly data: Uint8Array<ArrayBuffer> } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const bad = (got: string) =>
    new InputError('cannot be decoded as a bitmap', {
      where: path,
      expected: 'an undamaged bmp file with 8, 24 or 32 bits a pixel and no compression',
      got,
      fix: 'Convert the pictures to png.',
    });
  if (bytes.length < 54) throw bad(`${bytes.length} bytes`);
  const pixels = view.getUint32(10, true);
  const header = view.getUint32(14, true);
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  const plain = compression === 0 || (compression === 3 && bits === 32);
  if (!plain || ![8, 24, 32].includes(bits)) throw bad(`${bits} bits, compression ${compression}`);
  const stride = ((width * bits + 31) >> 5) * 4;
  if (width < 1 || height < 1 || pixels + stride * height > bytes.length) {
    throw bad(`${bytes.length} bytes for ${width} x ${height} pixels`);
  }
  const palette = bytes.subarray(14 + header, 14 + header + 4 * (view.getUint32(46, true) || 256));
  const grayPalette = palette.every((v, i) => i % 4 === 3 || v === palette[i - (i % 4)]);
  const channels = bits === 8 && grayPalette ? 1 : 3;
  const step = bits >> 3;
  const out = new Uint8Array(width * height * channels);
  for (let y = 0, to = 0; y < height; y++) {
    let from = pixels + stride * (signedHeight < 0 ? y : height - 1 - y);
    for (let x = 0; x < width; x++, from += step) {
      const [color, at] = bits === 8 ? [palette, 4 * bytes[from]] : [bytes, from];
      for (let c = channels - 1; c >= 0; c--) out[to++] = color[at + c];
    }
  }
  return { width, height, channels, data: out };
}
