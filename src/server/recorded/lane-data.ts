import { Pyramid } from '../../math/pyramid.ts';
import { readRecorded, type DataFile } from '../../project/index.ts';
import { seriesOf } from '../../measure/kinematics/series.ts';
import { sources, type Provenance } from '../../signal/provenance.ts';
import type { Events } from '../../signal/events.ts';
import type { Signal } from '../../signal/signal.ts';
import type { Spikes } from '../../signal/spikes.ts';
import type { TimeAxis } from '../../signal/time.ts';
import type { RecordedLane } from '../api.ts';

/** Channels that are drawn in one lane, at most: more could not be told apart. */
const channelsTogether = 3;

/** Samples and, level by level, the extremes of 8, 64, 512, ... of them (see `Pyramid`). */
export type Levels = readonly Float32Array<ArrayBuffer>[];

/** A lane with its values, as it crosses from the thread that read it. Its id is made unique by who keeps it. */
export interface LaneData {
  readonly lane: Omit<RecordedLane, 'group'>;
  /** Of a signal, one a channel. */
  readonly series?: readonly Levels[];
  readonly time?: TimeAxis;
  /** Of events: starts, ends and numbers of labels one after the other; of spikes: the times of unit after unit. */
  readonly values?: Float64Array<ArrayBuffer>;
}

/** Reads a data file and makes its lanes ready to be looked at. Throws as `readRecorded` does. */
export async function readLanes(path: string, file: DataFile): Promise<readonly LaneData[]> {
  const { signals, events, spikes, warnings } = await readRecorded(path, file);
  const lanes = [...signals.flatMap(signalLanes), ...events.map(eventsLane), ...spikes.map(spikesLane)];
  const [first, ...rest] = lanes;
  // What is to be known of the file stands with its first lane.
  return first ? [{ ...first, lane: { ...first.lane, warnings } }, ...rest] : [];
}

function signalLanes(signal: Signal): LaneData[] {
  const view = seriesOf(signal);
  const names = channelNames(signal);
  const lanes: LaneData[] = [];
  const each = view.series <= channelsTogether ? view.series : 1;
  const values = signal.contiguous();
  for (let first = 0; first < view.series; first += each) {
    const own = names.slice(first, first + each);
    const single = view.series === 1;
    const series = own.map((_, i) => levelsOf(values, view.count, view.series, first + i));
    lanes.push({
      lane: {
        id: single || each > 1 ? signal.name : `${signal.name}/${own[0]}`,
        title: single || each > 1 ? signal.name : own[0],
        provenance: wordsOf(signal.provenance),
        warnings: [],
        content: {
          kind: 'signal',
          unit: signal.unit,
          series: own,
          reach: series.map(reachOf),
          count: view.count,
          ...(view.axis.kind === 'regular' && {
            regular: { startSeconds: view.axis.startSeconds, rate: view.axis.rate },
          }),
        },
      },
      series,
      time: view.axis,
    });
  }
  return lanes;
}

function channelNames({ name, dimensions }: Signal): string[] {
  const names = dimensions
    .slice(1)
    .reduce<string[]>(
      (all, d) =>
        all.flatMap((before) =>
          Array.from({ length: d.size }, (_, i) => `${before} ${d.labels?.[i] ?? i + 1}`.trim()),
        ),
      [''],
    );
  return names.map((own) => own || name);
}

function levelsOf(values: ArrayLike<number>, count: number, stride: number, offset: number): Levels {
  const samples = new Float32Array(count);
  for (let t = 0; t < count; t++) samples[t] = values[t * stride + offset];
  const { levels } = new Pyramid(samples);
  return [samples, ...(levels as Float32Array<ArrayBuffer>[])];
}

/** The extremes of all, NaN as null. */
function reachOf([samples, ...levels]: Levels): readonly [number, number] | null {
  const top = levels.at(-1) ?? samples;
  let [low, high] = [Infinity, -Infinity];
  for (const v of top) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  return low <= high ? [low, high] : null;
}

function eventsLane(events: Events): LaneData {
  const labels = events.vocabulary;
  const place = new Map(labels.map((label, i) => [label, i]));
  const values = new Float64Array(3 * events.count);
  values.set(events.starts, 0);
  values.set(events.ends, events.count);
  values.set(
    events.labels.map((label) => place.get(label)!),
    2 * events.count,
  );
  return {
    lane: {
      id: events.name,
      title: events.name,
      provenance: wordsOf(events.provenance),
      warnings: [],
      content: { kind: 'events', count: events.count, labels },
    },
    values,
  };
}

function spikesLane(spikes: Spikes): LaneData {
  const values = new Float64Array(spikes.count);
  let at = 0;
  const counts = spikes.units.map((_, u) => {
    const times = spikes.unit(u);
    values.set(times, at);
    at += times.length;
    return times.length;
  });
  return {
    lane: {
      id: spikes.name,
      title: spikes.name,
      provenance: wordsOf(spikes.provenance),
      warnings: [],
      content: { kind: 'spikes', units: spikes.units, counts },
    },
    values,
  };
}

/** Where values came from, for a person: files, how they were read, by which step. */
function wordsOf(provenance: Provenance): string {
  const { step, options = {}, sha256 } = provenance;
  const said = Object.entries(options).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const files = sources(provenance);
  return [
    files.length > 0 ? `From ${files.join(', ')}` : `Made by ${step}`,
    ...(said.length > 0 ? [`read as: ${said.join(', ')}`] : []),
    ...(sha256 === undefined ? [] : [`SHA-256 ${sha256.slice(0, 12)}…`]),
  ].join('; ');
}
