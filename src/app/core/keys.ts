/** Keys of the whole page. What is registered is what the help shows, so that the two cannot differ. */
import { useEffect } from 'react';
import { Observable } from './observable.ts';

export interface KeyBinding {
  /** As `KeyboardEvent.key`, with `Shift+`, `Alt+` or `Mod+` (Ctrl, or Command on a Mac) before it: `Shift+ArrowLeft`, `?`. */
  readonly key: string;
  readonly what: string;
  run(): void;
  /** The key was let go: what it held ends. Such a key does not repeat while it is down. */
  released?(): void;
}

export interface KeyGroup {
  readonly title: string;
  /** Whether its keys come before those of all other groups. */
  readonly first?: boolean;
  /** The panel whose keys these are: where several panels bind a key, the one that was used last has it. */
  readonly panel?: string;
  readonly bindings: readonly KeyBinding[];
}

export const keyGroups = new Observable<readonly KeyGroup[]>([]);

/** The panel that was last pressed in, opened, or asked by one of its keys. */
let usedPanel: string | undefined;

/** Returns what takes them away again. Where two groups bind a key, the panel used last has it, else the one registered last. */
export function registerKeys(group: KeyGroup): () => void {
  if (group.panel !== undefined) usedPanel = group.panel;
  keyGroups.set([...keyGroups.value, group]);
  return () => keyGroups.set(keyGroups.value.filter((other) => other !== group));
}

/** Keys that hold while a component is shown. Keep `group` the same between drawings (`useMemo`, or outside). */
export function useKeys(group: KeyGroup): void {
  useEffect(() => registerKeys(group), [group]);
}

const named: Readonly<Record<string, string>> = { ' ': 'Space' };

/** The name of a pressed key, as bindings write it. Shift is part of it only where it does not make another character. */
export function keyOf(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey' | 'ctrlKey' | 'metaKey'>,
): string {
  const shift = event.shiftKey && event.key.length > 1;
  const modifiers = [
    event.ctrlKey || event.metaKey ? 'Mod+' : '',
    event.altKey ? 'Alt+' : '',
    shift ? 'Shift+' : '',
  ];
  return modifiers.join('') + (named[event.key] ?? event.key);
}

const typing = 'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]';
const owning =
  '[role=slider], [role=separator], [role=tab], [role=menu], [role=listbox], [role=option], [role=grid], [role=tree], [role=radio], [role=spinbutton], [role=dialog], [role=application]';
const pressed = 'button, a[href], summary, [role=button], [role=checkbox], [role=switch], input';

/** Whether the element that has the focus needs this key itself: a text, a slider, or a button and its Space. */
function belongsTo(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof Element)) return false;
  if (target.closest(typing)) return true;
  const moves = /^(Shift\+)?(Arrow|Home|End|Page)/.test(key);
  if (moves || key === 'Space' || key === 'Enter' || key === 'Escape') {
    if (target.closest(owning)) return true;
  }
  return (key === 'Space' || key === 'Enter') && target.closest(pressed) !== null;
}

/** Starts to hear keys; returns what ends it. */
export function hearKeys(): () => void {
  // By `event.code`: while a key is down, Shift may change which character it gives.
  const held = new Map<string, KeyBinding>();
  const hear = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    const key = keyOf(event);
    if (belongsTo(event.target, key)) return;
    const rank = (group: KeyGroup): number =>
      group.first ? 0 : group.panel !== undefined && group.panel === usedPanel ? 1 : 2;
    const groups = keyGroups.value.toReversed().sort((a, b) => rank(a) - rank(b));
    for (const { bindings, panel } of groups) {
      const binding = bindings.find((b) => b.key === key);
      if (!binding) continue;
      event.preventDefault();
      if (binding.released) {
        if (held.has(event.code)) return;
        held.set(event.code, binding);
      }
      usedPanel = panel ?? usedPanel;
      binding.run();
      return;
    }
  };
  const letGo = ({ code }: { readonly code: string }): void => {
    const binding = held.get(code);
    held.delete(code);
    binding?.released?.();
  };
  // A window that loses the keyboard does not hear its keys go up.
  const lost = (): void => [...held.keys()].forEach((code) => letGo({ code }));
  const used = ({ target }: Event): void => {
    const panel = target instanceof Element ? target.closest<HTMLElement>('[data-panel]') : null;
    usedPanel = panel?.dataset.panel ?? usedPanel;
  };
  window.addEventListener('pointerdown', used, { capture: true });
  window.addEventListener('focusin', used);
  window.addEventListener('keydown', hear);
  window.addEventListener('keyup', letGo);
  window.addEventListener('blur', lost);
  return () => {
    lost();
    window.removeEventListener('pointerdown', used, { capture: true });
    window.removeEventListener('focusin', used);
    window.removeEventListener('keydown', hear);
    window.removeEventListener('keyup', letGo);
    window.removeEventListener('blur', lost);
  };
}
