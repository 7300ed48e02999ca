import { InputError, UsageError } from '../../signal/error.ts';
import { soleIndividual } from '../../signal/labels.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { skeleton } from '../../signal/skeleton.ts';
import type { ReadOptions, Source, WriteOptions } from '../format.ts';
import { frameNumbers, frameTime } from '../frames.ts';
import {
  dataset,
  datasetAt,
  doublesIn,
  fixedText,
  group,
  nodeAt,
  numbers,
  textAttribute,
  varyingTexts,
  type Hdf5Dataset,
  type Hdf5Group,
  type Hdf5Node,
} from '../hdf5/tree.ts';

/** The order of axes that SLEAP writes for MATLAB, its default. */
const matlabOrder = ['track', 'xy', 'node', 'frame'] as const;
type AxisName = (typeof matlabOrder)[number];

/**
 * The track in SLEAP's analysis HDF5. Axes are found by the attribute `dims`; without it, by which axis has two entries: second
 * (SLEAP's order for MATLAB) or last (its transpose). Throws `InputError` where the names do not fit the axes.
 */
export function poseFromAnalysis(tree: Hdf5Group, source: Source, options: ReadOptions): PoseTrack {
  const where = source.name;
  const tracks = datasetAt(tree, 'tracks', where);
  const nodeNames = textList(tree, 'node_names', where);
  const trackNames = nodeAt(tree, 'track_names') ? textList(tree, 'track_names', where) : [];
  const order = axisOrder(tracks, where);
  const size = (axis: AxisName): number => tracks.shape[order.indexOf(axis)];
  const individuals = trackNames.length > 0 ? trackNames : size('track') === 1 ? [soleIndividual] : undefined;
  if (size('node') !== nodeNames.length || size('xy') !== 2 || size('track') !== individuals?.length) {
    throw new InputError('the names do not fit the tracks', {
      where,
      expected: `${order.map((axis) => `${size(axis)} (${axis})`).join(' x ')}`,
      got: `${nodeNames.length} node names, ${trackNames.length} track names`,
    });
  }
  const frames = size('frame');
  const sizes: Readonly<Record<AxisName, number>> = {
    frame: frames,
    track: individuals.length,
    node: nodeNames.length,
    xy: 2,
  };
  const positions = reordered(
    doublesIn(tracks, 'tracks', where),
    order,
    ['frame', 'track', 'node', 'xy'],
    sizes,
  );
  const scores = nodeAt(tree, 'point_scores');
  let confidence: Float64Array | undefined;
  if (scores?.kind === 'dataset' && scores.data.kind === 'number') {
    const values = doublesIn(scores, 'point_scores', where);
    const pointOrder = order.filter((axis) => axis !== 'xy');
    if (values.length !== positions.length / 2) {
      throw new InputError('the point scores do not fit the tracks', {
        where,
        expected: `${positions.length / 2}`,
        got: `${values.length}`,
      });
    }
    confidence = reordered(values, pointOrder, ['frame', 'track', 'node'], sizes);
  }
  return poseTrack({
    skeleton: skeleton(nodeNames, edges(tree, nodeNames, where)),
    individuals,
    positions,
    confidence: confidence?.every(Number.isNaN) ? undefined : confidence,
    time: frameTime(
      Float64Array.from({ length: frames }, (_, i) => i),
      options.framesPerSecond,
      where,
    ),
    provenance: source.provenance,
  });
}

function textList(tree: Hdf5Group, name: string, where: string): string[] {
  const { data, shape } = datasetAt(tree, name, where);
  if (shape[0] === 0) return [];
  if (data.kind !== 'text') throw new InputError(`"${name}" does not hold names`, { where, got: data.kind });
  const twice = data.values.find((v, i) => data.values.indexOf(v) !== i);
  if (twice !== undefined) throw new InputError(`"${name}" holds "${twice}" twice`, { where });
  return [...data.values];
}

function axisOrder(tracks: Hdf5Dataset, where: string): readonly AxisName[] {
  const { shape } = tracks;
  const stored = textAttribute(tracks, 'dims');
  if (stored !== undefined) {
    const names = Array.from(stored.matchAll(/[a-z]+/g), ([name]) => name);
    const known = names.filter((name): name is AxisName => (matlabOrder as readonly string[]).includes(name));
    if (new Set(known).size === 4 && shape.length === 4) return known;
  }
  if (shape.length === 4 && shape[1] === 2) return matlabOrder;
  if (shape.length === 4 && shape[3] === 2) return ['frame', 'track', 'node', 'xy'];
  throw new InputError('the axes of the tracks are not known', {
    where,
    expected: 'tracks x 2 x nodes x frames, or frames x tracks x nodes x 2',
    got: shape.join(' x '),
  });
}

function edges(tree: Hdf5Group, names: readonly string[], where: string): [string, string][] {
  const node = nodeAt(tree, 'edge_inds');
  if (node?.kind !== 'dataset' || node.data.kind !== 'number' || node.data.values.length === 0) return [];
  const flat = doublesIn(node, 'edge_inds', where);
  const count = flat.length / 2;
  const byColumn = node.shape[0] === 2 && node.shape[1] !== 2;
  return Array.from({ length: Math.floor(count) }, (_, i): [string, string] => {
    const [a, b] = byColumn ? [flat[i], flat[count + i]] : [flat[2 * i], flat[2 * i + 1]];
    if (names[a] === undefined || names[b] === undefined) {
      throw new InputError('an edge joins a node that is not there', { where, got: `${a}-${b}` });
    }
    return [names[a], names[b]];
  });
}

