import sharp from 'sharp';
import type { Frame } from './frame.ts';

type Picture = Pick<Frame, 'width' | 'height' | 'channels' | 'data'>;

/** A frame as a PNG file: exact, one channel for gray. */
export function encodePng(frame: Picture): Promise<Buffer> {
  return raw(frame).png({ compressionLevel: 6 }).toBuffer();
}

/** A frame as a JPEG file. `quality` 1 to 100, default 90. */
export function encodeJpeg(frame: Picture, options: { readonly quality?: number } = {}): Promise<Buffer> {
  return raw(frame).jpeg({ quality: options.quality ?? 90 }).toBuffer();
}

function raw({ width, height, channels, data }: Picture): sharp.Sharp {
  return sharp(data, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
}
