/** The event-aligned view: which events, which signal or unit, how much around them. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useStore } from '../../core/state.ts';
import type { Workbench } from '../../core/workbench.ts';
import { numberText } from '../timeline/axis-ticks.ts';
import type { Lane } from '../timeline/lane.ts';
import { laneSources } from '../timeline/sources.ts';
import type { TimelineSettings } from '../timeline/settings.ts';
import { useLanes } from '../timeline/use-lanes.ts';
import { AlignedChart } from './aligned-chart.ts';
import { readAligned, type AlignedRows } from './read-aligned.ts';
import {
  channelsOf,
  chosenOf,
  hasEvents,
  hasValues,
  labelsOf,
  type AlignedSettings,
  type Chosen,
} from './settings.ts';
import './aligned.css';

export function AlignedPanel({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { store } = workbench;
  const settings = (useStore(store, (state) => state.views.aligned) ?? none) as AlignedSettings;
  const timeline = (useStore(store, (state) => state.views.timeline) ?? none) as TimelineSettings;
  const { loaded, failure } = useLanes(workbench, laneSources, timeline.movingThreshold);
  const lanes = loaded?.lanes ?? noLanes;
  const chosen = chosenOf(lanes, settings);
  const times = useTimes(chosen);
  const { rows, problem } = useRows(chosen, times);
  const words = failure ?? problem ?? wordsOf(chosen, loaded?.awaited.length === 0, times, rows);
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<AlignedChart | null>(null);
  useEffect(() => {
    const made = new AlignedChart(host.current!, workbench);
    chart.current = made;
    return () => {
      chart.current = null;
      made.dispose();
    };
  }, [workbench]);
  const video = loaded?.video;
  useEffect(() => chart.current?.show(rows, video?.times ?? noTimes, words), [rows, video, words]);
  const change = (what: AlignedSettings): void =>
    store.setView('aligned', what as Readonly<Record<string, unknown>>);
  return (
    <section className="aligned" aria-label="Around events">
      {chosen && <Choices lanes={lanes} chosen={chosen} change={change} />}
      <div
        className="aligned-chart"
        ref={host}
        tabIndex={0}
        role="slider"
        aria-label="Event"
        aria-valuenow={0}
        hidden={!rows || rows.times.length === 0}
      />
      <p className="aligned-caption" role="status">
        {words}
      </p>
    </section>
  );
}

const none = {};
const noLanes: readonly Lane[] = [];
const noTimes = new Float64Array(0);

function Choices({
  lanes,
  chosen,
  change,
}: {
  readonly lanes: readonly Lane[];
  readonly chosen: Chosen;
  change(what: AlignedSettings): void;
}): React.ReactNode {
  const { events, signal, label, channel, to, before, after } = chosen;
  const labels = labelsOf(events);
  const channels = channelsOf(signal);
  return (
    <div className="aligned-bar">
      <Choice
        label="Signal"
        value={signal.id}
        options={lanes.filter(hasValues).map(({ id, title }) => ({ id, title }))}
        onChange={(id) => change({ signal: id, channel: undefined })}
      />
      {channels.length > 1 && (
        <Choice
          label={signal.kind === 'raster' ? 'unit' : 'channel'}
          value={channel ?? (signal.kind === 'raster' ? '' : channels[0])}
          options={[
            ...(signal.kind === 'raster' ? [{ id: '', title: `all ${channels.length}` }] : []),
            ...channels.map((name) => ({ id: name, title: name })),
          ]}
          onChange={(name) => change({ channel: name || undefined })}
        />
      )}
      <Choice
        label="around"
        value={to}
        options={[
          { id: 'start', title: 'the start' },
          { id: 'end', title: 'the end' },
        ]}
        onChange={(end) => change({ to: end as 'start' | 'end' })}
      />
      <Choice
        label="of"
        value={events.id}
        options={lanes.filter(hasEvents).map(({ id, title }) => ({ id, title }))}
        onChange={(id) => change({ events: id, label: undefined })}
      />
      {labels.length > 1 && (
        <Choice
          label="label"
          value={label ?? ''}
          options={[{ id: '', title: 'all' }, ...labels.map((name) => ({ id: name, title: name }))]}
          onChange={(name) => change({ label: name || undefined })}
        />
      )}
      <Seconds label="from −" value={before} onChange={(seconds) => change({ before: seconds })} />
      <Seconds label="to +" value={after} onChange={(seconds) => change({ after: seconds })} />
    </div>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly id: string; readonly title: string }[];
  onChange(id: string): void;
}): React.ReactNode {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

function Seconds({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  onChange(seconds: number): void;
}): React.ReactNode {
  return (
    <label>
      {label}
      <input
        type="number"
        min={0}
        max={3600}
        step={0.1}
        value={value}
        onChange={(event) => {
          const read = Number(event.target.value);
          if (event.target.value !== '' && read >= 0 && read <= 3600) onChange(read);
        }}
      />{' '}
      s
    </label>
  );
}

/** When the events were, s. The same array as long as they are the same. */
function useTimes(chosen: Chosen | undefined): Float64Array {
  const lane = chosen?.events;
  const events = useSyncExternalStore(
    (changed) => lane?.subscribe?.(changed) ?? (() => undefined),
    () => lane?.events(),
  );
  const { label, to } = chosen ?? {};
  return useMemo(() => {
    if (!events) return noTimes;
    const list = label === undefined ? events : events.select({ label });
    return to === 'end' ? list.ends : list.starts;
  }, [events, label, to]);
}

/** What is around the events; what was there before stays until it has come. */
function useRows(
  chosen: Chosen | undefined,
  times: Float64Array,
): { readonly rows?: AlignedRows; readonly problem?: string } {
  const [answer, setAnswer] = useState<{ rows?: AlignedRows; problem?: string }>({});
  const { signal, channel, before = 0, after = 0 } = chosen ?? {};
  useEffect(() => {
    let stale = false;
    if (!signal) return undefined;
    readAligned(signal, times, { channel, before, after }).then(
      (rows) => stale || setAnswer({ rows }),
      (error: Error) => stale || setAnswer({ problem: error.message }),
    );
    return () => {
      stale = true;
    };
  }, [signal, times, channel, before, after]);
  return answer;
}

function wordsOf(
  chosen: Chosen | undefined,
  loaded: boolean,
  times: Float64Array,
  rows: AlignedRows | undefined,
): string {
  if (!chosen) {
    if (!loaded) return 'Reading what there is …';
    return 'Nothing to align yet: it takes events (bouts that were marked, or events listed under data in marey.yaml) and a signal, spikes or a track.';
  }
  if (times.length === 0) return `There is no event in "${chosen.events.title}" yet.`;
  if (!rows) return 'Reading the signal around the events …';
  const { data, title, unit, how, leftOut } = rows;
  const without = leftOut > 0 ? ` ${leftOut} events are left out: nothing was recorded around them.` : '';
  if (rows.times.length === 0) return `${title}: no event has values around it.${without}`;
  const peak = data.mean.reduce(
    (best, v, i, all) => (v > all[best] || Number.isNaN(all[best]) ? i : best),
    0,
  );
  return `${title}: ${rows.times.length} events, one a row. ${how} Largest mean ${numberText(data.mean[peak])} ${unit} at ${numberText(data.lags[peak])} s. Band: pointwise 95 % interval of the mean (Student's t), events taken as independent: where windows overlap, or animals are pooled, it is too narrow.${without} Click goes there, drag selects, ↑ ↓ go from event to event.`;
}
