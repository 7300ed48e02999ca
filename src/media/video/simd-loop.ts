/** WebAssembly by hand: the bytes of modules that hold one loop over 16 bytes at a time. */

const PAGE_BYTES = 64 << 10;

export const get = (local: number) => [0x20, local];
export const set = (local: number) => [0x21, local];
export const simd = (opcode: number, ...rest: number[]) => [0xfd, ...size(opcode), ...rest];
export const constant = (value: number) => [0x41, value];
export const splat8 = (v: number) => simd(12, ...Array.from({ length: 16 }, () => v));
export const splat16 = (v: number) =>
  simd(12, ...Array.from({ length: 16 }, (_, i) => (i % 2 ? v >> 8 : v) & 255));
export const load = (local: number) => [...get(local), ...simd(0, 0, 0)];
export const store = simd(11, 0, 0);
/** Adds to a pointer; no constant above 63. */
export const advance = (local: number, bytes: number) => [
  ...get(local),
  ...constant(bytes),
  0x6a,
  ...set(local),
];

const text = (name: string) => [name.length, ...Buffer.from(name)];
const section = (id: number, bytes: readonly number[]) => [id, ...size(bytes.length), ...bytes];

/** A loop with memory of its own. */
export interface SimdLoop {
  readonly run: (...pointers: number[]) => void;
  /** Its memory, of at least so many bytes. */
  memory(bytes: number): Uint8Array;
}

/**
 * @param pointers parameters of the function: locals from 0.
 * @param vectors locals after them, of 128 bits.
 * @param body what the loop does; it is repeated while local 0 is below local 1.
 * @param before what is done once: V8 makes constants anew in each round, in four instructions, unless they are locals.
 */
export function simdLoop(
  pointers: number,
  vectors: number,
  body: readonly number[],
  before: readonly number[] = [],
): SimdLoop {
  const again = [...get(0), ...get(1), 0x49, 0x0d, 0]; // i32.lt_u, br_if
  const code = [1, vectors, 0x7b, ...before, 0x03, 0x40, ...body, ...again, 0x0b, 0x0b];
  const types = [1, 0x60, pointers, ...Array.from({ length: pointers }, () => 0x7f), 0];
  const bytes = [
    [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    section(1, types),
    section(3, [1, 0]),
    section(5, [1, 0, 1]),
    section(7, [2, ...text('memory'), 2, 0, ...text('run'), 0, 0]),
    section(10, [1, ...size(code.length), ...code]),
  ].flat();
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(bytes)));
  const memory = exports.memory as WebAssembly.Memory;
  return {
    run: exports.run as SimdLoop['run'],
    memory(wanted) {
      const missing = wanted - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      return new Uint8Array(memory.buffer);
    },
  };
}

/** Lengths below 2^14 and opcodes, in the base-128 of the format (LEB128). */
function size(n: number): number[] {
  return n < 128 ? [n] : [(n & 127) | 128, n >> 7];
}
