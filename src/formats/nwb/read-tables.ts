import { InputError } from '../../signal/error.ts';
import { Events, type Event } from '../../signal/events.ts';
import { Spikes } from '../../signal/spikes.ts';
import type { Source } from '../format.ts';
import {
  datasetAt,
  doublesIn,
  nodeAt,
  numbersIn,
  textsIn,
  type Hdf5Dataset,
  type Hdf5Group,
} from '../hdf5/tree.ts';

/** Columns that name an event, in the order in which they are looked for. */
const labelColumns = [
  'label',
  'labels',
  'behavior',
  'event',
  'event_type',
  'stimulus_type',
  'stimulus',
  'condition',
  'trial_type',
  'type',
];

const textsOf = (table: Hdf5Group, name: string): readonly string[] | undefined => {
  const node = nodeAt(table, name);
  return node?.kind === 'dataset' && node.data.kind === 'text' && !nodeAt(table, `${name}_index`)
    ? node.data.values
    : undefined;
};

/** A table of intervals as events. Rows without times are left out and said, as are columns that events cannot hold. */
export function eventsOfTable(
  table: Hdf5Group,
  path: string,
  name: string,
  source: Source,
  notes: string[],
): Events {
  const where = `${source.name}, ${path}`;
  const starts = doublesIn(datasetAt(table, 'start_time', where), 'start_time', where);
  const stops = doublesIn(datasetAt(table, 'stop_time', where), 'stop_time', where);
  if (starts.length !== stops.length) {
    throw new InputError('the columns differ in length', {
      where,
      expected: `${starts.length} stop times`,
      got: `${stops.length}`,
    });
  }
  const labelColumn = labelColumns.find((column) => textsOf(table, column)?.length === starts.length);
  const labels = labelColumn === undefined ? undefined : textsOf(table, labelColumn);
  const said = textsOf(table, 'source');
  const from = said?.length === starts.length ? said : undefined;
  const taken = new Set(['id', 'start_time', 'stop_time', labelColumn, from && 'source']);
  const left = Object.keys(table.children).filter(
    (column) => !taken.has(column) && !column.endsWith('_index'),
  );
  if (left.length > 0) notes.push(`${path}: the columns ${left.join(', ')} were not taken.`);
  const events: Event[] = [];
  let without = 0;
  for (let i = 0; i < starts.length; i++) {
    if (!Number.isFinite(starts[i])) {
      without++;
      continue;
    }
    const event = { startSeconds: starts[i], label: labels?.[i] ?? name, source: from?.[i] ?? source.name };
    // A bout that never ended is a point: its end is not known.
    events.push(
      Number.isFinite(stops[i]) && stops[i] !== starts[i] ? { ...event, endSeconds: stops[i] } : event,
    );
  }
  if (without > 0)
    notes.push(`${path}: ${without} of ${starts.length} rows have no start and were left out.`);
  return new Events(events, { name, provenance: source.provenance });
}

/** AnnotationSeries: texts at times. IntervalSeries: n > 0 starts and -n ends what kind n is. */
export function eventsOfSeries(
  group: Hdf5Group,
  path: string,
  name: string,
  source: Source,
  notes: string[],
): Events {
  const where = `${source.name}, ${path}`;
  const times = doublesIn(datasetAt(group, 'timestamps', where), 'timestamps', where);
  const data = datasetAt(group, 'data', where);
  if (data.shape.length !== 1 || data.shape[0] !== times.length) {
    throw new InputError('there is not one entry a time', {
      where,
      expected: `${times.length}`,
      got: data.shape.join(' x '),
    });
  }
  const provenance = { name, provenance: source.provenance };
  if (data.data.kind === 'text') {
    const labels = data.data.values;
    return new Events(
      Array.from(times, (startSeconds, i) => ({ startSeconds, label: labels[i], source: source.name })),
      provenance,
    );
  }
  const kinds = doublesIn(data, 'data', where);
  const open = new Map<number, number>();
  const several = new Set(kinds.map(Math.abs)).size > 1;
  const events: Event[] = [];
  let loose = 0;
  for (let i = 0; i < times.length; i++) {
    const kind = Math.abs(kinds[i]);
    const startSeconds = open.get(kind);
    if (kinds[i] > 0) {
      if (startSeconds !== undefined) loose++;
      open.set(kind, times[i]);
    } else if (startSeconds === undefined) loose++;
    else {
      const label = several ? `${name} ${kind}` : name;
      events.push({ startSeconds, endSeconds: times[i], label, source: source.name });
      open.delete(kind);
    }
  }
  loose += open.size;
  if (loose > 0) notes.push(`${path}: ${loose} starts or stops without their other half were left out.`);
  return new Events(events, provenance);
}

