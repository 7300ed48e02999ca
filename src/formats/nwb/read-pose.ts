import { InputError, UsageError } from '../../signal/error.ts';
import { soleIndividual } from '../../signal/labels.ts';
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import type { Signal } from '../../signal/signal.ts';
import { skeleton, type Skeleton } from '../../signal/skeleton.ts';
import { timesOf, type TimeAxis } from '../../signal/time.ts';
import type { Source } from '../format.ts';
import {
  datasetAt,
  doublesIn,
  nodeAt,
  numbersIn,
  textAttribute,
  textsIn,
  type Hdf5Group,
} from '../hdf5/tree.ts';
import { nameOfNode } from './objects.ts';
import { scaled, scalingOf, seriesTime } from './read-series.ts';
import { describedPose } from './write-pose.ts';

/** One individual's positions seen by one camera: a PoseEstimation of ndx-pose, any version from 0.1 to 0.4. */
export interface Estimation {
  readonly track: string;
  readonly individual: string;
  readonly skeleton: Skeleton;
  readonly space: 2 | 3;
  readonly unit: string;
  readonly time: TimeAxis;
  /** time x keypoint x space. */
  readonly positions: Float32Array | Float64Array;
  /** time x keypoint; undefined where no series knows it. */
  readonly confidence: Float32Array | Float64Array | undefined;
}

type Floats = Float32Array | Float64Array;

/**
 * The PoseEstimation `group`. Its keypoints are in the skeleton's order; without one, in the order of their names. Throws
 * `InputError` where its series differ in times, space or unit.
 */
export function estimationAt(group: Hdf5Group, path: string, source: Source, notes: string[]): Estimation {
  const where = `${source.name}, ${path}`;
  const series = new Map<string, Hdf5Group>();
  for (const [name, node] of Object.entries(group.children)) {
    if (node.kind === 'group' && textAttribute(node, 'neurodata_type') === 'PoseEstimationSeries')
      series.set(nameOfNode(name), node);
  }
  if (series.size === 0) throw new InputError('the PoseEstimation holds no series', { where });
  const body = skeletonOf(group, [...series.keys()], where);
  const first = [...series.values()][0];
  const data = datasetAt(first, 'data', where);
  const [count, space] = data.shape;
  if (data.shape.length !== 2 || (space !== 2 && space !== 3)) {
    throw new InputError('the positions have an unknown shape', {
      where,
      expected: 'frames x 2, or frames x 3',
      got: data.shape.join(' x '),
    });
  }
  const time = seriesTime(first, count, where);
  const { unit } = scalingOf(data, [], where);
  const keypoints = body.keypoints.length;
  const double = [...series.values()].some(
    (s) =>
      datasetAt(s, 'data', where).data.kind === 'number' &&
      !(numbersIn(datasetAt(s, 'data', where), 'data', where) instanceof Float32Array),
  );
  const make = (n: number): Floats => (double ? new Float64Array(n) : new Float32Array(n)).fill(NaN);
  const positions = make(count * keypoints * space);
  const confidence = make(count * keypoints);
  body.keypoints.forEach((keypoint, k) => {
    const own = series.get(keypoint);
    if (!own) {
      notes.push(`${path}: the skeleton's "${keypoint}" has no series and is missing throughout.`);
      return;
    }
    const at = `${where}/${keypoint}`;
    const values = datasetAt(own, 'data', at);
    const scaling = scalingOf(values, notes, at);
    if (
      values.shape.join() !== data.shape.join() ||
      scaling.unit !== unit ||
      !sameTimes(seriesTime(own, count, at), time)
    ) {
      throw new InputError('a keypoint differs from the others in its times, space or unit', {
        where: at,
        expected: `${data.shape.join(' x ')} in ${unit} at the same times`,
        got: `${values.shape.join(' x ')} in ${scaling.unit}`,
      });
    }
    const xy = scaled(numbersIn(values, 'data', at), scaling);
    for (let t = 0; t < count; t++)
      for (let d = 0; d < space; d++) positions[(t * keypoints + k) * space + d] = xy[t * space + d];
    const trust = nodeAt(own, 'confidence');
    if (trust?.kind !== 'dataset') return;
    const sure = doublesIn(trust, 'confidence', at);
    if (sure.length !== count) {
      throw new InputError('there is not one confidence a frame', {
        where: at,
        expected: `${count}`,
        got: `${sure.length}`,
      });
    }
    for (let t = 0; t < count; t++) confidence[t * keypoints + k] = sure[t];
  });
  const described = describedPose(
    nodeAt(group, 'description')?.kind === 'dataset'
      ? textsIn(datasetAt(group, 'description', where), 'description', where)[0]
      : undefined,
  );
  return {
    track: described?.track ?? nameOfNode(path.slice(path.lastIndexOf('/') + 1)),
    individual: described?.individual ?? soleIndividual,
    skeleton: body,
    space,
    unit,
    time,
    positions,
    confidence: confidence.every(Number.isNaN) ? undefined : confidence,
  };
}

