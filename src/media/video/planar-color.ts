import { advance, constant, get, load, set, simd, simdLoop, splat16, splat8, store } from './simd-loop.ts';
import type { SimdLoop } from './simd-loop.ts';

/** How a video's colors are written: the weights of red and blue in luma, and whether values fill 0 to 255. */
export interface ColorCode {
  /** ITU-R BT.601 (also what is meant where a video says nothing) or BT.709. */
  readonly matrix: 'bt601' | 'bt709';
  readonly full: boolean;
}

/** One plane of bytes, its rows `stride` apart. */
export interface Plane {
  readonly data: Uint8Array;
  readonly stride: number;
}

const WEIGHTS = { bt601: { red: 0.299, blue: 0.114 }, bt709: { red: 0.2126, blue: 0.0722 } };
/** What is converted at once, of each plane: with its result it stays in a processor's second cache. */
const BLOCK_BYTES = 16 << 10;

/**
 * Pictures with as much color as luma (YUV 4:4:4, 8 bits) to RGB:
 *
 *   R = y + 2 (1 - Kr) v,   B = y + 2 (1 - Kb) u,   G = (y - Kr R - Kb B) / (1 - Kr - Kb)
 *
 * with y = (Y - 16) 255/219 and u, v = (U, V - 128) 255/224 in limited range (ITU-R BT.601, BT.709). In fixed point with
 * five bits after the point: off by at most one. In WebAssembly, 16 pixels at a time, because FFmpeg's scaler has no fast
 * way for it and takes 2 ms for 640 x 480.
 */
export class PlanarColor {
  readonly #loops = new Map<string, SimdLoop>();

  /** Converts the planes of Y, U and V, `width` pixels a row, to interleaved RGB in `out`. */
  convert(planes: readonly Plane[], width: number, code: ColorCode, out: Uint8Array): void {
    const { run, memory } = this.#loop(code);
    const height = out.length / width / 3;
    const [yStride, uStride, vStride] = planes.map((p) => p.stride);
    const widest = Math.max(yStride, uStride, vStride);
    const gapless = planes.every((p) => p.stride === width);
    const rows = Math.max(1, Math.floor(BLOCK_BYTES / widest));
    // Three planes with room for a last step of 16 pixels each, then what comes of them.
    const room = rows * widest + 16;
    const packed = 3 * room;
    const bytes = memory(packed + 3 * rows * width + 48);
    for (let y = 0; y < height; y += rows) {
      const here = Math.min(rows, height - y);
      planes.forEach(({ data, stride }, p) =>
        bytes.set(data.subarray(y * stride, (y + here - 1) * stride + width), p * room),
      );
      if (gapless) run(0, here * width, room, 2 * room, packed);
      // What a row writes beyond its end is written over by the next.
      else
        for (let r = 0; r < here; r++) {
          const from = r * yStride;
          run(from, from + width, room + r * uStride, 2 * room + r * vStride, packed + 3 * r * width);
        }
      out.set(bytes.subarray(packed, packed + 3 * here * width), 3 * y * width);
    }
  }

  #loop(code: ColorCode): SimdLoop {
    const key = `${code.matrix} ${code.full}`;
    const known = this.#loops.get(key);
    if (known) return known;
    const { body, before } = simdCode(code);
    const loop = simdLoop(5, VECTORS, body, before);
    this.#loops.set(key, loop);
    return loop;
  }
}

const ADD = simd(142); // i16x8.add
const MULTIPLY = simd(130); // i16x8.q15mulr_sat_s: (a b + 2^14) >> 15
const SHIFTED_RIGHT = (bits: number, opcode: number) => [...constant(bits), ...simd(opcode)];
const PIXELS = Array.from({ length: 8 }, (_, i) => i);
/** Low (0) or high (1) halves of two vectors, byte by byte or two bytes by two. */
const woven = (half: number) => simd(13, ...PIXELS.flatMap((i) => [8 * half + i, 16 + 8 * half + i]));
const wovenPairs = (half: number) =>
  simd(13, ...[0, 2, 4, 6].flatMap((i) => [0, 1, 16, 17].map((from) => 8 * half + i + from)));

