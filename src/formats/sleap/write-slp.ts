import { UsageError } from '../../signal/error.ts';
import { soleIndividual, type LabelSet } from '../../signal/labels.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import type { WriteOptions } from '../format.ts';
import { frameNumbers } from '../frames.ts';
import {
  dataset,
  fixedText,
  fixedTexts,
  group,
  numbers,
  scalar,
  type Hdf5Group,
  type Hdf5Node,
} from '../hdf5/tree.ts';
import type { NumberArray } from '../array.ts';
import { formatMetadata } from './skeleton.ts';

/** One animal to write: its points, NaN where it has none. */
interface Animal {
  readonly isUser: boolean;
  readonly track: number;
  readonly xy: ArrayLike<number>;
  readonly visible: ArrayLike<boolean>;
  readonly scores: ArrayLike<number>;
}

interface Frame {
  readonly video: number;
  readonly frame: number;
  readonly animals: readonly Animal[];
}

/** The tree of a .slp file of predictions. Throws `UsageError` for a track in three dimensions. */
export function slpFromPose(track: PoseTrack, options: WriteOptions): Hdf5Group {
  const { positions, skeleton } = track;
  const individuals = positions.dimensions[positions.axis('individual')].labels ?? [];
  if (positions.dimensions.at(-1)!.size !== 2) {
    throw new UsageError('a .slp file holds points in the plane', { got: 'a track in three dimensions' });
  }
  const xy = positions.contiguous();
  const scores = positions.confidence?.contiguous() ?? new Float64Array(xy.length / 2).fill(NaN);
  const nodes = skeleton.keypoints.length;
  const tracked = individuals.length > 1 || individuals[0] !== soleIndividual;
  const frames = Array.from(frameNumbers(track, options), (frame, t): Frame => ({
    video: 0,
    frame,
    animals: individuals.flatMap((_, i) => {
      const at = (t * individuals.length + i) * nodes;
      const points = xy.subarray(2 * at, 2 * (at + nodes));
      const own = scores.subarray(at, at + nodes);
      if (points.every(Number.isNaN) && own.every(Number.isNaN)) return [];
      const visible = Array.from(
        own,
        (_score, k) => !(Number.isNaN(points[2 * k]) && Number.isNaN(points[2 * k + 1])),
      );
      return [{ isUser: false, track: tracked ? i : -1, xy: points, visible, scores: own }];
    }),
  }));
  return slpTree(skeleton, tracked ? individuals : [], [options.video ?? ''], frames);
}

/**
 * The tree of a .slp file of labels. Occluded points are written as not visible: SLEAP has no other word for them, and does not
 * train on them. Throws `UsageError` where a frame is neither of a video nor a picture.
 */
export function slpFromLabels(labels: LabelSet): Hdf5Group {
  const videos: string[] = [];
  const tracked = labels.individuals.length > 1 || labels.individuals[0] !== soleIndividual;
  const frames = labels.frames.map(({ picture, instances }, r): Frame => {
    // A picture without a video is a video of one frame.
    const name = picture.frame === undefined ? picture.image : (picture.video ?? picture.image);
    if (name === undefined)
      throw new UsageError('a labeled frame has neither picture nor video', { where: `frame ${r}` });
    if (!videos.includes(name)) videos.push(name);
    return {
      video: videos.indexOf(name),
      frame: picture.frame ?? 0,
      animals: instances.map(({ individual, points }) => ({
        isUser: true,
        track: tracked ? labels.individuals.indexOf(individual) : -1,
        xy: points.flatMap((p) => (p ? [p.x, p.y] : [NaN, NaN])),
        visible: points.map((p) => p?.visibility === 'visible'),
        scores: points.map(() => NaN),
      })),
    };
  });
  return slpTree(labels.skeleton, tracked ? labels.individuals : [], videos, frames);
}

