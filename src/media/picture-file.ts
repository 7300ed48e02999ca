import sharp from 'sharp';
import { readFile } from 'node:fs/promises';
import { InputError } from '../signal/error.ts';
import { decodeBmp } from './bmp.ts';
import type { FrameShape } from './shape.ts';

/** One still picture: a file, and which page of it. */
export interface StillPicture {
  readonly path: string;
  readonly page: number;
}

/** What `path` says of its picture without decoding it. Rotation by EXIF is taken into account. */
export async function pictureFacts(path: string): Promise<FrameShape & { readonly pages: number }> {
  const bytes = await readPictureFile(path);
  if (isBmp(bytes)) return { ...decodeBmp(bytes, path), pages: 1 };
  try {
    const { width, height, channels, pages = 1, orientation = 1, pageHeight } = await sharp(bytes).metadata();
    const turned = orientation >= 5;
    const size = [width, pageHeight ?? height];
    if (turned) size.reverse();
    return { width: size[0], height: size[1], channels: channels <= 2 ? 1 : 3, pages };
  } catch (cause) {
    throw notAPicture(path, cause);
  }
}

/**
 * Decodes one picture to 8 bits: 16-bit values lose their low byte, transparency is dropped, EXIF rotation is applied.
 * Gray from color is 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601). `native` is the size that the file must have; the result
 * has `shape`.
 */
export async function decodePicture(
  { path, page }: StillPicture,
  native: FrameShape,
  shape: FrameShape,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readPictureFile(path);
  const picture = isBmp(bytes) ? decodeBmp(bytes, path) : await decodeBySharp(bytes, path, page);
  if (picture.width !== native.width || picture.height !== native.height) {
    throw new InputError('picture of another size', {
      where: path,
      expected: `${native.width} x ${native.height} as the first picture`,
      got: `${picture.width} x ${picture.height}`,
      fix: 'Keep pictures of one size in a folder.',
    });
  }
  return reshape(picture.data, picture, shape, path);
}

/** Brings row-major `data` of shape `from` to `to`. Color never turns gray unless `to` was asked to be gray. */
export async function reshape(
  data: Uint8Array<ArrayBuffer>,
  from: FrameShape,
  to: FrameShape,
): Promise<Uint8Array<ArrayBuffer>> {
  let out = data;
  if (from.width !== to.width || from.height !== to.height) {
    const { width, height, channels } = from;
    const resized = await sharp(data, { raw: { width, height, channels } })
      .resize(to.width, to.height, { fit: 'fill', kernel: 'cubic' })
      .raw()
      .toBuffer();
    out = new Uint8Array(resized);
  }
  if (from.channels === to.channels) return out;
  return to.channels === 1 ? grayOf(out) : colorOf(out);
}
