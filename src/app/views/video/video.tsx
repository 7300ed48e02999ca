import { useEffect, useMemo, useRef, useState } from 'react';
import type { VideoOverview } from '../../../server/api.ts';
import { useStore } from '../../core/state.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { overlayDefaults, type OverlayOptions } from './track-overlay.ts';
import { VideoPane } from './video-pane.ts';
import './video.css';

export interface VideoViewState extends OverlayOptions {
  readonly contrast: number;
  readonly brightness: number;
  /** Other videos of the recording that are shown too, by id. */
  readonly beside: readonly string[];
}

const defaults: VideoViewState = { ...overlayDefaults, contrast: 100, brightness: 100, beside: [] };

/** What the view keeps in the address, read with care: an address can be edited. */
export function videoViewState(kept: unknown): VideoViewState {
  const given = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  const fitting = Object.entries(defaults).map(([key, value]) => {
    const own = given[key];
    const fits = Array.isArray(value)
      ? Array.isArray(own) && own.every((v) => typeof v === 'string')
      : typeof own === typeof value && (typeof own !== 'number' || Number.isFinite(own));
    return [key, fits ? own : value];
  });
  return Object.fromEntries(fitting) as VideoViewState;
}

export function VideoView({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const { store } = workbench;
  const project = useObservable(workbench.project);
  const chosen = useStore(store, (s) => s.video);
  const kept = useStore(store, (s) => s.views.video);
  const options = useMemo(() => videoViewState(kept), [kept]);
  const set = (change: Partial<VideoViewState>): void => store.setView('video', change);
  const main = project.videos.find(({ id }) => id === chosen) ?? project.videos.find((v) => !v.problem);
  useEffect(() => {
    // The address names no video that the project has: all views follow the first.
    if (main && main.id !== chosen) store.set({ video: main.id });
  }, [main, chosen, store]);
  if (!main) return <p className="video-empty">No video of this project can be shown.</p>;
  const others = project.videos.filter((v) => v.recording === main.recording && v.id !== main.id);
  const shown = [main, ...others.filter(({ id }) => options.beside.includes(id))];
  return (
    <section className="video-view" aria-label="Video">
      <Toolbar options={options} set={set} main={main.id} others={others} />
      <div className="video-panes" data-count={shown.length}>
        {shown.map((video) => (
          <Pane key={video.id} workbench={workbench} video={video} main={main.id} options={options} />
        ))}
      </div>
    </section>
  );
}

function Pane(props: {
  readonly workbench: Workbench;
  readonly video: VideoOverview;
  readonly main: string;
  readonly options: VideoViewState;
}): React.ReactNode {
  const { workbench, video, main, options } = props;
  const element = useRef<HTMLDivElement>(null);
  const status = useRef<HTMLDivElement>(null);
  const [pane, setPane] = useState<VideoPane>();
  const { id } = video;
  useEffect(() => {
    const overview = workbench.project.value.videos.find((v) => v.id === id);
    if (!overview || !element.current || !status.current) return undefined;
    const made = new VideoPane({ stage: element.current, status: status.current }, workbench, overview, main);
    setPane(made);
    return () => made.dispose();
  }, [workbench, id, main]);
  useEffect(() => {
    if (!pane) return;
    pane.options = options;
    pane.stage.adjust(options);
  }, [pane, options]);
  return (
    <div className="video-pane">
      <div className="video-title">
        <span className="video-name">{video.name}</span>
        <div ref={status} className="video-status" />
        <span className="panel-buttons">
          <button type="button" aria-label="Smaller" onClick={() => pane?.stage.zoomOut()}>
            −
          </button>
          <button type="button" aria-label="Larger" onClick={() => pane?.stage.zoomIn()}>
            +
          </button>
          <button type="button" onClick={() => pane?.stage.fit()}>
            Fit
          </button>
        </span>
      </div>
      <div ref={element} className="video-mount" />
    </div>
  );
}

const switches = [
  ['points', 'Points'],
  ['bones', 'Bones'],
  ['names', 'Names'],
  ['ellipses', '95 % ellipses'],
  ['labels', 'Labels'],
] as const;

function Toolbar(props: {
  readonly options: VideoViewState;
  readonly set: (change: Partial<VideoViewState>) => void;
  readonly main: string;
  readonly others: readonly VideoOverview[];
}): React.ReactNode {
  const { options, set, main, others } = props;
  // The main one is kept too: it stays in sight when another becomes the main one.
  const show = (ids: readonly string[]): void => set({ beside: ids.length > 0 ? [main, ...ids] : [] });
  const shown = others.map(({ id }) => id).filter((id) => options.beside.includes(id));
  const toggle = (id: string): void =>
    show(shown.includes(id) ? shown.filter((b) => b !== id) : [...shown, id]);
  return (
    <div className="panel-bar" role="group" aria-label="What is drawn">
      {switches.map(([key, name]) => (
        <label key={key}>
          <input
            type="checkbox"
            checked={options[key]}
            onChange={(event) => set({ [key]: event.target.checked })}
          />
          {name}
        </label>
      ))}
      {others.length > 0 && (
        <fieldset className="video-cameras">
          <legend>Side by side</legend>
          <label>
            <input
              type="checkbox"
              checked={shown.length === others.length}
              onChange={(event) => show(event.target.checked ? others.map(({ id }) => id) : [])}
            />
            All cameras
          </label>
          {others.length > 1 &&
            others.map(({ id, name }) => (
              <label key={id}>
                <input type="checkbox" checked={shown.includes(id)} onChange={() => toggle(id)} />
                {name}
              </label>
            ))}
        </fieldset>
      )}
      <details className="panel-more">
        <summary>Adjust</summary>
        <div>
          <Slider
            name="Trail"
            unit="frames"
            value={options.trail}
            most={120}
            onChange={(trail) => set({ trail })}
          />
          <Slider
            name="Hide below confidence"
            value={options.leastConfidence}
            most={1}
            step={0.05}
            onChange={(leastConfidence) => set({ leastConfidence })}
          />
          <PictureSliders options={options} set={set} />
        </div>
      </details>
    </div>
  );
}

export interface PictureLook {
  readonly contrast: number;
  readonly brightness: number;
}

export function PictureSliders(props: {
  readonly options: PictureLook;
  readonly set: (change: Partial<PictureLook>) => void;
}): React.ReactNode {
  const { options, set } = props;
  return (
    <>
      <Slider
        name="Contrast"
        unit="%"
        value={options.contrast}
        least={20}
        most={400}
        step={5}
        onChange={(contrast) => set({ contrast })}
      />
      <Slider
        name="Brightness"
        unit="%"
        value={options.brightness}
        least={20}
        most={400}
        step={5}
        onChange={(brightness) => set({ brightness })}
      />
    </>
  );
}

function Slider(props: {
  readonly name: string;
  readonly unit?: string;
  readonly value: number;
  readonly least?: number;
  readonly most: number;
  readonly step?: number;
  readonly onChange: (value: number) => void;
}): React.ReactNode {
  const { name, unit = '', value, least = 0, most, step = 1, onChange } = props;
  return (
    <label className="video-slider">
      {name}
      <input
        type="range"
        min={least}
        max={most}
        step={step}
        value={value}
        aria-valuetext={`${value} ${unit}`}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <span>{`${value} ${unit}`}</span>
    </label>
  );
}
