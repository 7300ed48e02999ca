import { Clock } from '../../signal/clock.ts';
import { InputError, MareyError } from '../../signal/error.ts';
import { Events } from '../../signal/events.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import { Recording, type Source as RecordedSource, type Subject } from '../../signal/recording.ts';
import { Signal, type SignalParts } from '../../signal/signal.ts';
import { timesOf } from '../../signal/time.ts';
import type { Source } from '../format.ts';
import { nodeAt, textAttribute, type Hdf5Group } from '../hdf5/tree.ts';
import type { Session } from '../session.ts';
import { nameOfNode } from './objects.ts';
import { estimationAt, tracksOf, type Estimation } from './read-pose.ts';
import { isSeries, seriesAt, type FoundSeries, type RowReader } from './read-series.ts';
import { channelLabels, eventsOfSeries, eventsOfTable, spikesOfUnits, textAt } from './read-tables.ts';
import { clockModule, unknownDate } from './write.ts';

/** The newest minor version of NWB 2 that has been read. */
const newestMinor = 9;

const typeOf = (group: Hdf5Group): string => textAttribute(group, 'neurodata_type') ?? '';

/**
 * An NWB 2 file as a session. What it holds and Marey cannot represent is said in the session's notes; so is what is broken, as
 * long as the rest can be read. `rows` reads large data from the file when they are needed. Throws `InputError` for another
 * version of NWB, and where nothing at all can be taken.
 */
export function sessionFromTree(tree: Hdf5Group, source: Source, rows?: RowReader): Session {
  const notes: string[] = [];
  checkVersion(tree, source.name, notes);
  const reader = new SessionReader(tree, source, notes, rows);
  for (const place of ['acquisition', 'stimulus/presentation', 'processing', 'analysis', 'intervals']) {
    const group = nodeAt(tree, place);
    if (group?.kind === 'group') reader.visitChildren(group, `/${place}`);
  }
  return reader.session();
}

function checkVersion(tree: Hdf5Group, where: string, notes: string[]): void {
  const version = textAttribute(tree, 'nwb_version');
  const old = nodeAt(tree, 'nwb_version') !== undefined;
  const [major, minor] = (version ?? '').split('.').map(Number);
  if (version === undefined || !Number.isFinite(major) || major !== 2) {
    throw new InputError(
      version === undefined && !old ? 'this is not an NWB file' : 'this version of NWB cannot be read',
      {
        where,
        expected: 'NWB 2',
        got:
          version === undefined ? (old ? 'NWB 1' : 'an HDF5 file without an NWB version') : `NWB ${version}`,
        fix: version === undefined && !old ? undefined : 'Convert it with pynwb, or look for a newer Marey.',
      },
    );
  }
  if (minor > newestMinor)
    notes.push(`The file is of NWB ${version}, newer than what was tried (2.${newestMinor}).`);
}

class SessionReader {
  readonly #tree: Hdf5Group;
  readonly #source: Source;
  readonly #notes: string[];
  readonly #rows: RowReader | undefined;
  readonly #signals: { name: string; path: string; found: FoundSeries }[] = [];
  readonly #events: Events[] = [];
  readonly #estimations: Estimation[] = [];
  readonly #clocks: Clock[] = [];
  readonly #videos: RecordedSource[] = [];
  /** What could not be read, in the words of its error. */
  readonly #broken: string[] = [];

  constructor(tree: Hdf5Group, source: Source, notes: string[], rows: RowReader | undefined) {
    this.#tree = tree;
    this.#source = source;
    this.#notes = notes;
    this.#rows = rows;
  }

  visitChildren(group: Hdf5Group, path: string): void {
    for (const [name, node] of Object.entries(group.children)) {
      if (node.kind !== 'group') continue;
      this.#attempt(`${path}/${name}`, () => this.#visit(node, `${path}/${name}`, nameOfNode(name)));
    }
  }

