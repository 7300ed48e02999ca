/** Bouts of moving: an example of behavior that is computed, not labeled. */
import { runsWhere } from '../../../measure/kinematics/series.ts';
import { Events } from '../../../signal/events.ts';

export interface MovingOptions {
  /** Speed above which the animal moves, in the unit of `speed`. */
  readonly threshold: number;
  /** Pauses up to this long do not end a bout, seconds. Default 0.2. */
  readonly pauseSeconds?: number;
  /** Shorter bouts are left out, seconds. Default 0.2. */
  readonly shortestSeconds?: number;
}

/**
 * Intervals in which speed is above a threshold. A sample stands for the time up to the next one; the last one has no length.
 * NaN is not above: a missing stretch longer than `pauseSeconds` ends a bout.
 *
 * @param speed one value a time. @param times seconds, increasing.
 */
export function movingBouts(
  speed: ArrayLike<number>,
  times: ArrayLike<number>,
  { threshold, pauseSeconds = 0.2, shortestSeconds = 0.2 }: MovingOptions,
): Events {
  const count = Math.min(speed.length, times.length);
  const bouts = runsWhere(count, (i) => speed[i] > threshold).map(({ start, end }) => ({
    startSeconds: times[start],
    endSeconds: times[Math.min(end, count - 1)],
    label: 'moving',
    source: 'computed',
  }));
  const provenance = { step: 'moving', options: { threshold, pauseSeconds, shortestSeconds } };
  return new Events(
    bouts.filter((b) => b.endSeconds > b.startSeconds),
    { name: 'moving', provenance },
  )
    .joined(pauseSeconds)
    .filter((e) => (e.endSeconds ?? e.startSeconds) - e.startSeconds >= shortestSeconds - 1e-9);
}
