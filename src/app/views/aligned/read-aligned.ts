/** Reads what was chosen around the events: rows, their mean and its interval. */
import { spikesAround } from '../../../math/spikes-around.ts';
import { numberText } from '../timeline/axis-ticks.ts';
import { unitText } from '../timeline/unit-text.ts';
import type { SignalLane } from '../timeline/lane.ts';
import { align, type Aligned } from './mean.ts';
import { channelsOf, type AlignedLane, type Chosen } from './settings.ts';

/** What is drawn: one row an event. */
export interface AlignedRows {
  readonly data: Aligned;
  /** When each row's event was, s. */
  readonly times: Float64Array;
  /** Spikes of each row, s from its event; none where rows are values. */
  readonly spikes?: readonly Float64Array[];
  /** With unit. */
  readonly title: string;
  readonly unit: string;
  /** How the rows were made, in words. */
  readonly how: string;
  /** Events that have no row. */
  readonly leftOut: number;
}

export async function readAligned(
  signal: AlignedLane,
  times: Float64Array,
  { channel, before, after }: Pick<Chosen, 'channel' | 'before' | 'after'>,
): Promise<AlignedRows> {
  const made =
    signal.kind === 'raster'
      ? ofSpikes(signal.spikes(), times, { channel, before, after })
      : await ofSignal(signal, times, { channel, before, after });
  const { events } = made.data;
  return {
    ...made,
    times: Float64Array.from(events, (e) => times[e]),
    leftOut: times.length - events.length,
    title:
      channel === undefined || channelsOf(signal).length === 1 ? signal.title : `${signal.title}, ${channel}`,
  };
}

type Made = Pick<AlignedRows, 'data' | 'spikes' | 'unit' | 'how'>;
type Window = Pick<Chosen, 'channel' | 'before' | 'after'>;

async function ofSignal(
  signal: SignalLane,
  times: Float64Array,
  { channel, ...window }: Window,
): Promise<Made> {
  const all = signal.series();
  const series = all.find(({ name }) => name === channel) ?? all[0];
  const data = align(await series.around(times, window));
  const of = all.length > 1 ? `Channel ${series.name}.` : '';
  const computed = signal.computed ? `${signal.title}: ${signal.computed}.` : '';
  return { data, unit: unitText(signal.unit), how: [of, computed].filter(Boolean).join(' ') };
}

function ofSpikes(
  spikes: ReturnType<Extract<AlignedLane, { kind: 'raster' }>['spikes']>,
  times: Float64Array,
  { channel, before, after }: Window,
): Made {
  const names = channel === undefined ? spikes.units : [channel];
  const units = names.map((name) => spikes.unit(name));
  let [from, to] = [Infinity, -Infinity];
  // Of all units: how long was recorded is not known otherwise.
  for (const t of spikes.times) {
    if (t < from) from = t;
    if (t > to) to = t;
  }
  const around = spikesAround(units, times, { before, after, recorded: [from, to] });
  const one = names.length === 1;
  const unit = one ? 'spikes/s' : 'spikes/s and unit';
  const how = `${one ? 'Bins' : `Mean of ${names.length} units, bins`} of ${numberText(1000 * around.bin)} ms.`;
  return { data: align(around), spikes: one ? around.spikes : undefined, unit, how };
}
