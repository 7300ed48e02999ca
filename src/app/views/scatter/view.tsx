/** The scatter: frames as points in any two measures, an embedding of posture first. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { chosenFrames } from '../../core/chosen-frames.ts';
import { onSchemeChange, paletteOf, type Palette } from '../../core/palette.ts';
import { useStore } from '../../core/state.ts';
import type { View } from '../../core/view.ts';
import { useObservable, type Track, type Video, type Workbench } from '../../core/workbench.ts';
import { ChosenRuns } from './chosen-runs.tsx';
import { coloringOf } from './coloring.ts';
import type { FrameMeasure, FrameValues } from './frame-measure.ts';
import { LegendOf } from './legend.tsx';
import { MeasurePicker } from './measure-picker.tsx';
import { firstBodyFrame, type BodyFrame } from './posture.ts';
import { Scatter } from './scatter.ts';
import { scatterSettings, type ScatterSettings } from './settings.ts';
import { firstChoice, measureSources, measuresOf, type MeasureSource } from './sources.ts';
import './scatter.css';

export function ScatterPanel({
  workbench,
  sources = measureSources,
}: {
  readonly workbench: Workbench;
  readonly sources?: readonly MeasureSource[];
}): React.ReactNode {
  const { store } = workbench;
  const kept = useStore(store, (state) => state.views.scatter);
  const settings = useMemo(() => scatterSettings(kept), [kept]);
  const set = (change: ScatterSettings): void =>
    store.setView('scatter', change as Readonly<Record<string, unknown>>);
  const { loaded, failure } = useMeasures(workbench, sources, settings);
  const measures = loaded?.measures ?? noMeasures;
  const first = useMemo(() => firstChoice(measures), [measures]);
  const find = (id: string | undefined, otherwise?: string): FrameMeasure | undefined =>
    measures.find((m) => m.id === id) ?? measures.find((m) => m.id === otherwise);
  const [x, y, color] = [
    find(settings.x, first.x),
    find(settings.y, first.y),
    find(settings.color, first.color),
  ];
  const values = useValues(x, y, color);
  const host = useRef<HTMLDivElement>(null);
  const [scatter, setScatter] = useState<Scatter>();
  const palette = usePalette(host);

  useEffect(() => {
    const made = new Scatter(host.current!, workbench);
    setScatter(made);
    return () => made.dispose();
  }, [workbench]);
  useEffect(() => {
    if (!scatter) return;
    scatter.lassoByDrag = settings.lasso ?? false;
    scatter.onSeen = (seen) => set({ seen });
  });
  const video = loaded?.video;
  const ready = values.loaded;
  useEffect(() => {
    if (!scatter || !video || !ready) return;
    const { seen } = scatterSettings(store.state.views.scatter);
    scatter.setData(
      {
        video: video.id,
        times: video.times,
        x: { ...ready.x.measure, ...ready.x.values },
        y: { ...ready.y.measure, ...ready.y.values },
      },
      seen,
    );
  }, [scatter, video, ready, store]);
  const coloring = useMemo(
    () => ready && palette && coloringOf(ready.color.measure, ready.color.values, palette),
    [ready, palette],
  );
  useEffect(() => {
    if (scatter && coloring) scatter.setColoring(coloring);
  }, [scatter, coloring, video]);

  const problem = failure ?? values.failure ?? loaded?.notes.join(' ');
  const isPosture = [x, y, color].some((m) => m?.group === 'Posture');
  return (
    <section className="scatter-panel" aria-label="Scatter">
      <div className="panel-bar">
        {/* What was seen of other axes says nothing of these. */}
        <MeasurePicker
          name="x"
          measures={measures}
          value={x}
          choose={(id) => set({ x: id, seen: undefined })}
        />
        <MeasurePicker
          name="y"
          measures={measures}
          value={y}
          choose={(id) => set({ y: id, seen: undefined })}
        />
        <MeasurePicker
          name="color"
          measures={measures}
          value={color}
          choose={(id) => set({ color: id })}
          all
        />
        <span className="panel-buttons">
          <button type="button" onClick={() => scatter?.zoom(1.4)} aria-label="Zoom in">
            +
          </button>
          <button type="button" onClick={() => scatter?.zoom(1 / 1.4)} aria-label="Zoom out">
            −
          </button>
          <button type="button" onClick={() => scatter?.fit()}>
            All
          </button>
          <button
            type="button"
            aria-pressed={settings.lasso ?? false}
            title="A drag draws a lasso; Shift and drag then moves the view"
            onClick={() => set({ lasso: !settings.lasso })}
          >
            Lasso
          </button>
          <button
            type="button"
            onClick={() => scatter?.chooseSeen()}
            title="Choose the frames that are seen (Enter)"
          >
            Choose seen
          </button>
        </span>
        {isPosture && loaded?.bodyFrame && loaded.track && (
          <details className="panel-more">
            <summary>Alignment</summary>
            <div>
              <BodyFramePicker track={loaded.track} frame={loaded.bodyFrame} set={set} />
            </div>
          </details>
        )}
        <Keys />
        <ChosenRuns workbench={workbench} chosen={chosenFrames(workbench)} video={video} />
      </div>
      <div className="scatter-body">
        <div className="scatter-host" ref={host} />
        {coloring && scatter?.canDraw && <LegendOf legend={coloring.legend} />}
        {scatter && !scatter.canDraw && (
          <p className="scatter-message">
            This browser has no WebGL 2, which draws the points. Turn on hardware acceleration in its settings
            or use a current Firefox, Chrome or Safari. The timeline shows the same measures without it.
          </p>
        )}
        {values.waiting && <p className="scatter-message">Computing {values.waiting}&hellip;</p>}
      </div>
      <p className="scatter-caption">{ready && video ? countText(ready) : ''}</p>
      <p className="scatter-problem" role="status">
        {problem}
      </p>
    </section>
  );
}

