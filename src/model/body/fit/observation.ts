import { InputError, UsageError } from '../../../signal/error.ts';
import { soleIndividual } from '../../../signal/labels.ts';
import type { PoseTrack } from '../../../signal/pose.ts';
import type { Camera } from './camera.ts';

/** Keypoints that a body is fitted to: positions in space, or in the picture of a camera. */
export interface View {
  /** In three dimensions, unit `m` or `mm`; in two, unit `px`, and then `camera` says how the world comes into the picture. */
  readonly track: PoseTrack;
  readonly camera?: Camera;
  /** Which individual, where the track has several. */
  readonly individual?: string;
}

/** One keypoint in one frame. */
export interface Observation {
  /** Index into the markers. */
  readonly marker: number;
  readonly camera: Camera | undefined;
  /** m, or px where there is a camera. */
  readonly value: Float64Array;
  /** W, lower triangular, with W^T W the inverse of the covariance; row-major, square. */
  readonly whitening: Float64Array;
}

/** Observations of every frame, and whether their covariances were known. */
export interface Observations {
  readonly frames: readonly (readonly Observation[])[];
  readonly covariancesKnown: boolean;
}

/**
 * Observations from views of the same frames. A keypoint that is NaN is left out. Where a view has no covariances, all its points count alike,
 * with a standard deviation of 1 mm or 1 px that is estimated later.
 */
export function observe(views: readonly View[], markerNames: readonly string[]): Observations {
  const counts = views.map(({ track }) => track.positions.dimensions[0].size);
  if (counts.some((n) => n !== counts[0])) {
    throw new UsageError('the views do not have the same frames', {
      expected: `${counts[0]} in each`,
      got: counts.join(', '),
    });
  }
  const frames: Observation[][] = Array.from({ length: counts[0] ?? 0 }, () => []);
  for (const view of views) addView(view, markerNames, frames);
  return { frames, covariancesKnown: views.every(({ track }) => track.positions.covariance !== undefined) };
}

function addView(
  { track, camera, individual }: View,
  markerNames: readonly string[],
  frames: Observation[][],
): void {
  const { positions, skeleton } = track;
  const [, people, , space] = positions.dimensions;
  const size = camera ? 2 : 3;
  const where = positions.name;
  if (space.size !== size) {
    throw new InputError(
      camera
        ? 'the keypoints of a camera must have two coordinates'
        : 'keypoints in two dimensions need a camera',
      {
        where,
        expected: `${size} coordinates`,
        got: `${space.size}`,
        fix: camera
          ? undefined
          : 'Say how the world comes into the picture: pinhole(...) or orthographic(...).',
      },
    );
  }
  const scale = camera ? 1 : { m: 1, mm: 1e-3, cm: 1e-2 }[positions.unit];
  if (scale === undefined) {
    throw new InputError('the unit of the keypoints is no length', {
      where,
      expected: 'm, cm or mm',
      got: positions.unit,
    });
  }
  const labels = people.labels ?? [soleIndividual];
  const who = individual === undefined ? (labels.length === 1 ? 0 : -1) : labels.indexOf(individual);
  if (who < 0) {
    throw new UsageError('it is not said which individual the body is fitted to', {
      where,
      expected: `one of ${labels.join(', ')}`,
      got: individual,
    });
  }
  const keypoints = skeleton.keypoints
    .map((name, k) => ({ k, marker: markerNames.indexOf(name) }))
    .filter(({ marker }) => marker >= 0);
  const { covariance } = positions;
  const deviation = camera ? 1 : 1e-3;
  const alike = new Float64Array(size * size);
  for (let i = 0; i < size; i++) alike[i * size + i] = 1 / deviation;
  frames.forEach((frame, t) => {
    for (const { k, marker } of keypoints) {
      const value = Float64Array.from({ length: size }, (_, c) => positions.at(t, who, k, c) * scale);
      if (!value.every(Number.isFinite)) continue;
      let whitening: Float64Array | undefined = alike;
      if (covariance) {
        const entries = Float64Array.from(
          { length: (size * (size + 1)) / 2 },
          (_, e) => covariance.at(t, who, k, e) * scale * scale,
        );
        // A covariance that is not known says nothing about the point: left out, like the point itself.
        if (!entries.every(Number.isFinite)) continue;
        whitening = whiteningOf(entries, size);
        if (!whitening) {
          throw new InputError('a covariance is not positive definite', {
            where: `${where}, frame ${t}, ${skeleton.keypoints[k]}`,
          });
        }
      }
      frame.push({ marker, camera, value, whitening });
    }
  });
}

/** The lower triangular W with W^T W = S^-1, from the upper triangle of S; undefined where S is not positive definite. */
export function whiteningOf(entries: ArrayLike<number>, size: number): Float64Array | undefined {
  const s = new Float64Array(size * size);
  for (let i = 0, e = 0; i < size; i++)
    for (let j = i; j < size; j++) s[i * size + j] = s[j * size + i] = entries[e++];
  // S = L L^T and W = L^-1.
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = s[i * size + j];
      for (let k = 0; k < j; k++) sum -= lower[i * size + k] * lower[j * size + k];
      if (i === j && !(sum > 0)) return undefined;
      lower[i * size + j] = i === j ? Math.sqrt(sum) : sum / lower[j * size + j];
    }
  }
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : 0;
      for (let k = j; k < i; k++) sum -= lower[i * size + k] * inverse[k * size + j];
      inverse[i * size + j] = sum / lower[i * size + i];
    }
  }
  return inverse;
}
