import { InputError, UsageError } from '../../signal/error.ts';
import { soleIndividual } from '../../signal/labels.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { skeleton } from '../../signal/skeleton.ts';
import type { ReadOptions, Source, WriteOptions } from '../format.ts';
import { frameNumbers, frameTime } from '../frames.ts';
import { pointLayout, pointPairs, type DataFrame, type PointColumn } from './frame.ts';

/**
 * Variances that ensemble post-processing of Lightning Pose writes beside each point; the posterior's is taken where both are
 * given (Biderman et al. 2024, Ensemble Kalman Smoother).
 */
const varianceSuffixes = ['posterior_var', 'ens_var'];

/**
 * The track in a table of predictions. Confidence is DeepLabCut's likelihood (absent where the file has none in any row);
 * positions are NaN where the file has none. Variances of ensembles become the covariance's diagonal, its mixed entry is NaN.
 * Throws `InputError` where rows are pictures or frame numbers do not increase.
 */
export function poseFromFrame(frame: DataFrame, source: Source, options: ReadOptions): PoseTrack {
  const layout = pointLayout(frame);
  if (frame.index.kind !== 'frames') {
    throw new InputError('the rows are pictures, not the frames of a video', {
      where: source.name,
      expected: 'predictions: rows numbered by frame',
      fix: 'This is a table of labels: read it as labels.',
    });
  }
  const frames = frame.index.numbers;
  const space = layout.coordinates.has('z') ? 3 : 2;
  const individuals = layout.individuals.map((name) => name || soleIndividual);
  const points = frames.length * individuals.length * layout.bodyparts.length;
  const gather = (coordinate: string): Float64Array => {
    const columns = layout.individuals.flatMap((individual) =>
      layout.bodyparts.map((bodypart) => layout.column(individual, bodypart, coordinate)),
    );
    return Float64Array.from({ length: points }, (_, i) => {
      const column = columns[i % columns.length];
      return column < 0 ? NaN : frame.values[Math.floor(i / columns.length) * frame.columns.length + column];
    });
  };
  const coordinates = ['x', 'y', 'z'].slice(0, space).map(gather);
  const likelihood = gather('likelihood');
  const suffix = varianceSuffixes.find((s) => layout.coordinates.has(`x_${s}`));
  const variances =
    suffix !== undefined && space === 2 ? ['x', 'y'].map((c) => gather(`${c}_${suffix}`)) : undefined;
  return poseTrack({
    skeleton: skeleton(layout.bodyparts),
    individuals,
    space,
    positions: interleave(coordinates),
    confidence: likelihood.every(Number.isNaN) ? undefined : likelihood,
    covariance: variances && interleave([variances[0], new Float64Array(points).fill(NaN), variances[1]]),
    unit: options.unit ?? (space === 3 ? 'au' : 'px'),
    time: frameTime(frames, options.framesPerSecond, source.name),
    provenance: source.provenance,
  });
}

/** One array of n x k from k arrays of n. */
function interleave(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts[0].length * parts.length);
  parts.forEach((part, k) => {
    for (let i = 0; i < part.length; i++) out[i * parts.length + k] = part[i];
  });
  return out;
}

/**
 * DeepLabCut's table of a track in the plane: x, y and likelihood of each bodypart, a row a frame. The likelihood is empty where
 * the track has no confidence. Throws `UsageError` for a track in three dimensions.
 */
export function frameFromPose(track: PoseTrack, options: WriteOptions): DataFrame {
  const { positions } = track;
  const individuals = positions.dimensions[positions.axis('individual')].labels ?? [];
  if (positions.dimensions.at(-1)!.size !== 2) {
    throw new UsageError("DeepLabCut's tables of predictions hold x and y only", {
      got: 'a track in three dimensions',
      fix: 'Write .parquet, .npz, .mat or a plain table (--format csv).',
    });
  }
  const multi = individuals.length > 1 || individuals[0] !== soleIndividual;
  const { keypoints } = track.skeleton;
  const xy = positions.contiguous();
  const likelihood = positions.confidence?.contiguous();
  const points = individuals.length * keypoints.length;
  const pairs = pointPairs(individuals, keypoints, (i, k) => {
    for (let p = i * keypoints.length + k; 2 * p < xy.length; p += points)
      if (!Number.isNaN(xy[2 * p])) return true;
    return false;
  });
  const columns: PointColumn[] = pairs.flatMap(([i, k]) =>
    ['x', 'y', 'likelihood'].map((coordinate) => ({
      individual: multi ? individuals[i] : '',
      bodypart: keypoints[k],
      coordinate,
    })),
  );
  const numbers = frameNumbers(track, options);
  const values = new Float64Array(numbers.length * columns.length);
  for (let r = 0, at = 0; r < numbers.length; r++) {
    for (const [i, k] of pairs) {
      const p = r * points + i * keypoints.length + k;
      values[at++] = xy[2 * p];
      values[at++] = xy[2 * p + 1];
      values[at++] = likelihood ? likelihood[p] : NaN;
    }
  }
  return {
    scorer: options.scorer ?? 'marey',
    columns,
    index: { kind: 'frames', numbers },
    values,
    place: (row, column) => `frame ${row}, column ${column}`,
  };
}
