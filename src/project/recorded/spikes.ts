import type { Clock } from '../../signal/clock.ts';
import { InputError } from '../../signal/error.ts';
import type { Provenance } from '../../signal/provenance.ts';
import { Spikes } from '../../signal/spikes.ts';
import { masterClock } from '../../signal/time.ts';
import { isText, numbersOf, textsOf, type Columns } from './columns.ts';
import { dataName, type DataFile } from './data-file.ts';
import { inSeconds, timeNames } from './times.ts';

const spikeTimeNames = ['spiketimes', ...timeNames];
const spikeUnitNames = [
  'spikeunit',
  'unit',
  'units',
  'unitid',
  'cluster',
  'clusterid',
  'spikeclusters',
  'neuron',
  'cell',
];

/** Times beside the unit of each, or one column or array of times a unit. Missing times are left out, the order is checked. */
export function spikesOf(
  columns: Columns,
  file: DataFile,
  { clock, provenance }: { clock?: Clock; provenance: Provenance },
): Spikes {
  const { path } = columns;
  const name = dataName(file);
  const spikes = Spikes.from(byUnit(), { name: `${path}, "${name}"`, provenance });
  const named = new Spikes({ ...spikes, name });
  return clock ? named.onClock(masterClock, (t) => clock.toMaster(t)) : named;

  function byUnit(): [string, Float64Array][] {
    const units =
      file.spikeUnit === undefined
        ? columns.called(spikeUnitNames)
        : columns.named(file.spikeUnit, 'spikeUnit');
    if (units && !file.channels) return grouped(textsOf(units), units.name);
    const own = file.channels
      ? columns.chosen(file.channels, 'channels')
      : columns.all.filter(({ values }) => !isText(values));
    if (own.length === 0) {
      throw new InputError('there are no spike times in the file', {
        where: path,
        expected: 'times with the unit of each, or one column or array of times a unit',
        got: columns.all.map((column) => column.name).join(', ') || 'nothing',
      });
    }
    return own.map((column) => [
      column.name,
      inSeconds(numbersOf(column, path), file, path).filter((t) => !Number.isNaN(t)),
    ]);
  }

  function grouped(unitOf: readonly string[], unitName: string): [string, Float64Array][] {
    const times = file.time === undefined ? columns.called(spikeTimeNames) : columns.named(file.time, 'time');
    if (!times || times.values.length !== unitOf.length) {
      throw new InputError('the spikes have units and no times', {
        where: path,
        expected: `${unitOf.length} times, one for each entry of "${unitName}"`,
        got: times ? `${times.values.length} in "${times.name}"` : columns.all.map((c) => c.name).join(', '),
        fix: 'Name them with "time" in marey.yaml.',
      });
    }
    const seconds = inSeconds(numbersOf(times, path), file, path);
    const lists = new Map<string, number[]>();
    unitOf.forEach((unit, i) => {
      const list = lists.get(unit);
      if (list) list.push(seconds[i]);
      else lists.set(unit, [seconds[i]]);
    });
    const order = new Intl.Collator('en', { numeric: true });
    return [...lists]
      .sort(([a], [b]) => order.compare(a, b))
      .map(([unit, list]) => [unit, Float64Array.from(list)]);
  }
}
