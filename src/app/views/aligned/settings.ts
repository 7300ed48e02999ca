/** What is aligned at which events, as the URL keeps it under `views.aligned`. */
import type { BoutsLane, Lane, RasterLane, SignalLane, TicksLane } from '../timeline/lane.ts';

export type EventsLane = BoutsLane | TicksLane;
export type AlignedLane = SignalLane | RasterLane;

export interface AlignedSettings {
  /** Ids of lanes. Default: the first that there are. */
  readonly events?: string;
  readonly signal?: string;
  /** Which label of the events; default all. */
  readonly label?: string;
  /** Which channel of the signal, or which unit; default the first channel, or all units. */
  readonly channel?: string;
  readonly to?: 'start' | 'end';
  /** Seconds. */
  readonly before?: number;
  readonly after?: number;
}

export const hasEvents = (lane: Lane): lane is EventsLane => lane.kind === 'bouts' || lane.kind === 'ticks';
export const hasValues = (lane: Lane): lane is AlignedLane =>
  lane.kind === 'signal' || lane.kind === 'raster';

export interface Chosen {
  readonly events: EventsLane;
  readonly signal: AlignedLane;
  readonly label?: string;
  readonly channel?: string;
  readonly to: 'start' | 'end';
  readonly before: number;
  readonly after: number;
}

/** What holds of settings that may name what is not there; undefined where there is nothing to align, or nothing to align at. */
export function chosenOf(lanes: readonly Lane[], settings: AlignedSettings): Chosen | undefined {
  const withEvents = lanes.filter(hasEvents);
  const withValues = lanes.filter(hasValues);
  // What was recorded comes before what is made of the track, where nobody has chosen.
  const recorded = withValues.find(({ id }) => id.startsWith('recorded:'));
  const events =
    withEvents.find(({ id }) => id === settings.events) ??
    withEvents.find((lane) => lane.events().count > 0) ??
    withEvents[0];
  const signal = withValues.find(({ id }) => id === settings.signal) ?? recorded ?? withValues[0];
  if (!events || !signal) return undefined;
  const { label, channel, to = 'start', before = 1, after = 2 } = settings;
  return {
    events,
    signal,
    label: label !== undefined && labelsOf(events).includes(label) ? label : undefined,
    channel: channel !== undefined && channelsOf(signal).includes(channel) ? channel : undefined,
    to,
    before,
    after,
  };
}

export function labelsOf(lane: EventsLane): readonly string[] {
  return lane.events().vocabulary;
}

export function channelsOf(lane: AlignedLane): readonly string[] {
  return lane.kind === 'raster' ? lane.spikes().units : lane.series().map(({ name }) => name);
}
