import { UsageError } from './error.ts';
import { soleIndividual } from './labels.ts';
import type { Provenance } from './provenance.ts';
import { Signal } from './signal.ts';
import type { Skeleton } from './skeleton.ts';
import { timeCount, type TimeAxis } from './time.ts';
import { squaredUnit } from './units.ts';

export interface PoseTrackParts {
  readonly name?: string;
  readonly skeleton: Skeleton;
  readonly individuals?: readonly string[];
  readonly space?: 2 | 3;
  /** time x individual x keypoint x space, row-major; NaN where missing. */
  readonly positions: Float32Array | Float64Array;
  /** time x individual x keypoint, in [0, 1]; NaN where there is no prediction. */
  readonly confidence?: Float32Array | Float64Array;
  /** time x individual x keypoint x entry, upper triangle row by row; NaN where not known. */
  readonly covariance?: Float32Array | Float64Array;
  /** `px` in pictures, `m` or `mm` in the world. */
  readonly unit?: string;
  readonly time: TimeAxis;
  readonly provenance: Provenance;
}

/** The posture of one or more animals over time: a signal of time x individual x keypoint x space. */
export interface PoseTrack {
  readonly skeleton: Skeleton;
  readonly positions: Signal;
}

/** A pose track from its arrays. Throws `UsageError` where their lengths disagree. */
export function poseTrack(parts: PoseTrackParts): PoseTrack {
  const individuals = parts.individuals ?? [soleIndividual];
  const spaceNames = (parts.space ?? 2) === 3 ? ['x', 'y', 'z'] : ['x', 'y'];
  const count = timeCount(parts.time);
  const leading = [
    { name: 'time', size: count },
    { name: 'individual', size: individuals.length, labels: individuals },
    { name: 'keypoint', size: parts.skeleton.keypoints.length, labels: parts.skeleton.keypoints },
  ];
  const points = count * individuals.length * parts.skeleton.keypoints.length;
  const entries = (spaceNames.length * (spaceNames.length + 1)) / 2;
  const check = (what: string, length: number | undefined, per: number): void => {
    if (length !== undefined && length !== points * per) {
      throw new UsageError(`the ${what} of a pose track have the wrong length`, {
        expected: `${count} times x ${individuals.length} individuals x ${parts.skeleton.keypoints.length} keypoints x ${per}`,
        got: `${length}`,
      });
    }
  };
  check('positions', parts.positions.length, spaceNames.length);
  check('confidences', parts.confidence?.length, 1);
  check('covariances', parts.covariance?.length, entries);
  const { time, provenance, unit = 'px', name = 'pose' } = parts;
  const confidence =
    parts.confidence &&
    new Signal({
      name: `${name} confidence`,
      dimensions: leading,
      values: parts.confidence,
      unit: '1',
      time,
      provenance,
    });
  const covariance =
    parts.covariance &&
    new Signal({
      name: `${name} covariance`,
      dimensions: [...leading, { name: 'entry', size: entries, labels: upperTriangle(spaceNames) }],
      values: parts.covariance,
      unit: squaredUnit(unit),
      time,
      provenance,
    });
  const positions = new Signal({
    name,
    dimensions: [...leading, { name: 'space', size: spaceNames.length, labels: spaceNames }],
    values: parts.positions,
    unit,
    time,
    confidence,
    covariance,
    provenance,
  });
  return { skeleton: parts.skeleton, positions };
}

function upperTriangle(names: readonly string[]): string[] {
  return names.flatMap((a, i) => names.slice(i).map((b) => a + b));
}
