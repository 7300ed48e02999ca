import type { Clock } from '../../signal/clock.ts';
import { InputError } from '../../signal/error.ts';
import { Events } from '../../signal/events.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { masterClock } from '../../signal/time.ts';
import { numbersOf, textsOf, type Columns, type NamedValues } from './columns.ts';
import { dataName, type DataFile } from './data-file.ts';
import { inSeconds, timeNames } from './times.ts';

const startNames = ['onset', 'start', 'starttime', 'startseconds', ...timeNames];
const endNames = ['end', 'stop', 'endtime', 'stoptime', 'endseconds'];
const durationNames = ['duration', 'durationseconds'];
const labelNames = ['label', 'behavior', 'behaviour', 'event', 'trialtype', 'type', 'name', 'condition'];

/** One event a row: its start, its end or duration where it lasts, its label (default: the name of the data). */
export function eventsOf(
  columns: Columns,
  file: DataFile,
  { clock, provenance }: { clock?: Clock; provenance: Provenance },
): Events {
  const { path } = columns;
  const column = (
    key: 'time' | 'end' | 'duration' | 'label',
    names: readonly string[],
  ): NamedValues | undefined => {
    const name = file[key];
    return name === undefined ? columns.called(names) : columns.named(name, key);
  };
  const start = column('time', startNames);
  if (!start) {
    throw new InputError('there are no times of events in the file', {
      where: path,
      expected: `a column or array called ${startNames.slice(0, 5).join(', ')}, ...`,
      got: columns.all.map(({ name }) => name).join(', '),
      fix: 'Name it with "time" in marey.yaml.',
    });
  }
  const end = column('end', endNames);
  const duration = end ? undefined : column('duration', durationNames);
  const label = column('label', labelNames);
  const seconds = (values: NamedValues): Float64Array => inSeconds(numbersOf(values, path), file, path);
  for (const other of [end, duration, label]) {
    if (!other || other.values.length === start.values.length) continue;
    throw new InputError(`"${other.name}" and "${start.name}" differ in length`, {
      where: path,
      expected: `${start.values.length} values`,
      got: `${other.values.length}`,
    });
  }
  const [starts, lasts, ends] = [seconds(start), duration && seconds(duration), end && seconds(end)];
  const labels = label && textsOf(label);
  const list = Array.from(starts, (startSeconds, i) => {
    const until = ends ? ends[i] : lasts ? startSeconds + lasts[i] : NaN;
    return {
      startSeconds,
      // Nothing in the cell: a point.
      ...(Number.isNaN(until) ? {} : { endSeconds: until }),
      label: labels?.[i] || dataName(file),
      source: file.path,
    };
  });
  const events = new Events(list, { name: dataName(file), provenance });
  return clock ? events.onClock(masterClock, (t) => clock.toMaster(t)) : events;
}
