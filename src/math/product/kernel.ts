/**
 * The one inner loop that JavaScript cannot write: a matrix product with two numbers an instruction, as a WebAssembly module (Core
 * Specification 2.0, vector instructions) that is put together here byte by byte. It exports
 *
 *     product(m, k, panels, a, aRow, aColumn, b, c, cRow)
 *
 * C += A B with A at byte `a` (strides in bytes), B at byte `b` in panels of four columns (panel x k x 4), C at byte `c`. Every element of C
 * is summed over k in order, whatever the tile it falls in, so that a row of C depends on that row of A alone, to the bit.
 */

const i32 = 0x7f;
const v128 = 0x7b;

const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);
const signed = (n: number): number[] =>
  n >= -64 && n < 64 ? [n & 127] : [(n & 127) | 128, ...signed(n >> 7)];
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const list = (items: readonly (readonly number[])[]): number[] => [
  ...unsigned(items.length),
  ...items.flat(),
];
const text = (s: string): number[] => sized([...new TextEncoder().encode(s)]);
const section = (id: number, content: readonly number[]): number[] => [id, ...sized(content)];

const get = (x: number): number[] => [0x20, ...unsigned(x)];
const set = (x: number): number[] => [0x21, ...unsigned(x)];
const constant = (n: number): number[] => [0x41, ...signed(n)];
const add = 0x6a;
const vector = (op: number): number[] => [0xfd, ...unsigned(op)];
const load = (offset: number): number[] => [...vector(0), 3, ...unsigned(offset)];
const loadSplat = [...vector(10), 3, 0];
const store = (offset: number): number[] => [...vector(11), 3, ...unsigned(offset)];
const zero = [...vector(12), ...Array.from({ length: 16 }, () => 0)];
const vectorAdd = vector(0xf0);
const vectorMultiply = vector(0xf2);
const advance = (x: number, by: readonly number[]): number[] => [...get(x), ...by, add, ...set(x)];

// Parameters, then locals.
const [m, k, panels, a, aRow, aColumn, b, c, cRow] = Array.from({ length: 9 }, (_, x) => x);
const [row, left, bAt, cAt, aAt, p, tall] = Array.from({ length: 7 }, (_, x) => 9 + x);
const integers = 7;
const sum = (r: number, half: number): number => 16 + 2 * r + half;
const [b0, b1, splat] = [24, 25, 26];
const vectors = 11;

/** Runs `body` while the i32 local `x` is at least `least`; the body must lower it. */
const whileAtLeast = (x: number, least: number, body: readonly number[]): number[] => [
  0x02,
  0x40,
  0x03,
  0x40,
  ...get(x),
  ...constant(least),
  0x48,
  0x0d,
  1,
  ...body,
  0x0c,
  0,
  0x0b,
  0x0b,
];

/** Address of row r of the tile, from a pointer and its row's stride. */
const rowAddress = (pointer: number, stride: number, r: number): number[] =>
  r === 0 ? get(pointer) : [...get(pointer), ...get(stride), ...constant(r), 0x6c, add];

/** One tile of `rows` x 4: sums over k, then adds to C. */
function tile(rows: number): number[] {
  const all = Array.from({ length: rows }, (_, r) => r);
  return [
    ...all.flatMap((r) => [...zero, ...set(sum(r, 0)), ...zero, ...set(sum(r, 1))]),
    ...get(row),
    ...set(aAt),
    ...get(left),
    ...set(bAt),
    ...get(k),
    ...set(p),
    ...whileAtLeast(p, 1, [
      ...get(bAt),
      ...load(0),
      ...set(b0),
      ...get(bAt),
      ...load(16),
      ...set(b1),
      ...all.flatMap((r) => [
        ...rowAddress(aAt, aRow, r),
        ...loadSplat,
        ...set(splat),
        ...[b0, b1].flatMap((x, half) => [
          ...get(sum(r, half)),
          ...get(splat),
          ...get(x),
          ...vectorMultiply,
          ...vectorAdd,
          ...set(sum(r, half)),
        ]),
      ]),
      ...advance(aAt, get(aColumn)),
      ...advance(bAt, constant(32)),
      ...advance(p, constant(-1)),
    ]),
    ...all.flatMap((r) =>
      [0, 1].flatMap((half) => [
        ...rowAddress(cAt, cRow, r),
        ...rowAddress(cAt, cRow, r),
        ...load(16 * half),
        ...get(sum(r, half)),
        ...vectorAdd,
        ...store(16 * half),
      ]),
    ),
    ...advance(row, [...get(aRow), ...constant(rows), 0x6c]),
    ...advance(cAt, [...get(cRow), ...constant(rows), 0x6c]),
    ...advance(tall, constant(-rows)),
  ];
}

const body = [
  ...get(b),
  ...set(left),
  ...whileAtLeast(panels, 1, [
    ...get(a),
    ...set(row),
    ...get(c),
    ...set(cAt),
    ...get(m),
    ...set(tall),
    ...whileAtLeast(tall, 4, tile(4)),
    ...whileAtLeast(tall, 1, tile(1)),
    ...advance(left, [...get(k), ...constant(32), 0x6c]),
    ...advance(c, constant(32)),
    ...advance(panels, constant(-1)),
  ]),
  0x0b,
];

const locals = [
  [...unsigned(integers), i32],
  [...unsigned(vectors), v128],
];

/** The module's bytes: it imports `env.memory` and exports `product`. */
export const kernelBytes = Uint8Array.from([
  0x00,
  0x61,
  0x73,
  0x6d,
  1,
  0,
  0,
  0,
  ...section(1, list([[0x60, ...list(Array.from({ length: 9 }, () => [i32])), 0]])),
  ...section(2, list([[...text('env'), ...text('memory'), 0x02, 0x00, 0x01]])),
  ...section(3, list([[0]])),
  ...section(7, list([[...text('product'), 0x00, 0x00]])),
  ...section(10, list([sized([...list(locals), ...body])])),
]);
