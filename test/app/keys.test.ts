/** Which panel has a key that several bind. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hearKeys, registerKeys } from '../../src/app/core/keys.ts';

/** As much of an element as the keys look at: the panel it is in. */
class FakeElement extends EventTarget {
  readonly panel: string;

  constructor(panel: string) {
    super();
    this.panel = panel;
  }

  closest(selector: string): { dataset: { panel: string } } | null {
    return selector === '[data-panel]' ? { dataset: { panel: this.panel } } : null;
  }
}

const page = new EventTarget();
const ends: (() => void)[] = [];
beforeEach(() => {
  vi.stubGlobal('window', page);
  vi.stubGlobal('Element', FakeElement);
  ends.push(hearKeys());
});
afterEach(() => {
  for (const end of ends.splice(0).toReversed()) end();
  vi.unstubAllGlobals();
});

function on(type: string, facts: object): void {
  page.dispatchEvent(Object.assign(new Event(type), facts));
}
const press = (key: string): void => on('keydown', { key, code: key, shiftKey: false });
const undo = (): void => on('keydown', { key: 'z', code: 'KeyZ', ctrlKey: true });

function panel(name: string, own: string, done: string[]): void {
  const run = (what: string) => () => void done.push(`${what} ${name}`);
  const bindings = [
    { key: 'Mod+z', what: 'Undo', run: run('undo') },
    { key: own, what: 'Do', run: run('do') },
  ];
  ends.push(registerKeys({ title: name, panel: name, bindings }));
}

test('a key of two panels goes to the one opened last, then to the one used last', () => {
  const done: string[] = [];
  panel('proofread', 'x', done);
  panel('behavior', 'g', done);
  undo();
  press('x');
  undo();
  press('g');
  undo();
  expect(done).toEqual(['undo behavior', 'do proofread', 'undo proofread', 'do behavior', 'undo behavior']);
});

test('a press into a panel, or the focus, makes it the one that is used', () => {
  const done: string[] = [];
  panel('proofread', 'x', done);
  panel('behavior', 'g', done);
  const within = (type: string, name: string): void => {
    const event = new Event(type);
    Object.defineProperty(event, 'target', { value: new FakeElement(name) });
    page.dispatchEvent(event);
  };
  within('pointerdown', 'proofread');
  undo();
  within('focusin', 'behavior');
  undo();
  // A panel without keys of its own leaves it to the others.
  within('pointerdown', 'video');
  undo();
  expect(done.slice(0, 2)).toEqual(['undo proofread', 'undo behavior']);
  expect(done).toHaveLength(3);
});
