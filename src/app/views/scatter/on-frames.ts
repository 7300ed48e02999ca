/** Series and events of any clock as one value for each frame of a video. */
import type { Events } from '../../../signal/events.ts';
import { firstAtOrAfter, timeCount, timeOf, type TimeAxis } from '../../../signal/time.ts';

/**
 * The series at the times of frames: its own values where it has these times, linear between its samples elsewhere. NaN before its
 * first and after its last sample, and where a neighbor is NaN.
 */
export function onFrames(
  { values, time }: { readonly values: ArrayLike<number>; readonly time: TimeAxis },
  times: Float64Array,
): Float32Array {
  const count = Math.min(values.length, timeCount(time));
  const out = new Float32Array(times.length).fill(NaN);
  let before = 0;
  for (let f = 0; f < times.length; f++) {
    const t = times[f];
    if (time.kind === 'regular') before = Math.floor((t - time.startSeconds) * time.rate + 1e-9);
    else while (before + 1 < count && time.times[before + 1] <= t) before++;
    if (before < 0 || before >= count) continue;
    const start = timeOf(time, before);
    if (Math.abs(t - start) <= 1e-9 * Math.max(1, Math.abs(t))) out[f] = values[before];
    else if (t > start && before + 1 < count) {
      const part = (t - start) / (timeOf(time, before + 1) - start);
      out[f] = values[before] + part * (values[before + 1] - values[before]);
    }
  }
  return out;
}

/** Which label holds at each frame, as a position among `labels`; NaN where none does, the later event's where several do. */
export function labelOnFrames(events: Events, labels: readonly string[], times: Float64Array): Float32Array {
  const out = new Float32Array(times.length).fill(NaN);
  for (const { startSeconds, endSeconds, label } of events) {
    if (endSeconds === undefined) continue;
    const place = labels.indexOf(label);
    for (let f = firstAtOrAfter(times, startSeconds); f < times.length && times[f] < endSeconds; f++)
      out[f] = place;
  }
  return out;
}