function slpTree(
  skeleton: Skeleton,
  tracks: readonly string[],
  videos: readonly string[],
  frames: readonly Frame[],
): Hdf5Group {
  const nodes = skeleton.keypoints.length;
  const animals = frames.flatMap((f) => f.animals);
  const frameOf = frames.flatMap((f, i) => f.animals.map(() => i));
  let instanceCount = 0;
  const starts = frames.map((f) => (instanceCount += f.animals.length) - f.animals.length);
  const rank = { user: 0, predicted: 0 };
  const pointStarts = animals.map((a) => nodes * (a.isUser ? rank.user++ : rank.predicted++));
  const n = animals.length;
  const unsigned = (values: ArrayLike<number>): BigUint64Array =>
    BigUint64Array.from(Array.from(values), BigInt);
  return group(
    {
      metadata: group({}, { format_id: scalar(1.2), json: fixedText(formatMetadata(skeleton)) }),
      frames: structure(frames.length, {
        frame_id: unsigned(frames.map((_, i) => i)),
        video: Uint32Array.from(frames, (f) => f.video),
        frame_idx: unsigned(frames.map((f) => f.frame)),
        instance_id_start: unsigned(starts),
        instance_id_end: unsigned(frames.map((f, i) => starts[i] + f.animals.length)),
      }),
      instances: structure(n, {
        instance_id: BigInt64Array.from({ length: n }, (_, i) => BigInt(i)),
        instance_type: Uint8Array.from(animals, (a) => (a.isUser ? 0 : 1)),
        frame_id: unsigned(frameOf),
        skeleton: new Uint32Array(n),
        track: Int32Array.from(animals, (a) => a.track),
        from_predicted: new BigInt64Array(n).fill(-1n),
        score: Float32Array.from(animals, (a) => (a.isUser ? NaN : meanOf(a.scores))),
        point_id_start: unsigned(pointStarts),
        point_id_end: unsigned(pointStarts.map((start) => start + nodes)),
        tracking_score: new Float32Array(n),
      }),
      points: points(animals.filter((a) => a.isUser)),
      pred_points: points(
        animals.filter((a) => !a.isUser),
        true,
      ),
      tracks_json: list(tracks.map((name) => JSON.stringify([0, name]))),
      videos_json: list(
        videos.map((filename) =>
          JSON.stringify({
            backend: { filename, grayscale: false, bgr: true, dataset: '', input_format: '' },
          }),
        ),
      ),
      suggestions_json: list([]),
    },
    {},
  );
}

function points(animals: readonly Animal[], withScores = false): Hdf5Node {
  const gather = (of: (animal: Animal, k: number) => number): Float64Array =>
    Float64Array.from(animals.flatMap((a) => Array.from(a.scores, (_, k) => of(a, k))));
  const x = gather((a, k) => a.xy[2 * k]);
  const visible = Uint8Array.from(gather((a, k) => (a.visible[k] ? 1 : 0)));
  return structure(x.length, {
    x,
    y: gather((a, k) => a.xy[2 * k + 1]),
    visible,
    complete: new Uint8Array(x.length),
    ...(withScores && { score: gather((a, k) => a.scores[k]) }),
  });
}

function structure(rows: number, members: Readonly<Record<string, NumberArray>>): Hdf5Node {
  return dataset({
    shape: [rows],
    data: {
      kind: 'compound',
      members: Object.fromEntries(Object.entries(members).map(([name, values]) => [name, numbers(values)])),
    },
  });
}

/** Texts, one a row; SLEAP stores an empty list as numbers. */
function list(values: readonly string[]): Hdf5Node {
  return dataset(values.length === 0 ? numbers(new Float64Array(0)) : fixedTexts(values));
}

function meanOf(values: ArrayLike<number>): number {
  const finite = Array.from(values).filter((v) => !Number.isNaN(v));
  return finite.length === 0 ? NaN : finite.reduce((sum, v) => sum + v, 0) / finite.length;
}
