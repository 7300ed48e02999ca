import { UsageError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import { derived, type Json } from '../../signal/provenance.ts';
import { Signal } from '../../signal/signal.ts';
import type { Unit } from '../../signal/units.ts';
import { timesOf } from '../../signal/time.ts';

/** Plain numbers out of a pose track: positions and covariances by time, individual and keypoint. */
export interface Points {
  readonly times: Float64Array;
  readonly count: number;
  readonly individuals: number;
  readonly space: number;
  readonly hasCovariance: boolean;
  /** Position of a keypoint among the skeleton's; throws `UsageError` for an unknown name. */
  keypoint(name: string): number;
  /** One coordinate. */
  at(t: number, individual: number, keypoint: number, axis: number): number;
  /** Vector from one keypoint to another; NaN entries where either is missing. */
  difference(t: number, individual: number, from: number, to: number): number[];
  /** g' C g of a keypoint's covariance C; NaN where there is none. */
  variance(t: number, individual: number, keypoint: number, gradient: readonly number[]): number;
}

export function pointsOf(track: PoseTrack): Points {
  const { positions, skeleton } = track;
  const [count, individuals, keypoints, space] = positions.shape;
  const values = positions.contiguous();
  const entries = (space * (space + 1)) / 2;
  const spread = positions.covariance?.contiguous();
  const at = (t: number, i: number, k: number, axis: number): number =>
    values[((t * individuals + i) * keypoints + k) * space + axis];
  return {
    times: timesOf(positions.time!),
    count,
    individuals,
    space,
    hasCovariance: spread !== undefined,
    keypoint(name) {
      const k = skeleton.keypoints.indexOf(name);
      if (k < 0) {
        throw new UsageError(`the track has no keypoint "${name}"`, {
          expected: `one of ${skeleton.keypoints.join(', ')}`,
        });
      }
      return k;
    },
    at,
    difference: (t, i, from, to) =>
      Array.from({ length: space }, (_, axis) => at(t, i, to, axis) - at(t, i, from, axis)),
    variance(t, i, k, gradient) {
      if (!spread) return NaN;
      let entry = ((t * individuals + i) * keypoints + k) * entries;
      let sum = 0;
      for (let a = 0; a < space; a++) {
        for (let b = a; b < space; b++) {
          sum += (a === b ? 1 : 2) * gradient[a] * gradient[b] * spread[entry++];
        }
      }
      return sum;
    },
  };
}

/**
 * A quantity with one number for each time and individual: time x individual x quantity (one, so that its variance has a
 * place: `covariance` is time x individual x entry, one entry). The variance is left out where the track has no covariance.
 *
 * @param compute value and variance of one sample.
 */
export function scalarSignal(
  track: PoseTrack,
  name: string,
  unit: Unit,
  step: string,
  options: { readonly [key: string]: Json },
  compute: (t: number, individual: number) => readonly [value: number, variance: number],
): Signal {
  const { positions } = track;
  const [count, individuals] = positions.shape;
  const values = new Float64Array(count * individuals);
  const variances = new Float64Array(count * individuals);
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < individuals; i++) {
      [values[t * individuals + i], variances[t * individuals + i]] = compute(t, i);
    }
  }
  const provenance = derived(`kinematics.${step}`, [positions.provenance], options);
  const leading = positions.dimensions.slice(0, 2);
  const time = positions.time;
  const covariance =
    positions.covariance &&
    new Signal({
      name: `${name} variance`,
      dimensions: [...leading, { name: 'entry', size: 1 }],
      values: variances,
      unit: unit === '1' ? '1' : `${unit}*${unit}`,
      time,
      provenance,
    });
  const dimensions = [...leading, { name: 'quantity', size: 1, labels: [name] }];
  return new Signal({ name, dimensions, values, unit, time, covariance, provenance });
}

/** The series of one individual of a signal of time x individual x one number. */
export function seriesOfIndividual(signal: Signal, individual: number): Float64Array {
  const values = signal.contiguous();
  const individuals = signal.dimensions[1].size;
  return Float64Array.from(
    { length: values.length / individuals },
    (_, t) => values[t * individuals + individual],
  );
}
