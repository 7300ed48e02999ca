import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { InputError } from '../signal/error.ts';
import { decodeBmp, isBmp } from './bmp.ts';
import type { FrameShape } from './shape.ts';

/** One still picture: a file, and which page of it. */
export interface StillPicture {
  readonly path: string;
  readonly page: number;
}

interface Pixels extends FrameShape {
  readonly data: Uint8Array<ArrayBuffer>;
}

/** Upright shape of a picture file and how many pages it has. */
export async function pictureFacts(path: string): Promise<FrameShape & { readonly pages: number }> {
  const bytes = await readPictureFile(path);
  if (isBmp(bytes)) return { ...decodeBmp(bytes, path), pages: 1 };
  const { width, height, channels } = await decodeBySharp(bytes, path, 0);
  return { width, height, channels, pages: (await sharp(bytes).metadata()).pages ?? 1 };
}

/**
 * Decodes one picture to 8 bits, row-major: 16-bit values lose their low byte, transparency is dropped, rotation by EXIF
 * is applied.
 *
 * @throws InputError where the file is missing, is no picture, or has not the size in `expected`.
 */
export async function decodePicture(
  { path, page }: StillPicture,
  expected: { readonly width: number; readonly height: number },
): Promise<Pixels> {
  const bytes = await readPictureFile(path);
  const picture = isBmp(bytes) ? decodeBmp(bytes, path) : await decodeBySharp(bytes, path, page);
  if (picture.width === expected.width && picture.height === expected.height) return picture;
  throw new InputError('picture of another size', {
    where: path,
    expected: `${expected.width} x ${expected.height} as the first picture`,
    got: `${picture.width} x ${picture.height}`,
    fix: 'Keep pictures of one size in a folder.',
  });
}

/** Brings row-major pixels to another shape; gray from color is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). */
export async function reshape({ data, ...from }: Pixels, to: FrameShape): Promise<Uint8Array<ArrayBuffer>> {
  let out = data;
  if (from.width !== to.width || from.height !== to.height) {
    const { width, height, channels } = from;
    const { data: resized, info } = await sharp(data, { raw: { width, height, channels } })
      .resize(to.width, to.height, { fit: 'fill' })
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== channels) throw new Error(`resizing made ${channels} channels ${info.channels}`);
    out = new Uint8Array(resized);
  }
  if (from.channels === to.channels) return out;
  return to.channels === 1 ? grayOf(out) : colorOf(out);
}

async function readPictureFile(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new InputError('picture is missing', {
      where: path,
      expected: 'the file that was there when the folder was opened',
      fix: 'Put it back, or open the folder again.',
      cause,
    });
  }
}

async function decodeBySharp(bytes: Buffer, path: string, page: number): Promise<Pixels> {
  try {
    const image = sharp(bytes, { page, failOn: 'truncated', limitInputPixels: false }).autoOrient();
    const { space, channels: stored, depth } = await image.metadata();
    const gray = stored <= 2 || space === 'b-w' || space === 'grey16';
    const wide = depth === 'ushort';
    const { data, info } = await image
      .removeAlpha()
      .toColourspace(wide ? (gray ? 'grey16' : 'rgb16') : gray ? 'b-w' : 'srgb')
      .raw({ depth: wide ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      channels: info.channels === 1 ? 1 : 3,
      data: wide ? highBytes(data) : new Uint8Array(data),
    };
  } catch (cause) {
    throw new InputError('cannot be decoded as a picture', {
      where: path,
      expected: 'an undamaged png, jpeg, tiff, webp, gif or bmp file',
      got: cause instanceof Error ? cause.message : String(cause),
      fix: 'Copy it again from where it was recorded, or take it out of the folder.',
      cause,
    });
  }
}

/** The more significant half of native 16-bit values, which are little-endian on all machines that Node runs on. */
function highBytes(values: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.length / 2).map((_, i) => values[2 * i + 1]);
}

function grayOf(rgb: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(rgb.length / 3);
  for (let i = 0, j = 0; i < out.length; i++, j += 3) {
    out[i] = (299 * rgb[j] + 587 * rgb[j + 1] + 114 * rgb[j + 2] + 500) / 1000;
  }
  return out;
}

function colorOf(gray: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(gray.length * 3);
  for (let i = 0; i < gray.length; i++) out.fill(gray[i], 3 * i, 3 * i + 3);
  return out;
}
