/** The behaviors that a person looks for: each with its key, its color and how much of it was seen. */
import { useState } from 'react';
import { Button, Input, Label, TextField } from 'react-aria-components';
import { behaviorColor, freeKey, type TimedBout } from '../../../project/behavior-events.ts';
import type { Behavior } from '../../../project/behavior.ts';
import { keyGroups } from '../../core/keys.ts';
import { useObservable } from '../../core/workbench.ts';
import type { Marking } from './marking.ts';

interface Props {
  readonly marking: Marking;
  readonly bouts: readonly TimedBout[];
  /** Nothing can be changed. */
  readonly fixed: boolean;
}

export function Ethogram({ marking, bouts, fixed }: Props): React.ReactNode {
  const groups = useObservable(keyGroups);
  const otherUse = (key: string): string | undefined =>
    groups.filter(({ first }) => !first).flatMap(({ bindings }) => bindings.filter((b) => b.key === key))[0]
      ?.what;
  if (marking.behaviors.length === 0) return null;
  return (
    <table className="ethogram">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Behavior</th>
          <th scope="col">Color</th>
          <th scope="col">Seen in this video</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {marking.behaviors.map((behavior) => {
          const own = bouts.filter((bout) => bout.behavior === behavior.name);
          return (
            <Row
              key={behavior.name}
              marking={marking}
              behavior={behavior}
              own={own}
              fixed={fixed}
              otherUse={otherUse(behavior.key)}
            />
          );
        })}
      </tbody>
    </table>
  );
}

function Row({
  marking,
  behavior,
  own,
  fixed,
  otherUse,
}: {
  readonly marking: Marking;
  readonly behavior: Behavior;
  readonly own: readonly TimedBout[];
  readonly fixed: boolean;
  readonly otherUse: string | undefined;
}): React.ReactNode {
  const { name, key, color, kind } = behavior;
  const held = marking.isHeld(behavior);
  return (
    <tr data-held={held || undefined}>
      <td>
        <Button
          data-size="small"
          isDisabled={fixed}
          aria-label={kind === 'state' ? `Hold while it lasts: ${name}` : `Mark: ${name}`}
          onPressStart={() => marking.press(behavior)}
          onPressEnd={() => marking.release(behavior)}
        >
          <kbd>{key}</kbd>
        </Button>
      </td>
      <th scope="row">
        <span>{name}</span>
        <span className="dim">
          {held ? ' is held' : kind === 'point' ? ' point' : ''}
          {otherUse === undefined ? '' : ` (key of "${otherUse}" too)`}
        </span>
      </th>
      <td>
        <input
          type="color"
          aria-label={`Color of ${name}`}
          value={color}
          disabled={fixed}
          onChange={(event) => marking.define({ ...behavior, color: event.target.value })}
        />
      </td>
      <td className="ethogram-seen">{seenText(own, kind, marking.durationSeconds)}</td>
      <td>
        <Button
          data-kind="quiet"
          data-size="small"
          aria-label={`Remove ${name}`}
          isDisabled={fixed || own.length > 0}
          onPress={() => marking.forget(behavior)}
        >
          Remove
        </Button>
      </td>
    </tr>
  );
}

/** How often, and how long of the video. */
function seenText(own: readonly TimedBout[], kind: Behavior['kind'], duration: number): string {
  if (kind === 'point') return `${own.length} ×`;
  const seconds = own.reduce((sum, { startSeconds, endSeconds }) => sum + endSeconds - startSeconds, 0);
  const share = duration > 0 ? `, ${((100 * seconds) / duration).toFixed(1)} %` : '';
  return `${own.length} ×, ${seconds.toFixed(2)} s${share}`;
}

/** A name, a key and a kind: one more behavior. */
export function NewBehavior({ marking }: { readonly marking: Marking }): React.ReactNode {
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  const [kind, setKind] = useState<Behavior['kind']>('state');
  const { behaviors } = marking;
  const taken = new Set(behaviors.map((behavior) => behavior.key));
  const proposed = name === '' ? '' : (freeKey(name, taken) ?? '');
  const wrong = wrongOf(name.trim(), key || proposed, behaviors);
  const add = (event: React.FormEvent): void => {
    event.preventDefault();
    const color = behaviorColor(behaviors.length);
    if (wrong !== undefined || !marking.define({ name: name.trim(), key: key || proposed, color, kind }))
      return;
    setName('');
    setKey('');
  };
  return (
    <form className="ethogram-new" onSubmit={add}>
      <TextField value={name} onChange={setName}>
        <Label>Behavior</Label>
        <Input placeholder="groom" maxLength={200} />
      </TextField>
      <TextField className="react-aria-TextField ethogram-key" value={key} onChange={setKey}>
        <Label>Key</Label>
        <Input placeholder={proposed} maxLength={1} autoComplete="off" />
      </TextField>
      <label className="ethogram-kind">
        <span className="react-aria-Label">Kind</span>
        <select value={kind} onChange={(event) => setKind(event.target.value as Behavior['kind'])}>
          <option value="state">lasts (hold the key)</option>
          <option value="point">a point (tap it)</option>
        </select>
      </label>
      <Button type="submit" isDisabled={name.trim() === '' || wrong !== undefined}>
        Add
      </Button>
      <p className="ethogram-wrong" role="status">
        {name.trim() === '' ? '' : wrong}
      </p>
    </form>
  );
}

function wrongOf(name: string, key: string, behaviors: readonly Behavior[]): string | undefined {
  if (behaviors.some((behavior) => behavior.name === name)) return `"${name}" is there already.`;
  const rival = behaviors.find((behavior) => behavior.key === key);
  if (rival) return `The key ${key} is that of "${rival.name}": choose another one.`;
  if (!/^[^\s+]$/u.test(key)) return 'A key is one character, and not Space or +.';
  return undefined;
}