/**
 * Locals: 0 Y, 1 end of Y, 2 U, 3 V, 4 to; vectors 5 to 10 the halves of y, u, v; 11 to 13 R, G, B; then constants: 14
 * zero, 15 the gain of luma and 16 what is added to it, 17 to 20 the shares of color, 21 the order of bytes without gaps,
 * 22 what makes bytes signed; 23 to 26 pairs of channels.
 */
const VECTORS = 22;

function simdCode({ matrix, full }: ColorCode): { before: number[]; body: number[] } {
  const { red, blue } = WEIGHTS[matrix];
  const green = 1 - red - blue;
  const [lumaGain, colorGain] = full ? [1, 1] : [255 / 219, 255 / 224];
  const ofV = 2 * (1 - red) * colorGain;
  const ofU = 2 * (1 - blue) * colorGain;
  // Luma times 2^7 by its gain times 2^13, color times 2^8 by its share times 2^12: five bits stay after the point.
  const color = (factor: number) => splat16(Math.round(factor * 2 ** 12));
  const black = full ? 0 : 16 * 2 ** 5 * lumaGain;
  const gaps = [0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255];
  const before = [
    [splat8(0), set(14)],
    [splat16(Math.round(lumaGain * 2 ** 13)), set(15)],
    [splat16(Math.round(16 - black)), set(16)],
    [color(ofV), set(17)],
    [color((-red * ofV) / green), set(18)],
    [color((-blue * ofU) / green), set(19)],
    [color(ofU), set(20)],
    [simd(12, ...gaps), set(21)],
    [splat8(128), set(22)],
  ].flat(2);

  /** Bytes of local 11 times 2^8. */
  const widened = (half: number) => [...get(14), ...get(11), ...woven(half)];
  const luma = (half: number) => [
    ...widened(half),
    ...SHIFTED_RIGHT(1, 141),
    ...get(15),
    ...MULTIPLY,
    ...get(16),
    ...ADD,
    ...set(5 + half),
  ];
  const difference = (pointer: number, to: number) => [
    ...[load(pointer), get(22), simd(81), set(11)].flat(), // v128.xor
    ...[0, 1].flatMap((half) => [...widened(half), ...set(to + half)]),
  ];
  const times = (vector: number, share: number) => [...get(vector), ...get(share), ...MULTIPLY, ...ADD];
  /** Luma and shares of u and v (the locals of their shares) to bytes. */
  const channel = (u: number, v: number, to: number) => [
    ...[0, 1].flatMap((half) => [
      ...get(5 + half),
      ...(u ? times(7 + half, u) : []),
      ...(v ? times(9 + half, v) : []),
      ...SHIFTED_RIGHT(5, 140),
    ]),
    ...simd(102), // i8x16.narrow_i16x8_u
    ...set(to),
  ];
  const pairs = [0, 1].flatMap((half) => [
    ...[get(11), get(12), woven(half), set(23 + half)].flat(),
    ...[get(13), get(13), woven(half), set(25 + half)].flat(),
  ]);
  /** Four pixels, then four bytes that the next four write over. */
  const four = (quarter: number) => [
    ...get(4),
    ...[get(23 + (quarter >> 1)), get(25 + (quarter >> 1)), wovenPairs(quarter & 1)].flat(),
    ...[get(21), simd(14)].flat(), // i8x16.swizzle
    ...store,
    ...advance(4, 12),
  ];
  const body = [
    ...[load(0), set(11)].flat(),
    ...[0, 1].flatMap(luma),
    ...difference(2, 7),
    ...difference(3, 9),
    ...channel(0, 17, 11),
    ...channel(19, 18, 12),
    ...channel(20, 0, 13),
    ...pairs,
    ...[0, 1, 2, 3].flatMap(four),
    ...[0, 2, 3].flatMap((pointer) => advance(pointer, 16)),
  ];
  return { before, body };
}
