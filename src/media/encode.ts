import sharp from 'sharp';
import type { Frame } from './frame.ts';

/** The picture as a JPEG file's bytes. `quality` from 1 to 100. */
export async function encodeJpeg(frame: Frame, quality = 85): Promise<Uint8Array> {
  return new Uint8Array(await raw(frame).jpeg({ quality }).toBuffer());
}

/** The picture as a PNG file's bytes; nothing is lost. */
export async function encodePng(frame: Frame): Promise<Uint8Array> {
  return new Uint8Array(await raw(frame).png({ compressionLevel: 6 }).toBuffer());
}

function raw({ data, width, height, channels }: Frame): ReturnType<typeof sharp> {
  return sharp(data, { raw: { width, height, channels } });
}
