import { InputError } from '../signal/error.ts';
import type { PoseTrack } from '../signal/pose.ts';
import { irregularTime, regularTime, timeCount, timesOf, type TimeAxis } from '../signal/time.ts';
import type { WriteOptions } from './format.ts';

/**
 * The clock of files that number frames and know no time: its second is one frame. Give `framesPerSecond` when reading, or
 * put the track on the video's own times afterwards.
 */
export const frameClock = 'frames';

/**
 * The time axis of numbered frames. Consecutive numbers make a regular axis; numbers left out make an irregular one.
 * Throws `InputError` where the numbers do not increase.
 */
export function frameTime(
  frames: ArrayLike<number>,
  framesPerSecond: number | undefined,
  where: string,
): TimeAxis {
  const rate = framesPerSecond ?? 1;
  const clock = framesPerSecond === undefined ? frameClock : undefined;
  let consecutive = true;
  for (let i = 0; i < frames.length; i++) {
    if (!Number.isSafeInteger(frames[i]) || (i > 0 && frames[i] <= frames[i - 1])) {
      throw new InputError('the frame numbers do not increase', {
        where: `${where}, frame ${i} of ${frames.length}`,
        expected: i > 0 ? `a whole number above ${frames[i - 1]}` : 'a whole number',
        got: `${frames[i]}`,
      });
    }
    if (i > 0 && frames[i] !== frames[i - 1] + 1) consecutive = false;
  }
  if (consecutive) return regularTime(frames.length, rate, (frames[0] ?? 0) / rate, clock);
  return irregularTime(
    Float64Array.from(frames, (n) => n / rate),
    clock,
  );
}

/** The number of each of a track's frames in its video: from its clock where that counts frames, else counted up. */
export function frameNumbers(track: PoseTrack, options: WriteOptions): Float64Array {
  const time = track.positions.time!;
  if (time.clock === frameClock) {
    const times = timesOf(time);
    if (times.every(Number.isSafeInteger)) return times;
  }
  const first = options.firstFrame ?? 0;
  return Float64Array.from({ length: timeCount(time) }, (_, i) => first + i);
}

/** A regular axis where these times are exactly one, else an irregular one. Throws `InputError` where they do not increase. */
export function timeAxis(times: Float64Array, clock: string | undefined, where: string): TimeAxis {
  const n = times.length;
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(times[i]) || (i > 0 && times[i] <= times[i - 1])) {
      throw new InputError('the times do not increase', {
        where: `${where}, time ${i} of ${n}`,
        expected: i > 0 ? `more than ${times[i - 1]} s` : 'a finite number of seconds',
        got: `${times[i]}`,
      });
    }
  }
  if (n === 0) return regularTime(0, 1, 0, clock);
  if (n > 1) {
    const measured = (n - 1) / (times[n - 1] - times[0]);
    // Rates are written down in few digits; the quotient carries rounding.
    for (const rate of [Math.round(measured), Number(measured.toPrecision(9)), measured]) {
      if (rate > 0 && times.every((t, i) => t === times[0] + i / rate))
        return regularTime(n, rate, times[0], clock);
    }
  }
  return irregularTime(times, clock);
}
