/** The keys of marking behavior: those that a person chose, and those of the bouts. */
import type { KeyBinding, KeyGroup } from '../../core/keys.ts';
import type { Marking } from './marking.ts';

/** Held while it lasts, or pressed for a point. They come before those of other panels: a person chose them. */
export function ethogramKeys(marking: Marking): KeyGroup {
  const bindings = marking.behaviors.map((behavior): KeyBinding => ({
    key: behavior.key,
    what: behavior.kind === 'state' ? `Hold while it lasts: ${behavior.name}` : `Mark: ${behavior.name}`,
    run: () => marking.press(behavior),
    released: () => marking.release(behavior),
  }));
  return { title: 'Behavior', first: true, panel: 'behavior', bindings };
}

export function boutKeys(marking: Marking): KeyGroup {
  return {
    title: 'Bouts of behavior',
    panel: 'behavior',
    bindings: [
      { key: 'PageDown', what: 'Next bout', run: () => marking.next(1) },
      { key: 'PageUp', what: 'Bout before', run: () => marking.next(-1) },
      { key: '[', what: 'Chosen bout begins at the cursor', run: () => marking.end('first') },
      { key: ']', what: 'Chosen bout ends at the cursor', run: () => marking.end('last') },
      { key: 'Delete', what: 'Delete the chosen bout', run: () => marking.remove() },
      { key: 'Mod+z', what: 'Undo what was marked last', run: () => marking.undo() },
      { key: 'Mod+Z', what: 'Redo', run: () => marking.redo() },
      { key: 'Mod+y', what: 'Redo', run: () => marking.redo() },
    ],
  };
}
