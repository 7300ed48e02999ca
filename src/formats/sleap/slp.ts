import { InputError } from '../../signal/error.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import {
  datasetAt,
  doublesIn,
  nodeAt,
  numberAttribute,
  textAttribute,
  type Hdf5Group,
} from '../hdf5/tree.ts';
import { parseSkeletons } from './skeleton.ts';

/** One animal in one frame, as a .slp file has it. */
export interface SlpInstance {
  /** Placed by a person; otherwise predicted. */
  readonly isUser: boolean;
  /** Position in `tracks`, or -1. */
  readonly track: number;
  readonly skeleton: number;
  /** x, y of each node in px, center of the top left pixel at (0, 0); NaN where not visible. */
  readonly xy: Float64Array;
  /** Score of each node; NaN for what a person placed. */
  readonly scores: Float64Array;
}

export interface SlpFrame {
  readonly video: number;
  readonly frame: number;
  readonly instances: readonly SlpInstance[];
}

/** What a .slp file says. */
export interface SlpContent {
  readonly skeletons: readonly Skeleton[];
  readonly tracks: readonly string[];
  /** Names of the videos' files as they were stored, for embedded pictures those of their source. */
  readonly videos: readonly string[];
  readonly frames: readonly SlpFrame[];
  /** Points that have a place but are marked as not visible: they do not count. */
  readonly invisible: number;
}

/** Groups and datasets that may hold pictures: not read with the labels. */
export const slpDatasets = [
  '/metadata',
  '/frames',
  '/instances',
  '/points',
  '/pred_points',
  '/tracks_json',
  '/videos_json',
] as const;

/**
 * Interprets the tree of a .slp file (SLEAP's format 1.0 to 2.x). Points before format 1.1 count from the corner of the first
 * pixel and are moved by half a pixel. Throws `InputError` wherever counts and ranges do not fit together.
 */
export function parseSlp(tree: Hdf5Group, where: string): SlpContent {
  const metadata = nodeAt(tree, 'metadata');
  const json = metadata && textAttribute(metadata, 'json');
  if (metadata === undefined || json === undefined) {
    throw new InputError('the file has no metadata', {
      where,
      expected: 'a SLEAP labels file\'s group "metadata"',
    });
  }
  const skeletons = parseSkeletons(parseJson(json, `${where}, metadata`), `${where}, metadata`);
  const format = numberAttribute(metadata, 'format_id') ?? 1;
  const shift = format < 1.1 ? -0.5 : 0;
  const frames = columns(tree, 'frames', where);
  const instances = columns(tree, 'instances', where);
  const tables = { user: columns(tree, 'points', where), predicted: columns(tree, 'pred_points', where) };
  const tracks = texts(tree, 'tracks_json', where).map((text) => {
    const track = parseJson(text, `${where}, tracks_json`);
    return String(Array.isArray(track) ? track[1] : track);
  });
  const videos = texts(tree, 'videos_json', where).map((text) =>
    videoName(parseJson(text, `${where}, videos_json`)),
  );
  let invisible = 0;

  const instance = (i: number): SlpInstance => {
    const at = `${where}, instance ${i}`;
    const isUser = instances('instance_type')[i] === 0;
    const skeleton = instances('skeleton')[i];
    const track = instances('track')[i];
    const [start, end] = [instances('point_id_start')[i], instances('point_id_end')[i]];
    const points = isUser ? tables.user : tables.predicted;
    const nodes = skeletons[skeleton]?.keypoints.length;
    if (nodes === undefined)
      throw new InputError('an instance has an unknown skeleton', { where: at, got: `${skeleton}` });
    if (!(start >= 0 && end - start === nodes && end <= points('x').length)) {
      throw new InputError('an instance does not have as many points as its skeleton', {
        where: at,
        expected: `${nodes} of ${points('x').length} points`,
        got: `points ${start} to ${end}`,
      });
    }
    if (!(track >= -1 && track < tracks.length)) {
      throw new InputError('an instance has an unknown track', {
        where: at,
        expected: `below ${tracks.length}`,
        got: `${track}`,
      });
    }
    const xy = new Float64Array(2 * nodes);
    const scores = new Float64Array(nodes).fill(NaN);
    for (let k = 0; k < nodes; k++) {
      const [x, y] = [points('x')[start + k] + shift, points('y')[start + k] + shift];
      const isVisible = points('visible')[start + k] !== 0;
      if (!isVisible && !Number.isNaN(x)) invisible++;
      xy.set(isVisible ? [x, y] : [NaN, NaN], 2 * k);
      if (!isUser) scores[k] = points('score')[start + k];
    }
    return { isUser, track, skeleton, xy, scores };
  };
  const count = instances('point_id_start').length;
  const read = Array.from(frames('frame_idx'), (frame, f): SlpFrame => {
    const [start, end] = [frames('instance_id_start')[f], frames('instance_id_end')[f]];
    const video = frames('video')[f];
    if (!(start >= 0 && start <= end && end <= count && end - start <= 10_000)) {
      throw new InputError('a frame names instances that are not there', {
        where: `${where}, frame row ${f}`,
        expected: `a range within ${count}`,
        got: `${start} to ${end}`,
      });
    }
    if (!Number.isSafeInteger(frame)) {
      throw new InputError('a frame has an impossible number', {
        where: `${where}, frame row ${f}`,
        got: `${frame}`,
      });
    }
    return { video, frame, instances: Array.from({ length: end - start }, (_, i) => instance(start + i)) };
  });
  return { skeletons, tracks, videos: fillVideos(videos, read), frames: read, invisible };
}