  #visit(group: Hdf5Group, path: string, name: string): void {
    const type = typeOf(group);
    if (type === 'PoseEstimation') {
      this.#estimations.push(estimationAt(group, path, this.#source, this.#notes));
    } else if (type === 'Skeleton' || type === 'Skeletons') {
      // Read with the estimations that link to them.
    } else if (path.startsWith(`/processing/${clockModule}/`) && isSeries(group)) {
      this.#clocks.push(this.#clock(group, path, name));
    } else if (type === 'AnnotationSeries' || type === 'IntervalSeries') {
      this.#events.push(
        eventsOfSeries(group, path, this.#unused(name, path, this.#events), this.#source, this.#notes),
      );
    } else if (nodeAt(group, 'external_file')) {
      const file = textAt(group, 'external_file');
      this.#videos.push({
        name: this.#unused(name, path, this.#videos),
        kind: 'video',
        ...(file !== undefined && { path: file }),
      });
    } else if (isSeries(group)) {
      const channels = channelLabels(this.#tree, group);
      const context = { source: this.#source, notes: this.#notes, rows: this.#rows, channels };
      const unused = this.#unused(name, path, this.#signals);
      this.#signals.push({ name: unused, path, found: seriesAt(group, path, unused, context) });
    } else if (nodeAt(group, 'start_time') && nodeAt(group, 'stop_time')) {
      this.#events.push(
        eventsOfTable(group, path, this.#unused(name, path, this.#events), this.#source, this.#notes),
      );
    } else this.#visitContainer(group, path, type);
  }

  /** A module, or an interface such as Position, EMG or LFP that holds series. */
  #visitContainer(group: Hdf5Group, path: string, type: string): void {
    const before = this.#count();
    this.visitChildren(group, path);
    const isModule = type === 'ProcessingModule';
    if (!isModule && this.#count() === before) {
      this.#notes.push(`${path}${type ? ` (${type})` : ''} was not taken: Marey has no place for it.`);
    }
  }

  #count(): number {
    const lists = [this.#signals, this.#events, this.#estimations, this.#clocks, this.#videos, this.#broken];
    return lists.reduce((n, list) => n + list.length, 0);
  }

  #attempt(path: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof MareyError)) throw error;
      this.#broken.push(`${path} was left out: ${error.message}`);
    }
  }

  #unused(name: string, path: string, among: readonly { readonly name: string }[]): string {
    return among.some((other) => other.name === name) ? path : name;
  }

  #clock(group: Hdf5Group, path: string, name: string): Clock {
    const context = { source: this.#source, notes: this.#notes };
    const { signal } = seriesAt(group, path, name, context);
    const values = signal!.contiguous();
    const count = signal!.shape[0];
    if (values.length !== 2 * count) {
      throw new InputError('the clock is not one of device times and breaks', { where: path });
    }
    return new Clock({
      name,
      device: Float64Array.from({ length: count }, (_, i) => values[2 * i]),
      master: timesOf(signal!.time!),
      breaks: Array.from({ length: count }, (_, i) => i).filter((i) => values[2 * i + 1] === 1),
      provenance: this.#source.provenance,
    });
  }

  session(): Session {
    const spikes: Recording['spikes'][number][] = [];
    const units = nodeAt(this.#tree, 'units');
    if (units?.kind === 'group') {
      this.#attempt('/units', () => spikes.push(...spikesOfUnits(units, this.#source, this.#notes)));
    }
    const { signals, covariances } = this.#companions();
    let poses: PoseTrack[] = [];
    this.#attempt('the poses', () => {
      poses = tracksOf(this.#estimations, covariances, this.#source);
    });
    const streams = this.#signals.flatMap(({ found }) => (found.stream ? [found.stream] : []));
    const found = signals.length + spikes.length + this.#events.length + poses.length + streams.length;
    if (found === 0 && this.#broken.length > 0) {
      throw new InputError('nothing in this NWB file can be read', {
        where: this.#source.name,
        got: this.#broken[0],
      });
    }
    const startedAt =
      textAt(this.#tree, 'timestamps_reference_time') ?? textAt(this.#tree, 'session_start_time');
    const known =
      startedAt !== undefined &&
      !Number.isNaN(Date.parse(startedAt)) &&
      Date.parse(startedAt) !== Date.parse(unknownDate);
    const recording = new Recording({
      name: textAt(this.#tree, 'general/session_id') ?? textAt(this.#tree, 'identifier') ?? this.#source.name,
      subject: this.#subject(),
      ...(known && { startedAt }),
      sources: this.#videos,
      clocks: this.#clocks,
      signals,
      events: this.#events,
      spikes,
      provenance: this.#source.provenance,
    });
    const said = textAt(this.#tree, 'general/notes')?.split('\n') ?? [];
    const stimuli = this.#signals.filter(({ path }) => path.startsWith('/stimulus/')).map(({ name }) => name);
    const here = stimuli.filter((name) => signals.some((s) => s.name === name));
    return { recording, poses, stimuli: here, streams, notes: [...said, ...this.#notes, ...this.#broken] };
  }

  /** Series that are the confidence or covariance of another go where they belong. */
  #companions(): { readonly signals: Signal[]; readonly covariances: ReadonlyMap<string, Signal> } {
    const signals = new Map<string, Signal>();
    const covariances = new Map<string, Signal>();
    const companions = this.#signals.filter(({ found }) => found.facts?.of !== undefined && found.signal);
    for (const { name, found } of this.#signals)
      if (found.signal && found.facts?.of === undefined) signals.set(name, found.signal);
    for (const { path, found } of companions) {
      const { of, as } = found.facts!;
      const whole = signals.get(of!);
      if (!whole) {
        covariances.set(of!, found.signal!);
        continue;
      }
      this.#attempt(path, () => {
        const part: Partial<SignalParts> =
          as === 'confidence' ? { confidence: found.signal } : { covariance: found.signal };
        signals.set(of!, new Signal({ ...whole, ...part }));
      });
    }
    return { signals: [...signals.values()], covariances };
  }

  #subject(): Subject {
    const at = (name: string): string | undefined => textAt(this.#tree, `general/subject/${name}`);
    const sex = at('sex');
    const weight = /^\s*([\d.]+)\s*(kg|g)?\s*$/.exec(at('weight') ?? '');
    const kilograms = weight && Number(weight[1]) * (weight[2] === 'g' ? 1e-3 : 1);
    const fields = { species: at('species'), age: at('age'), description: at('description') };
    return {
      id: at('subject_id') ?? 'unknown',
      ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
      ...((sex === 'F' || sex === 'M' || sex === 'U' || sex === 'O') && { sex }),
      ...(kilograms !== null && Number.isFinite(kilograms) && { weightKg: kilograms }),
    };
  }
}
