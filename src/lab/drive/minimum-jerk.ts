/**
 * How far along a minimum-jerk movement of duration 1 is at `s`: 10 s^3 - 15 s^4 + 6 s^5 (Flash & Hogan 1985), 0 before and 1 after. Speed and
 * acceleration are zero at both ends.
 */
export function minimumJerk(s: number): number {
  if (!(s > 0)) return 0;
  if (s >= 1) return 1;
  return s * s * s * (10 + s * (6 * s - 15));
}

/** A stay at `posture` from `startSeconds` on, reached by a minimum-jerk movement that began `moveSeconds` before. */
export interface Waypoint {
  readonly startSeconds: number;
  readonly moveSeconds: number;
  readonly posture: ArrayLike<number>;
}

/**
 * A course through postures, times x coordinates: each coordinate goes from one waypoint to the next by a minimum-jerk movement and rests in
 * between. The first waypoint's movement is not used. Waypoints are in order and their movements do not overlap.
 */
export function throughWaypoints(waypoints: readonly Waypoint[], times: ArrayLike<number>): Float64Array {
  const size = waypoints[0].posture.length;
  const out = new Float64Array(times.length * size);
  let k = 0;
  for (let i = 0; i < times.length; i++) {
    while (k + 1 < waypoints.length && times[i] >= waypoints[k + 1].startSeconds) k++;
    const { posture: from } = waypoints[k];
    const next = waypoints[k + 1] ?? waypoints[k];
    const share = minimumJerk((times[i] - next.startSeconds + next.moveSeconds) / next.moveSeconds);
    for (let d = 0; d < size; d++) {
      out[i * size + d] = from[d] + (next === waypoints[k] ? 0 : share * (next.posture[d] - from[d]));
    }
  }
  return out;
}
