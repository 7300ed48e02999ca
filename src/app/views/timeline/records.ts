/** Lanes from the data model's records: behavior and stimuli (`Events`), units (`Spikes`), EMG and other signals (`Signal`). */
import type { Events } from '../../../signal/events.ts';
import type { Signal } from '../../../signal/signal.ts';
import type { Spikes } from '../../../signal/spikes.ts';
import { seriesOf } from '../../../measure/kinematics/series.ts';
import { once, type BoutsLane, type RasterLane, type SignalLane, type TicksLane } from './lane.ts';
import { seriesHere } from './samples.ts';

interface Named {
  readonly id: string;
  readonly title?: string;
  readonly computed?: string;
}

/** Intervals become an ethogram, points become ticks; events of both kinds are an ethogram in which points are short. */
export function laneOfEvents(
  events: Events,
  { id, title = events.name, computed }: Named,
): BoutsLane | TicksLane {
  const intervals = events.starts.some((start, i) => events.ends[i] > start);
  const head = { id, title, computed, unit: '1', group: 'Events', shownFirst: true, events: () => events };
  return intervals ? { ...head, kind: 'bouts' } : { ...head, kind: 'ticks' };
}

export function laneOfSpikes(spikes: Spikes, { id, title = spikes.name, computed }: Named): RasterLane {
  return {
    kind: 'raster',
    id,
    title,
    computed,
    unit: '1',
    group: 'Spikes',
    shownFirst: true,
    spikes: () => spikes,
  };
}

/** A signal of time x ...: one series for each channel, by the names of its dimensions. */
export function laneOfSignal(signal: Signal, { id, title = signal.name, computed }: Named): SignalLane {
  return {
    kind: 'signal',
    id,
    title,
    computed,
    unit: signal.unit,
    group: 'Signals',
    shownFirst: true,
    series: once(() => {
      const view = seriesOf(signal);
      const names = signal.dimensions
        .slice(1)
        .reduce<string[]>(
          (all, d) =>
            all.flatMap((name) =>
              Array.from({ length: d.size }, (_, i) => `${name} ${d.labels?.[i] ?? i + 1}`.trim()),
            ),
          [''],
        );
      return Array.from({ length: view.series }, (_, i) =>
        seriesHere(names[i] || signal.name, view.get(i), view.axis),
      );
    }),
  };
}
