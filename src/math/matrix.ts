import { UsageError } from '../signal/error.ts';

/** A dense matrix, row-major. For the small systems of the measuring half; large products belong to the engine. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A matrix of zeros, or over `data` (row-major; not copied when it is a `Float64Array`). */
export function matrix(rows: number, columns: number, data?: ArrayLike<number>): Matrix {
  if (data && data.length !== rows * columns) {
    throw new UsageError('the data do not fill the matrix', {
      expected: `${rows} x ${columns}`,
      got: `${data.length}`,
    });
  }
  const own =
    data instanceof Float64Array ? data : data ? Float64Array.from(data) : new Float64Array(rows * columns);
  return { rows, columns, data: own };
}

export function identity(n: number): Matrix {
  const m = matrix(n, n);
  for (let i = 0; i < n; i++) m.data[i * n + i] = 1;
  return m;
}

export function transpose(a: Matrix): Matrix {
  const t = matrix(a.columns, a.rows);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.columns; j++) t.data[j * a.rows + i] = a.data[i * a.columns + j];
  }
  return t;
}

/** a (n x k) times b (k x m). */
export function multiply(a: Matrix, b: Matrix): Matrix {
  if (a.columns !== b.rows) {
    throw new UsageError('these matrices cannot be multiplied', {
      expected: `${a.columns} rows on the right`,
      got: `${b.rows}`,
    });
  }
  const out = matrix(a.rows, b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.columns; k++) {
      const v = a.data[i * a.columns + k];
      for (let j = 0; j < b.columns; j++) out.data[i * b.columns + j] += v * b.data[k * b.columns + j];
    }
  }
  return out;
}

/** a (n x k) times the vector x (k). */
export function multiplyVector(a: Matrix, x: ArrayLike<number>): Float64Array {
  return multiply(a, matrix(x.length, 1, x)).data;
}

export function square(what: string, a: Matrix): number {
  if (a.rows !== a.columns) {
    throw new UsageError(`${what} needs a square matrix`, { got: `${a.rows} x ${a.columns}` });
  }
  return a.rows;
}
