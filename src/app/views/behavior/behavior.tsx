/** Marking behavior: the ethogram with its keys, and the bouts that were marked. */
import { memo, useEffect, useMemo, useSyncExternalStore } from 'react';
import { Button } from 'react-aria-components';
import type { TimedBout } from '../../../project/behavior-events.ts';
import { registerKeys, useKeys } from '../../core/keys.ts';
import { savedText } from '../../core/saved-text.ts';
import { useObservable, type Workbench } from '../../core/workbench.ts';
import { BehaviorFiles } from './behavior-files.tsx';
import { boutKeys, ethogramKeys } from './behavior-keys.ts';
import { Ethogram, NewBehavior } from './ethogram.tsx';
import { framesText, markingOf, type Marking } from './marking.ts';
import './behavior.css';

export function BehaviorPanel({ workbench }: { readonly workbench: Workbench }): React.ReactNode {
  const marking = markingOf(workbench);
  useSyncExternalStore(
    (changed) => marking.subscribe(changed),
    () => marking.version,
  );
  const { readOnly } = useObservable(workbench.project);
  const { model, behaviors, bouts, current } = marking;
  const fixed = readOnly !== undefined || !model.loaded;
  const ethogram = JSON.stringify(behaviors);
  // By what the behaviors are, not by the array that holds them.
  useEffect(() => registerKeys(ethogramKeys(marking)), [marking, ethogram]);
  useKeys(useMemo(() => boutKeys(marking), [marking]));
  return (
    <section className="behavior" aria-label="Behavior">
      {readOnly !== undefined && (
        <p className="behavior-note" role="note">{`Behavior cannot be marked: ${readOnly}`}</p>
      )}
      <div className="behavior-bar">
        <Button
          data-size="small"
          isDisabled={fixed || model.undoes === undefined}
          onPress={() => marking.undo()}
        >
          Undo <kbd aria-hidden="true">Ctrl z</kbd>
        </Button>
        <Button
          data-size="small"
          isDisabled={fixed || model.redoes === undefined}
          onPress={() => marking.redo()}
        >
          Redo <kbd aria-hidden="true">Ctrl Z</kbd>
        </Button>
        <BehaviorFiles workbench={workbench} marking={marking} fixed={fixed} />
        <span className="behavior-saved">{savedText(model.save)}</span>
      </div>
      <Ethogram marking={marking} bouts={bouts} fixed={fixed} />
      {fixed ? null : <NewBehavior marking={marking} />}
      <p className="behavior-said" role="status">
        {marking.said || (behaviors.length === 0 ? firstWords : howToHold)}
      </p>
      <div className="behavior-bouts">
        <div className="behavior-bouts-head">
          <h3 id="behavior-bouts">{`Bouts in this video (${bouts.length})`}</h3>
          <Button data-size="small" isDisabled={fixed || !current} onPress={() => marking.end('first')}>
            Begins here <kbd aria-hidden="true">[</kbd>
          </Button>
          <Button data-size="small" isDisabled={fixed || !current} onPress={() => marking.end('last')}>
            Ends here <kbd aria-hidden="true">]</kbd>
          </Button>
          <Button data-size="small" isDisabled={fixed || !current} onPress={() => marking.remove()}>
            Delete <kbd aria-hidden="true">Del</kbd>
          </Button>
        </div>
        <Bouts marking={marking} bouts={bouts} current={current?.id} ethogram={ethogram} />
      </div>
    </section>
  );
}

const firstWords =
  'Name what you look for. Its key is then held while it lasts, during playback or while you step.';
const howToHold = 'Hold a key while the behavior lasts, during playback or while you step.';

/** Drawn again only where the bouts are others: while a key is held the panel is drawn with every frame. */
const Bouts = memo(function Bouts({
  marking,
  bouts,
  current,
}: {
  readonly marking: Marking;
  readonly bouts: readonly TimedBout[];
  readonly current: string | undefined;
  /** Only so that other colors are seen. */
  readonly ethogram: string;
}): React.ReactNode {
  const { behaviors } = marking.model.state;
  return (
    <ol aria-labelledby="behavior-bouts">
      {bouts.map((bout) => (
        <li key={bout.id}>
          <button
            type="button"
            aria-current={bout.id === current ? 'true' : undefined}
            title={framesText(bout.first, bout.last)}
            onClick={() => marking.goTo(bout)}
          >
            <span className="behavior-swatch" style={{ background: behaviors.get(bout.behavior)?.color }} />
            <span>{bout.behavior}</span>
            <span className="behavior-time">{`${bout.startSeconds.toFixed(2)} s`}</span>
            <span className="behavior-time">
              {bout.kind === 'point' ? 'point' : `${(bout.endSeconds - bout.startSeconds).toFixed(2)} s long`}
            </span>
          </button>
        </li>
      ))}
    </ol>
  );
});
