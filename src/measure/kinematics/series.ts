import { UsageError } from '../../signal/error.ts';
import { derived, type Json } from '../../signal/provenance.ts';
import { Signal, type SignalParts } from '../../signal/signal.ts';
import { medianInterval, timesOf, type TimeAxis } from '../../signal/time.ts';

/**
 * A signal whose first dimension is time, taken apart into its time series: series `i` holds `values[t * series + i]`.
 */
export interface SeriesView {
  readonly times: Float64Array;
  readonly axis: TimeAxis;
  readonly count: number;
  readonly series: number;
  /** A copy of series `i`, one value a sample. */
  get(i: number): Float64Array;
}

/** The time series of a signal. Throws `UsageError` where time is not the first dimension. */
export function seriesOf(signal: Signal): SeriesView {
  if (signal.dimensions[0]?.name !== 'time' || !signal.time) {
    throw new UsageError(`time must be the first dimension of "${signal.name}"`, {
      expected: 'time x ...',
      got: signal.dimensions.map((d) => d.name).join(' x ') || 'no dimension',
    });
  }
  const values = signal.contiguous();
  const count = signal.dimensions[0].size;
  const series = signal.dimensions.slice(1).reduce((n, d) => n * d.size, 1);
  return {
    times: timesOf(signal.time),
    axis: signal.time,
    count,
    series,
    get: (i) => Float64Array.from({ length: count }, (_, t) => values[t * series + i]),
  };
}

/** The inverse of `SeriesView.get`: series side by side, one row a sample. */
export function interleave(columns: readonly Float64Array[], count: number): Float64Array {
  const out = new Float64Array(count * columns.length);
  columns.forEach((column, i) => {
    for (let t = 0; t < count; t++) out[t * columns.length + i] = column[t];
  });
  return out;
}

/** A signal of the same dimensions whose every time series went through `transform`. Covariance is dropped unless given. */
export function mapSeries(
  signal: Signal,
  step: string,
  options: { readonly [key: string]: Json },
  transform: (values: Float64Array, times: Float64Array) => Float64Array,
  parts: Partial<SignalParts> = {},
): Signal {
  const view = seriesOf(signal);
  const columns = Array.from({ length: view.series }, (_, i) => transform(view.get(i), view.times));
  return signal.derive(
    interleave(columns, view.count),
    derived(`kinematics.${step}`, [signal.provenance], options),
    { covariance: undefined, ...parts },
  );
}

/** A stretch of samples `start` (included) to `end` (excluded). */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** The longest stretches over which `holds` is true, in order. */
export function runsWhere(count: number, holds: (i: number) => boolean): Run[] {
  const runs: Run[] = [];
  let start = -1;
  for (let i = 0; i <= count; i++) {
    const inside = i < count && holds(i);
    if (inside && start < 0) start = i;
    if (!inside && start >= 0) {
      runs.push({ start, end: i });
      start = -1;
    }
  }
  return runs;
}

/** The stretches without missing values. */
export function finiteRuns(values: ArrayLike<number>): Run[] {
  return runsWhere(values.length, (i) => Number.isFinite(values[i]));
}

/** How far sampling intervals may differ from their median for an axis to count as regular. */
export const regularTolerance = 0.01;

/** Samples per second of an axis whose intervals differ by at most 1 %; throws `UsageError` where they differ more. */
export function regularRate(axis: TimeAxis, method: string): number {
  if (axis.kind === 'regular') return axis.rate;
  const interval = medianInterval(axis);
  for (let i = 1; i < axis.times.length; i++) {
    const got = axis.times[i] - axis.times[i - 1];
    if (Math.abs(got - interval) > regularTolerance * interval) {
      throw new UsageError(`${method} needs evenly spaced samples`, {
        where: `sample ${i}, ${axis.times[i]} s`,
        expected: `intervals within ${regularTolerance * 100} % of ${interval} s`,
        got: `${got} s`,
        fix: 'Use the Kalman smoother or Savitzky-Golay, which take irregular times, or resample first.',
      });
    }
  }
  return 1 / interval;
}

/** Throws `UsageError` unless `value` is a finite number above zero. */
export function requirePositive(value: number, name: string, method: string): void {
  if (!(value > 0 && Number.isFinite(value))) {
    throw new UsageError(`${method}: ${name} is not usable`, {
      expected: 'a finite number above 0',
      got: `${value}`,
    });
  }
}
