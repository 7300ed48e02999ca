/** Mouse, touch and keyboard on the time axis, as what they mean. */
export interface TimelineActions {
  /** Seconds at a place of the element, CSS px from its left edge. */
  timeAt(x: number): number;
  /** Seconds at the cursor, which the keyboard zooms about. */
  cursor(): number;
  span(): number;
  zoom(at: number, factor: number): void;
  pan(seconds: number): void;
  fit(): void;
  /** Puts the cursor at the frame nearest to this time. */
  place(seconds: number): void;
  select(from: number, to: number): void;
  clearSelection(): void;
  /** Moves the cursor by frames; `extend` takes the selection along. */
  step(frames: number, extend: boolean): void;
  end(which: 'first' | 'last', extend: boolean): void;
  scroll(pixels: number): void;
}

/** Movements up to this many CSS px are a click. */
const clickDistance = 3;

/** Returns what ends it. */
export function listenToGestures(element: HTMLElement, act: TimelineActions): () => void {
  const ends = new AbortController();
  const options = { signal: ends.signal };
  let drag:
    | {
        readonly pointer: number;
        readonly x: number;
        last: number;
        moved: boolean;
        readonly selectFrom: number | null;
      }
    | undefined;
  const x = (event: MouseEvent): number => event.clientX - element.getBoundingClientRect().left;

  element.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      const at = x(event);
      drag = {
        pointer: event.pointerId,
        x: at,
        last: at,
        moved: false,
        selectFrom: event.shiftKey ? act.timeAt(at) : null,
      };
    },
    options,
  );
  element.addEventListener(
    'pointermove',
    (event) => {
      if (!drag || drag.pointer !== event.pointerId) return;
      const at = x(event);
      if (!drag.moved && Math.abs(at - drag.x) <= clickDistance) return;
      drag.moved = true;
      if (drag.selectFrom !== null) act.select(drag.selectFrom, act.timeAt(at));
      else act.pan(act.timeAt(drag.last) - act.timeAt(at));
      drag.last = at;
    },
    options,
  );
  const release = (event: PointerEvent): void => {
    if (!drag || drag.pointer !== event.pointerId) return;
    if (!drag.moved && event.type === 'pointerup') {
      if (drag.selectFrom === null) act.place(act.timeAt(drag.x));
      else act.clearSelection();
    }
    drag = undefined;
  };
  element.addEventListener('pointerup', release, options);
  element.addEventListener('pointercancel', release, options);
  element.addEventListener('dblclick', () => act.fit(), options);
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      // Lines and pages of some mice as pixels.
      const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
      const [across, down] = [event.deltaX * unit, event.deltaY * unit];
      const perPixel = act.span() / element.clientWidth;
      if (event.altKey) act.scroll(down);
      else if (event.shiftKey) act.pan((down || across) * perPixel);
      else if (Math.abs(across) > Math.abs(down)) act.pan(across * perPixel);
      else act.zoom(act.timeAt(x(event)), Math.exp(Math.max(-1, Math.min(1, down * 0.002))));
    },
    { ...options, passive: false },
  );
  element.addEventListener(
    'keydown',
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const known = keys[event.key];
      if (!known) return;
      event.preventDefault();
      event.stopPropagation();
      known(act, event.shiftKey);
    },
    options,
  );
  return () => ends.abort();
}

const zoomStep = 1.5;

const keys: Readonly<Record<string, (act: TimelineActions, shift: boolean) => void>> = {
  ArrowLeft: (act, shift) => act.step(-1, shift),
  ArrowRight: (act, shift) => act.step(1, shift),
  ArrowUp: (act) => act.scroll(-48),
  ArrowDown: (act) => act.scroll(48),
  PageUp: (act) => act.pan(-act.span() / 4),
  PageDown: (act) => act.pan(act.span() / 4),
  Home: (act, shift) => act.end('first', shift),
  End: (act, shift) => act.end('last', shift),
  '+': (act) => act.zoom(act.cursor(), 1 / zoomStep),
  '=': (act) => act.zoom(act.cursor(), 1 / zoomStep),
  '-': (act) => act.zoom(act.cursor(), zoomStep),
  _: (act) => act.zoom(act.cursor(), zoomStep),
  '0': (act) => act.fit(),
  Escape: (act) => act.clearSelection(),
};
