import { UsageError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import type { Signal } from '../../signal/signal.ts';
import { frameClock } from '../frames.ts';
import { dataset, numbers, varyingTexts, type Hdf5Dataset, type Hdf5Group } from '../hdf5/tree.ts';
import { nodeName, text, typedGroup } from './objects.ts';
import { spelledUnit } from './units.ts';
import { dataAttributes, series, timeDatasets } from './write-series.ts';

/** The processing module that holds postures. */
export const poseModule = '/processing/behavior';

/** Of which track and individual a PoseEstimation is: NWB's own fields know one subject a file. */
export const poseDescription = (track: string, individual: string): string =>
  `Positions of the individual ${JSON.stringify(individual)} in the track ${JSON.stringify(track)}.`;

/** What `poseDescription` said; undefined for descriptions of anyone else. */
export function describedPose(
  description: string | undefined,
): { track: string; individual: string } | undefined {
  const match = /^Positions of the individual (".*") in the track (".*")\.$/.exec(description ?? '');
  if (!match) return undefined;
  try {
    return { individual: String(JSON.parse(match[1])), track: String(JSON.parse(match[2])) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * A track in ndx-pose 0.4: its skeleton, one PoseEstimation an individual, one series a keypoint; covariances, which ndx-pose has
 * no place for, as a TimeSeries beside them. Throws `UsageError` for a track that counts frames and knows no time, and for more
 * than 256 keypoints with edges.
 */
export function posesOf(track: PoseTrack): {
  readonly skeleton: readonly [string, Hdf5Group];
  readonly poses: readonly (readonly [string, Hdf5Group])[];
} {
  const { positions, skeleton } = track;
  const { name } = positions;
  if (positions.time!.clock === frameClock) {
    throw new UsageError(`NWB holds times in seconds, and the track "${name}" only counts frames`, {
      fix: 'Give the frames per second when the track is read, or put it on the times of its video.',
    });
  }
  if (skeleton.edges.length > 0 && skeleton.keypoints.length > 256) {
    throw new UsageError('ndx-pose numbers the ends of edges in one byte', {
      expected: 'at most 256 keypoints, or no edges',
      got: `${skeleton.keypoints.length} keypoints`,
    });
  }
  const skeletonName = nodeName(`${name} skeleton`);
  const individuals = positions.dimensions[1].labels!;
  const poses = individuals.map((individual, i): readonly [string, Hdf5Group] => {
    const whole = positions.select('individual', i);
    const children: Record<string, Hdf5Group | Hdf5Dataset> = {
      description: dataset(text(poseDescription(name, individual))),
      source_software: dataset(text('Marey')),
    };
    skeleton.keypoints.forEach((keypoint, k) => {
      children[nodeName(keypoint)] = keypointSeries(whole.select('keypoint', k), keypoint);
    });
    const group = typedGroup(
      'PoseEstimation',
      children,
      {},
      {
        skeleton: `${poseModule}/Skeletons/${skeletonName}`,
      },
    );
    return [nodeName(individuals.length === 1 ? name : `${name} ${individual}`), group];
  });
  if (positions.covariance) {
    const { covariance } = positions;
    poses.push([nodeName(`${name} covariance`), series(covariance, { of: name, as: 'covariance' })]);
  }
  const edges = Uint8Array.from(skeleton.edges.flat());
  return {
    skeleton: [
      skeletonName,
      typedGroup('Skeleton', {
        nodes: dataset(varyingTexts(skeleton.keypoints)),
        ...(edges.length > 0 && { edges: dataset(numbers(edges, [skeleton.edges.length, 2])) }),
      }),
    ],
    poses,
  };
}

function keypointSeries(positions: Signal, keypoint: string): Hdf5Group {
  const { confidence, unit } = positions;
  const frames = positions.shape[0];
  const trust = confidence
    ? dataset(numbers(confidence.contiguous()), {
        definition: text('Probability that the position is right.'),
      })
    : dataset(numbers(new Float32Array(frames).fill(NaN)), { definition: text('Not known.') });
  const frame =
    unit === 'px'
      ? '(0, 0) is the center of the top left pixel; x to the right, y down.'
      : 'The frame of the world that the track was made in.';
  return typedGroup(
    'PoseEstimationSeries',
    {
      data: dataset(numbers(positions.contiguous(), positions.shape), dataAttributes(spelledUnit(unit))),
      confidence: trust,
      reference_frame: dataset(text(frame)),
      ...timeDatasets(positions.time!),
    },
    { description: text(`Positions of ${keypoint}.`), comments: text('no comments') },
  );
}
