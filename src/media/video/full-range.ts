/** What is expanded at once: small enough to stay in a processor's nearest cache on its way in and out. */
const BLOCK_BYTES = 32 << 10;
const PAGE_BYTES = 64 << 10;

/**
 * Luma from limited range (16 to 235, ITU-R BT.601) to full range: clamp(round((y - 16) 255 / 219)), with 255/219 taken
 * as 149/128, which is off by at most one gray value. In WebAssembly, 16 pixels at a time, because FFmpeg's scaler takes
 * five times as long for it and a table in JavaScript four times.
 */
export class FullRange {
  readonly #memory: WebAssembly.Memory;
  readonly #expand: (from: number, end: number, to: number) => void;

  constructor() {
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(MODULE));
    this.#memory = exports.memory as WebAssembly.Memory;
    this.#expand = exports.expand as (from: number, end: number, to: number) => void;
  }

  /** Expands rows of `width` pixels, each `stride` bytes after the one before, into `out` without gaps. */
  expand(plane: Uint8Array, stride: number, width: number, out: Uint8Array): void {
    const height = out.length / width;
    const rows = Math.max(1, Math.floor(BLOCK_BYTES / stride));
    // The block as it is stored and, after room for a last step of 16 bytes, without its gaps.
    const packed = rows * stride + 16;
    const missing = packed + rows * width + 16 - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / PAGE_BYTES));
    const bytes = new Uint8Array(this.#memory.buffer);
    for (let y = 0; y < height; y += rows) {
      const here = Math.min(rows, height - y);
      bytes.set(plane.subarray(y * stride, (y + here - 1) * stride + width));
      if (stride === width) this.#expand(0, here * width, packed);
      // What a row writes beyond its end is written over by the next.
      else for (let r = 0; r < here; r++) this.#expand(r * stride, r * stride + width, packed + r * width);
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

const text = (name: string) => [name.length, ...Buffer.from(name)];
const section = (id: number, bytes: readonly number[]) => [id, ...size(bytes.length), ...bytes];
const size = (n: number) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7]);
const simd = (opcode: number, ...rest: number[]) => [0xfd, ...size(opcode), ...rest];
const splat8 = (v: number) => simd(12, ...Array.from({ length: 16 }, () => v));
const splat16 = (v: number) => simd(12, ...Array.from({ length: 16 }, (_, i) => (i % 2 ? 0 : v)));
const get = (local: number) => [0x20, local];
const set = (local: number) => [0x21, local];
/** (v * 149 + 64) >> 7 of the low (extmul 158) or high (159) eight bytes of local 3. */
const scaled = (extmul: number) =>
  [get(3), splat8(149), simd(extmul), splat16(64), simd(142), [0x41, 7], simd(141)].flat(); // i16x8 add, shr_u

const BODY = [
  [1, 1, 0x7b], // local 3: v128
  [0x03, 0x40], // loop
  [get(0), simd(0, 0, 0), splat8(16), simd(115), set(3)].flat(), // v128.load, i8x16.sub_sat_u
  [get(2), scaled(158), scaled(159), simd(102), simd(11, 0, 0)].flat(), // i8x16.narrow_i16x8_u, v128.store
  [get(2), [0x41, 16, 0x6a, 0x21, 2]].flat(), // local 2 += 16
  [get(0), [0x41, 16, 0x6a, 0x22, 0]].flat(), // local 0 += 16
  [get(1), [0x49, 0x0d, 0]].flat(), // while below local 1
  [0x0b, 0x0b],
].flat();

const MODULE = Uint8Array.from(
  [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 0]), // (from: i32, end: i32, to: i32)
    section(3, [1, 0]),
    section(5, [1, 0, 1]),
    section(7, [[2], text('memory'), [2, 0], text('expand'), [0, 0]].flat()),
    section(10, [[1], size(BODY.length), BODY].flat()),
  ].flat(),
);
