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
    if (l === 0 && this.#levels[0] === undefined)
      resampleFrame(this.#frame, map, width, height, target, offset);
    else resampleLevel(this.level(l), 2 ** l, map, width, height, target, offset);
  }
}

const red = 0.299 / 255;
const green = 0.587 / 255;
const blue = 0.114 / 255;

type Bytes = Pick<Frame, 'width' | 'height' | 'channels' | 'data'>;

function reduced(frame: Bytes, factor: number): Level {
  const { width, height, channels } = frame;
  const [w, h] = [Math.ceil(width / factor), Math.ceil(height / factor)];
  const out = new Float32Array(w * h);
  const sums = new Int32Array(w * channels);
  for (let y = 0; y < h; y++) {
    sums.fill(0);
    const last = Math.min((y + 1) * factor, height);
    for (let row = y * factor; row < last; row++) {
      if (channels === 1) addGrayRow(frame, row, factor, sums);
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

// One row added to the sums of its blocks: every pixel of every tracked frame comes through here.
function addGrayRow({ width, data }: Bytes, row: number, factor: number, sums: Int32Array): void {
  let at = row * width;
  const whole = Math.floor(width / factor);
  if (factor === 4) {
    for (let x = 0; x < whole; x++, at += 4) sums[x] += data[at] + data[at + 1] + data[at + 2] + data[at + 3];
  } else {
    for (let x = 0; x < whole; x++) {
      let sum = 0;
      for (let k = 0; k < factor; k++) sum += data[at++];
      sums[x] += sum;
    }
  }
  for (const end = (row + 1) * width; at < end; at++) sums[whole] += data[at];
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

function resampleLevel(
  { width: w, height: h, data }: Level,
  unit: number,
  map: Affine,
  width: number,
  height: number,
  target: Float32Array,
  offset: number,
): void {
  const [x0, y0, dx, dy, ex, ey] = walk(map, unit);
  let at = offset;
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const x = Math.min(Math.max(x0 + i * dx + j * ex, 0), w - 1);
      const y = Math.min(Math.max(y0 + i * dy + j * ey, 0), h - 1);
      const left = x | 0;
      const top = y | 0;
      const fx = x - left;
      const fy = y - top;
      const k = top * w + left;
      const right = left + 1 < w ? 1 : 0;
      const below = top + 1 < h ? w : 0;
      const above = data[k] + (data[k + right] - data[k]) * fx;
      const under = data[k + below] + (data[k + below + right] - data[k + below]) * fx;
      target[at++] = above + (under - above) * fy;
    }
  }
}

// As resampleLevel at level 0, from the frame's bytes: a crop of a large frame costs no conversion of the whole.
function resampleFrame(
  { width: w, height: h, channels, data }: Bytes,
  map: Affine,
  width: number,
  height: number,
  target: Float32Array,
  offset: number,
): void {
  const [x0, y0, dx, dy, ex, ey] = walk(map, 1);
  const gray =
    channels === 1
      ? (k: number): number => data[k] / 255
      : (k: number): number => data[3 * k] * red + data[3 * k + 1] * green + data[3 * k + 2] * blue;
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
