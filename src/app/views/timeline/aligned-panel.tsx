/** The event-aligned view: which events, which signal, how much around them. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { StateStore } from '../../core/state.ts';
import { align, type Aligned } from './aligned.ts';
import { AlignedChart } from './aligned-chart.ts';
import { numberText } from './axis-ticks.ts';
import { unitText } from './unit-text.ts';
import type { BoutsLane, Lane, SignalLane, TicksLane } from './lane.ts';
import type { AlignedSettings } from './settings.ts';

const isSignal = (lane: Lane): lane is SignalLane => lane.kind === 'signal';
const hasEvents = (lane: Lane): lane is BoutsLane | TicksLane =>
  lane.kind === 'bouts' || lane.kind === 'ticks';

/** Whether there is anything to align. */
export const canAlign = (lanes: readonly Lane[]): boolean => lanes.some(hasEvents) && lanes.some(isSignal);

export function firstAlignment(lanes: readonly Lane[], shown: readonly string[]): AlignedSettings {
  const signal = lanes.filter(isSignal);
  return {
    events: lanes.find(hasEvents)!.id,
    to: 'start',
    signal: (signal.find(({ id }) => shown.includes(id)) ?? signal[0]).id,
    before: 1,
    after: 2,
  };
}

export function AlignedPanel({
  lanes,
  settings,
  store,
}: {
  readonly lanes: readonly Lane[];
  readonly settings: AlignedSettings;
  readonly store: StateStore;
}): React.ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<AlignedChart | null>(null);
  const events = lanes.filter(hasEvents);
  const signals = lanes.filter(isSignal);
  const eventLane = events.find(({ id }) => id === settings.events) ?? events[0];
  const signal = signals.find(({ id }) => id === settings.signal) ?? signals[0];
  const labels = eventLane.events().vocabulary;
  const label = settings.label !== undefined && labels.includes(settings.label) ? settings.label : undefined;
  const { to, before, after } = settings;

  const times = useMemo(() => {
    const list = label === undefined ? eventLane.events() : eventLane.events().select({ label });
    return to === 'start' ? list.starts : list.ends;
  }, [eventLane, label, to]);
  const { results, failure } = useAligned(signal, times, before, after);
  const first = results[0] ?? { name: '', data: nothing };
  const count = first.data.repetitions.length;
  const unit = unitText(signal.unit);
  const peak = first.data.mean.reduce(
    (best, v, i, all) => (v > all[best] || Number.isNaN(all[best]) ? i : best),
    0,
  );
  const words = failure
    ? failure
    : results.length === 0
      ? 'Reading the signal around the events …'
      : count === 0
        ? 'No event has values of this signal around it.'
        : `${signal.title}, ${results.length > 1 ? `${first.name}, ` : ''}${count} repetitions. Largest mean ${numberText(first.data.mean[peak])} ${unit} at ${numberText(first.data.lags[peak])} s.`;

  useEffect(() => {
    const made = new AlignedChart(host.current!);
    chart.current = made;
    return () => {
      chart.current = null;
      made.dispose();
    };
  }, []);
  useEffect(() => {
    chart.current?.show(first.data, unit ? `${signal.title} (${unit})` : signal.title, words);
  }, [first, unit, signal, words]);

  const change = (what: Partial<AlignedSettings>): void =>
    store.setView('timeline', { aligned: { ...settings, ...what } });
  const seconds = (text: string, value: number): number => {
    const read = Number(text);
    return Number.isFinite(read) && read >= 0 && read <= 3600 ? read : value;
  };
  return (
    <section className="timeline-aligned" aria-label="Around events">
      <div className="panel-bar">
        <label>
          Signal{' '}
          <select value={signal.id} onChange={(e) => change({ signal: e.target.value })}>
            {signals.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <label>
          around{' '}
          <select value={to} onChange={(e) => change({ to: e.target.value as 'start' | 'end' })}>
            <option value="start">the start</option>
            <option value="end">the end</option>
          </select>
        </label>
        <label>
          of{' '}
          <select value={eventLane.id} onChange={(e) => change({ events: e.target.value, label: undefined })}>
            {events.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {labels.length > 1 && (
          <label>
            label{' '}
            <select value={label ?? ''} onChange={(e) => change({ label: e.target.value || undefined })}>
              <option value="">all</option>
              {labels.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
        )}
        <label>
          from −
          <input
            type="number"
            min={0}
            step={0.1}
            value={before}
            onChange={(e) => change({ before: seconds(e.target.value, before) })}
          />{' '}
          s
        </label>
        <label>
          to +
          <input
            type="number"
            min={0}
            step={0.1}
            value={after}
            onChange={(e) => change({ after: seconds(e.target.value, after) })}
          />{' '}
          s
        </label>
      </div>
      <div className="timeline-aligned-chart" ref={host} />
      <p className="timeline-caption">
        {count === 0
          ? words
          : `${results.length > 1 ? `${first.name}: ` : ''}${count} repetitions (thin), mean (thick) with its pointwise 95 % interval (Student's t). Repetitions are taken as independent: where windows overlap, or animals are pooled, the interval is too narrow.${signal.computed ? ` ${signal.title}: ${signal.computed}.` : ''}`}
      </p>
    </section>
  );
}

const nothing: Aligned = align({ lags: new Float64Array(0), repetitions: [] });

interface NamedAligned {
  readonly name: string;
  readonly data: Aligned;
}

/** Every series of a signal around these times; what was there before stays until it has come. */
function useAligned(
  signal: SignalLane,
  times: Float64Array,
  before: number,
  after: number,
): { readonly results: readonly NamedAligned[]; readonly failure?: string } {
  const [answer, setAnswer] = useState<{ results: readonly NamedAligned[]; failure?: string }>({
    results: [],
  });
  useEffect(() => {
    let stale = false;
    const read = async (): Promise<NamedAligned[]> =>
      Promise.all(
        signal.series().map(async ({ name, around }) => ({
          name,
          data: align(await around(times, { before, after })),
        })),
      );
    read().then(
      (results) => stale || setAnswer({ results }),
      (error: Error) => stale || setAnswer({ results: [], failure: error.message }),
    );
    return () => {
      stale = true;
    };
  }, [signal, times, before, after]);
  return answer;
}