/** By a link to a Skeleton (0.2 and later), by datasets of its own (0.1), or by the names of its series. */
function skeletonOf(group: Hdf5Group, names: readonly string[], where: string): Skeleton {
  const linked = Object.values(group.children).find(
    (node): node is Hdf5Group =>
      node.kind === 'group' && textAttribute(node, 'neurodata_type') === 'Skeleton',
  );
  const holder = linked ?? group;
  if (!nodeAt(holder, 'nodes')) return skeleton(names);
  const nodes = textsIn(datasetAt(holder, 'nodes', where), 'nodes', where);
  const stored = nodeAt(holder, 'edges');
  const flat =
    stored?.kind === 'dataset' && stored.shape.length === 2 && stored.shape[1] === 2 && stored.shape[0] > 0
      ? doublesIn(stored, 'edges', where)
      : new Float64Array(0);
  const edges = Array.from({ length: flat.length / 2 }, (_, i): [string, string] => {
    const [a, b] = [nodes[flat[2 * i]], nodes[flat[2 * i + 1]]];
    if (a === undefined || b === undefined) {
      throw new InputError('an edge joins a node that is not there', {
        where,
        got: `${flat[2 * i]}-${flat[2 * i + 1]}`,
      });
    }
    return [a, b];
  });
  const unlisted = names.filter((n) => !nodes.includes(n));
  try {
    return skeleton([...nodes, ...unlisted], edges);
  } catch (cause) {
    if (!(cause instanceof UsageError)) throw cause;
    throw new InputError(`the skeleton is not valid: ${cause.what}`, { where, cause });
  }
}

function sameTimes(a: TimeAxis, b: TimeAxis): boolean {
  if (a.kind === 'regular' && b.kind === 'regular') {
    return a.startSeconds === b.startSeconds && a.rate === b.rate && a.count === b.count;
  }
  const [s, t] = [timesOf(a), timesOf(b)];
  return s.length === t.length && s.every((v, i) => v === t[i]);
}

/**
 * Tracks from estimations: those of one track name, skeleton and time axis are its individuals. A name used for others gets a
 * number. `covariances`: by track name, from the series beside it.
 */
export function tracksOf(
  estimations: readonly Estimation[],
  covariances: ReadonlyMap<string, Signal>,
  source: Source,
): PoseTrack[] {
  const groups: Estimation[][] = [];
  for (const e of estimations) {
    const together = groups.find(
      ([g, ...rest]) =>
        g.track === e.track &&
        g.space === e.space &&
        g.unit === e.unit &&
        g.skeleton.keypoints.join('\n') === e.skeleton.keypoints.join('\n') &&
        sameTimes(g.time, e.time) &&
        ![g, ...rest].some((other) => other.individual === e.individual),
    );
    if (together) together.push(e);
    else groups.push([e]);
  }
  const names: string[] = [];
  return groups.map((group) => {
    const [first] = group;
    let name = first.track;
    for (let n = 2; names.includes(name); n++) name = `${first.track} ${n}`;
    names.push(name);
    const covariance = covariances.get(name);
    const values = covariance?.contiguous();
    const points = (first.positions.length / first.space) * group.length;
    const entries = (first.space * (first.space + 1)) / 2;
    const fits =
      values?.length === points * entries &&
      (values instanceof Float64Array || values instanceof Float32Array);
    return poseTrack({
      name,
      skeleton: first.skeleton,
      individuals: group.map((e) => e.individual),
      space: first.space,
      positions: woven(
        group.map((e) => e.positions),
        first.skeleton.keypoints.length * first.space,
      ),
      confidence: group.some((e) => e.confidence)
        ? woven(
            group.map((e) => e.confidence ?? new Float64Array(e.positions.length / e.space).fill(NaN)),
            first.skeleton.keypoints.length,
          )
        : undefined,
      covariance: fits ? values : undefined,
      unit: first.unit,
      time: first.time,
      provenance: source.provenance,
    });
  });
}

/** One array a part, `width` values a frame, as one array: time x part x width. */
function woven(parts: readonly Floats[], width: number): Floats {
  if (parts.length === 1) return parts[0];
  const frames = parts[0].length / Math.max(1, width);
  const n = parts[0].length * parts.length;
  const out = parts.every((p) => p instanceof Float32Array) ? new Float32Array(n) : new Float64Array(n);
  parts.forEach((part, i) => {
    for (let t = 0; t < frames; t++)
      out.set(part.subarray(t * width, (t + 1) * width), (t * parts.length + i) * width);
  });
  return out;
}
