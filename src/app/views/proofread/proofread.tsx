/** Proofreading a track: the suspicious moments, the worst first, and the commands that correct them. */
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';
import { activeCorrections } from '../../../project/corrections.ts';
import { useKeys } from '../../core/keys.ts';
import { savedText } from '../../core/saved-text.ts';
import { useStore } from '../../core/state.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { proofreadKeys } from './proofread-keys.ts';
import { proofreadingOf, type Proofreading } from './proofreading.ts';
import './proofread.css';

interface Changing {
  readonly version: number;
  subscribe(listener: () => void): () => void;
}

function useVersion(model: Changing): number {
  return useSyncExternalStore(
    (changed) => model.subscribe(changed),
    () => model.version,
  );
}

export function ProofreadPanel({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const session = proofreadingOf(workbench);
  const { readOnly } = useObservable(workbench.project);
  useEffect(() => {
    session.active = true;
    return () => {
      session.active = false;
    };
  }, [session]);
  const group = useMemo(
    () => ({ title: 'Proofreading', panel: 'proofread', bindings: proofreadKeys(session) }),
    [session],
  );
  useKeys(group);
  useVersion(session);
  const { track } = session;
  return (
    <section className="proofread" aria-label="Proofreading">
      {readOnly !== undefined && (
        <p className="proofread-note" role="note">{`Tracks cannot be corrected: ${readOnly}`}</p>
      )}
      {(track?.leftOut ?? 0) > 0 && (
        <p className="proofread-note" role="note">
          {`${track!.leftOut} corrections were made on another track of this video and do not hold for this one.`}
        </p>
      )}
      <Commands workbench={workbench} session={session} fixed={readOnly !== undefined} />
      <p className="proofread-said" role="status">
        {session.said ||
          'Drag a point in the video to correct it, or go to the first suspicious moment with n.'}
      </p>
      <Suspects session={session} />
    </section>
  );
}

function Commands(props: {
  readonly workbench: Workbench;
  readonly session: Proofreading;
  readonly fixed: boolean;
}): React.ReactNode {
  const { workbench, session, fixed } = props;
  const { corrections } = workbench;
  useVersion(corrections);
  const keypoint = useStore(workbench.store, (s) => s.keypoint);
  const tracks = useObservable(workbench.project).tracks;
  const { track } = session;
  const [first, last] = session.interval;
  const count = track ? activeCorrections(corrections.state, track.corrections).length : 0;
  const others = tracks.filter((t) => t.corrections === track?.corrections && t.id !== track?.id);
  const off = fixed || !track;
  const { undoes, redoes } = corrections;
  const commands = [
    { name: 'Swap left/right', key: 'x', run: () => session.swap(), off },
    { name: 'Interpolate', key: 'i', run: () => session.interpolate(), off },
    { name: 'Delete', key: 'Del', run: () => session.delete(), off },
    { name: 'Checked', key: 'c', run: () => session.check(), off },
    { name: 'Make a label', key: 'l', run: () => session.label(), off },
    { name: 'Undo', key: 'Ctrl z', run: () => session.undo(), off: fixed || undoes === undefined },
    { name: 'Redo', key: 'Ctrl Z', run: () => session.redo(), off: fixed || redoes === undefined },
  ];
  return (
    <div className="proofread-head">
      <p className="proofread-about">
        <span>{first === last ? `Frame ${first}` : `Frames ${first} to ${last} (${last - first + 1})`}</span>
        <span>{keypoint !== null && session.keypoints.length === 1 ? keypoint : 'all points'}</span>
        {keypoint !== null && (
          <Button data-kind="quiet" data-size="small" onPress={() => workbench.store.set({ keypoint: null })}>
            All points
          </Button>
        )}
        <span className="proofread-saved">
          {`${count} ${count === 1 ? 'correction' : 'corrections'}, ${savedText(corrections.save)}`}
        </span>
      </p>
      <div className="proofread-commands" role="group" aria-label="Correct">
        {commands.map(({ name, key, run, off: isOff }) => (
          <Button key={name} data-size="small" isDisabled={isOff} onPress={run}>
            {name} <kbd aria-hidden="true">{key}</kbd>
          </Button>
        ))}
        {others.map(({ individual }) => (
          <Button
            key={individual}
            data-size="small"
            isDisabled={off}
            onPress={() => session.swapWith(individual)}
          >
            {`Swap with ${individual}`}
          </Button>
        ))}
      </div>
    </div>
  );
}

function Suspects({ session }: { readonly session: Proofreading }): React.ReactNode {
  const { suspects, current, track } = session;
  return (
    <div className="proofread-suspects">
      <h3 id="proofread-suspects">
        {suspects.length === 0
          ? 'Suspicious moments'
          : `Suspicious moments (${suspects.length}), the worst first`}
      </h3>
      {suspects.length === 0 ? (
        <p className="dim">
          {track ? 'None: no jump, no swap, no uncertain point.' : 'There is no track at the cursor.'}
        </p>
      ) : (
        <ol aria-labelledby="proofread-suspects">
          {suspects.map((suspect) => (
            <li key={`${suspect.kind} ${suspect.first} ${suspect.keypoints.join()}`}>
              <button
                type="button"
                aria-current={suspect === current ? 'true' : undefined}
                onClick={() => session.goTo(suspect)}
              >
                <span className="proofread-frames">
                  {suspect.first === suspect.last ? suspect.first : `${suspect.first}\u2013${suspect.last}`}
                </span>
                <span>
                  {suspect.reasons[0]}
                  {suspect.reasons.length > 1 && (
                    <span className="dim">{`; ${suspect.reasons.slice(1, 3).join('; ')}`}</span>
                  )}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
