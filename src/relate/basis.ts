import { matrix, type Matrix } from '../math/matrix.ts';
import { UsageError } from '../signal/error.ts';
import { series, stretchStarts, type Series } from './series.ts';

/** Functions of lag, in samples: `lags x functions`. Row k is the weight of the sample k + `firstLag` samples before. */
export interface LagBasis {
  readonly values: Matrix;
  readonly firstLag: number;
}

export interface RaisedCosineOptions {
  readonly count: number;
  /** Lags of the first and the last peak, samples. For spike history the first must be at least 1. */
  readonly firstLag: number;
  readonly lastLag: number;
  /** How linear the stretch is: lags far below it are resolved evenly, lags above it by their logarithm. Default 1 sample. */
  readonly linearity?: number;
}

/**
 * Raised cosines on a logarithmic scale of lag, narrow at short lags and wide at long ones (Pillow et al. 2008, supplement):
 * (1 + cos(clamp((ln(lag + c) - phase) pi / (2 spacing), -pi, pi))) / 2. They sum to 2 between the first and the last peak.
 */
export function raisedCosineBasis(options: RaisedCosineOptions): LagBasis {
  const { count, firstLag, lastLag, linearity = 1 } = options;
  if (!(Number.isInteger(count) && count >= 2 && firstLag >= 0 && lastLag > firstLag && linearity > 0)) {
    throw new UsageError('these are no raised cosines', {
      expected: 'at least 2 functions, 0 <= first lag < last lag, a positive linearity',
      got: `${count} functions, lags ${firstLag} to ${lastLag}, linearity ${linearity}`,
    });
  }
  const warp = (lag: number): number => Math.log(lag - firstLag + linearity);
  const spacing = (warp(lastLag) - warp(firstLag)) / (count - 1);
  const end = Math.ceil(Math.exp(warp(lastLag) + 2 * spacing) - linearity + firstLag);
  const values = matrix(end - firstLag, count);
  for (let k = 0; k < values.rows; k++) {
    for (let f = 0; f < count; f++) {
      const phase = ((warp(firstLag + k) - warp(firstLag) - f * spacing) * Math.PI) / (2 * spacing);
      values.data[k * count + f] = (1 + Math.cos(Math.max(-Math.PI, Math.min(Math.PI, phase)))) / 2;
    }
  }
  return { values, firstLag };
}

/**
 * Each column filtered by each function of a basis of lags: spike history (own counts, first lag 1), coupling (others' counts) or the
 * memory of a movement. Samples before the start of a stretch count as 0 there, which is right for spikes that had not been
 * seen and wrong for positions: center those first. A missing sample is missing wherever it is reached.
 */
export function filteredBy({ values, names, stretches }: Series, basis: LagBasis): Series {
  const { rows: lags, columns: functions, data: weights } = basis.values;
  const { rows, columns } = values;
  const width = columns * functions;
  const out = matrix(rows, width);
  const starts = stretchStarts(stretches);
  for (let s = 0; s + 1 < starts.length; s++) {
    for (let r = starts[s]; r < starts[s + 1]; r++) {
      for (let k = 0; k < lags; k++) {
        const from = r - k - basis.firstLag;
        if (from < starts[s]) break;
        for (let c = 0; c < columns; c++) {
          const v = values.data[from * columns + c];
          if (v === 0) continue;
          for (let f = 0; f < functions; f++) {
            const w = weights[k * functions + f];
            if (w !== 0) out.data[r * width + c * functions + f] += w * v;
          }
        }
      }
    }
  }
  return series(
    out,
    names.flatMap((n) => Array.from({ length: functions }, (_, f) => `${n}*b${f + 1}`)),
    stretches,
  );
}

/**
 * Cubic B-splines of a variable over increasing knots (de Boor 1978): smooth tuning of unknown shape. Values outside the knots are
 * taken at the nearest end. The last function is left out of the `knots + 2`, since all sum to 1. NaN stays NaN.
 */
export function splineColumns(
  name: string,
  values: ArrayLike<number>,
  knots: readonly number[],
): Record<string, Float64Array> {
  if (knots.length < 2 || knots.some((k, i) => !Number.isFinite(k) || (i > 0 && k <= knots[i - 1]))) {
    throw new UsageError('the knots of a spline must increase', { where: name, got: knots.join(', ') });
  }
  const degree = 3;
  const [first, last] = [knots[0], knots[knots.length - 1]];
  const padded = [...Array(degree).fill(first), ...knots, ...Array(degree).fill(last)] as number[];
  const count = padded.length - degree - 1;
  const columns = Array.from({ length: count - 1 }, () => new Float64Array(values.length));
  for (let i = 0; i < values.length; i++) {
    const v = Math.min(last, Math.max(first, values[i]));
    if (Number.isNaN(v)) {
      for (const c of columns) c[i] = NaN;
      continue;
    }
    const b = splineValues(padded, degree, v);
    for (let f = 0; f < count - 1; f++) columns[f][i] = b[f];
  }
  return Object.fromEntries(columns.map((c, f) => [`${name}~s${f + 1}`, c]));
}

/** Cox and de Boor's recursion for all functions at one place. */
function splineValues(knots: readonly number[], degree: number, v: number): Float64Array {
  const b = new Float64Array(knots.length - 1);
  let span = knots.length - degree - 2;
  while (span > degree && v < knots[span]) span--;
  b[span] = 1;
  for (let d = 1; d <= degree; d++) {
    for (let f = span - d; f <= span; f++) {
      const left = knots[f + d] - knots[f];
      const right = knots[f + d + 1] - knots[f + 1];
      b[f] =
        (left > 0 ? ((v - knots[f]) / left) * b[f] : 0) +
        (right > 0 ? ((knots[f + d + 1] - v) / right) * b[f + 1] : 0);
    }
  }
  return b.subarray(0, knots.length - degree - 1);
}
