/** Between frames and seconds: a frame's index is never its time. */

import { firstAtOrAfter } from '../../signal/time.ts';

export { firstAtOrAfter };

/** The frame nearest in time, the earlier of two equally near; 0 where there is no frame. */
export function nearestFrame(times: ArrayLike<number>, seconds: number): number {
  const after = firstAtOrAfter(times, seconds);
  if (after === 0 || times.length === 0) return 0;
  if (after === times.length) return times.length - 1;
  return times[after] - seconds < seconds - times[after - 1] ? after : after - 1;
}

/**
 * The frame of a video at a time of its recording: the nearest one, or undefined where the video does not reach. It begins half a
 * frame before its first time and ends when its last frame ends.
 */
export function frameAtTime(times: ArrayLike<number>, seconds: number): number | undefined {
  if (times.length === 0) return undefined;
  const lead = times.length > 1 ? (times[1] - times[0]) / 2 : 0;
  const isWithin = seconds >= times[0] - lead && seconds <= frameEnd(times, times.length - 1);
  return isWithin ? nearestFrame(times, seconds) : undefined;
}

/** First and last of the frames whose time lies between both ends (in any order, both included), or null where there is none. */
export function framesBetween(
  times: ArrayLike<number>,
  a: number,
  b: number,
): readonly [first: number, last: number] | null {
  const [from, to] = a <= b ? [a, b] : [b, a];
  const first = firstAtOrAfter(times, from);
  let last = firstAtOrAfter(times, to, first);
  if (!(last < times.length && times[last] === to)) last--;
  return last < first ? null : [first, last];
}

/** Runs of consecutive frames, both ends included. `frames` increase; repeated ones count once. */
export function runsOfFrames(frames: ArrayLike<number>): (readonly [first: number, last: number])[] {
  const runs: [number, number][] = [];
  for (let i = 0; i < frames.length; i++) {
    const run = runs.at(-1);
    if (run && frames[i] <= run[1] + 1) run[1] = frames[i];
    else runs.push([frames[i], frames[i]]);
  }
  return runs;
}

/** When a frame ends: the next one's start, or for the last one as long again as the one before it. */
export function frameEnd(times: ArrayLike<number>, frame: number): number {
  if (frame + 1 < times.length) return times[frame + 1];
  return times[frame] + (frame > 0 ? times[frame] - times[frame - 1] : 0);
}
