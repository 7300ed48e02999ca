import { InputError, UsageError } from '../../../signal/error.ts';
import { labelPermutation } from '../nulls/label-permutation.ts';
import type { NullOptions } from '../nulls/null.ts';
import { signFlip } from '../nulls/sign-flip.ts';
import { surrogateValues, type SurrogateOptions, type SurrogateValues } from '../surrogate-test.ts';

/** One row for each independent unit (animal), each with a value at every point (time, neuron, keypoint). */
export type Rows = readonly ArrayLike<number>[];

export interface MapOptions
  extends Pick<SurrogateOptions, 'permutations' | 'alpha' | 'random'>, Pick<NullOptions, 'groups'> {
  /**
   * 0 or 1 for each row: two groups of rows, whose labels are permuted. Without: the rows are differences within units, tested
   * against zero by flipping signs.
   */
  readonly labels?: ArrayLike<number>;
}

export interface TMap {
  /** t at every point: Student's of the rows, or of label 1 minus label 0 with pooled variance. */
  readonly t: Float64Array;
  readonly df: number;
  readonly points: number;
}

/** The map of t values, and a summary of it for every surrogate. Rows with missing values are refused. */
export function tMapUnderNull(
  rows: Rows,
  options: MapOptions,
  summary: (map: Float64Array, df: number) => number,
): TMap & SurrogateValues {
  const points = rows[0]?.length ?? 0;
  if (rows.length < 3 || points < 1 || rows.some((r) => r.length !== points)) {
    throw new UsageError('a map needs rows of one length', {
      expected: 'three or more rows (animals) with a value at every point',
      got: `${rows.length} rows of ${[...new Set(rows.map((r) => r.length))].join(', ')} points`,
    });
  }
  const missing = rows.findIndex((r) => Array.from(r).some((v) => !Number.isFinite(v)));
  if (missing >= 0) {
    throw new InputError('values are missing', {
      where: `row ${missing}`,
      expected: 'a finite value at every point',
      fix: 'Leave out the row, or the points where any row is missing.',
    });
  }
  const { labels } = options;
  if (labels && labels.length !== rows.length) {
    throw new UsageError('each row needs a label', { expected: `${rows.length}`, got: `${labels.length}` });
  }
  const channel = labels ? Float64Array.from(labels) : new Float64Array(rows.length).fill(1);
  if (labels && channel.some((l) => l !== 0 && l !== 1)) {
    throw new UsageError('labels are 0 or 1', { got: [...new Set(channel)].join(', ') });
  }
  const df = rows.length - (labels ? 2 : 1);
  const map = labels ? twoSampleMap(rows, points) : oneSampleMap(rows, points);
  const surrogates = (labels ? labelPermutation : signFlip).prepare([channel], options);
  const values = surrogateValues(surrogates, ([c]) => [summary(map(c), df)], { ...options, tail: 'greater' });
  return { t: map(channel), df, points, ...values };
}

/** t of sign_i row_i; the sum of squares is the same for all signs. */
function oneSampleMap(rows: Rows, points: number): (signs: Float64Array) => Float64Array {
  const n = rows.length;
  const squares = new Float64Array(points);
  for (const row of rows) for (let k = 0; k < points; k++) squares[k] += row[k] * row[k];
  return (signs) => {
    const out = new Float64Array(points);
    rows.forEach((row, i) => {
      for (let k = 0; k < points; k++) out[k] += signs[i] * row[k];
    });
    return out.map((sum, k) => ratio(sum / n, Math.sqrt((squares[k] - (sum * sum) / n) / (n - 1) / n)));
  };
}

function twoSampleMap(rows: Rows, points: number): (labels: Float64Array) => Float64Array {
  const n = rows.length;
  const total = new Float64Array(points);
  for (const row of rows) for (let k = 0; k < points; k++) total[k] += row[k] / n;
  const squares = new Float64Array(points);
  for (const row of rows) for (let k = 0; k < points; k++) squares[k] += (row[k] - total[k]) ** 2;
  return (labels) => {
    const one = labels.reduce((s, l) => s + l, 0);
    const out = new Float64Array(points);
    rows.forEach((row, i) => {
      if (labels[i] === 1) for (let k = 0; k < points; k++) out[k] += (row[k] - total[k]) / one;
    });
    // With deviations from the grand mean, m_0 = -(n_1 / n_0) m_1 and SS_within = SS - n_1 m_1^2 - n_0 m_0^2.
    return out.map((m1, k) => {
      const m0 = (-one * m1) / (n - one);
      const within = squares[k] - one * m1 * m1 - (n - one) * m0 * m0;
      return ratio(m1 - m0, Math.sqrt((within / (n - 2)) * (1 / one + 1 / (n - one))));
    });
  };
}

const ratio = (difference: number, error: number): number =>
  error > 0 ? difference / error : difference === 0 ? 0 : Math.sign(difference) * Infinity;