const noMeasures: readonly FrameMeasure[] = [];

/** How many frames are points, and how the axes came about. */
function countText({ x, y }: LoadedValues): string {
  let count = 0;
  const [a, b] = [x.values.values, y.values.values];
  for (let f = 0; f < a.length; f++) if (Number.isFinite(a[f]) && Number.isFinite(b[f])) count++;
  const caveats = [...new Set([x.values.caveat, y.values.caveat])].filter((c) => c !== undefined);
  const missing = a.length - count;
  const lacking = missing > 0 ? `; ${missing.toLocaleString('en')} lack a value` : '';
  return `${count.toLocaleString('en')} of ${a.length.toLocaleString('en')} frames${lacking}. ${caveats.join(' ')}`.trim();
}

function Keys(): React.ReactNode {
  return (
    <details className="panel-more">
      <summary>Keys</summary>
      <p id="scatter-keys">
        Click goes to a frame, wheel zooms, drag moves, Shift and drag draws a lasso, double click shows all.
        Keys: ← → frame, ↑ ↓ ten frames, Home and End, Shift and arrows move, + − zoom, 0 all, Enter chooses
        what is seen, Esc clears.
      </p>
    </details>
  );
}

function BodyFramePicker({
  track,
  frame,
  set,
}: {
  readonly track: Track;
  readonly frame: BodyFrame;
  readonly set: (change: ScatterSettings) => void;
}): React.ReactNode {
  const choices = (other: string): React.ReactNode =>
    track.keypoints.map((k) => (
      <option key={k} value={k} disabled={k === other}>
        {k}
      </option>
    ));
  return (
    <>
      <label>
        Aligned at{' '}
        <select value={frame.origin} onChange={(e) => set({ origin: e.target.value, seen: undefined })}>
          {choices(frame.forward)}
        </select>
      </label>
      <label>
        Towards{' '}
        <select value={frame.forward} onChange={(e) => set({ forward: e.target.value, seen: undefined })}>
          {choices(frame.origin)}
        </select>
      </label>
    </>
  );
}

interface Loaded {
  readonly video: Video;
  readonly track?: Track;
  readonly bodyFrame?: BodyFrame;
  readonly measures: readonly FrameMeasure[];
  readonly notes: readonly string[];
}

