import { InputError, UsageError } from '../../signal/error.ts';

/**
 * The one policy for missing values: a value that is NaN is left out, a pair with one missing side as a whole, and what was left out is
 * counted in `dropped`. Infinite values are refused.
 */
export interface Present {
  readonly values: Float64Array;
  readonly dropped: number;
}

/** The values that are there. Throws `InputError` for fewer than `atLeast` of them. */
export function present(name: string, values: ArrayLike<number>, atLeast = 2): Present {
  const there = Float64Array.from(values).filter((v) => !Number.isNaN(v));
  if (there.some((v) => !Number.isFinite(v))) {
    throw new InputError(`${name} holds infinite values`, { expected: 'finite values, NaN where missing' });
  }
  if (there.length < atLeast) {
    throw new InputError(`${name} holds too few values`, {
      expected: `${atLeast} or more`,
      got: `${there.length} of ${values.length}, the rest missing`,
    });
  }
  return { values: there, dropped: values.length - there.length };
}

export interface CompleteRows {
  readonly columns: readonly Float64Array[];
  /** Positions of the rows that are complete. */
  readonly rows: Int32Array;
  readonly dropped: number;
}

/** The rows in which no column is missing. Throws `InputError` for fewer than `atLeast`, `UsageError` for columns of unlike length. */
export function completeRows(
  names: readonly string[],
  columns: readonly ArrayLike<number>[],
  atLeast = 3,
): CompleteRows {
  const n = columns[0].length;
  columns.forEach((c, k) => {
    if (c.length !== n) {
      throw new UsageError(`${names[0]} and ${names[k]} differ in length`, {
        expected: `${n}`,
        got: `${c.length}`,
      });
    }
  });
  const rows = Int32Array.from({ length: n }, (_, i) => i).filter((i) =>
    columns.every((c) => Number.isFinite(c[i])),
  );
  if (rows.length < atLeast) {
    throw new InputError(`${names.join(' and ')} have too few complete rows`, {
      expected: `${atLeast} or more`,
      got: `${rows.length} of ${n}`,
    });
  }
  return {
    columns: columns.map((c) => Float64Array.from(rows, (i) => c[i])),
    rows,
    dropped: n - rows.length,
  };
}

/** Throws `InputError` where all values that are there are equal, up to rounding. */
export function varying(name: string, values: ArrayLike<number>): void {
  let [low, high] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  if (!(high - low > 1e-14 * Math.max(Math.abs(low), Math.abs(high)))) {
    throw new InputError(`${name} does not vary`, {
      expected: 'at least two different values',
      got: low === Infinity ? 'no value' : `only ${low}`,
      fix: 'A constant has nothing to test: look whether the right column was chosen.',
    });
  }
}
