import type { OpenField } from '../../lab/openfield/index.ts';
import type { TrackStepResult } from '../../project/steps/index.ts';

/** Distance of each tracked point from the truth, px, frame by frame, for as many frames as were tracked. */
export function errorsAgainstTruth(
  { track }: Pick<TrackStepResult, 'track'>,
  field: OpenField,
): Float64Array {
  const found = track.positions.contiguous();
  const truth = field.truth.pose.positions.contiguous();
  return Float64Array.from({ length: found.length / 2 }, (_, i) =>
    Math.hypot(found[2 * i] - truth[2 * i], found[2 * i + 1] - truth[2 * i + 1]),
  );
}
