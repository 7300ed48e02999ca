import { linearInterpolator, Moments } from '../../../math/index.ts';
import { UsageError } from '../../../signal/error.ts';
import { finiteRuns } from '../series.ts';

/** A quantity over the stride cycle, 0 to 100 %. */
export interface CycleCurves {
  /** Percent of the cycle, 0 to 100. */
  readonly percent: Float64Array;
  /** One row a cycle; NaN where the quantity is missing there. */
  readonly curves: readonly Float64Array[];
  readonly mean: Float64Array;
  readonly sd: Float64Array;
  /** Cycles that are there at each percent. */
  readonly n: Int32Array;
}

/**
 * Time-normalized cycles: each stretched linearly to 0-100 % and interpolated linearly between samples (Winter 2009, section 3.4).
 * A sample interval that touches a missing value is missing; cycles outside the recording are missing there.
 *
 * @param cycles start and end, seconds; unit and frame of reference are those of `values`.
 * @param points 101 for whole percents.
 */
export function cycleCurves(
  times: Float64Array,
  values: Float64Array,
  cycles: readonly (readonly [startSeconds: number, endSeconds: number])[],
  points = 101,
): CycleCurves {
  if (times.length !== values.length || !(Number.isInteger(points) && points >= 2)) {
    throw new UsageError('cycleCurves cannot normalize', {
      expected: 'as many values as times, and 2 or more points',
      got: `${values.length} values, ${times.length} times, ${points} points`,
    });
  }
  const pieces = finiteRuns(values)
    .filter((r) => r.end - r.start >= 2)
    .map((r) => ({
      from: times[r.start],
      to: times[r.end - 1],
      at: linearInterpolator(times.subarray(r.start, r.end), values.subarray(r.start, r.end)),
    }));
  const percent = Float64Array.from({ length: points }, (_, k) => (100 * k) / (points - 1));
  const curves = cycles.map(([start, end]) =>
    percent.map((p) => {
      const t = start + ((end - start) * p) / 100;
      const piece = pieces.find((q) => t >= q.from && t <= q.to);
      return piece ? piece.at(t) : NaN;
    }),
  );
  const moments = Array.from(percent, (_, k) => Moments.of(curves.map((c) => c[k])));
  return {
    percent,
    curves,
    mean: Float64Array.from(moments, (m) => m.mean),
    sd: Float64Array.from(moments, (m) => m.standardDeviation),
    n: Int32Array.from(moments, (m) => m.count),
  };
}
