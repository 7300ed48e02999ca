import type { Events } from '../signal/events.ts';
import type { LabelSet } from '../signal/labels.ts';
import type { PoseTrack } from '../signal/pose.ts';
import type { Provenance } from '../signal/provenance.ts';
import type { Spikes } from '../signal/spikes.ts';
import type { NamedArrays } from './array.ts';
import type { Session } from './session.ts';
import type { Table } from './table.ts';

/** What a file can hold. */
export const contents = ['labels', 'pose', 'table', 'arrays', 'events', 'spikes', 'session'] as const;
export type Content = (typeof contents)[number];

/** Where bytes came from: the name that errors give, and the provenance of what is read. */
export interface Source {
  readonly name: string;
  readonly provenance: Provenance;
}

export interface ReadOptions {
  /** The format's name, where the file's own bytes are not to decide. */
  readonly format?: string;
  /** Frames per second of the video, for formats that number frames and know no time. Without it see `frameClock`. */
  readonly framesPerSecond?: number;
  /** Unit of the coordinates, for formats that do not say: default `px`, or `au` where there is a third dimension. */
  readonly unit?: string;
  /** Which video's track or events, for files that hold several: its name or path. */
  readonly video?: string;
  /** Which stream or probe of a recording system's folder, where it holds several. */
  readonly stream?: string;
  /** The clock that a device's own times are on; default the master clock. */
  readonly clock?: string;
  /** How long an isolated parser may take, seconds; default 120. */
  readonly timeLimitSeconds?: number;
}

export interface WriteOptions {
  /** The format's name, where the extension is not to decide. */
  readonly format?: string;
  /** DeepLabCut's name of whoever or whatever placed the points; default `marey`. */
  readonly scorer?: string;
  /** Number of the track's first frame in its video; default 0. */
  readonly firstFrame?: number;
  /** Layout of plain tables; default `long`. */
  readonly layout?: 'long' | 'wide';
  /** Name or path of the video that the points belong to, for formats that ask for it. */
  readonly video?: string;
  /** MATLAB files: `5` (default) or `7.3`. */
  readonly version?: '5' | '7.3';
}

/** A file's first bytes and what is known without reading it all: what a format recognizes itself by. */
export interface Head {
  readonly name: string;
  /** Lower case, with the dot: `.csv`. */
  readonly extension: string;
  /** The first 64 KiB at most. */
  readonly bytes: Uint8Array;
  /** `bytes` as text, an incomplete last line left out; undefined where they are not text. */
  readonly text: string | undefined;
  /** Names in the root group of an HDF5 file; empty for any other file and for one that cannot be opened. */
  hdf5Names(): Promise<readonly string[]>;
}

/** Reading and writing of one kind of content. Pure over bytes: no file access. */
export interface Codec<T> {
  /** Throws `InputError` naming the place where the bytes do not say what the format promises. */
  readonly read?: (bytes: Uint8Array, source: Source, options: ReadOptions) => T | Promise<T>;
  /** Throws `UsageError` where the format cannot hold the value. */
  readonly write?: (value: T, options: WriteOptions) => Uint8Array | Promise<Uint8Array>;
}

/** A format of single files: one record in the registry. */
export interface FileFormat {
  readonly kind: 'file';
  readonly name: string;
  /** What people call it, and what is kept of it. */
  readonly title: string;
  /** Lower case, with the dot; the first one is the usual one. */
  readonly extensions: readonly string[];
  readonly sniff: (head: Head) => boolean | Promise<boolean>;
  readonly labels?: Codec<LabelSet>;
  readonly pose?: Codec<PoseTrack>;
  readonly table?: Codec<Table>;
  readonly arrays?: Codec<NamedArrays>;
  readonly events?: Codec<Events>;
  readonly spikes?: Codec<Spikes>;
  /** A whole recording: signals, postures, spikes and events together. */
  readonly session?: Codec<Session>;
}

/** A format that is a folder of files: a tool's project, a recording system's output. */
export interface FolderFormat {
  readonly kind: 'folder';
  readonly name: string;
  readonly title: string;
  /** Whether a folder holding these names is one. */
  readonly sniff: (names: readonly string[]) => boolean;
  readonly readLabels?: (folder: string, options: ReadOptions) => Promise<LabelSet>;
  readonly readEvents?: (folder: string, options: ReadOptions) => Promise<Events>;
  readonly readSpikes?: (folder: string, options: ReadOptions) => Promise<Spikes>;
  readonly writeLabels?: (folder: string, labels: LabelSet, options: WriteOptions) => Promise<void>;
}

export type Format = FileFormat | FolderFormat;

/** The kinds of content that a format reads or writes. */
export function contentsOf(format: Format): readonly Content[] {
  if (format.kind === 'file') return contents.filter((content) => format[content] !== undefined);
  const { readLabels, readEvents, readSpikes } = format;
  return [
    ...(readLabels ? ['labels' as const] : []),
    ...(readEvents ? ['events' as const] : []),
    ...(readSpikes ? ['spikes' as const] : []),
  ];
}
