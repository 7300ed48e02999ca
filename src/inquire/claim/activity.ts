import { matrix, type Matrix } from '../../math/index.ts';
import { InputError } from '../../signal/error.ts';

/** sqrt of each count; the variance of a Poisson count's root is about 1/4 whatever its mean. Throws `InputError` for negative values. */
export function squareRoots(counts: Matrix, names: readonly string[]): Matrix {
  const negative = counts.data.findIndex((v) => v < 0);
  if (negative >= 0) {
    throw new InputError('a spike count is negative', {
      where: `"${names[negative % counts.columns]}", sample ${Math.floor(negative / counts.columns)}`,
      got: `${counts.data[negative]}`,
      fix: "Choose the transform 'none' for signals that are not counts.",
    });
  }
  return matrix(counts.rows, counts.columns, counts.data.map(Math.sqrt));
}

/** All units together, later by `shift` samples, wrapped around. */
export function shifted({ rows, columns, data }: Matrix, shift: number): Matrix {
  const out = matrix(rows, columns);
  const cut = (rows - shift) * columns;
  out.data.set(data.subarray(cut), 0);
  out.data.set(data.subarray(0, cut), shift * columns);
  return out;
}

export function unitColumns({ rows, columns, data }: Matrix): Float64Array[] {
  return Array.from({ length: columns }, (_, c) =>
    Float64Array.from({ length: rows }, (_row, r) => data[r * columns + c]),
  );
}

/** Over units. */
export function meanScore(scores: Float64Array): number {
  let sum = 0;
  for (const s of scores) sum += s;
  return sum / scores.length;
}