function useMeasures(
  workbench: Workbench,
  sources: readonly MeasureSource[],
  { origin, forward }: ScatterSettings,
): { readonly loaded?: Loaded; readonly failure?: string } {
  const { store } = workbench;
  const project = useObservable(workbench.project);
  const videoId = useStore(store, (state) => state.video) ?? project.videos[0]?.id ?? null;
  const trackId = useStore(store, (state) => state.track);
  const [answer, setAnswer] = useState<{ readonly loaded?: Loaded; readonly failure?: string }>({});
  useEffect(() => {
    let stale = false;
    const load = async (): Promise<Loaded> => {
      if (videoId === null) throw new Error('The project has no video.');
      const id = workbench.trackOf({ video: videoId, track: trackId });
      const [video, track] = await Promise.all([
        workbench.video(videoId),
        id === undefined ? undefined : workbench.track(id),
      ]);
      const first = track && firstBodyFrame(track.keypoints);
      const known = (k: string | undefined): k is string => k !== undefined && track!.keypoints.includes(k);
      const own = first && {
        origin: known(origin) ? origin : first.origin,
        forward: known(forward) ? forward : first.forward,
      };
      // Of an address that names one keypoint twice, nothing can be made.
      const bodyFrame = own && own.origin === own.forward ? first : own;
      const context = { workbench, video, track, bodyFrame };
      return { video, track, bodyFrame, ...(await measuresOf(sources, context)) };
    };
    load().then(
      (loaded) => stale || setAnswer({ loaded }),
      (error: unknown) =>
        stale || setAnswer({ failure: error instanceof Error ? error.message : `${error}` }),
    );
    return () => {
      stale = true;
    };
  }, [workbench, project, sources, videoId, trackId, origin, forward]);
  return answer;
}

interface LoadedValue {
  readonly measure: FrameMeasure;
  readonly values: FrameValues;
}

interface LoadedValues {
  readonly x: LoadedValue;
  readonly y: LoadedValue;
  readonly color: LoadedValue;
}

function useValues(
  x: FrameMeasure | undefined,
  y: FrameMeasure | undefined,
  color: FrameMeasure | undefined,
): { readonly loaded?: LoadedValues; readonly failure?: string; readonly waiting?: string } {
  const [answer, setAnswer] = useState<{
    readonly loaded?: LoadedValues;
    readonly failure?: string;
    readonly waiting?: string;
  }>({});
  useEffect(() => {
    if (!x || !y || !color) return undefined;
    let stale = false;
    // Shown only where it takes its time: what is there at once must not flicker.
    const late = setTimeout(
      () => setAnswer((old) => ({ ...old, waiting: `${x.title} and ${y.title}` })),
      200,
    );
    const load = async (measure: FrameMeasure): Promise<LoadedValue> => ({
      measure,
      values: await measure.load(),
    });
    Promise.all([load(x), load(y), load(color)]).then(
      ([x, y, color]) => {
        clearTimeout(late);
        if (!stale) setAnswer({ loaded: { x, y, color } });
      },
      (error: unknown) => {
        clearTimeout(late);
        if (!stale) setAnswer({ failure: error instanceof Error ? error.message : `${error}` });
      },
    );
    return () => {
      stale = true;
      clearTimeout(late);
    };
  }, [x, y, color]);
  return answer;
}

function usePalette(host: React.RefObject<HTMLElement | null>): Palette | undefined {
  const [palette, setPalette] = useState<Palette>();
  useEffect(() => {
    const read = (): void => setPalette(paletteOf(host.current!));
    read();
    return onSchemeChange(read);
  }, [host]);
  return palette;
}

export const scatterView: View = {
  id: 'scatter',
  title: 'Scatter',
  summary: 'Frames as points: components of posture, or any two measures against each other',
  place: 'panel',
  empty: ({ videos, tracks }) =>
    videos.length === 0
      ? {
          what: 'This project has no video, so there are no frames. Add one to its recordings in marey.yaml.',
        }
      : tracks.length === 0
        ? {
            what: 'No video has a track yet. Train a network and track a video; its posture is shown here then.',
            next: { title: 'See what is next', page: 'home' },
          }
        : undefined,
  Component: ScatterPanel,
};
