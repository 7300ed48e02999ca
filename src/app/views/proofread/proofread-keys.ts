/** The keys of proofreading: one table, which the panel's buttons and the page's help show. */
import type { KeyBinding } from '../../core/keys.ts';
import type { Proofreading } from './proofreading.ts';

export function proofreadKeys(session: Proofreading): KeyBinding[] {
  const arrows = (['Left', 'Right', 'Up', 'Down'] as const).map((way): KeyBinding => {
    const dx = way === 'Left' ? -1 : way === 'Right' ? 1 : 0;
    const dy = way === 'Up' ? -1 : way === 'Down' ? 1 : 0;
    return {
      key: `Mod+Arrow${way}`,
      what: `Chosen point 1 px ${way.toLowerCase()}`,
      run: () => session.nudge(dx, dy),
    };
  });
  return [
    { key: 'n', what: 'Next suspicious moment', run: () => session.next(1) },
    { key: 'b', what: 'Suspicious moment before', run: () => session.next(-1) },
    { key: '[', what: 'Interval begins at the cursor', run: () => session.mark('first') },
    { key: ']', what: 'Interval ends at the cursor', run: () => session.mark('last') },
    {
      key: 'x',
      what: 'Swap left and right of the chosen point over the interval',
      run: () => session.swap(),
    },
    { key: 'X', what: 'Swap all left and right points over the interval', run: () => session.swap('all') },
    { key: 'i', what: 'Interpolate over the interval', run: () => session.interpolate() },
    { key: 'Delete', what: 'Delete over the interval', run: () => session.delete() },
    { key: 'c', what: 'Mark the interval as checked', run: () => session.check() },
    { key: 'l', what: 'Make the frame at the cursor a label', run: () => session.label() },
    { key: 'Mod+z', what: 'Undo the last correction', run: () => session.undo() },
    { key: 'Mod+Z', what: 'Redo', run: () => session.redo() },
    { key: 'Mod+y', what: 'Redo', run: () => session.redo() },
    ...arrows,
  ];
}
