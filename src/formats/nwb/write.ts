import type { Clock } from '../../signal/clock.ts';
import { UsageError } from '../../signal/error.ts';
import type { Events } from '../../signal/events.ts';
import { canonicalJson } from '../../signal/provenance.ts';
import type { Recording, Subject } from '../../signal/recording.ts';
import { Signal } from '../../signal/signal.ts';
import type { Spikes } from '../../signal/spikes.ts';
import { irregularTime, masterClock } from '../../signal/time.ts';
import { dataset, group, numbers, varyingTexts, type Hdf5Group, type Hdf5Node } from '../hdf5/tree.ts';
import type { Session } from '../session.ts';
import {
  dynamicTable,
  identified,
  nodeName,
  reference,
  specifications,
  text,
  typedGroup,
  uuid,
  type TableColumn,
} from './objects.ts';
import { posesOf } from './write-pose.ts';
import { isElectrical, series } from './write-series.ts';

/** Stands where a file must have a date and none is known. */
export const unknownDate = '1970-01-01T00:00:00+00:00';

/** The processing module that holds the clocks of devices. */
export const clockModule = 'clocks';

/**
 * A session as an NWB 2.7 file with ndx-pose 0.4. All is put on the master clock, since NWB has one time; device clocks are kept as
 * series of device times. Covariances and confidences that NWB has no place for are series beside their signals. What is changed is
 * said in the file's notes. Throws `UsageError` for what cannot be held: signals without time, tracks that count frames.
 */
export function sessionTree(session: Session): Hdf5Group {
  if (session.streams.length > 0) {
    throw new UsageError('a session of streams cannot be written', {
      got: session.streams.map((s) => s.name).join(', '),
      fix: 'Read these signals into memory first, or leave them out.',
    });
  }
  const { notes, recording } = onOneClock(session);
  const { startedAt, name } = recording;
  if (startedAt === undefined)
    notes.push(`The start of the session is not known; ${unknownDate} stands for it.`);
  if (recording.sources.length > 0) notes.push(`Sources: ${sourcesText(recording)}.`);
  const date = startedAt === undefined ? unknownDate : new Date(startedAt).toISOString();
  const identity = uuid(canonicalJson([name, date, recording.subject.id]));
  const stimuli = recording.signals.filter((s) => session.stimuli.includes(s.name));
  const acquired = recording.signals.filter((s) => !session.stimuli.includes(s.name));
  const electrodes = electrodeRows(recording.signals);
  const place = (signals: readonly Signal[]): Hdf5Group =>
    group(Object.fromEntries(signals.flatMap((s) => withCompanions(s, electrodes.rows.get(s.name)))));
  const tree = typedGroup(
    'NWBFile',
    {
      specifications: specifications(),
      general: general(recording, notes, electrodes),
      acquisition: place(acquired),
      analysis: group({}),
      stimulus: group({ presentation: place(stimuli), templates: group({}) }),
      processing: group(processing(session, recording)),
      ...(recording.events.length > 0 && {
        intervals: group(Object.fromEntries(recording.events.map((e) => [nodeName(e.name), intervals(e)]))),
      }),
      ...(recording.spikes.length > 0 && { units: units(recording.spikes) }),
      file_create_date: dataset(varyingTexts([date])),
      identifier: dataset(text(identity)),
      session_description: dataset(text(name)),
      session_start_time: dataset(text(date)),
      timestamps_reference_time: dataset(text(date)),
    },
    { nwb_version: text('2.7.0'), '.specloc': reference('/specifications') },
  );
  return identified(tree, identity);
}

/** Every part on the master clock, and what was moved. */
function onOneClock(session: Session): { readonly recording: Recording; readonly notes: string[] } {
  const { recording } = session;
  const moved = [
    ...recording.signals.map((s) => ({ name: s.name, clock: s.time?.clock })),
    ...recording.events,
    ...recording.spikes,
  ]
    .filter(({ clock }) => clock !== undefined && clock !== masterClock)
    .map(({ name, clock }) => `"${name}" was moved from the clock "${clock}" to master time.`);
  for (const { positions } of session.poses) {
    const { clock } = positions.time!;
    if (clock !== masterClock && clock !== 'frames') {
      throw new UsageError(`the track "${positions.name}" is on another clock`, {
        expected: masterClock,
        got: clock,
        fix: 'Map it to master time with its clock first.',
      });
    }
  }
  const lost = Object.keys(recording.notes).length > 0 ? [`Notes: ${canonicalJson(recording.notes)}`] : [];
  return { recording: recording.onMasterClock(), notes: [...session.notes, ...moved, ...lost] };
}

const sourcesText = ({ sources }: Recording): string =>
  sources
    .map(({ name, kind, path }) => `${name} (${kind}${path === undefined ? '' : `, ${path}`})`)
    .join('; ');

interface Electrodes {
  readonly rows: ReadonlyMap<string, Int32Array>;
  readonly groups: readonly string[];
  readonly labels: readonly string[];
  readonly groupOf: readonly string[];
}

function electrodeRows(signals: readonly Signal[]): Electrodes {
  const rows = new Map<string, Int32Array>();
  const labels: string[] = [];
  const groupOf: string[] = [];
  for (const signal of signals.filter(isElectrical)) {
    const { size, labels: channels } = signal.dimensions[1];
    rows.set(
      signal.name,
      Int32Array.from({ length: size }, (_, i) => labels.length + i),
    );
    for (let i = 0; i < size; i++) {
      labels.push(channels?.[i] ?? `${i}`);
      groupOf.push(nodeName(signal.name));
    }
  }
  return { rows, groups: [...rows.keys()].map(nodeName), labels, groupOf };
}

