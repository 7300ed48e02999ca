import { extname } from 'node:path';
import { UsageError } from '../signal/error.ts';
import type { Events } from '../signal/events.ts';
import type { LabelSet } from '../signal/labels.ts';
import type { PoseTrack } from '../signal/pose.ts';
import type { NamedArrays } from './array.ts';
import { checkWritable, writeBytes } from './file.ts';
import type { Codec, Content, FileFormat, WriteOptions } from './format.ts';
import { formatNamed } from './identify.ts';
import { fileFormats } from './registry.ts';
import type { Session } from './session.ts';
import type { Table } from './table.ts';

/**
 * Writes a track in the format of the path's extension: `.csv` and `.h5` as DeepLabCut has them, `.slp`, `.trc`, `.parquet`, `.npz`,
 * `.mat`; or in the one that `options.format` names. The file is written beside and renamed.
 * Throws `UsageError` where the format cannot hold the track, `MachineError` where the disk refuses.
 */
export async function writePose(path: string, track: PoseTrack, options: WriteOptions = {}): Promise<void> {
  const format = fileFormatFor(path, 'pose', options);
  await write(path, track, format.pose, options);
}

/** Throws as `writePose` would for the path itself, and writes nothing: to be asked before long work, not after it. */
export async function checkPosePath(path: string, options: WriteOptions = {}): Promise<void> {
  fileFormatFor(path, 'pose', options);
  await checkWritable(path);
}

/** Writes labels to one file, or to a project's folder where `options.format` names one (`deeplabcut-project`). */
export async function writeLabels(path: string, labels: LabelSet, options: WriteOptions = {}): Promise<void> {
  const named = options.format === undefined ? undefined : formatNamed(options.format);
  if (named?.kind === 'folder' && named.writeLabels) return named.writeLabels(path, labels, options);
  const format = fileFormatFor(path, 'labels', options);
  await write(path, labels, format.labels, options);
}

/** Writes a table as `.csv`, `.tsv`, `.parquet`, `.mot` or `.sto`. */
export async function writeTable(path: string, table: Table, options: WriteOptions = {}): Promise<void> {
  const format = fileFormatFor(path, 'table', options);
  await write(path, table, format.table, options);
}

/** Writes named arrays as `.npz` or `.mat`, or a single one as `.npy`. */
export async function writeArrays(
  path: string,
  arrays: NamedArrays,
  options: WriteOptions = {},
): Promise<void> {
  const format = fileFormatFor(path, 'arrays', options);
  await write(path, arrays, format.arrays, options);
}

/** Writes events as a table that BORIS knows. */
export async function writeEvents(path: string, events: Events, options: WriteOptions = {}): Promise<void> {
  const format = fileFormatFor(path, 'events', options);
  await write(path, events, format.events, options);
}

/** Writes a whole session as NWB. */
export async function writeSession(
  path: string,
  session: Session,
  options: WriteOptions = {},
): Promise<void> {
  const format = fileFormatFor(path, 'session', options);
  await write(path, session, format.session, options);
}

function fileFormatFor(path: string, content: Content, options: WriteOptions): FileFormat {
  const writing = fileFormats.filter((f) => f[content]?.write);
  if (options.format !== undefined) {
    const named = formatNamed(options.format);
    const format = writing.find((f) => f === named);
    if (format) return format;
    throw new UsageError(`the format "${options.format}" does not write ${content}`, {
      expected: `one of ${writing.map((f) => f.name).join(', ')}`,
    });
  }
  const lower = path.toLowerCase();
  const format = writing.find((f) => f.extensions.some((extension) => lower.endsWith(extension)));
  if (format) return format;
  throw new UsageError(`no format for ${content} has the extension "${extname(path)}"`, {
    where: path,
    expected: `one of ${[...new Set(writing.flatMap((f) => f.extensions))].join(', ')}`,
    fix: 'Choose one of these extensions, or name the format.',
  });
}

async function write<T>(
  path: string,
  value: T,
  codec: Codec<T> | undefined,
  options: WriteOptions,
): Promise<void> {
  await writeBytes(path, await codec!.write!(value, options));
}
