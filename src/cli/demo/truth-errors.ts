import type { OpenField } from '../../lab/openfield/index.ts';
import type { TrackStepResult } from '../../project/steps/index.ts';
import { simulatedIndex } from './keypoints.ts';

/** Distance of each tracked point from the truth, px, frame by frame, for as many frames as were tracked. */
export function errorsAgainstTruth(
  { track }: Pick<TrackStepResult, 'track'>,
  field: OpenField,
): Float64Array {
  const found = track.positions.contiguous();
  const truth = field.truth.pose.positions.contiguous();
  const [shown, simulated] = [simulatedIndex.length, field.truth.pose.skeleton.keypoints.length];
  return Float64Array.from({ length: found.length / 2 }, (_, i) => {
    const at = Math.floor(i / shown) * simulated + simulatedIndex[i % shown];
    return Math.hypot(found[2 * i] - truth[2 * at], found[2 * i + 1] - truth[2 * at + 1]);
  });
}
