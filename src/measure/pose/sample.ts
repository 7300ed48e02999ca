/** Pictures resampled through affine maps: what a network sees of a frame. */
import type { Frame } from '../../media/frame.ts';
import { scaleOf } from './affine.ts';
import type { Affine } from './affine.ts';

/** Gray values in [0, 1], row by row. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * A frame in gray, with reduced copies made when they are first needed. Colors are weighted as in ITU-R BT.601.
 * Level l is reduced 2^l times by averaging blocks; the last block of a row or column may be cut by the border.
 */
export class Picture {
  readonly width: number;
  readonly height: number;
  readonly #frame: Bytes;
  readonly #levels: (Level | undefined)[] = [];

  constructor(frame: Bytes) {
    this.#frame = frame;
    this.width = frame.width;
    this.height = frame.height;
  }

  level(l: number): Level {
    return (this.#levels[l] ??= reduced(this.#frame, 2 ** l));
  }

  /**
   * Writes the picture seen through `map` (from the picture to the view, continuous coordinates) into
   * `target[offset...]`, row by row: bilinear between pixel centers of the coarsest level that is not
   * coarser than 1.2 times the view, borders repeated: a coarser one would lose detail.
   */
  view(map: Affine, width: number, height: number, target: Float32Array, offset = 0): void {
    const shrink = 1 / scaleOf(map);
    const l = Math.max(0, Math.min(6, Math.floor(Math.log2(shrink) + 0.3)));
    // A crop of a large frame at full resolution costs no conversion of the whole.
    const ofBytes = l === 0 && this.#levels[0] === undefined;
    if (ofBytes && this.#frame.channels > 1)
      resampleColor(this.#frame, walk(map, 1), width, height, target, offset);
    else if (ofBytes) resample(this.#frame, 1 / 255, walk(map, 1), width, height, target, offset);
    else resample(this.level(l), 1, walk(map, 2 ** l), width, height, target, offset);
  }
}

const red = 0.299 / 255;
const green = 0.587 / 255;
const blue = 0.114 / 255;

type Bytes = Pick<Frame, 'width' | 'height' | 'channels' | 'data'>;

function reduced(frame: Bytes, factor: number): Level {
  const { width, height, channels, data } = frame;
  const [w, h] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  if (channels === 1 && inWords(frame, factor)) return reducedByWords(frame, factor);
  const out = new Float32Array(w * h);
  const sums = new Int32Array(w * channels);
  for (let y = 0; y < h; y++) {
    sums.fill(0);
    const last = Math.min((y + 1) * factor, height);
    for (let row = y * factor; row < last; row++) {
      if (channels === 1) addGrayRow(data, row * width, width, factor, sums);
      else addColorRow(frame, row, factor, sums);
    }
    const rows = last - y * factor;
    for (let x = 0; x < w; x++) {
      const area = rows * Math.min(factor, width - x * factor);
      out[y * w + x] =
        channels === 1
          ? sums[x] / (255 * area)
          : (sums[3 * x] * red + sums[3 * x + 1] * green + sums[3 * x + 2] * blue) / area;
    }
  }
  return { width: w, height: h, data: out };
}

// Whether blocks are whole words in memory, and sums of a block's bytes stay below 2^16.
const inWords = ({ width, height, data }: Bytes, factor: number): boolean =>
  [4, 8, 16].includes(factor) &&
  width % factor === 0 &&
  height % factor === 0 &&
  data.byteOffset % 4 === 0 &&
  data.byteLength === width * height;

// Every tracked frame comes through here when it is searched: four rows at once, four pixels a word, two added at once.
function reducedByWords({ width, height, data }: Bytes, factor: number): Level {
  const words = new Int32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const [w, h] = [width / factor, height / factor];
  const out = new Float32Array(w * h);
  const [row, across] = [width / 4, factor / 4];
  const unit = 1 / (255 * factor * factor);
  const even = 0x00ff00ff;
  for (let y = 0, o = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let pairs = 0;
      for (let four = 0; four < across; four++) {
        let at = (y * factor + four * 4) * row + x * across;
        for (const end = at + across; at < end; at++) {
          const a = words[at];
          const b = words[at + row];
          const c = words[at + 2 * row];
          const d = words[at + 3 * row];
          const evens = (a & even) + (b & even) + (c & even) + (d & even);
          const odds = ((a >>> 8) & even) + ((b >>> 8) & even) + ((c >>> 8) & even) + ((d >>> 8) & even);
          pairs = (pairs + evens + odds) | 0;
        }
      }
      out[o++] = ((pairs & 0xffff) + (pairs >>> 16)) * unit;
    }
  }
  return { width: w, height: h, data: out };
}

function addGrayRow(data: Uint8Array, start: number, width: number, factor: number, sums: Int32Array): void {
  const whole = Math.floor(width / factor);
  let at = start;
  for (let x = 0; x < whole; x++) {
    let sum = 0;
    for (let k = 0; k < factor; k++) sum += data[at++];
    sums[x] += sum;
  }
  for (const end = start + width; at < end; at++) sums[whole] += data[at];
}

function addColorRow({ width, data }: Bytes, row: number, factor: number, sums: Int32Array): void {
  let at = row * width * 3;
  for (let x = 0, s = 0; x < width; x += factor, s += 3) {
    const end = at + 3 * Math.min(factor, width - x);
    let r = 0;
    let g = 0;
    let b = 0;
    for (; at < end; at += 3) {
      r += data[at];
      g += data[at + 1];
      b += data[at + 2];
    }
    sums[s] += r;
    sums[s + 1] += g;
    sums[s + 2] += b;
  }
}

/** Positions of a view's pixel centers in the picture: x = ux + i * dx + j * ex, and so for y. */
function walk(map: Affine, unit: number): readonly number[] {
  const [a, b, tx, c, d, ty] = map;
  const det = a * d - b * c;
  const [p, q, r, s] = [d / det, -b / det, -c / det, a / det];
  const x0 = p * (0.5 - tx) + q * (0.5 - ty);
  const y0 = r * (0.5 - tx) + s * (0.5 - ty);
  return [x0 / unit - 0.5, y0 / unit - 0.5, p / unit, r / unit, q / unit, s / unit];
}

// Every pixel that a network sees comes through here. The last column and row are reached as the far end of the last cell.
function resample(
  {
    width: w,
    height: h,
    data,
  }: Pick<Frame, 'width' | 'height'> & { readonly data: Uint8Array | Float32Array },
  unit: number,
  [x0, y0, dx, dy, ex, ey]: readonly number[],
  width: number,
  height: number,
  target: Float32Array,
  offset: number,
): void {
  const [maxX, maxY] = [w - 1, h - 1];
  const [lastX, lastY] = [Math.max(w - 2, 0), Math.max(h - 2, 0)];
  const [right, below] = [w > 1 ? 1 : 0, h > 1 ? w : 0];
  let at = offset;
  for (let j = 0; j < height; j++) {
    let x = x0 + j * ex;
    let y = y0 + j * ey;
    for (let i = 0; i < width; i++, x += dx, y += dy) {
      const u = x < 0 ? 0 : x > maxX ? maxX : x;
      const v = y < 0 ? 0 : y > maxY ? maxY : y;
      const left = Math.min(u | 0, lastX);
      const top = Math.min(v | 0, lastY);
      const k = top * w + left;
      const fx = u - left;
      const above = data[k] + (data[k + right] - data[k]) * fx;
      const under = data[k + below] + (data[k + below + right] - data[k + below]) * fx;
      target[at++] = (above + (under - above) * (v - top)) * unit;
    }
  }
}

function resampleColor(
  { width: w, height: h, data }: Bytes,
  [x0, y0, dx, dy, ex, ey]: readonly number[],
  width: number,
  height: number,
  target: Float32Array,
  offset: number,
): void {
  const gray = (k: number): number => data[3 * k] * red + data[3 * k + 1] * green + data[3 * k + 2] * blue;
  let at = offset;
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const x = Math.min(Math.max(x0 + i * dx + j * ex, 0), w - 1);
      const y = Math.min(Math.max(y0 + i * dy + j * ey, 0), h - 1);
      const left = x | 0;
      const top = y | 0;
      const k = top * w + left;
      const right = left + 1 < w ? 1 : 0;
      const below = top + 1 < h ? w : 0;
      const first = gray(k);
      const third = gray(k + below);
      const above = first + (gray(k + right) - first) * (x - left);
      const under = third + (gray(k + below + right) - third) * (x - left);
      target[at++] = above + (under - above) * (y - top);
    }
  }
}
