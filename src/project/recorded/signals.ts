import { InputError } from '../../signal/error.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { Signal, type Values } from '../../signal/signal.ts';
import type { TimeAxis } from '../../signal/time.ts';
import { commensurable } from '../../signal/units.ts';
import type { Clock } from '../../signal/clock.ts';
import { isText, numbersOf, type Columns, type NamedValues } from './columns.ts';
import { dataName, type DataFile } from './data-file.ts';
import { axisOf, inSeconds, regularAxis, timeNames } from './times.ts';

/** `time x channel` from columns, or from arrays of time x channel (or channel x time: times decide, else the longer side). */
export function signalOf(
  columns: Columns,
  file: DataFile,
  { clock, provenance, warn }: { clock?: Clock; provenance: Provenance; warn: (text: string) => void },
): Signal {
  const times = file.time === undefined ? columns.called(timeNames) : columns.named(file.time, 'time');
  // A rate without more says it all.
  const byRate = file.rate !== undefined && file.time === undefined && file.timeUnit !== 'sample';
  const counted = byRate ? undefined : times;
  const all = columns.all.filter((column) => column !== times && !isText(column.values));
  const chosen = file.channels ? columns.chosen(file.channels, 'channels') : all;
  const count = counted?.values.length ?? Math.max(0, ...chosen.map(({ shape }) => Math.max(...shape)));
  // Scalars and settings beside the signal are none of its channels; what a person names must fit.
  const fitting = file.channels
    ? chosen
    : chosen.filter(({ shape }) => shape.includes(count) && shape.length < 3);
  if (fitting.length === 0 || count === 0) {
    throw new InputError('there is no signal in the file', {
      where: columns.path,
      expected: counted
        ? `numbers for the ${count} times in "${counted.name}"`
        : 'columns or arrays of numbers',
      got: columns.all.map(({ name, shape }) => `${name} (${shape.join(' x ')})`).join(', ') || 'nothing',
      fix: 'Name them under "channels" in marey.yaml.',
    });
  }
  const channels = fitting.flatMap((column) => channelsOf(column, count, columns.path));
  const [only] = fitting;
  const whole = fitting.length === 1 && only.shape[0] === count ? storable(only.values) : undefined;
  return new Signal({
    name: dataName(file),
    dimensions: [
      { name: 'time', size: count },
      { name: 'channel', size: channels.length, labels: channels.map(({ name }) => name) },
    ],
    values: whole ?? interleaved(channels, count),
    unit: unitOf(file, warn),
    time: timeOf(),
    provenance,
  });

  function timeOf(): TimeAxis {
    if (counted) {
      const own = inSeconds(numbersOf(counted, columns.path), file, columns.path);
      return axisOf(own, clock, `${columns.path}, "${counted.name}"`);
    }
    if (file.rate !== undefined) return regularAxis(count, file.rate, 0, clock);
    throw new InputError('the signal has no times', {
      where: columns.path,
      expected: `a column or array of times (${timeNames.slice(0, 3).join(', ')}, ...), or "rate" in marey.yaml`,
      got: columns.all.map(({ name }) => name).join(', '),
      fix: 'Add "rate: <samples a second>" or "time: <name>" to its entry.',
    });
  }
}

/** A unit that is not known does not keep the signal from being seen. */
function unitOf({ unit = 'au' }: DataFile, warn: (text: string) => void): string {
  try {
    commensurable(unit, unit);
    return unit;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    warn(`${error.message.replace(/^./, (c) => c.toUpperCase())} It is shown in arbitrary units (au).`);
    return 'au';
  }
}

interface Channel {
  readonly name: string;
  readonly at: (t: number) => number;
}

function channelsOf(column: NamedValues, count: number, where: string): Channel[] {
  const { name, shape } = column;
  const values = isText(column.values) ? numbersOf(column, where) : column.values;
  const [rows, across] = shape;
  if (shape.length === 1 && rows === count) return [{ name, at: (t) => Number(values[t]) }];
  if (shape.length !== 2 || (rows !== count && across !== count)) {
    throw new InputError(`"${name}" does not fit the times`, {
      where,
      expected: `${count} values, or ${count} x channels`,
      got: shape.join(' x '),
    });
  }
  const [channels, step, stride] = rows === count ? [across, across, 1] : [rows, 1, across];
  return Array.from({ length: channels }, (_, c) => ({
    name: `${name} ${c + 1}`,
    at: (t) => Number(values[t * step + c * stride]),
  }));
}

/** The array itself where a signal can hold its kind of numbers. */
function storable(values: NamedValues['values']): Values | undefined {
  const kinds = [Float64Array, Float32Array, Int32Array, Int16Array, Uint16Array, Uint8Array];
  return kinds.some((kind) => values instanceof kind) ? (values as Values) : undefined;
}

function interleaved(channels: readonly Channel[], count: number): Float64Array {
  const out = new Float64Array(count * channels.length);
  channels.forEach(({ at }, c) => {
    for (let t = 0; t < count; t++) out[t * channels.length + c] = at(t);
  });
  return out;
}
