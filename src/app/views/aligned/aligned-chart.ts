/** Rows around their events above the mean over them, with the cursor and the selection in every row that they lie in. Lives outside React. */
import { framesBetween, nearestFrame } from '../../core/frame-times.ts';
import { onSchemeChange, paletteOf, type Palette } from '../../core/palette.ts';
import type { Workbench } from '../../core/workbench.ts';
import { decimalTicks, tickText } from '../timeline/axis-ticks.ts';
import { drawMean, type Box } from './draw-mean.ts';
import { drawColors, drawTicks } from './draw-rows.ts';
import type { AlignedRows } from './read-aligned.ts';

const margin = { left: 62, right: 84, top: 10, bottom: 38, between: 12 };
/** Movements up to this many CSS px are a click. */
const clickDistance = 3;

export class AlignedChart {
  readonly #workbench: Workbench;
  readonly #element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #marks: HTMLCanvasElement;
  readonly #ends: (() => void)[];
  #palette: Palette;
  #rows: AlignedRows | undefined;
  #frames: Float64Array = new Float64Array(0);
  #drag: { readonly row: number; readonly x: number; moved: boolean } | undefined;

  /** @param element its content is this chart's until `dispose`. */
  constructor(element: HTMLElement, workbench: Workbench) {
    this.#element = element;
    this.#workbench = workbench;
    this.#palette = paletteOf(element);
    [this.#canvas, this.#marks] = [document.createElement('canvas'), document.createElement('canvas')];
    this.#canvas.setAttribute('role', 'img');
    this.#marks.setAttribute('aria-hidden', 'true');
    element.append(this.#canvas, this.#marks);
    const resized = new ResizeObserver(() => this.#draw());
    resized.observe(element);
    const listening = new AbortController();
    const on = <K extends keyof HTMLElementEventMap>(
      name: K,
      heard: (event: HTMLElementEventMap[K]) => void,
    ): void => element.addEventListener(name, heard, { signal: listening.signal });
    on('pointerdown', (event) => this.#pressed(event));
    on('pointermove', (event) => this.#dragged(event));
    on('pointerup', (event) => this.#released(event));
    on('pointercancel', () => (this.#drag = undefined));
    on('keydown', (event) => this.#key(event));
    this.#ends = [
      () => resized.disconnect(),
      () => listening.abort(),
      onSchemeChange(() => {
        this.#palette = paletteOf(element);
        this.#draw();
      }),
      workbench.store.subscribe((state, before) => {
        if (state.frame !== before.frame || state.selection !== before.selection) this.#mark();
      }),
      () => element.replaceChildren(),
    ];
  }

  /** @param frames times of the video's frames, s. @param words what is seen, for those who do not see it. */
  show(rows: AlignedRows | undefined, frames: Float64Array, words: string): void {
    this.#rows = rows;
    this.#frames = frames;
    this.#canvas.setAttribute('aria-label', words);
    this.#draw();
  }

  dispose(): void {
    for (const end of this.#ends.splice(0)) end();
  }

  get #count(): number {
    return this.#rows?.times.length ?? 0;
  }

  get #boxes(): { readonly rows: Box; readonly mean: Box } {
    const { left, top } = margin;
    const width = Math.max(1, this.#element.clientWidth - left - margin.right);
    const height = Math.max(2, this.#element.clientHeight - top - margin.bottom - margin.between);
    // Rows up to 14 px tall; the mean keeps two fifths at least.
    const tall = Math.max(1, Math.min(0.6 * height, 14 * this.#count));
    return {
      rows: { left, top, width, height: tall },
      mean: { left, top: top + tall + margin.between, width, height: height - tall },
    };
  }

  /** The ends of the axis, s. */
  get #window(): readonly [from: number, to: number] {
    const { data, spikes } = this.#rows!;
    const half = spikes && data.lags.length > 1 ? (data.lags[1] - data.lags[0]) / 2 : 0;
    return [data.lags[0] - half, data.lags.at(-1)! + half];
  }

  #x(lag: number): number {
    const [from, to] = this.#window;
    const { left, width } = this.#boxes.rows;
    return left + ((lag - from) / (to - from)) * width;
  }

  #lagAt(x: number): number {
    const [from, to] = this.#window;
    const { left, width } = this.#boxes.rows;
    return from + Math.min(1, Math.max(0, (x - left) / width)) * (to - from);
  }

  #draw(): void {
    const c = fitted(this.#canvas, this.#element);
    const rows = this.#rows;
    if (rows && this.#count > 0 && rows.data.lags.length > 1) this.#drawRows(c, rows);
    this.#mark();
  }

  #drawRows(c: CanvasRenderingContext2D, { data, unit, spikes, times }: AlignedRows): void {
    const palette = this.#palette;
    const boxes = this.#boxes;
    const x = (lag: number): number => this.#x(lag);
    c.font = `11px ${palette.font}`;
    const { top, height, left, width } = boxes.mean;
    const across = decimalTicks(...this.#window, Math.max(2, width / 80));
    c.strokeStyle = palette.border;
    c.fillStyle = palette.text;
    c.lineWidth = 1;
    c.textAlign = 'center';
    c.textBaseline = 'top';
    c.beginPath();
    for (const t of across.at) {
      c.moveTo(x(t), boxes.rows.top);
      c.lineTo(x(t), top + height + 4);
      c.fillText(tickText(t, across.step), x(t), top + height + 6);
    }
    c.stroke();
    c.fillText('time from the event (s)', left + width / 2, top + height + 21);
    if (spikes) drawTicks(c, boxes.rows, { rows: spikes, palette, x });
    else drawColors(c, boxes.rows, { data, unit, palette, x });
    c.strokeStyle = palette.border;
    c.strokeRect(left - 0.5, boxes.rows.top - 0.5, width + 1, boxes.rows.height + 1);
    c.fillStyle = palette.text;
    c.textAlign = 'right';
    const row = boxes.rows.height / times.length;
    const every = Math.ceil(14 / row);
    c.textBaseline = 'middle';
    for (let r = 0; r < times.length; r += every)
      c.fillText(`${times[r].toFixed(2)} s`, left - 10, boxes.rows.top + (r + 0.5) * row);
    drawMean(c, boxes.mean, { data, unit, palette, x });
    c.strokeStyle = palette.text;
    c.setLineDash([4, 3]);
    c.beginPath();
    c.moveTo(x(0), boxes.rows.top);
    c.lineTo(x(0), top + height);
    c.stroke();
    c.setLineDash([]);
  }

  /** Cursor and selection, on a canvas of their own: they move without the rows being drawn again. */
  #mark(): void {
    const c = fitted(this.#marks, this.#element);
    const rows = this.#rows;
    if (!rows || this.#count === 0 || rows.data.lags.length < 2 || this.#frames.length === 0) return;
    const { times } = rows;
    const [from, to] = this.#window;
    const { rows: box, mean } = this.#boxes;
    const tall = box.height / times.length;
    const { selection } = this.#workbench.store.state;
    const at = this.#seconds;
    const current = this.#current;
    if (selection) {
      const [first, last] = selection.map((frame) => this.#frames[Math.min(frame, this.#frames.length - 1)]);
      c.fillStyle = this.#palette.accent;
      c.globalAlpha = 0.28;
      times.forEach((time, r) => {
        const [a, b] = [Math.max(from, first - time), Math.min(to, last - time)];
        if (a > b) return;
        c.fillRect(this.#x(a), box.top + r * tall, Math.max(1, this.#x(b) - this.#x(a)), Math.max(1, tall));
      });
      c.globalAlpha = 1;
    }
    c.fillStyle = this.#palette.dark ? '#ff9d92' : '#b3261e';
    times.forEach((time, r) => {
      if (at - time < from || at - time > to) return;
      const height = Math.max(5, tall);
      c.fillRect(this.#x(at - time) - 1, box.top + (r + 0.5) * tall - height / 2, 2, height);
      if (r === current) c.fillRect(this.#x(at - time) - 0.5, mean.top, 1, mean.height);
    });
    const middle = box.top + (current + 0.5) * tall;
    c.beginPath();
    c.moveTo(box.left - 8, middle - 4);
    c.lineTo(box.left - 2, middle);
    c.lineTo(box.left - 8, middle + 4);
    c.fill();
    const slider = { min: 1, max: times.length, now: current + 1 };
    for (const [name, value] of Object.entries(slider))
      this.#element.setAttribute(`aria-value${name}`, `${value}`);
    this.#element.setAttribute(
      'aria-valuetext',
      `event ${current + 1} of ${times.length}, at ${times[current].toFixed(3)} s; the cursor is ${(at - times[current]).toFixed(3)} s from it`,
    );
  }

  get #seconds(): number {
    return this.#frames[Math.min(this.#workbench.store.state.frame, this.#frames.length - 1)];
  }

  /** The row whose event is nearest to the cursor. */
  get #current(): number {
    const { times } = this.#rows!;
    const at = this.#seconds;
    return times.reduce((best, time, r) => (Math.abs(time - at) < Math.abs(times[best] - at) ? r : best), 0);
  }

  /** The row at this height; below the rows that of the cursor. */
  #rowAt(y: number): number {
    const { top, height } = this.#boxes.rows;
    if (y > top + height + margin.between / 2) return this.#current;
    return Math.min(this.#count - 1, Math.max(0, Math.floor(((y - top) / height) * this.#count)));
  }

  #place(event: PointerEvent): { readonly x: number; readonly y: number } {
    const { left, top } = this.#element.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #pressed(event: PointerEvent): void {
    if (event.button !== 0 || this.#count === 0 || this.#frames.length === 0) return;
    const { x, y } = this.#place(event);
    this.#element.setPointerCapture(event.pointerId);
    this.#drag = { row: this.#rowAt(y), x, moved: false };
  }

  #dragged(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag) return;
    const { x } = this.#place(event);
    drag.moved ||= Math.abs(x - drag.x) > clickDistance;
    if (!drag.moved) return;
    const time = this.#rows!.times[drag.row];
    const selection = framesBetween(this.#frames, time + this.#lagAt(drag.x), time + this.#lagAt(x));
    if (selection) this.#workbench.store.set({ selection });
  }

  #released(event: PointerEvent): void {
    const drag = this.#drag;
    this.#drag = undefined;
    if (!drag || drag.moved) return;
    this.#go(this.#rows!.times[drag.row] + this.#lagAt(this.#place(event).x));
  }

  #go(seconds: number): void {
    this.#workbench.store.set({ frame: nearestFrame(this.#frames, seconds) });
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.#count === 0) return;
    const { times } = this.#rows!;
    const row = (to: number): void => this.#go(times[Math.min(times.length - 1, Math.max(0, to))]);
    const keys: Readonly<Record<string, () => void>> = {
      ArrowUp: () => row(this.#current - 1),
      ArrowDown: () => row(this.#current + 1),
      Home: () => row(0),
      End: () => row(times.length - 1),
      ArrowLeft: () => void this.#workbench.player.step(-1),
      ArrowRight: () => void this.#workbench.player.step(1),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }
}

/** An empty canvas as large as the element, in CSS px. */
function fitted(
  canvas: HTMLCanvasElement,
  { clientWidth, clientHeight }: HTMLElement,
): CanvasRenderingContext2D {
  const ratio = devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(clientWidth * ratio));
  canvas.height = Math.max(1, Math.round(clientHeight * ratio));
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  return context;
}
