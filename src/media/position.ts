import { UsageError } from '../signal/error.ts';
import type { FrameSourceInfo } from './frame.ts';

/** Throws `UsageError` unless `index` is the number of a frame of the source. */
export function checkFrame({ name, frameCount }: FrameSourceInfo, index: number): void {
  if (Number.isInteger(index) && index >= 0 && index < frameCount) return;
  throw new UsageError('no such frame', {
    where: name,
    expected: `0 to ${frameCount - 1}`,
    got: String(index),
  });
}

/** Throws `UsageError` unless `start` to `end` (not included) lies within the source. */
export function checkRange({ name, frameCount }: FrameSourceInfo, start: number, end: number): void {
  if (Number.isInteger(start) && Number.isInteger(end) && start >= 0 && start <= end && end <= frameCount)
    return;
  throw new UsageError('no such run of frames', {
    where: name,
    expected: `0 <= start <= end <= ${frameCount}`,
    got: `${start} to ${end}`,
  });
}

/** The last frame whose time is at most `timeSeconds`; throws `UsageError` before the first. */
export function frameShownAt({ name, times }: FrameSourceInfo, timeSeconds: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= timeSeconds) low = middle + 1;
    else high = middle;
  }
  if (low > 0) return low - 1;
  throw new UsageError('no frame is shown at that time', {
    where: name,
    expected: `at least ${times[0]} s`,
    got: `${timeSeconds} s`,
  });
}

/** Median rate of `times`, 1/s; `fallback` where there are fewer than two. */
export function medianRate(times: Float64Array, fallback: number): number {
  if (times.length < 2) return fallback;
  const steps = times.subarray(1).map((t, i) => t - times[i]);
  steps.sort();
  return 1 / ((steps[(steps.length - 1) >> 1] + steps[steps.length >> 1]) / 2);
}
