import { InputError } from '../../signal/error.ts';
import { Signal, type Dimension, type Values } from '../../signal/signal.ts';
import type { SignalStream } from '../../signal/stream.ts';
import { regularTime, sliceTime, timeCount, type TimeAxis } from '../../signal/time.ts';
import type { NumberArray } from '../array.ts';
import type { Source } from '../format.ts';
import { timeAxis } from '../frames.ts';
import {
  datasetAt,
  doublesIn,
  nodeAt,
  numberAttribute,
  numbersIn,
  textAttribute,
  type Hdf5Dataset,
  type Hdf5Group,
  tooLarge,
} from '../hdf5/tree.ts';
import { unitOf } from './units.ts';
import { factsIn, type SeriesFacts } from './write-series.ts';

/** Reads rows `start` to `end` (excluded) of the dataset at a path of the file. */
export type RowReader = (path: string, start: number, end: number) => Promise<Hdf5Dataset>;

/** A series as found in the file; `stream` instead of `signal` where its data are too large to be read at once. */
export interface FoundSeries {
  readonly signal?: Signal;
  readonly stream?: SignalStream;
  readonly facts: SeriesFacts | undefined;
}

/** Whether a group holds samples over time. */
export function isSeries(group: Hdf5Group): boolean {
  const has = (name: string): boolean => group.children[name]?.kind === 'dataset';
  return has('data') && (has('timestamps') || has('starting_time'));
}

/** The times of a series of `count` samples, seconds. Throws `InputError` where they do not increase or their number is another. */
export function seriesTime(group: Hdf5Group, count: number, where: string): TimeAxis {
  const start = nodeAt(group, 'starting_time');
  if (start?.kind === 'dataset' && !nodeAt(group, 'timestamps')) {
    const rate = numberAttribute(start, 'rate');
    if (!(rate! > 0)) {
      throw new InputError('the series has no sampling rate', {
        where,
        expected: 'a positive number',
        got: `${rate}`,
      });
    }
    const [startSeconds] = doublesIn(start, 'starting_time', where);
    if (!Number.isFinite(startSeconds)) {
      throw new InputError('the series has no start', { where, got: `${startSeconds}` });
    }
    return regularTime(count, exactRate(rate!), startSeconds);
  }
  const times = doublesIn(datasetAt(group, 'timestamps', where), 'timestamps', where);
  if (times.length !== count) {
    throw new InputError('the series has another number of times than of samples', {
      where,
      expected: `${count}`,
      got: `${times.length}`,
    });
  }
  return timeAxis(times, undefined, where);
}

/** Most files hold the rate as float32: 29.97 is meant where 29.969999 is stored. */
function exactRate(rate: number): number {
  const short = Number(rate.toPrecision(7));
  return rate === Math.fround(rate) && Math.fround(short) === rate ? short : rate;
}

/** What multiplies and is added to stored values, and the unit that this gives. */
export interface Scaling {
  readonly unit: string;
  readonly factor: number;
  readonly offset: number;
}

/** Voltages stored as millivolts or microvolts stay what they are. */
export function scalingOf(data: Hdf5Dataset, notes: string[], where: string): Scaling {
  const said = textAttribute(data, 'unit');
  const unit = unitOf(said);
  if (unit === undefined && !['n/a', 'unknown', 'au', 'a.u.', '', undefined].includes(said)) {
    notes.push(`${where} is in "${said}", a unit that Marey does not know: taken as arbitrary.`);
  }
  const factor = numberAttribute(data, 'conversion') ?? 1;
  const offset = numberAttribute(data, 'offset') ?? 0;
  if (unit === 'V' && offset === 0) {
    if (Math.fround(factor) === Math.fround(1e-3)) return { unit: 'mV', factor: 1, offset };
    if (Math.fround(factor) === Math.fround(1e-6)) return { unit: 'uV', factor: 1, offset };
  }
  return { unit: unit ?? 'au', factor, offset };
}

