/**
 * The samples `[start, end)` of a window of `seconds` around sample `t`.
 *
 * `shrink`: cut off at the ends of the recording. `shift`: moved inwards there, so that it keeps its length and `t` is off
 * its center. A sample exactly on the border belongs to the window.
 */
export function windowBounds(
  times: Float64Array,
  t: number,
  seconds: number,
  ends: 'shrink' | 'shift',
): [start: number, end: number] {
  const last = times.length - 1;
  let from = times[t] - seconds / 2;
  let to = times[t] + seconds / 2;
  if (ends === 'shift') {
    if (from < times[0]) [from, to] = [times[0], times[0] + seconds];
    else if (to > times[last]) [from, to] = [times[last] - seconds, times[last]];
  }
  // Sums of floating-point times miss a border by a few parts in 1e16 of the clock's reading.
  const slack = 1e-9 * Math.max(seconds, Math.abs(times[t]) * 1e-3);
  let start = t;
  let end = t + 1;
  while (start > 0 && times[start - 1] >= from - slack) start--;
  while (end <= last && times[end] <= to + slack) end++;
  return [start, end];
}
