import sharp from 'sharp';
import type { Frame } from './frame.ts';

type Picture = Pick<Frame, 'width' | 'height' | 'channels' | 'data'>;

/** The picture as a JPEG file's bytes. `quality` from 1 to 100. */
export async function encodeJpeg(picture: Picture, quality = 85): Promise<Uint8Array> {
  return new Uint8Array(await raw(picture).jpeg({ quality }).toBuffer());
}

/** The picture as a PNG file's bytes, one channel where it is gray; nothing is lost. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  return new Uint8Array(await raw(picture).png({ compressionLevel: 6 }).toBuffer());
}

function raw({ data, width, height, channels }: Picture): ReturnType<typeof sharp> {
  return sharp(data, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
}
