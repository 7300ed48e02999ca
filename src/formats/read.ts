import { dirname, join } from 'node:path';
import { InputError } from '../signal/error.ts';
import type { Events } from '../signal/events.ts';
import type { LabelSet } from '../signal/labels.ts';
import type { PoseTrack } from '../signal/pose.ts';
import type { Spikes } from '../signal/spikes.ts';
import type { NamedArrays } from './array.ts';
import { few } from './deeplabcut/labels.ts';
import { exists, sha256 } from './file.ts';
import type { Codec, Content, ReadOptions } from './format.ts';
import { identifyPath, recognize, type Identified } from './identify.ts';
import type { Session } from './session.ts';
import type { Table } from './table.ts';

/**
 * Reads labels: a DeepLabCut or Lightning Pose project's folder, or a file of labels in any format. Notes say what was decided
 * (videos found beside the project, pictures that are missing, which of two files counts).
 * Throws `InputError` with file and place where the labels cannot be what they claim, and where nothing is labeled.
 */
export async function readLabels(path: string, options: ReadOptions = {}): Promise<LabelSet> {
  const identified = await identifyPath(path, 'labels', options.format);
  if (identified.kind === 'folder' && identified.format.readLabels) {
    return identified.format.readLabels(identified.folder, options);
  }
  if (identified.kind === 'folder') throw holdsNo('labels', identified, path);
  return locatePictures(await read(identified, 'labels', identified.format.labels, path, options), path);
}

/** Reads a track: predictions of DeepLabCut, SLEAP, Lightning Pose, or a track that Marey wrote. Throws `InputError`. */
export async function readPose(path: string, options: ReadOptions = {}): Promise<PoseTrack> {
  const identified = await identifyPath(path, 'pose', options.format);
  return read(
    identified,
    'pose',
    identified.kind === 'file' ? identified.format.pose : undefined,
    path,
    options,
  );
}

/** Reads a table of named columns: CSV, TSV or Parquet. Throws `InputError`. */
export async function readTable(path: string, options: ReadOptions = {}): Promise<Table> {
  const identified = await identifyPath(path, 'table', options.format);
  return read(
    identified,
    'table',
    identified.kind === 'file' ? identified.format.table : undefined,
    path,
    options,
  );
}

/** Reads named arrays: NumPy's npy and npz, MATLAB's mat. An npy file's only array is called `array`. Throws `InputError`. */
export async function readArrays(path: string, options: ReadOptions = {}): Promise<NamedArrays> {
  const identified = await identifyPath(path, 'arrays', options.format);
  return read(
    identified,
    'arrays',
    identified.kind === 'file' ? identified.format.arrays : undefined,
    path,
    options,
  );
}

/**
 * Reads events: behavior as BORIS or BENTO have it, or a project of BORIS (of which video says `options.video`); digital lines of a
 * folder that Open Ephys or SpikeGLX recorded (of which stream says `options.stream`). Throws `InputError`.
 */
export async function readEvents(path: string, options: ReadOptions = {}): Promise<Events> {
  const identified = await identifyPath(path, 'events', options.format);
  if (identified.kind === 'folder' && identified.format.readEvents) {
    return identified.format.readEvents(identified.folder, options);
  }
  return read(
    identified,
    'events',
    identified.kind === 'file' ? identified.format.events : undefined,
    path,
    options,
  );
}

/** Reads spikes: a spike sorter's folder as Phy opens it. Throws `InputError`. */
export async function readSpikes(path: string, options: ReadOptions = {}): Promise<Spikes> {
  const identified = await identifyPath(path, 'spikes', options.format);
  if (identified.kind === 'folder' && identified.format.readSpikes) {
    return identified.format.readSpikes(identified.folder, options);
  }
  return read(
    identified,
    'spikes',
    identified.kind === 'file' ? identified.format.spikes : undefined,
    path,
    options,
  );
}

/** Reads a whole session: an NWB file. For one that is larger than memory see `openNwb`. Throws `InputError`. */
export async function readSession(path: string, options: ReadOptions = {}): Promise<Session> {
  const identified = await identifyPath(path, 'session', options.format);
  return read(
    identified,
    'session',
    identified.kind === 'file' ? identified.format.session : undefined,
    path,
    options,
  );
}

/** Events of a file that is here as bytes: what `name` is, its content decides. Throws `InputError`. */
export async function eventsIn(name: string, bytes: Uint8Array, options: ReadOptions = {}): Promise<Events> {
  const format = await recognize(name, bytes, 'events');
  return read({ kind: 'file', format, bytes }, 'events', format.events, name, options);
}

async function read<T>(
  identified: Identified,
  content: Content,
  codec: Codec<T> | undefined,
  path: string,
  options: ReadOptions,
): Promise<T> {
  if (identified.kind === 'folder' || !codec?.read) throw holdsNo(content, identified, path);
  const { bytes, format } = identified;
  const provenance = {
    step: 'import',
    source: path,
    sha256: sha256(bytes),
    options: {
      format: format.name,
      ...(options.framesPerSecond !== undefined && { framesPerSecond: options.framesPerSecond }),
    },
  };
  return codec.read(bytes, { name: path, provenance }, options);
}

function holdsNo(content: Content, { format, kind }: Identified, path: string): InputError {
  return new InputError(`this holds no ${content}`, {
    where: path,
    got: format.title,
    fix: kind === 'folder' ? 'Give one of the files in it.' : undefined,
  });
}

/** Finds the folder that the pictures' paths start from: the file's own, or one above it. Says which pictures are missing. */
async function locatePictures(labels: LabelSet, path: string): Promise<LabelSet> {
  const images = labels.frames.flatMap(({ picture }) => picture.image ?? []);
  if (images.length === 0) return { ...labels, root: dirname(path) };
  let root = dirname(path);
  for (let up = 0, folder = root; up < 4; up++, folder = dirname(folder)) {
    // Any picture will do: some may have been removed.
    const found = await Promise.all(images.map((image) => exists(join(folder, image))));
    if (found.some(Boolean)) {
      root = folder;
      const missing = images.filter((_, i) => !found[i]);
      if (missing.length === 0) return { ...labels, root };
      return { ...labels, root, notes: [...labels.notes, missingNote(missing, images.length)] };
    }
  }
  return { ...labels, root, notes: [...labels.notes, missingNote(images, images.length)] };
}

function missingNote(missing: readonly string[], of: number): string {
  return `${missing.length} of ${of} labeled pictures are not there: ${few(missing)}.`;
}
