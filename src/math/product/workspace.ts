import { UsageError } from '../../signal/error.ts';
import { kernelBytes } from './kernel.ts';

/** A matrix inside a workspace's array: entry (i, j) is `data[offset + i * rowStride + j * columnStride]`. */
export interface Strided {
  readonly data: Float64Array;
  /** Default 0. */
  readonly offset?: number;
  readonly rowStride: number;
  /** Default 1. */
  readonly columnStride?: number;
}

/** A k x n matrix in panels of four columns (panel x k x 4, the last one filled up with zeros). */
export interface Packed {
  readonly k: number;
  readonly n: number;
  readonly data: Float64Array;
}

type Product = (
  m: number,
  k: number,
  panels: number,
  a: number,
  aRow: number,
  aColumn: number,
  b: number,
  c: number,
  cRow: number,
) => void;

let compiled: WebAssembly.Module | undefined;

const packedLength = (k: number, n: number): number => Math.ceil(n / 4) * 4 * k;

/**
 * Arrays that lie in one piece of WebAssembly memory, and fast products of matrices in them: for networks whose many small products in a
 * closed loop would each cost more in the engine's call than in arithmetic. Double precision. All arrays are named at once, zero at first.
 *
 * Four rows of A and four columns of B are worked on at a time; a row of the result depends on that row of A alone and is the same to the bit
 * whatever the number of rows.
 */
export class Workspace<Name extends string> {
  readonly arrays: Readonly<Record<Name, Float64Array>>;
  readonly #buffer: ArrayBuffer;
  readonly #product: Product;

  /** `lengths`: numbers in each array. Throws `UsageError` beyond WebAssembly's 4 GiB. */
  constructor(lengths: Readonly<Record<Name, number>>) {
    const entries = Object.entries<number>(lengths);
    // Four spare numbers behind each: a tile's last columns are written beyond the last row (with what was there).
    const total = entries.reduce((sum, [, length]) => sum + 8 * (length + 4), 0);
    const pages = Math.max(1, Math.ceil(total / 65536));
    if (pages > 65536) {
      throw new UsageError('the arrays do not fit', {
        where: 'Workspace',
        expected: 'less than 4 GiB in all',
        got: `${(total / 2 ** 30).toFixed(1)} GiB`,
        fix: 'Take a smaller batch, or fewer steps or units.',
      });
    }
    const memory = new WebAssembly.Memory({ initial: pages });
    this.#buffer = memory.buffer;
    let at = 0;
    this.arrays = Object.fromEntries(
      entries.map(([name, length]) => {
        const array = new Float64Array(memory.buffer, at, length);
        at += 8 * (length + 4);
        return [name, array];
      }),
    ) as Record<Name, Float64Array>;
    compiled ??= new WebAssembly.Module(kernelBytes);
    const instance = new WebAssembly.Instance(compiled, { env: { memory } });
    this.#product = instance.exports.product as Product;
  }

  /** Numbers that a packed k x n matrix takes. */
  static packedLength(k: number, n: number): number {
    return packedLength(k, n);
  }

  /** Packs the k x n matrix `from` (any array) into `into` (one of this workspace). */
  pack(from: Strided, k: number, n: number, into: Float64Array): Packed {
    const { data, offset = 0, rowStride, columnStride = 1 } = from;
    for (let j = 0, at = 0; j < n; j += 4) {
      const wide = Math.min(4, n - j);
      for (let p = 0, q = offset + j * columnStride; p < k; p++, at += 4, q += rowStride) {
        for (let i = 0; i < wide; i++) into[at + i] = data[q + i * columnStride];
        for (let i = wide; i < 4; i++) into[at + i] = 0;
      }
    }
    return { k, n, data: into };
  }

  /** C += A B for an m x k matrix A and a packed B; both and C (row-major rows of `rowStride`) lie in this workspace. */
  addProduct(m: number, a: Strided, b: Packed, c: Strided): void {
    if (a.data.buffer !== this.#buffer || b.data.buffer !== this.#buffer || c.data.buffer !== this.#buffer) {
      throw new UsageError('an array of the product lies elsewhere', {
        where: 'Workspace.addProduct',
        expected: 'arrays of this workspace',
      });
    }
    this.#product(
      m,
      b.k,
      Math.ceil(b.n / 4),
      a.data.byteOffset + 8 * (a.offset ?? 0),
      8 * a.rowStride,
      8 * (a.columnStride ?? 1),
      b.data.byteOffset,
      c.data.byteOffset + 8 * (c.offset ?? 0),
      8 * c.rowStride,
    );
  }
}
