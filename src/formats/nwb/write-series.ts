import { UsageError } from '../../signal/error.ts';
import type { Signal } from '../../signal/signal.ts';
import type { TimeAxis } from '../../signal/time.ts';
import { commensurable, conversionFactor } from '../../signal/units.ts';
import { dataset, numbers, type Hdf5Dataset, type Hdf5Group } from '../hdf5/tree.ts';
import { reference, real, text, typedDataset, typedGroup, whole, type Children } from './objects.ts';
import { spelledUnit } from './units.ts';

/** What a series' comments say so that reading gives the same signal back. */
export interface SeriesFacts {
  readonly dimensions: readonly { readonly name: string; readonly labels?: readonly string[] }[];
  readonly unit: string;
  /** The signal that this one is the confidence or covariance of. */
  readonly of?: string;
  readonly as?: 'confidence' | 'covariance';
}

const factsMark = 'Marey: ';
export const factsText = (facts: SeriesFacts): string => factsMark + JSON.stringify(facts);

/** What `factsText` wrote; undefined for comments of anyone else. */
export function factsIn(comments: string | undefined): SeriesFacts | undefined {
  if (!comments?.startsWith(factsMark)) return undefined;
  try {
    const facts = JSON.parse(comments.slice(factsMark.length)) as SeriesFacts;
    const fine =
      typeof facts?.unit === 'string' &&
      Array.isArray(facts.dimensions) &&
      facts.dimensions.every(
        (d) =>
          typeof d?.name === 'string' &&
          (d.labels === undefined ||
            (Array.isArray(d.labels) && d.labels.every((l: unknown) => typeof l === 'string'))),
      );
    return fine ? facts : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The datasets of a time axis: start and rate, or every time. Seconds on the master clock. */
export function timeDatasets(time: TimeAxis): Readonly<Record<string, Hdf5Dataset>> {
  if (time.kind === 'regular') {
    // The schema asks for float32 at least; a rate such as 29.97 needs more.
    const attributes = { rate: real(time.rate), unit: text('seconds') };
    return { starting_time: dataset(real(time.startSeconds), attributes) };
  }
  return { timestamps: dataset(numbers(time.times), { interval: whole(1), unit: text('seconds') }) };
}

/** Voltages of channels are an ElectricalSeries, all else a TimeSeries. */
export function isElectrical(signal: Signal): boolean {
  const [, channels, more] = signal.dimensions;
  return channels?.name === 'channel' && !more && commensurable(signal.unit, 'V');
}

/** Throws `UsageError` where NWB cannot hold a signal. */
export function checkSeries(signal: Signal): void {
  if (signal.dimensions[0]?.name === 'time' && signal.time) return;
  throw new UsageError(`NWB cannot hold "${signal.name}"`, {
    expected: 'a signal whose first dimension is time',
    got: signal.dimensions.map((d) => d.name).join(' x ') || 'a single value',
    fix: 'Write it as a table or as arrays.',
  });
}

/** Attributes of a series' data. NWB multiplies what is stored by `conversion` to get the unit. */
export function dataAttributes(unit: string, conversion = 1): Children[string]['attributes'] {
  return { unit: text(unit), conversion: real(conversion), resolution: real(-1), offset: real(0) };
}

/** A signal as a series. `electrodes`: rows of the electrodes' table, for voltages. */
export function series(
  signal: Signal,
  relation: Pick<SeriesFacts, 'of' | 'as'> = {},
  electrodes?: Int32Array,
): Hdf5Group {
  checkSeries(signal);
  const { dimensions, unit } = signal;
  const facts: SeriesFacts = {
    dimensions: dimensions.map(({ name, labels }) => ({ name, ...(labels && { labels }) })),
    unit,
    ...relation,
  };
  const values = numbers(signal.contiguous(), signal.shape);
  const data = electrodes
    ? dataset(values, dataAttributes('volts', conversionFactor(unit, 'V')))
    : dataset(values, dataAttributes(spelledUnit(unit)));
  const children: Record<string, Hdf5Dataset> = { data, ...timeDatasets(signal.time!) };
  if (electrodes) {
    children['electrodes'] = typedDataset('DynamicTableRegion', numbers(electrodes), {
      description: text('The electrodes of the channels, in order.'),
      table: reference('/general/extracellular_ephys/electrodes'),
    });
  }
  return typedGroup(electrodes ? 'ElectricalSeries' : 'TimeSeries', children, {
    description: text(`${signal.name}: ${dimensions.map((d) => d.name).join(' x ')}`),
    comments: text(factsText(facts)),
  });
}
