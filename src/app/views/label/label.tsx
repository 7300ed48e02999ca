import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { useStore } from '../../core/state.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { keypointColor } from '../video/keypoint-colors.ts';
import { PictureSliders, type PictureLook } from '../video/video.tsx';
import { LabelFiles } from './label-files.tsx';
import { LabelCanvas } from './label-canvas.ts';
import { LabelQueue } from './label-queue.ts';
import { LabelSession } from './label-session.ts';
import { labelsOf } from './labels-of.ts';
import type { SaveState } from './labels-model.ts';
import { placedCount, queueKinds, type QueueKind } from './queue.ts';
import { targetName, type Target } from './target.ts';
import './label.css';

interface Changing {
  readonly version: number;
  subscribe(listener: () => void): () => void;
}

/** Draws a component again when one of its models changes. */
function useVersion(model: Changing): number {
  return useSyncExternalStore(
    (changed) => model.subscribe(changed),
    () => model.version,
  );
}

export function LabelView({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const [made, setMade] = useState<{ session: LabelSession; queue: LabelQueue }>();
  useEffect(() => {
    const labels = labelsOf(workbench);
    const session = new LabelSession(labels, workbench.store, () => {
      const { skeleton, individuals, readOnly } = workbench.project.value;
      return { keypoints: skeleton.keypoints, individuals, readOnly };
    });
    const queue = new LabelQueue(workbench, labels);
    setMade({ session, queue });
    return () => {
      session.dispose();
      queue.dispose();
    };
  }, [workbench]);
  return made && <LabelPage workbench={workbench} {...made} />;
}

interface Parts {
  readonly workbench: Workbench;
  readonly session: LabelSession;
  readonly queue: LabelQueue;
}

function look(kept: unknown): PictureLook {
  const { contrast, brightness } = (kept ?? {}) as Record<string, unknown>;
  return {
    contrast: typeof contrast === 'number' ? contrast : 100,
    brightness: typeof brightness === 'number' ? brightness : 100,
  };
}

function LabelPage({ workbench, session, queue }: Parts): React.ReactNode {
  const element = useRef<HTMLDivElement>(null);
  const [canvas, setCanvas] = useState<LabelCanvas>();
  const [coordinates, setCoordinates] = useState('');
  const { readOnly } = useObservable(workbench.project);
  const kept = useStore(workbench.store, (s) => s.views.label);
  const options = useMemo(() => look(kept), [kept]);
  useEffect(() => {
    const made = new LabelCanvas(element.current!, workbench, session, queue, setCoordinates);
    setCanvas(made);
    made.stage.element.focus({ preventScroll: true });
    return () => made.dispose();
  }, [workbench, session, queue]);
  useEffect(() => canvas?.stage.adjust(options), [canvas, options]);
  const toPicture = (): void => canvas?.stage.element.focus({ preventScroll: true });
  return (
    <section className="label-view" aria-label="Labeling">
      <Queue workbench={workbench} session={session} queue={queue} onChosen={toPicture} />
      <div className="label-middle">
        <Head session={session} queue={queue} coordinates={coordinates} />
        {readOnly !== undefined && (
          <p className="label-read-only" role="note">{`Labels cannot be changed: ${readOnly}`}</p>
        )}
        <div ref={element} className="label-mount" />
        <Said session={session} />
      </div>
      <div className="label-side">
        <Keypoints workbench={workbench} session={session} onChosen={toPicture} />
        <Actions session={session} queue={queue} canvas={canvas} readOnly={readOnly} />
        <div className="label-look" role="group" aria-label="Look of the picture">
          <PictureSliders
            options={options}
            set={(change) => workbench.store.setView('label', { ...change })}
          />
        </div>
        <LabelFiles workbench={workbench} />
        <Keys canvas={canvas} />
      </div>
    </section>
  );
}

function Head(props: {
  readonly session: LabelSession;
  readonly queue: LabelQueue;
  readonly coordinates: string;
}): React.ReactNode {
  const { session, queue, coordinates } = props;
  useVersion(session);
  useVersion(queue);
  const { target } = session;
  return (
    <div className="label-head">
      <h2>{target ? targetName(target) : 'No frame'}</h2>
      <span className="label-coordinates">{coordinates}</span>
    </div>
  );
}

function Said({ session }: { readonly session: LabelSession }): React.ReactNode {
  useVersion(session);
  useVersion(session.labels);
  const { save } = session.labels;
  return (
    <div className="label-foot">
      <div role="status" aria-live="polite" className="label-said">
        {session.said}
      </div>
      <SaveMark save={save} />
    </div>
  );
}

function SaveMark({ save }: { readonly save: SaveState }): React.ReactNode {
  switch (save.kind) {
    case 'loading':
      return <span className="label-save">Reading labels</span>;
    case 'saved':
      return <span className="label-save label-saved">Saved</span>;
    case 'saving':
      return <span className="label-save">{`Saving ${save.waiting}`}</span>;
    case 'failed':
      return (
        <span className="label-save label-failed" role="alert">
          {save.takenBack > 0
            ? `Not saved, ${save.takenBack === 1 ? 'the last edit was' : `the last ${save.takenBack} edits were`} taken back: `
            : 'The labels could not be read: '}
          {save.message}
          {save.fix === undefined ? '' : ` ${save.fix}`}
        </span>
      );
    default:
      return save satisfies never;
  }
}

/** Short: which video it is of stands beside it. */
const entryName = (target: Target): string =>
  target.at === undefined ? targetName(target) : `frame ${target.at.frame}`;

const queueNames: Readonly<Record<QueueKind, string>> = {
  suggested: 'Suggested',
  labeled: 'Labeled',
  worst: 'Worst first',
};

function Queue(props: Parts & { readonly onChosen: () => void }): React.ReactNode {
  const { session, queue, workbench, onChosen } = props;
  useVersion(queue);
  useVersion(session.labels);
  const list = useRef<HTMLOListElement>(null);
  const current = queue.current?.key;
  useEffect(() => {
    list.current?.querySelector('[aria-current=true]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const { entries } = queue;
  const { skeleton, videos } = workbench.project.value;
  const all = skeleton.keypoints.length;
  const severalVideos = videos.length > 1;
  return (
    <nav className="label-queue" aria-label="Frames to label">
      <label className="label-queue-kind">
        Frames
        <select
          value={queue.kind}
          onChange={(event) => {
            queue.choose(event.target.value as QueueKind);
          }}
        >
          {queueKinds.map((kind) => (
            <option key={kind} value={kind}>
              {queueNames[kind]}
            </option>
          ))}
        </select>
      </label>
      <div className="label-progress">
        <progress value={queue.done} max={Math.max(1, entries.length)} aria-label="Frames that have labels" />
        <span>{`${queue.done} of ${entries.length}`}</span>
      </div>
      {entries.length === 0 && <p className="label-none">{queue.message}</p>}
      <ol ref={list}>
        {entries.map(({ target, reason }) => {
          const placed = placedCount(session.labels.frame(target.key));
          const state =
            placed === 0 ? 'not labeled' : placed >= all ? 'labeled' : `${placed} of ${all} points`;
          return (
            <li key={target.key}>
              <button
                type="button"
                aria-current={target.key === current}
                onClick={() => {
                  queue.goTo(target.key);
                  onChosen();
                }}
              >
                <span
                  className="label-mark"
                  data-state={placed === 0 ? 'none' : placed >= all ? 'all' : 'some'}
                  role="img"
                  aria-label={state}
                />
                <span className="label-entry">
                  <span className="label-entry-name">
                    <span>{entryName(target)}</span>
                    {severalVideos && target.at && (
                      <span className="label-reason">
                        {videos.find(({ id }) => id === target.at!.video)?.name}
                      </span>
                    )}
                  </span>
                  <span className="label-reason" title={reason}>
                    {reason}
                  </span>
                </span>
              </button>
            </li>
          );
        })}
      </ol>
      {queue.kind === 'suggested' && entries.length > 0 && (
        <button type="button" className="label-button" onClick={() => void queue.renew()}>
          Suggest other frames
        </button>
      )}
    </nav>
  );
}

function Keypoints(props: {
  readonly workbench: Workbench;
  readonly session: LabelSession;
  readonly onChosen: () => void;
}): React.ReactNode {
  const { workbench, session, onChosen } = props;
  const { store } = workbench;
  useVersion(session);
  useVersion(session.labels);
  useStore(store, (s) => s.keypoint);
  useStore(store, (s) => s.individual);
  const { individuals } = useObservable(workbench.project);
  return (
    <div className="label-keypoints">
      {individuals.length > 1 && (
        <label className="label-individual">
          Animal
          <select
            value={session.individual}
            onChange={(event) => store.set({ individual: event.target.value, keypoint: null })}
          >
            {individuals.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <h3 id="label-keypoints-title">Keypoints</h3>
      <ul aria-labelledby="label-keypoints-title">
        {session.keypoints.map((name, k) => {
          const state = session.stateOf(name);
          return (
            <li key={name}>
              <button
                type="button"
                aria-current={name === session.keypoint}
                onClick={() => {
                  session.choose(name);
                  onChosen();
                }}
              >
                <span className="label-number">{k < 10 ? (k + 1) % 10 : ''}</span>
                <span
                  className="label-color"
                  data-state={state.split(',')[0]}
                  style={{ '--color': keypointColor(k) } as React.CSSProperties}
                />
                <span className="label-name" title={name}>
                  {name}
                </span>
                <span className="label-state">{state}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Actions(props: {
  readonly session: LabelSession;
  readonly queue: LabelQueue;
  readonly canvas: LabelCanvas | undefined;
  readonly readOnly: string | undefined;
}): React.ReactNode {
  const { session, queue, canvas, readOnly } = props;
  useVersion(session);
  useVersion(session.labels);
  const { undoes, redoes } = session.labels;
  const run = (key: string): void => void canvas?.keys.find((k) => k.key === key)?.run();
  const fixed = readOnly !== undefined;
  const actions = [
    { key: 'b', name: 'Previous', off: queue.entries.length === 0 },
    { key: 'n', name: 'Next', off: queue.entries.length === 0 },
    { key: 'Mod+z', name: 'Undo', off: fixed || undoes === undefined, about: undoes },
    { key: 'Mod+Z', name: 'Redo', off: fixed || redoes === undefined, about: redoes },
    { key: 'Enter', name: 'Accept draft', off: fixed || !session.hasDraft },
    { key: 'c', name: 'Copy last', off: fixed },
    { key: 'o', name: 'Occluded', off: fixed },
    { key: 'Delete', name: 'Delete point', off: fixed },
  ];
  return (
    <div className="label-actions" role="group" aria-label="Actions">
      {actions.map(({ key, name, off, about }) => (
        <button
          type="button"
          className="label-button"
          key={key}
          disabled={off}
          title={about === undefined ? name : `${name}: ${about}`}
          onClick={() => run(key)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);
const keyNames: Readonly<Record<string, string>> = {
  'Mod+Z': mac ? '⇧⌘Z' : 'Ctrl+Shift+Z',
  'Mod+z': mac ? '⌘Z' : 'Ctrl+Z',
  'Mod+y': mac ? '⌘Y' : 'Ctrl+Y',
};

function Keys({ canvas }: { readonly canvas: LabelCanvas | undefined }): React.ReactNode {
  if (!canvas) return undefined;
  const own = canvas.keys.filter(({ key }) => !/Arrow|^\d$|^=$|Backspace|Mod\+y/.test(key));
  const rows = [
    ...own.map(({ key, what }) => [keyNames[key] ?? key.toUpperCase(), what]),
    ['1 to 0', 'Choose a keypoint'],
    ['Arrows', 'Move the point, or the cross, by 1 px (Shift: 10 px)'],
    ['Click', 'Place the keypoint; Shift-click on top of a point'],
    ['Right click', 'Place as occluded; on a point: occluded or visible'],
    ['Drag', 'Move a point, or the picture; wheel zooms'],
  ];
  return (
    <details className="label-help">
      <summary>Keys</summary>
      <dl>
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>{key}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
