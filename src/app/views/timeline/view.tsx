/** The timeline: everything that is known of a video's time, lane under lane. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { View } from '../../core/view.ts';
import { useStore } from '../../core/state.ts';
import { useObservable, type Track, type Video, type Workbench } from '../../core/workbench.ts';
import { AlignedPanel, canAlign, firstAlignment } from './aligned-panel.tsx';
import { LaneChooser } from './lane-chooser.tsx';
import type { Lane } from './lane.ts';
import { firstLanes } from './lanes.ts';
import type { TimelineSettings } from './settings.ts';
import { answerOf, laneSources, type LaneSource, type SourceAnswer } from './sources.ts';
import { Timeline } from './timeline.ts';
import './timeline.css';

interface Loaded {
  readonly video: Video;
  readonly lanes: readonly Lane[];
  readonly notes: readonly string[];
  /** Sources that have not answered yet. */
  readonly awaited: readonly string[];
}

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
            disabled={!canAlign(lanes)}
            checked={settings.aligned !== undefined && canAlign(lanes)}
            onChange={(e) => set({ aligned: e.target.checked ? firstAlignment(lanes, shown) : undefined })}
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
      {settings.aligned && canAlign(lanes) && (
        <AlignedPanel lanes={lanes} settings={settings.aligned} store={store} />
      )}
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

/** The lanes of all sources in their order, each as soon as it has answered. */
function useLanes(
  workbench: Workbench,
  sources: readonly LaneSource[],
  movingThreshold: number | undefined,
): { readonly loaded?: Loaded; readonly failure?: string } {
  const { store } = workbench;
  const project = useObservable(workbench.project);
  const videoId = useStore(store, (state) => state.video) ?? project.videos[0]?.id ?? null;
  const track = useStore(store, (state) => state.track);
  const [answer, setAnswer] = useState<{ readonly loaded?: Loaded; readonly failure?: string }>({});
  // What a source said last of this video is seen until it says something else.
  const said = useRef<{ video: string | null; answers: Map<LaneSource, SourceAnswer> }>(null);
  useEffect(() => {
    if (said.current?.video !== videoId) said.current = { video: videoId, answers: new Map() };
    const { answers } = said.current;
    let stale = false;
    const ends: (() => void)[] = [];
    if (videoId === null) {
      setAnswer({ failure: 'The project has no video.' });
      return undefined;
    }
    const fail = (error: unknown): void => {
      if (!stale) setAnswer({ failure: error instanceof Error ? error.message : `${error}` });
    };
    const tell = (video: Video): void => {
      const all = sources.flatMap((source) => answers.get(source) ?? []);
      const lanes = all.flatMap((one) => one.lanes);
      const notes = all.flatMap(({ note }) => note ?? []);
      const awaited = sources.filter((source) => !answers.has(source)).map(({ name }) => name);
      setAnswer({ loaded: { video, lanes, notes, awaited } });
    };
    const trackId = workbench.trackOf({ video: videoId, track });
    // Asked for anew each time: people correct it meanwhile.
    const trackNow = (): Promise<Track | undefined> =>
      trackId === undefined ? Promise.resolve(undefined) : workbench.track(trackId);
    const begin = (video: Video, source: LaneSource): void => {
      let turn = 0;
      const run = async (): Promise<void> => {
        const own = ++turn;
        const options = { movingThreshold };
        const held = source.early ? undefined : await trackNow();
        if (stale || own !== turn) return;
        const got = await answerOf(source, { workbench, video, track: held, options });
        if (stale || own !== turn) return;
        answers.set(source, got);
        tell(video);
      };
      run().catch(fail);
      const end = source.watch?.(workbench, () => void run().catch(fail));
      if (end) ends.push(end);
    };
    // Asked for at once, beside the video.
    void trackNow().catch(fail);
    workbench
      .video(videoId)
      .then((video) => {
        if (stale) return;
        tell(video);
        for (const source of sources) begin(video, source);
      })
      .catch(fail);
    return () => {
      stale = true;
      for (const end of ends) end();
    };
  }, [workbench, project, sources, videoId, track, movingThreshold]);
  return answer;
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
