import { readFile } from 'node:fs/promises';
import type { Clock } from '../../signal/clock.ts';
import { InputError } from '../../signal/error.ts';
import type { Events } from '../../signal/events.ts';
import type { Json, Provenance } from '../../signal/provenance.ts';
import { deserialize, storedKind } from '../../signal/serialize.ts';
import type { Signal } from '../../signal/signal.ts';
import type { Spikes } from '../../signal/spikes.ts';
import { masterClock, type TimeAxis } from '../../signal/time.ts';
import { sha256OfBytes, sha256OfFile } from '../digest.ts';
import { diskError } from '../disk.ts';
import { exists } from '../folder.ts';
import { Columns } from './columns.ts';
import type { DataFile } from './data-file.ts';
import { eventsOf } from './events.ts';
import { signalOf } from './signals.ts';
import { spikesOf } from './spikes.ts';
import { clockOf, clockWarnings, regularAxis } from './times.ts';

/** What a data file holds, on the clock of the recording's videos. */
export interface Recorded {
  readonly signals: readonly Signal[];
  readonly events: readonly Events[];
  readonly spikes: readonly Spikes[];
  /** What should be known before it is believed, in words. */
  readonly warnings: readonly string[];
}

const nothing: Recorded = { signals: [], events: [], spikes: [], warnings: [] };
const ownSignature = Buffer.from([0x89, 0x4d, 0x52, 0x59]);

/**
 * Reads a data file that `marey.yaml` names, on the clock of the videos. `path` is where it lies. Times must be in order; nothing is
 * sorted in silence. Missing values of signals are NaN.
 *
 * Throws `InputError` with file and place where it cannot be what `file` says it is.
 */
export async function readRecorded(path: string, file: DataFile): Promise<Recorded> {
  if (!(await exists(path))) {
    throw new InputError('the file is not there', {
      where: path,
      fix: 'Put it back, or correct its path in marey.yaml.',
    });
  }
  const own = await ownForm(path);
  const { path: source, ...said } = file;
  const provenance: Provenance = {
    step: 'import',
    source,
    sha256: own ? sha256OfBytes(own) : await sha256OfFile(path),
    options: said as { readonly [key: string]: Json },
  };
  const clock = clockOf(file, provenance);
  const warnings = clockWarnings(clock);
  if (own) {
    const stored = fromOwnForm(own, path);
    const read = clock ? onVideoClock(stored, clock) : stored;
    return { ...chosen(read, file, path), warnings };
  }
  if (file.kind === undefined) {
    throw new InputError('it is not said what this file holds', {
      where: path,
      expected: '"kind: signal", "kind: events" or "kind: spikes" in its entry in marey.yaml',
    });
  }
  const columns = await Columns.read(path);
  const about = { clock, provenance, warn: (text: string) => void warnings.push(text) };
  switch (file.kind) {
    case 'signal':
      return { ...nothing, signals: [signalOf(columns, file, about)], warnings };
    case 'events':
      return { ...nothing, events: [eventsOf(columns, file, about)], warnings };
    case 'spikes':
      return { ...nothing, spikes: [spikesOf(columns, file, about)], warnings };
    default:
      return file.kind satisfies never;
  }
}

async function ownForm(path: string): Promise<Uint8Array | undefined> {
  try {
    if (!/\.marey$/i.test(path)) return undefined;
    const bytes = await readFile(path);
    return bytes.subarray(0, 4).equals(ownSignature) ? bytes : undefined;
  } catch (error) {
    throw diskError(error, path);
  }
}

function fromOwnForm(bytes: Uint8Array, path: string): Recorded {
  const kind = storedKind(bytes, path);
  switch (kind) {
    case 'Recording': {
      const { signals, events, spikes } = deserialize('Recording', bytes, path).onMasterClock();
      const timed = signals.filter(({ dimensions }) => dimensions[0]?.name === 'time');
      return { ...nothing, signals: timed, events, spikes };
    }
    case 'Signal':
      return { ...nothing, signals: [deserialize('Signal', bytes, path)] };
    case 'Events':
      return { ...nothing, events: [deserialize('Events', bytes, path)] };
    case 'Spikes':
      return { ...nothing, spikes: [deserialize('Spikes', bytes, path)] };
    default:
      throw new InputError('this is nothing that was recorded beside a video', {
        where: path,
        expected: 'a Recording, Signal, Events or Spikes',
        got: kind,
      });
  }
}

function onVideoClock({ signals, events, spikes, warnings }: Recorded, clock: Clock): Recorded {
  const map = (t: number): number => clock.toMaster(t);
  const moved = (axis: TimeAxis): TimeAxis =>
    axis.kind === 'regular'
      ? regularAxis(axis.count, axis.rate, axis.startSeconds, clock)
      : { ...axis, times: axis.times.map(map) };
  return {
    signals: signals.map((signal) => (signal.time ? signal.onTime(moved(signal.time)) : signal)),
    events: events.map((list) => list.onClock(masterClock, map)),
    spikes: spikes.map((list) => list.onClock(masterClock, map)),
    warnings,
  };
}

/** Of a file in Marey's own form, those that `channels` names. */
function chosen(read: Recorded, { channels, kind }: DataFile, path: string): Recorded {
  const fits = (of: DataFile['kind'], { name }: { readonly name: string }): boolean =>
    (kind === undefined || kind === of) && (channels === undefined || channels.includes(name));
  const kept = {
    ...read,
    signals: read.signals.filter((signal) => fits('signal', signal)),
    events: read.events.filter((events) => fits('events', events)),
    spikes: read.spikes.filter((spikes) => fits('spikes', spikes)),
  };
  if (kept.signals.length + kept.events.length + kept.spikes.length > 0) return kept;
  const names = [...read.signals, ...read.events, ...read.spikes].map(({ name }) => name);
  throw new InputError('the file holds nothing of what is asked for', {
    where: path,
    expected: [kind, channels?.join(', ')].filter(Boolean).join(' called ') || 'a signal, events or spikes',
    got: names.join(', ') || 'nothing',
  });
}

/** One line on what was read, for a person. */
export function recordedWords({ signals, events, spikes }: Recorded): string[] {
  return [
    ...signals.map(
      ({ name, shape, unit }) =>
        `${name}: a signal of ${shape[0]} samples, ${shape.slice(1).reduce((n, size) => n * size, 1)} channels, in ${unit}`,
    ),
    ...events.map(
      ({ name, count, vocabulary }) => `${name}: ${count} events (${vocabulary.slice(0, 5).join(', ')})`,
    ),
    ...spikes.map(({ name, units, count }) => `${name}: ${count} spikes of ${units.length} units`),
  ];
}