function general(recording: Recording, notes: readonly string[], electrodes: Electrodes): Hdf5Group {
  const { groups, labels, groupOf } = electrodes;
  const ephys = '/general/extracellular_ephys';
  const device = (name: string): Hdf5Group =>
    typedGroup('Device', {}, { description: text(`What recorded ${name}.`) });
  return group({
    ...(notes.length > 0 && { notes: dataset(text(notes.join('\n'))) }),
    session_id: dataset(text(recording.name)),
    subject: subject(recording.subject),
    ...(groups.length > 0 && {
      devices: group(Object.fromEntries(groups.map((g) => [g, device(g)]))),
      extracellular_ephys: group({
        ...Object.fromEntries(
          groups.map((g) => [
            g,
            typedGroup(
              'ElectrodeGroup',
              {},
              { description: text(`Electrodes of ${g}.`), location: text('see the electrodes') },
              { device: `/general/devices/${g}` },
            ),
          ]),
        ),
        electrodes: dynamicTable(
          'DynamicTable',
          `${ephys}/electrodes`,
          'The electrode of each channel.',
          [
            textColumn(
              'location',
              'What the electrode records: muscle or region, as the channel is called.',
              labels,
            ),
            {
              name: 'group',
              description: 'The group that the electrode belongs to.',
              array: {
                shape: [groupOf.length],
                data: { kind: 'reference', values: groupOf.map((g) => `${ephys}/${g}`) },
              },
            },
            textColumn('group_name', 'The name of that group.', groupOf),
          ],
          labels.length,
        ),
      }),
    }),
  });
}

function subject({ id, species, sex, age, weightKg, description }: Subject): Hdf5Group {
  return typedGroup('Subject', {
    subject_id: dataset(text(id)),
    ...(species !== undefined && { species: dataset(text(species)) }),
    ...(sex !== undefined && { sex: dataset(text(sex)) }),
    ...(age !== undefined && { age: dataset(text(age), { reference: text('birth') }) }),
    ...(weightKg !== undefined && { weight: dataset(text(`${weightKg} kg`)) }),
    ...(description !== undefined && { description: dataset(text(description)) }),
  });
}

/** A signal's series, and one each for the confidence and covariance that NWB has no place for. */
function withCompanions(signal: Signal, electrodes: Int32Array | undefined): [string, Hdf5Group][] {
  const out: [string, Hdf5Group][] = [[nodeName(signal.name), series(signal, {}, electrodes)]];
  for (const as of ['confidence', 'covariance'] as const) {
    const companion = signal[as];
    if (companion) out.push([nodeName(`${signal.name} ${as}`), series(companion, { of: signal.name, as })]);
  }
  return out;
}

function processing(session: Session, { clocks }: Recording): Record<string, Hdf5Group> {
  const module = (description: string, children: Record<string, Hdf5Node>): Hdf5Group =>
    typedGroup('ProcessingModule', children, { description: text(description) });
  const poses = session.poses.map(posesOf);
  return {
    ...(poses.length > 0 && {
      behavior: module('Postures.', {
        Skeletons: typedGroup('Skeletons', Object.fromEntries(poses.map((p) => p.skeleton))),
        ...Object.fromEntries(poses.flatMap((p) => p.poses)),
      }),
    }),
    ...(clocks.length > 0 && {
      [clockModule]: module(
        'Clocks of devices: the device time of moments in master time.',
        Object.fromEntries(clocks.map((clock) => [nodeName(clock.name), series(clockSignal(clock))])),
      ),
    }),
  };
}

/** Device times over master time; 1 beside a knot before which the device kept no time. */
function clockSignal({ name, device, master, breaks, provenance }: Clock): Signal {
  return new Signal({
    name,
    dimensions: [
      { name: 'time', size: device.length },
      { name: 'knot', size: 2, labels: ['device time', 'after a break'] },
    ],
    values: Float64Array.from({ length: 2 * device.length }, (_, i) =>
      i % 2 === 0 ? device[i / 2] : Number(breaks.includes((i - 1) / 2)),
    ),
    unit: 's',
    time: irregularTime(master),
    provenance,
  });
}

const textColumn = (name: string, description: string, values: readonly string[]): TableColumn => ({
  name,
  description,
  array: varyingTexts(values),
});

function intervals(events: Events): Hdf5Group {
  return dynamicTable(
    'TimeIntervals',
    `/intervals/${nodeName(events.name)}`,
    `Events of "${events.name}"; what starts and stops at once is a point in time.`,
    [
      { name: 'start_time', description: 'Start, seconds.', array: numbers(events.starts) },
      { name: 'stop_time', description: 'End, seconds.', array: numbers(events.ends) },
      textColumn('label', 'What it is.', events.labels),
      textColumn('source', 'Who or what said so.', events.sources),
    ],
    events.count,
  );
}

function units(spikes: readonly Spikes[]): Hdf5Group {
  const all = spikes.flatMap((s) => s.units.map((unit, u) => ({ family: s.name, unit, times: s.unit(u) })));
  const times = new Float64Array(all.reduce((n, { times }) => n + times.length, 0));
  const ends = new Uint32Array(all.length);
  let at = 0;
  all.forEach(({ times: own }, u) => {
    times.set(own, at);
    ends[u] = at += own.length;
  });
  return dynamicTable(
    'Units',
    '/units',
    'Units and the times of their spikes.',
    [
      textColumn(
        'unit_name',
        'What the unit is called.',
        all.map((u) => u.unit),
      ),
      textColumn(
        'population',
        'Which units belong together.',
        all.map((u) => u.family),
      ),
      {
        name: 'spike_times',
        description: 'Times of the spikes, seconds.',
        array: numbers(times),
        index: ends,
      },
    ],
    all.length,
  );
}