/** Row-major values over axes in one order, brought into another. */
function reordered<A extends AxisName>(
  values: ArrayLike<number>,
  from: readonly A[],
  to: readonly A[],
  sizes: Readonly<Record<A, number>>,
): Float64Array {
  const stride = (axis: A): number =>
    from.slice(from.indexOf(axis) + 1).reduce((product, inner) => product * sizes[inner], 1);
  const strides = to.map(stride);
  const shape = to.map((axis) => sizes[axis]);
  const out = new Float64Array(shape.reduce((product, n) => product * n, 1));
  const position = shape.map(() => 0);
  let source = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = values[source];
    for (let d = shape.length - 1; d >= 0; d--) {
      source += strides[d];
      if (++position[d] < shape[d]) break;
      source -= strides[d] * shape[d];
      position[d] = 0;
    }
  }
  return out;
}

/**
 * The tree of SLEAP's analysis HDF5 in its order for MATLAB. The format counts frames from 0 without gaps: missing ones are NaN.
 * Throws `UsageError` for a track in three dimensions or one with more gaps than frames.
 */
export function analysisFromPose(track: PoseTrack, options: WriteOptions): Hdf5Group {
  const { positions } = track;
  const { keypoints, edges: pairs, symmetries } = track.skeleton;
  const individuals = positions.dimensions[positions.axis('individual')].labels ?? [];
  const rows = frameNumbers(track, options);
  const frames = rows.length === 0 ? 0 : rows[rows.length - 1] + 1;
  if (positions.dimensions.at(-1)!.size !== 2 || rows[0] < 0 || frames > 1000 * (rows.length + 100)) {
    throw new UsageError("SLEAP's analysis file cannot hold this track", {
      expected: 'points in the plane, frames counted from 0 without wide gaps',
      got: `${positions.dimensions.at(-1)!.size} dimensions, frames ${rows[0]} to ${frames - 1}`,
    });
  }
  const [animals, nodes] = [individuals.length, keypoints.length];
  const xy = positions.contiguous();
  const scores = positions.confidence?.contiguous();
  const all = new Float64Array(frames * animals * nodes * 2).fill(NaN);
  const allScores = new Float64Array(frames * animals * nodes).fill(NaN);
  rows.forEach((frame, t) => {
    const width = animals * nodes;
    all.set(xy.subarray(t * width * 2, (t + 1) * width * 2), frame * width * 2);
    if (scores) allScores.set(scores.subarray(t * width, (t + 1) * width), frame * width);
  });
  const sizes = { frame: frames, track: animals, node: nodes, xy: 2 };
  const occupancy = Float64Array.from({ length: frames * animals }, (_, i) =>
    all.subarray(i * nodes * 2, (i + 1) * nodes * 2).every(Number.isNaN) ? 0 : 1,
  );
  const write = <A extends AxisName>(values: Float64Array, from: readonly A[], to: readonly A[]): Hdf5Node =>
    dataset(
      numbers(
        reordered(values, from, to, sizes),
        to.map((axis) => sizes[axis]),
      ),
      { dims: fixedText(JSON.stringify(to)) },
    );
  return group(
    {
      tracks: write(all, ['frame', 'track', 'node', 'xy'], matlabOrder),
      track_occupancy: write(occupancy, ['frame', 'track'], ['frame', 'track']),
      point_scores: write(allScores, ['frame', 'track', 'node'], ['track', 'node', 'frame']),
      instance_scores: write(meanScores(allScores, nodes), ['frame', 'track'], ['track', 'frame']),
      track_names: dataset(varyingTexts(individuals)),
      node_names: dataset(varyingTexts(keypoints)),
      edge_names: dataset(
        pairs.length === 0
          ? numbers(new Float64Array(0))
          : varyingTexts(
              pairs.flatMap(([a, b]) => [keypoints[a], keypoints[b]]),
              [pairs.length, 2],
            ),
      ),
      edge_inds: dataset(numbers(Int32Array.from(pairs.flat()), [pairs.length, 2])),
      video_path: dataset(varyingTexts([options.video ?? ''], [])),
      labels_path: dataset(varyingTexts([''], [])),
      video_ind: dataset(numbers(Int32Array.of(0), [])),
      provenance: dataset(varyingTexts(['{}'], [])),
    },
    {
      format: fixedText('analysis'),
      preset: fixedText('matlab'),
      skeleton_symmetries: fixedText(
        JSON.stringify(symmetries.map(([a, b]) => [keypoints[a], keypoints[b]])),
      ),
    },
  );
}

function meanScores(scores: Float64Array, nodes: number): Float64Array {
  return Float64Array.from({ length: nodes === 0 ? 0 : scores.length / nodes }, (_, i) => {
    const finite = scores.subarray(i * nodes, (i + 1) * nodes).filter((v) => !Number.isNaN(v));
    return finite.reduce((sum, v) => sum + v, 0) / finite.length;
  });
}
