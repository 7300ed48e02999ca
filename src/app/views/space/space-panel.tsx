/** Posture in space, at the page's cursor. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { frameAt } from '../../core/player.ts';
import { useStore } from '../../core/state.ts';
import { useObservable, type Video, type Workbench } from '../../core/workbench.ts';
import { tickText } from '../timeline/axis-ticks.ts';
import { boundsOf, floorUnder } from './bounds.ts';
import { axisColors, SpaceScene, type Side } from './scene.ts';
import { mostTrailSeconds, spaceSettings, type SpaceSettings } from './settings.ts';
import { spaceSources, type SpacePose, type SpaceSource } from './space-pose.ts';
import './space.css';

const sides: readonly (readonly [Side, string])[] = [
  ['above', 'Above'],
  ['front', 'Front'],
  ['side', 'Side'],
  ['oblique', 'Oblique'],
];

export function SpacePanel({
  workbench,
  sources = spaceSources,
}: {
  readonly workbench: Workbench;
  readonly sources?: readonly SpaceSource[];
}): React.ReactNode {
  const { store } = workbench;
  const kept = useStore(store, (state) => state.views.space);
  const { trailSeconds, follows } = useMemo(() => spaceSettings(kept), [kept]);
  const set = (change: Partial<SpaceSettings>): void => store.setView('space', change);
  const frame = useStore(store, (state) => state.frame);
  const { video, pose, failure } = usePose(workbench, sources);
  const floor = useMemo(() => pose && floorUnder(boundsOf(pose)), [pose]);
  const host = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<SpaceScene>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    try {
      const made = new SpaceScene(host.current!);
      setScene(made);
      return () => made.dispose();
    } catch (error) {
      setProblem(
        `The 3D view cannot be drawn: ${error instanceof Error ? error.message : error} Turn on hardware acceleration in the browser's settings.`,
      );
      return undefined;
    }
  }, []);
  useEffect(() => {
    if (scene && pose) scene.setPose(pose);
  }, [scene, pose]);
  useEffect(() => {
    if (!scene || !video) return;
    scene.frame = frame;
    const now = Math.min(frame, video.times.length - 1);
    scene.trailFrames = now - frameAt(video.times, video.times[now] - trailSeconds);
  }, [scene, pose, video, frame, trailSeconds]);
  useEffect(() => {
    if (scene) scene.follows = follows;
  }, [scene, pose, follows]);

  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (!scene || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (frames: number): void => {
      const last = (video?.times.length ?? 1) - 1;
      store.set({ frame: Math.min(last, Math.max(0, store.state.frame + frames)) });
    };
    const plain: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => step(-1),
      ArrowRight: () => step(1),
      ArrowUp: () => step(10),
      ArrowDown: () => step(-10),
      '+': () => scene.zoom(1),
      '=': () => scene.zoom(1),
      '-': () => scene.zoom(-1),
      '0': () => scene.look('oblique'),
    };
    const shifted: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => scene.orbit(-1, 0),
      ArrowRight: () => scene.orbit(1, 0),
      ArrowUp: () => scene.orbit(0, 1),
      ArrowDown: () => scene.orbit(0, -1),
      '+': () => scene.zoom(1),
      _: () => scene.zoom(-1),
    };
    const action = (event.shiftKey ? shifted : plain)[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  };

  const last = Math.max(0, (video?.times.length ?? 1) - 1);
  const now = Math.min(frame, last);
  return (
    <section className="space-panel" aria-label="3D">
      <div className="panel-bar">
        <span className="panel-buttons" role="group" aria-label="Look from">
          {sides.map(([side, name]) => (
            <button key={side} type="button" onClick={() => scene?.look(side)}>
              {name}
            </button>
          ))}
        </span>
        <span className="panel-buttons">
          <button type="button" onClick={() => scene?.zoom(1)} aria-label="Zoom in">
            +
          </button>
          <button type="button" onClick={() => scene?.zoom(-1)} aria-label="Zoom out">
            −
          </button>
        </span>
        <label>
          <input type="checkbox" checked={follows} onChange={(e) => set({ follows: e.target.checked })} />{' '}
          Follow
        </label>
        <label className="space-slider">
          Trail{' '}
          <input
            type="range"
            min={0}
            max={mostTrailSeconds}
            step={0.25}
            value={trailSeconds}
            aria-valuetext={`${trailSeconds} s`}
            onChange={(e) => set({ trailSeconds: Number(e.target.value) })}
          />{' '}
          <span>{trailSeconds} s</span>
        </label>
        <details className="panel-more">
          <summary>Keys</summary>
          <p id="space-keys">
            Drag turns, wheel zooms, right button and drag moves. Keys: ← → frame, ↑ ↓ ten frames, Shift and
            arrows turn, + − zoom, 0 shows all.
          </p>
        </details>
      </div>
      <div
        className="space-host"
        ref={host}
        tabIndex={0}
        role="slider"
        aria-label="Frame"
        aria-describedby="space-keys"
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={now}
        aria-valuetext={`Frame ${now} of ${last + 1}`}
        onKeyDown={onKeyDown}
      />
      <p className="space-caption">
        {pose && floor ? (
          <>
            <span>
              Grid: {tickText(floor.step, floor.step)} {pose.unit}
              {floor.z === 0 ? '' : `, at z = ${tickText(floor.z * floor.step, floor.step)} ${pose.unit}`}.
            </span>{' '}
            <span className="space-axes">
              Axes at the corner:{' '}
              {['x', 'y', 'z'].map((name, a) => (
                <span key={name}>
                  <span className="space-swatch" style={{ background: axisColors[a] }} /> {name}{' '}
                </span>
              ))}
            </span>
            {pose.cameras.length > 0 && (
              <span>{`Cameras: ${pose.cameras.map(({ name }) => name).join(', ')}. `}</span>
            )}
            {pose.note}
          </>
        ) : null}
      </p>
      <p className="space-problem" role="status">
        {problem ?? failure}
      </p>
    </section>
  );
}

interface Loaded {
  readonly video?: Video;
  readonly pose?: SpacePose;
  readonly failure?: string;
}

function usePose(workbench: Workbench, sources: readonly SpaceSource[]): Loaded {
  const { store } = workbench;
  const project = useObservable(workbench.project);
  const videoId = useStore(store, (state) => state.video) ?? project.videos[0]?.id ?? null;
  const trackId = useStore(store, (state) => state.track);
  const [answer, setAnswer] = useState<Loaded>({});
  useEffect(() => {
    let stale = false;
    const load = async (): Promise<Loaded> => {
      if (videoId === null) return { failure: 'The project has no video.' };
      const id = workbench.trackOf({ video: videoId, track: trackId });
      const [video, track] = await Promise.all([
        workbench.video(videoId),
        id === undefined ? undefined : workbench.track(id),
      ]);
      for (const source of sources) {
        const pose = await source.pose({ workbench, video, track });
        if (pose) return { video, pose };
      }
      return { video, failure: 'This video has no track, so there is no posture to show.' };
    };
    load().then(
      (loaded) => stale || setAnswer(loaded),
      (error: unknown) =>
        stale || setAnswer({ failure: error instanceof Error ? error.message : `${error}` }),
    );
    return () => {
      stale = true;
    };
  }, [workbench, project, sources, videoId, trackId]);
  return answer;
}
