import { UsageError } from './error.ts';

/**
 * The times of a signal's samples on a clock, in seconds. A regular axis stores start and rate only; an irregular one
 * (variable frame rate, dropped frames, gaps) stores every time. A sample's index is never its time.
 */
export type TimeAxis =
  | {
      readonly kind: 'regular';
      readonly clock: string;
      readonly startSeconds: number;
      readonly rate: number;
      readonly count: number;
    }
  | { readonly kind: 'irregular'; readonly clock: string; readonly times: Float64Array };

/** The clock that all others of a recording are mapped to. */
export const masterClock = 'master';

export function regularTime(
  count: number,
  rate: number,
  startSeconds = 0,
  clock: string = masterClock,
): TimeAxis {
  if (!(rate > 0) || !Number.isFinite(rate)) {
    throw new UsageError('a regular time axis needs a rate', {
      expected: 'a positive number of samples per second',
      got: `${rate}`,
    });
  }
  if (!(Number.isInteger(count) && count >= 0) || !Number.isFinite(startSeconds)) {
    throw new UsageError('a regular time axis needs a start and a count', {
      expected: 'a finite start in seconds and a whole number of samples',
      got: `${startSeconds} s and ${count} samples`,
    });
  }
  return { kind: 'regular', clock, startSeconds, rate, count };
}

/** @param times seconds, strictly increasing, finite. */
export function irregularTime(times: Float64Array, clock: string = masterClock): TimeAxis {
  for (let i = 0; i < times.length; i++) {
    if (!Number.isFinite(times[i]) || (i > 0 && times[i] <= times[i - 1])) {
      throw new UsageError('times must increase strictly', {
        where: `time ${i}`,
        expected: i > 0 ? `a finite number above ${times[i - 1]} s` : 'a finite number',
        got: `${times[i]}`,
      });
    }
  }
  return { kind: 'irregular', clock, times };
}

export function timeCount(axis: TimeAxis): number {
  return axis.kind === 'regular' ? axis.count : axis.times.length;
}

/** The time of sample `i`, seconds. */
export function timeOf(axis: TimeAxis, i: number): number {
  return axis.kind === 'regular' ? axis.startSeconds + i / axis.rate : axis.times[i];
}

/** All times as an array, seconds; a copy for a regular axis, the array itself for an irregular one. */
export function timesOf(axis: TimeAxis): Float64Array {
  if (axis.kind === 'irregular') return axis.times;
  return Float64Array.from({ length: axis.count }, (_, i) => axis.startSeconds + i / axis.rate);
}

/** Of times that were asked for before: an axis is never changed, and to sort an hour of frames takes a while. */
const medianIntervals = new WeakMap<Float64Array, number>();

/** Median interval between samples, seconds; NaN with fewer than two samples. */
export function medianInterval(axis: TimeAxis): number {
  if (axis.kind === 'regular') return axis.count > 1 ? 1 / axis.rate : NaN;
  const { times } = axis;
  let interval = medianIntervals.get(times);
  if (interval === undefined) medianIntervals.set(times, (interval = medianGap(times)));
  return interval;
}

function medianGap(times: Float64Array): number {
  if (times.length < 2) return NaN;
  const gaps = Float64Array.from({ length: times.length - 1 }, (_, i) => times[i + 1] - times[i]).sort();
  const middle = gaps.length >> 1;
  return gaps.length % 2 ? gaps[middle] : (gaps[middle - 1] + gaps[middle]) / 2;
}

/** The last sample at or before `seconds`; -1 where all come later, or where `seconds` is NaN. */
export function indexAt(axis: TimeAxis, seconds: number): number {
  if (Number.isNaN(seconds)) return -1;
  if (axis.kind === 'regular') {
    let i = Math.floor((seconds - axis.startSeconds) * axis.rate);
    // Division and multiplication by the rate may differ in the last bit.
    if (i + 1 < axis.count && timeOf(axis, i + 1) <= seconds) i++;
    if (i >= 0 && timeOf(axis, i) > seconds) i--;
    return Math.max(-1, Math.min(axis.count - 1, i));
  }
  let low = 0;
  let high = axis.times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (axis.times[middle] <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The samples `start` (included) to `end` (excluded). Times of a regular axis may differ from the whole's in the last bit, since
 * the slice starts from a rounded time of its own.
 */
export function sliceTime(axis: TimeAxis, start: number, end: number): TimeAxis {
  if (axis.kind === 'irregular') return { ...axis, times: axis.times.subarray(start, end) };
  return { ...axis, startSeconds: timeOf(axis, start), count: end - start };
}

/** The first index whose time is not before `seconds`; `times.length` where all are. Times increase. */
export function firstAtOrAfter(times: ArrayLike<number>, seconds: number, from = 0): number {
  let low = from;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle] < seconds) low = middle + 1;
    else high = middle;
  }
  return low;
}
