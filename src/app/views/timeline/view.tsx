/** The timeline: everything that is known of a video's time, lane under lane. */
import { useEffect, useMemo, useRef } from 'react';
import type { View } from '../../core/view.ts';
import { useStore } from '../../core/state.ts';
import type { Video, Workbench } from '../../core/workbench.ts';
import { LaneChooser } from './lane-chooser.tsx';
import type { Lane } from './lane.ts';
import { firstLanes } from './lanes.ts';
import type { TimelineSettings } from './settings.ts';
import { laneSources, type LaneSource } from './sources.ts';
import { Timeline } from './timeline.ts';
import { useLanes } from './use-lanes.ts';
import './timeline.css';

export function TimelinePanel({
  workbench,
  sources = laneSources,
}: {
  readonly workbench: Workbench;
  readonly sources?: readonly LaneSource[];
}): React.ReactNode {
  const { store } = workbench;
  const settings = (useStore(store, (state) => state.views.timeline) ?? none) as TimelineSettings;
  const keypoint = useStore(store, (state) => state.keypoint);
  const panels = useStore(store, (state) => state.panels);
  const { loaded, failure } = useLanes(workbench, sources, settings.movingThreshold);
  const lanes = loaded?.lanes ?? noLanes;
  const shown = useMemo(
    () => settings.lanes?.filter((id) => lanes.some((lane) => lane.id === id)) ?? firstLanes(lanes, keypoint),
    [lanes, settings.lanes, keypoint],
  );
  const host = useRef<HTMLDivElement>(null);
  const timeline = useRef<Timeline | null>(null);

  useEffect(() => {
    const made = new Timeline(host.current!, workbench);
    timeline.current = made;
    return () => {
      timeline.current = null;
      made.dispose();
    };
  }, [workbench]);
  const video = loaded?.video;
  const videoBefore = useRef<string | null>(null);
  useEffect(() => {
    if (!video) return;
    const { range } = (store.state.views.timeline ?? none) as TimelineSettings;
    // What was seen of another video says nothing of this one.
    const other = videoBefore.current !== null && videoBefore.current !== video.id;
    timeline.current?.setTimes(video.times, other ? undefined : range);
    videoBefore.current = video.id;
  }, [video, store]);
  useEffect(() => {
    timeline.current?.setLanes(shown.map((id) => lanes.find((lane) => lane.id === id)!));
  }, [lanes, shown]);
  useEffect(() => timeline.current?.setFitVisible(settings.fitVisible ?? false), [settings.fitVisible]);

  const set = (change: TimelineSettings): void =>
    store.setView('timeline', change as Readonly<Record<string, unknown>>);
  const awaited = loaded?.awaited ?? [];
  const waiting = awaited.length > 0 ? [`Reading ${awaited.join(', ')} …`] : [];
  const problem = failure ?? [...waiting, ...(loaded?.notes ?? [])].join(' ');
  return (
    <section className="timeline-panel" aria-label="Timeline">
      <div className="panel-bar">
        <LaneChooser lanes={lanes} shown={shown} choose={(ids) => set({ lanes: ids })} />
        <span className="panel-buttons">
          <button type="button" onClick={() => timeline.current?.zoom(1 / 1.5)} aria-label="Zoom in">
            +
          </button>
          <button type="button" onClick={() => timeline.current?.zoom(1.5)} aria-label="Zoom out">
            −
          </button>
          <button type="button" onClick={() => timeline.current?.fit()}>
            All
          </button>
        </span>
        <label>
          <input
            type="checkbox"
            checked={settings.fitVisible ?? false}
            onChange={(e) => set({ fitVisible: e.target.checked })}
          />{' '}
          Scale to what is seen
        </label>
        {lanes.some(({ id }) => id === 'moving') && (
          <label>
            Moving above{' '}
            <input
              type="number"
              min={0}
              placeholder="auto"
              value={settings.movingThreshold ?? ''}
              onChange={(e) =>
                set({
                  movingThreshold: e.target.value === '' ? undefined : Math.max(0, Number(e.target.value)),
                })
              }
            />{' '}
            px/s
          </label>
        )}
        <label>
          <input
            type="checkbox"
            checked={panels.includes('aligned')}
            onChange={(e) =>
              store.set({
                panels: e.target.checked ? [...panels, 'aligned'] : panels.filter((id) => id !== 'aligned'),
              })
            }
          />{' '}
          Around events
        </label>
        <details className="panel-more">
          <summary>Keys</summary>
          <p id="timeline-keys">
            Wheel zooms, drag moves, Shift and drag selects, click puts the cursor, double click shows all.
            Keys: ← → frame, Shift extends the selection, + − zoom, 0 all, Home and End, Page keys move.
          </p>
        </details>
        <Interval workbench={workbench} video={video} />
      </div>
      <div className="timeline-host" ref={host} />
      <p className="timeline-problem" role="status">
        {problem}
      </p>
    </section>
  );
}

const none: TimelineSettings = {};
const noLanes: readonly Lane[] = [];

/** The selected interval in words. */
function Interval({
  workbench,
  video,
}: {
  readonly workbench: Workbench;
  readonly video?: Video;
}): React.ReactNode {
  const selection = useStore(workbench.store, (state) => state.selection);
  if (!selection || !video || video.times.length === 0) return null;
  const [first, last] = selection.map((f) => Math.min(f, video.times.length - 1));
  return (
    <span className="panel-chosen">
      Selected {video.times[first].toFixed(3)} to {video.times[last].toFixed(3)} s, {last - first + 1} frames{' '}
      <button type="button" onClick={() => workbench.store.set({ selection: null })}>
        Clear<span className="timeline-hidden"> the selection</span>
      </button>
    </span>
  );
}

export const timelineView: View = {
  id: 'timeline',
  title: 'Timeline',
  summary: 'Signals, behavior, spikes and stimuli on one time axis',
  place: 'panel',
  empty: ({ videos }) =>
    videos.length === 0
      ? {
          what: 'This project has no video, so there is no time axis. Add one to its recordings in marey.yaml.',
        }
      : undefined,
  Component: TimelinePanel,
};
