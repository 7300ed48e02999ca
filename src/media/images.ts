import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { InputError } from '../signal/error.ts';
import type { Frame, FrameSource, FrameSourceInfo } from './frame.ts';
import { decodePicture, pictureFacts, reshape } from './picture-file.ts';
import type { StillPicture } from './picture-file.ts';
import { checkFrame, checkRange, frameShownAt } from './position.ts';
import { readAhead } from './read-ahead.ts';
import { outputShape } from './shape.ts';

export interface ImagesOptions {
  readonly gray?: boolean;
  readonly width?: number;
  readonly height?: number;
  /** Rate at which the pictures were taken, 1/s: pictures hold no times. Default 30, with a warning. */
  readonly framesPerSecond?: number;
}

const PICTURE = /\.(png|jpe?g|tiff?|bmp|webp)$/i;
/** Pictures decoded ahead of the reader. */
const AHEAD = 4;
const DEFAULT_RATE = 30;

/**
 * A folder of pictures of one size as frames, in the natural order of their names (img2 before img10). Where every name
 * ends in a number and the numbers rise, a frame's time goes by its number, so that a gap in the numbers is a gap in
 * time; it is also a warning.
 *
 * @throws InputError where the folder holds no picture, or its first is damaged.
 */
export async function openImageFolder(folder: string, options: ImagesOptions = {}): Promise<FrameSource> {
  const natural = new Intl.Collator('en', { numeric: true });
  const entries = await readdir(folder);
  const names = entries
    .filter((name) => PICTURE.test(name) && !name.startsWith('.'))
    .sort((a, b) => natural.compare(a, b) || (a < b ? -1 : 1));
  if (names.length === 0) {
    throw new InputError('holds no pictures', {
      where: folder,
      expected: 'png, jpg, tif, bmp or webp files',
      got: entries.length
        ? `${entries.length} other files (${entries.slice(0, 3).join(', ')})`
        : 'an empty folder',
      fix: 'Name the folder in which the pictures lie, or a video file.',
    });
  }
  const { numbers, warnings } = numbering(names);
  return openPictures(
    folder,
    names.map((name) => ({ path: join(folder, name), page: 0 })),
    { ...options, numbers, warnings },
  );
}

/** One picture file as a source; each page of a multi-page TIFF is a frame. */
export async function openImageFile(path: string, options: ImagesOptions = {}): Promise<FrameSource> {
  const { pages } = await pictureFacts(path);
  const pictures = Array.from({ length: pages }, (_, page) => ({ path, page }));
  return openPictures(path, pictures, { ...options, numbers: pictures.map((p) => p.page), warnings: [] });
}

async function openPictures(
  name: string,
  pictures: readonly StillPicture[],
  options: ImagesOptions & { numbers: readonly number[]; warnings: readonly string[] },
): Promise<FrameSource> {
  const native = await pictureFacts(pictures[0].path);
  const rate = options.framesPerSecond ?? DEFAULT_RATE;
  const warnings = [...options.warnings];
  if (options.framesPerSecond === undefined && pictures.length > 1) {
    warnings.push(`pictures hold no times: ${DEFAULT_RATE} a second are assumed`);
  }
  const info: FrameSourceInfo = {
    name,
    frameCount: pictures.length,
    ...outputShape(native, options),
    times: Float64Array.from(options.numbers, (n) => (n - options.numbers[0]) / rate),
    framesPerSecond: rate,
    warnings,
  };
  return new ImageSource(pictures, native, info);
}

class ImageSource implements FrameSource {
  readonly info: FrameSourceInfo;
  readonly #pictures: readonly StillPicture[];
  readonly #native: { readonly width: number; readonly height: number };

  constructor(
    pictures: readonly StillPicture[],
    native: { readonly width: number; readonly height: number },
    info: FrameSourceInfo,
  ) {
    this.#pictures = pictures;
    this.#native = native;
    this.info = info;
  }

  async frame(index: number): Promise<Frame> {
    checkFrame(this.info, index);
    const { width, height, channels, times } = this.info;
    const picture = await decodePicture(this.#pictures[index], this.#native);
    const data = await reshape(picture, { width, height, channels });
    return { index, timeSeconds: times[index], width, height, channels, data };
  }

  frameAt(timeSeconds: number): Promise<Frame> {
    return this.frame(frameShownAt(this.info, timeSeconds));
  }

  async *frames(start = 0, end = this.info.frameCount): AsyncGenerator<Frame, void, undefined> {
    checkRange(this.info, start, end);
    const requests = Array.from({ length: end - start }, (_, i) => () => this.frame(start + i));
    yield* readAhead(requests, AHEAD);
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The number at the end of each name where all have one and they rise, else 0, 1, 2, ... */
function numbering(names: readonly string[]): { numbers: readonly number[]; warnings: string[] } {
  const found = names.map((name) => Number(/(\d+)\D*$/.exec(basename(name, extname(name)))?.[1] ?? NaN));
  if (!found.every((n, i) => Number.isSafeInteger(n) && (i === 0 || n > found[i - 1]))) {
    return { numbers: names.map((_, i) => i), warnings: [] };
  }
  const gaps = found.flatMap((n, i) => (i > 0 && n > found[i - 1] + 1 ? [i] : []));
  if (gaps.length === 0) return { numbers: found, warnings: [] };
  const missing = found.at(-1)! - found[0] + 1 - found.length;
  const first = `${names[gaps[0] - 1]} is followed by ${names[gaps[0]]}`;
  return { numbers: found, warnings: [`numbers have ${gaps.length} gaps (${missing} missing): ${first}`] };
}
