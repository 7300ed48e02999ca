/** Mouse, touch and keyboard on the points, as what they mean. Places are CSS px from the element's upper left. */
import type { Place } from './polygon.ts';

export interface ScatterActions {
  /** Whether a drag without Shift draws a lasso. */
  lassoByDrag(): boolean;
  /** The line of a lasso so far; when it is done, what lies in it is chosen. */
  lasso(line: readonly Place[], done: boolean): void;
  choose(at: Place): void;
  hover(at: Place | undefined): void;
  /** By parts of what is seen, to the right and up where positive. */
  pan(x: number, y: number): void;
  zoom(factor: number, at?: Place): void;
  fit(): void;
  /** Chooses what is seen. */
  chooseSeen(): void;
  clear(): void;
  /** Moves the cursor by frames, or to the first or last one. */
  step(frames: number): void;
}

const clickPx = 4;
const zoomStep = 1.4;
const panStep = 0.12;

/** Returns what ends it. */
export function listenToGestures(element: HTMLElement, act: ScatterActions): () => void {
  const ending = new AbortController();
  const { signal } = ending;
  const place = (event: MouseEvent): Place => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  let drag: { readonly pointer: number; readonly lasso: boolean; moved: boolean; line: Place[] } | undefined;

  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      const lasso = event.shiftKey !== act.lassoByDrag();
      drag = { pointer: event.pointerId, lasso, moved: false, line: [place(event)] };
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      const at = place(event);
      if (!drag || drag.pointer !== event.pointerId) return act.hover(at);
      const last = drag.line.at(-1)!;
      const first = drag.line[0];
      drag.moved ||= Math.hypot(at.x - first.x, at.y - first.y) >= clickPx;
      if (!drag.moved) return;
      if (drag.lasso) {
        if (Math.hypot(at.x - last.x, at.y - last.y) < 2) return;
        drag.line.push(at);
        act.lasso(drag.line, false);
      } else {
        act.pan((last.x - at.x) / element.clientWidth, (at.y - last.y) / element.clientHeight);
        drag.line = [at];
      }
    },
    { signal },
  );
  const release = (event: PointerEvent): void => {
    if (!drag || drag.pointer !== event.pointerId) return;
    const { moved, lasso, line } = drag;
    drag = undefined;
    if (moved && lasso) act.lasso(event.type === 'pointerup' ? line : [], true);
    else if (!moved && event.type === 'pointerup') act.choose(line[0]);
  };
  element.addEventListener('pointerup', release, { signal });
  element.addEventListener('pointercancel', release, { signal });
  element.addEventListener('pointerleave', () => act.hover(undefined), { signal });
  element.addEventListener('dblclick', () => act.fit(), { signal });
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
      act.zoom(Math.exp(-0.0015 * lines * event.deltaY), place(event));
    },
    { signal, passive: false },
  );
  element.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const key = (event.shiftKey ? shifted : plain)[event.key];
      if (!key) return;
      event.preventDefault();
      event.stopPropagation();
      key(act);
    },
    { signal },
  );
  return () => ending.abort();
}

type Keys = Readonly<Record<string, (act: ScatterActions) => void>>;

const plain: Keys = {
  ArrowLeft: (act) => act.step(-1),
  ArrowRight: (act) => act.step(1),
  ArrowUp: (act) => act.step(10),
  ArrowDown: (act) => act.step(-10),
  Home: (act) => act.step(-Infinity),
  End: (act) => act.step(Infinity),
  '+': (act) => act.zoom(zoomStep),
  '=': (act) => act.zoom(zoomStep),
  '-': (act) => act.zoom(1 / zoomStep),
  '0': (act) => act.fit(),
  f: (act) => act.fit(),
  Enter: (act) => act.chooseSeen(),
  Escape: (act) => act.clear(),
};

/** Shift makes another character of some keys. */
const shifted: Keys = {
  ArrowLeft: (act) => act.pan(-panStep, 0),
  ArrowRight: (act) => act.pan(panStep, 0),
  ArrowUp: (act) => act.pan(0, panStep),
  ArrowDown: (act) => act.pan(0, -panStep),
  '+': (act) => act.zoom(zoomStep),
  _: (act) => act.zoom(1 / zoomStep),
};
