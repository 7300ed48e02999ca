import { advance, constant, get, load, set, simd, simdLoop, splat16, splat8, store } from './simd-loop.ts';

/** What is expanded at once: small enough to stay in a processor's nearest cache on its way in and out. */
const BLOCK_BYTES = 32 << 10;

/**
 * Luma from limited range (16 to 235, ITU-R BT.601) to full range: clamp(round((y - 16) 255 / 219)), with 255/219 taken
 * as 149/128, which is off by at most one gray value. In WebAssembly, 16 pixels at a time, because FFmpeg's scaler takes
 * five times as long for it and a table in JavaScript four times.
 */
export class FullRange {
  readonly #loop = simdLoop(3, 1, BODY);

  /** Expands rows of `width` pixels, each `stride` bytes after the one before, into `out` without gaps. */
  expand(plane: Uint8Array, stride: number, width: number, out: Uint8Array): void {
    const height = out.length / width;
    const rows = Math.max(1, Math.floor(BLOCK_BYTES / stride));
    // The block as it is stored and, after room for a last step of 16 bytes, without its gaps.
    const packed = rows * stride + 16;
    const bytes = this.#loop.memory(packed + rows * width + 16);
    const { run } = this.#loop;
    for (let y = 0; y < height; y += rows) {
      const here = Math.min(rows, height - y);
      bytes.set(plane.subarray(y * stride, (y + here - 1) * stride + width));
      if (stride === width) run(0, here * width, packed);
      // What a row writes beyond its end is written over by the next.
      else for (let r = 0; r < here; r++) run(r * stride, r * stride + width, packed + r * width);
      out.set(bytes.subarray(packed, packed + here * width), y * width);
    }
  }
}

/** Copies rows of `width` bytes, each `stride` bytes after the one before, into `out` without gaps. */
export function copyRows(from: Uint8Array, stride: number, width: number, out: Uint8Array): void {
  if (stride === width) out.set(from.subarray(0, out.length));
  else
    for (let to = 0, at = 0; to < out.length; to += width, at += stride)
      out.set(from.subarray(at, at + width), to);
}

/** (v * 149 + 64) >> 7 of the low (extmul 158) or high (159) eight bytes of local 3. */
const scaled = (extmul: number) =>
  [get(3), splat8(149), simd(extmul), splat16(64), simd(142), constant(7), simd(141)].flat(); // add, shr_u

/** Locals: 0 from, 1 end, 2 to, 3 sixteen pixels. */
const BODY = [
  [load(0), splat8(16), simd(115), set(3)].flat(), // i8x16.sub_sat_u
  [get(2), scaled(158), scaled(159), simd(102), store].flat(), // i8x16.narrow_i16x8_u
  advance(2, 16),
  advance(0, 16),
].flat();