/** The table of units as spikes, one family a population. Throws `InputError` for an index that leads out of the times. */
export function spikesOfUnits(table: Hdf5Group, source: Source, notes: string[]): Spikes[] {
  const where = `${source.name}, /units`;
  if (!nodeAt(table, 'spike_times')) {
    notes.push('/units holds no spike times and was not taken.');
    return [];
  }
  const times = doublesIn(datasetAt(table, 'spike_times', where), 'spike_times', where);
  const ends = doublesIn(datasetAt(table, 'spike_times_index', where), 'spike_times_index', where);
  ends.forEach((end, u) => {
    if (!(Number.isSafeInteger(end) && end >= (ends[u - 1] ?? 0) && end <= times.length)) {
      throw new InputError('the index of the spike times is broken', {
        where: `${where}, unit ${u}`,
        expected: `${ends[u - 1] ?? 0} to ${times.length}`,
        got: `${end}`,
      });
    }
  });
  const ids = nodeAt(table, 'id');
  const idOf = (u: number): string =>
    ids?.kind === 'dataset' && ids.data.kind === 'number' && ids.shape[0] === ends.length
      ? `${numbersIn(ids, 'id', where)[u]}`
      : `${u}`;
  const given = textsOf(table, 'unit_name');
  const named = given?.length === ends.length && given;
  const populations = textsOf(table, 'population');
  const population = (u: number): string => (populations?.length === ends.length ? populations[u] : 'units');
  const taken = new Set([
    'id',
    'spike_times',
    'spike_times_index',
    named && 'unit_name',
    populations && 'population',
  ]);
  const left = Object.keys(table.children).filter(
    (column) => !taken.has(column) && !column.endsWith('_index'),
  );
  if (left.length > 0) notes.push(`/units: the columns ${left.join(', ')} were not taken.`);
  const families = new Map<string, number[]>();
  for (const u of ends.keys()) families.set(population(u), [...(families.get(population(u)) ?? []), u]);
  return Array.from(families, ([name, members]) => {
    const names = members.map((u) => (named ? named[u] : `unit ${idOf(u)}`));
    const twice = names.some((n, i) => names.indexOf(n) !== i);
    return Spikes.from(
      members.map((u, i) => {
        const own = times.slice(ends[u - 1] ?? 0, ends[u]);
        if (own.some((t, k) => k > 0 && t < own[k - 1])) {
          notes.push(`/units: the spikes of "${names[i]}" were not in order and were sorted.`);
          own.sort();
        }
        return [twice ? `${names[i]} (${u})` : names[i], own] as const;
      }),
      { name, provenance: source.provenance },
    );
  });
}

/** Labels of a series' channels: the `location` of its electrodes. */
export function channelLabels(root: Hdf5Group, series: Hdf5Group): string[] | undefined {
  const rows = series.children['electrodes'];
  const locations = nodeAt(root, 'general/extracellular_ephys/electrodes/location');
  const isRead = (node: typeof rows | undefined): node is Hdf5Dataset => node?.kind === 'dataset';
  if (!isRead(rows) || rows.data.kind !== 'number' || !isRead(locations) || locations.data.kind !== 'text')
    return undefined;
  const { values } = locations.data;
  const labels = Array.from(rows.data.values as ArrayLike<number | bigint>, (row) => values[Number(row)]);
  // Places that several channels share tell them not apart.
  return labels.every((l) => l !== undefined) && new Set(labels).size === labels.length ? labels : undefined;
}

/** The first text of a dataset below a group, where there is one. */
export function textAt(group: Hdf5Group, path: string): string | undefined {
  const node = nodeAt(group, path);
  return node?.kind === 'dataset' && node.data.kind === 'text' ? textsIn(node, path, path)[0] : undefined;
}