/** Stored numbers as a signal's values: as they are where nothing scales them and the type allows, else doubles. */
export function scaled(stored: NumberArray, { factor, offset }: Scaling): Values {
  if (factor === 1 && offset === 0) {
    if (stored instanceof Int8Array) return Int16Array.from(stored);
    if (!(
      stored instanceof Uint32Array ||
      stored instanceof BigInt64Array ||
      stored instanceof BigUint64Array
    )) {
      return stored;
    }
  }
  return Float64Array.from({ length: stored.length }, (_, i) => Number(stored[i]) * factor + offset);
}

/** A series at `path` as a signal, or as a stream where its data were left in the file. Throws `InputError`. */
export function seriesAt(
  group: Hdf5Group,
  path: string,
  name: string,
  context: {
    readonly source: Source;
    readonly notes: string[];
    readonly rows?: RowReader;
    readonly channels?: readonly string[];
  },
): FoundSeries {
  const { source, notes, rows } = context;
  const where = `${source.name}, ${path}`;
  const data = group.children['data'] as Hdf5Dataset;
  const [count = 0] = data.shape;
  const time = seriesTime(group, count, where);
  const facts = factsIn(textAttribute(group, 'comments'));
  const dimensions = dimensionsOf(data.shape, facts, context.channels);
  const scaling = scalingOf(data, notes, path);
  const factors = channelFactors(group, data.shape, where);
  const values = (array: Hdf5Dataset): Values =>
    perChannel(scaled(numbersIn(array, path, where), scaling), factors);
  const described = {
    name,
    unit: facts && unitOf(facts.unit) === facts.unit && scaling.factor === 1 ? facts.unit : scaling.unit,
  };
  if (data.data.kind === 'unread' && data.data.reason === tooLarge && rows) {
    return { facts, stream: { ...described, dimensions, time, provenance: source.provenance, blocks } };
  }
  if (data.data.kind === 'unread') {
    throw new InputError(`the series cannot be read: ${data.data.reason}`, { where });
  }
  return {
    facts,
    signal: new Signal({
      ...described,
      dimensions,
      values: values(data),
      time,
      provenance: source.provenance,
    }),
  };

  async function* blocks(): AsyncGenerator<Signal> {
    const width = data.shape.slice(1).reduce((product, size) => product * size, 1);
    const length = Math.max(1, Math.floor(blockValues / Math.max(1, width)));
    for (let start = 0; start < timeCount(time); start += length) {
      const end = Math.min(timeCount(time), start + length);
      const block = await rows!(`${path}/data`, start, end);
      yield new Signal({
        ...described,
        dimensions: [{ ...dimensions[0], size: end - start }, ...dimensions.slice(1)],
        values: values(block),
        time: sliceTime(time, start, end),
        provenance: source.provenance,
      });
    }
  }
}

/** Values in a block of a stream. */
const blockValues = 2 ** 20;

function dimensionsOf(
  shape: readonly number[],
  facts: SeriesFacts | undefined,
  channels: readonly string[] | undefined,
): Dimension[] {
  const fits =
    facts?.dimensions.length === shape.length &&
    facts.dimensions.every(({ labels }, d) => labels === undefined || labels.length === shape[d]) &&
    facts.dimensions[0].name === 'time' &&
    new Set(facts.dimensions.map((d) => d.name)).size === shape.length;
  if (fits) return facts.dimensions.map((d, i) => ({ ...d, size: shape[i] }));
  return shape.map((size, d) => {
    if (d === 0) return { name: 'time', size };
    const labels = d === 1 && channels?.length === size ? { labels: channels } : {};
    return { name: d === 1 ? 'channel' : `dimension ${d}`, size, ...labels };
  });
}

function channelFactors(group: Hdf5Group, shape: readonly number[], where: string): Float64Array | undefined {
  const node = nodeAt(group, 'channel_conversion');
  if (node?.kind !== 'dataset') return undefined;
  const factors = doublesIn(node, 'channel_conversion', where);
  if (factors.length === shape[1]) return factors;
  throw new InputError('there is not one conversion a channel', {
    where,
    expected: `${shape[1]}`,
    got: `${factors.length}`,
  });
}

function perChannel(values: Values, factors: Float64Array | undefined): Values {
  if (!factors || factors.every((f) => f === 1)) return values;
  return Float64Array.from(values, (v, i) => v * factors[i % factors.length]);
}