/** Files name videos by their number; some leave the list shorter than the numbers in use. */
function fillVideos(videos: readonly string[], frames: readonly SlpFrame[]): readonly string[] {
  const used = [...new Set(frames.map((f) => f.video))];
  const numbers = used.every((v) => v < videos.length) ? videos.map((_, v) => v) : used.sort((a, b) => a - b);
  return Array.from({ length: Math.min(1 + Math.max(-1, ...numbers), 100_000) }, (_, v) => videos[v] ?? '');
}

/**
 * A table's columns as doubles, looked up by name: the members of a structured dataset, or as sleap-io.js writes some, the columns
 * of a matrix whose attribute `field_names` names them.
 */
function columns(tree: Hdf5Group, name: string, where: string): (member: string) => Float64Array {
  const table = datasetAt(tree, name, where);
  const converted = new Map<string, Float64Array>();
  let convert: (member: string) => Float64Array;
  if (table.data.kind === 'compound') {
    const { members } = table.data;
    convert = (member) =>
      doublesIn(Object.hasOwn(members, member) ? members[member] : undefined, `${name}.${member}`, where);
  } else {
    const names = textAttribute(table, 'field_names');
    const fields = names === undefined ? undefined : parseJson(names, `${where}, ${name}`);
    const [rows, width] = table.shape;
    if (!Array.isArray(fields) || table.shape.length !== 2 || fields.length !== width) {
      throw new InputError(`"${name}" is no structured dataset`, { where, got: table.data.kind });
    }
    const values = doublesIn(table, name, where);
    convert = (member) => {
      const column = fields.indexOf(member);
      if (column < 0) throw new InputError(`"${name}" has no column "${member}"`, { where });
      return Float64Array.from({ length: rows }, (_, row) => values[row * width + column]);
    };
  }
  return (member) => {
    const values = converted.get(member) ?? convert(member);
    converted.set(member, values);
    return values;
  };
}

function texts(tree: Hdf5Group, name: string, where: string): readonly string[] {
  const { data, shape } = datasetAt(tree, name, where);
  // An empty list is stored as an empty dataset of numbers.
  if (shape[0] === 0) return [];
  if (data.kind === 'text') return data.values;
  throw new InputError(`"${name}" does not hold texts`, { where, got: data.kind });
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InputError('the JSON cannot be read', {
      where,
      got: cause instanceof Error ? cause.message : '',
      cause,
    });
  }
}

/** The file name in a video's description, for embedded pictures that of the video they were taken from. */
function videoName(json: unknown): string {
  if (typeof json !== 'object' || json === null) return '';
  const { filename, backend, source_video: source } = json as Record<string, unknown>;
  if (source) return videoName(source);
  const own = Array.isArray(filename) ? filename[0] : filename;
  if (typeof own === 'string' && own !== '.') return own;
  return backend ? videoName(backend) : typeof own === 'string' ? own : '';
}
