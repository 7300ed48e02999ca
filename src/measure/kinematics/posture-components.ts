import { symmetricEigen } from '../../math/eigen.ts';
import { matrix, type Matrix } from '../../math/matrix.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import { derived } from '../../signal/provenance.ts';
import { Signal } from '../../signal/signal.ts';
import { squaredUnit, type Unit } from '../../signal/units.ts';
import { egocentric } from './egocentric.ts';

/** A keypoint that is missing in more than this part of the frames is left out. */
const mostMissing = 0.5;

export interface PostureComponentsOptions {
  /** Keypoints of the animal's own frame: see `egocentric`. */
  readonly origin: string;
  readonly forward: string;
  /** How many components at most. Default 4. */
  readonly components?: number;
}

export interface PostureComponents {
  /** time x component, in the unit of the track; NaN where a keypoint of the frame is missing. */
  readonly scores: Signal;
  /** Part of the total variance that each component has, decreasing. */
  readonly explained: readonly number[];
  /** component x coordinate (x and y, or x, y, z, of each of `keypoints`): unit vectors, the largest entry positive. */
  readonly axes: Matrix;
  /** The mean posture, one entry a coordinate. */
  readonly mean: Float64Array;
  /** Summed variance of all coordinates, in `varianceUnit`. */
  readonly totalVariance: number;
  readonly varianceUnit: Unit;
  /** The keypoints that were used; others are missing too often. */
  readonly keypoints: readonly string[];
  /** Frames that have all of them. */
  readonly completeFrames: number;
}

/**
 * Principal components of posture: the directions in which the egocentrically aligned pose of one animal varies most (Pearson 1901,
 * On lines and planes of closest fit; for posture Stephens et al. 2008, Dimensionality and dynamics in the behavior of C. elegans).
 *
 *   C = 1/(n-1) sum (p - m)(p - m)',   C a_k = lambda_k a_k,   score_k = a_k' (p - m),   explained_k = lambda_k / trace C
 *
 * Not scaled: all coordinates have one unit, and points that move more count for more, tracking errors included. Frames count alike, so
 * that components show what the animal does most of the time.
 * NaN: a frame that lacks origin, forward or any used keypoint has no score and no part in the fit. Throws `UsageError` for a track of
 * several animals, `InputError` where fewer complete frames than coordinates are left or where the posture never changes.
 */
export function postureComponents(track: PoseTrack, options: PostureComponentsOptions): PostureComponents {
  const { origin, forward, components = 4 } = options;
  const { positions } = track;
  if (positions.shape[1] !== 1) {
    throw new UsageError('components of posture are of one animal', {
      expected: 'a track of one individual',
      got: `${positions.shape[1]}`,
      fix: 'Select one with positions.select.',
    });
  }
  const aligned = egocentric(track, { origin, forward }).positions;
  const [frames, , points, space] = aligned.shape;
  const values = aligned.contiguous();
  const used = usedKeypoints(values, frames, points, space);
  const columns = used.flatMap((k) => Array.from({ length: space }, (_, a) => k * space + a));
  const width = columns.length;
  const rows = completeRows(values, frames, points * space, columns);
  if (rows.length <= width) {
    throw new InputError('too few frames have all keypoints for components of posture', {
      where: positions.name,
      expected: `more than ${width} frames with ${used.map((k) => track.skeleton.keypoints[k]).join(', ') || 'any keypoint'}`,
      got: `${rows.length}`,
      fix: `Align to other keypoints than ${origin} and ${forward}, or fill gaps first.`,
    });
  }
  const { mean, covariance } = momentsOf(values, rows, points * space, columns);
  const { values: variances, vectors } = symmetricEigen(covariance);
  const totalVariance = covariance.data.reduce((sum, v, i) => (i % (width + 1) === 0 ? sum + v : sum), 0);
  // Rounding alone leaves about the square of 1e-16 of the size.
  const size = mean.reduce((sum, m) => sum + m * m, 0);
  if (!(totalVariance > 1e-24 * size))
    throw new InputError('the posture never changes, so it has no components', { where: positions.name });
  const kept = Math.min(components, width);
  const axes = matrix(kept, width);
  for (let c = 0; c < kept; c++)
    for (let j = 0; j < width; j++) axes.data[c * width + j] = vectors.data[j * width + c];
  const scores = new Float32Array(frames * kept).fill(NaN);
  for (const t of rows) {
    for (let c = 0; c < kept; c++) {
      let score = 0;
      for (let j = 0; j < width; j++)
        score += axes.data[c * width + j] * (values[t * points * space + columns[j]] - mean[j]);
      scores[t * kept + c] = score;
    }
  }
  return {
    scores: new Signal({
      name: `${positions.name} components`,
      dimensions: [
        { name: 'time', size: frames },
        { name: 'component', size: kept },
      ],
      values: scores,
      unit: positions.unit,
      time: positions.time,
      provenance: derived('kinematics.postureComponents', [positions.provenance], { origin, forward }),
    }),
    explained: Array.from(variances.subarray(0, kept), (v) => Math.max(0, v) / totalVariance),
    axes,
    mean,
    totalVariance,
    varianceUnit: squaredUnit(positions.unit),
    keypoints: used.map((k) => track.skeleton.keypoints[k]),
    completeFrames: rows.length,
  };
}

function usedKeypoints(values: ArrayLike<number>, frames: number, points: number, space: number): number[] {
  const present = new Float64Array(points);
  let alignable = 0;
  for (let t = 0; t < frames; t++) {
    let any = false;
    for (let k = 0; k < points; k++) {
      if (Number.isNaN(values[(t * points + k) * space])) continue;
      present[k]++;
      any = true;
    }
    if (any) alignable++;
  }
  return Array.from(present.keys()).filter(
    (k) => alignable > 0 && present[k] >= (1 - mostMissing) * alignable,
  );
}

function completeRows(
  values: ArrayLike<number>,
  frames: number,
  stride: number,
  columns: readonly number[],
): Uint32Array {
  const rows = new Uint32Array(frames);
  let count = 0;
  for (let t = 0; t < frames; t++) {
    if (columns.length > 0 && columns.every((j) => Number.isFinite(values[t * stride + j])))
      rows[count++] = t;
  }
  return rows.subarray(0, count);
}

/** Mean and covariance (n - 1) of the columns over the rows. */
function momentsOf(
  values: ArrayLike<number>,
  rows: Uint32Array,
  stride: number,
  columns: readonly number[],
): { mean: Float64Array; covariance: Matrix } {
  const width = columns.length;
  const mean = new Float64Array(width);
  for (const t of rows)
    for (let j = 0; j < width; j++) mean[j] += values[t * stride + columns[j]] / rows.length;
  const covariance = matrix(width, width);
  const row = new Float64Array(width);
  for (const t of rows) {
    for (let j = 0; j < width; j++) row[j] = values[t * stride + columns[j]] - mean[j];
    for (let i = 0; i < width; i++)
      for (let j = i; j < width; j++) covariance.data[i * width + j] += row[i] * row[j];
  }
  for (let i = 0; i < width; i++) {
    for (let j = i; j < width; j++)
      covariance.data[j * width + i] = covariance.data[i * width + j] /= rows.length - 1;
  }
  return { mean, covariance };
}
