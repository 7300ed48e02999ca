/** The lanes on the common time axis: a canvas, its heads, the cursor and the selection. Lives outside React. */
import { timeCount, timeOf } from '../../../signal/time.ts';
import { frameEnd, framesBetween, nearestFrame } from '../../core/frame-times.ts';
import { onSchemeChange, paletteOf, type Palette } from '../../core/palette.ts';
import type { WorkbenchState } from '../../core/state.ts';
import type { Workbench } from '../../core/workbench.ts';
import { drawAxis, drawGrid } from './draw-axis.ts';
import { drawBouts, drawTicks, rowsOf } from './draw-events.ts';
import { drawRaster } from './draw-raster.ts';
import { drawSignal, note } from './draw-signal.ts';
import { listenToGestures } from './gestures.ts';
import { headOf, type Head } from './heads.ts';
import type { Lane } from './lane.ts';
import type { Plot } from './plot.ts';
import { moved, showing, within, zoomed, type TimeRange } from './range.ts';
import type { TimelineSettings } from './settings.ts';

const axisHeight = 26;

interface Row {
  readonly lane: Lane;
  readonly head: Head;
  readonly top: number;
  readonly height: number;
}

export class Timeline {
  readonly #workbench: Workbench;
  readonly #heads: HTMLElement;
  readonly #plot: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  readonly #cursor: HTMLElement;
  readonly #selection: HTMLElement;
  readonly #ends: (() => void)[] = [];
  /** End the waiting for values of the lanes that are seen. */
  readonly #waiting: (() => void)[] = [];
  #times: Float64Array = new Float64Array(0);
  #rows: Row[] = [];
  #lanes: readonly Lane[] = [];
  #palette: Palette;
  #range: TimeRange = { from: 0, to: 1 };
  #whole: TimeRange = { from: 0, to: 1 };
  #fitVisible = false;
  #asked = 0;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #saved: unknown;

  /** @param element its content is this timeline's until `dispose`. */
  constructor(element: HTMLElement, workbench: Workbench) {
    this.#workbench = workbench;
    element.classList.add('timeline');
    element.innerHTML = `
      <div class="timeline-corner">time</div>
      <div class="timeline-heads" tabindex="0" role="group" aria-label="Lanes"></div>
      <div class="timeline-plot" tabindex="0" role="slider" aria-label="Time"
        aria-describedby="timeline-keys"><canvas></canvas>
        <div class="timeline-selection"></div><div class="timeline-cursor"></div></div>`;
    const part = (name: string): HTMLElement => element.querySelector(`.timeline-${name}`)!;
    this.#heads = part('heads');
    this.#plot = part('plot');
    this.#cursor = part('cursor');
    this.#selection = part('selection');
    this.#canvas = element.querySelector('canvas')!;
    this.#context = this.#canvas.getContext('2d')!;
    this.#palette = paletteOf(element);
    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(this.#plot);
    const scrolled = (): void => this.requestDraw();
    this.#heads.addEventListener('scroll', scrolled, { passive: true });
    this.#ends.push(
      () => resized.disconnect(),
      () => this.#heads.removeEventListener('scroll', scrolled),
      onSchemeChange(() => {
        this.#palette = paletteOf(element);
        this.setLanes(this.#lanes);
      }),
      workbench.store.subscribe((state, before) => this.#follow(state, before)),
      listenToGestures(this.#plot, this.#actions()),
      () => element.classList.remove('timeline'),
      () => element.replaceChildren(),
    );
    this.#resize();
  }

  get range(): TimeRange {
    return this.#range;
  }

  /** @param times of the video's frames, seconds. @param range what is seen first; default all of it. */
  setTimes(times: Float64Array, range?: readonly [number, number]): void {
    this.#times = times;
    this.#measure();
    this.#range = within(range ? { from: range[0], to: range[1] } : this.#whole, this.#whole);
    this.#saved = range;
    this.#overlay();
    this.requestDraw();
  }

  setLanes(lanes: readonly Lane[]): void {
    const all = this.#seesAll();
    this.#lanes = lanes;
    for (const end of this.#waiting.splice(0)) end();
    const came = (): void => {
      this.requestDraw();
      // The values at the cursor may have come with it.
      this.#overlay();
    };
    for (const lane of lanes) if (lane.subscribe) this.#waiting.push(lane.subscribe(came));
    let top = 0;
    this.#rows = lanes.map((lane) => {
      const height = heightOf(lane);
      const row = { lane, head: headOf(lane, height, this.#palette), top, height };
      top += height;
      return row;
    });
    this.#heads.replaceChildren(...this.#rows.map(({ head }) => head.element));
    this.#measure();
    this.#range = all ? this.#whole : within(this.#range, this.#whole);
    this.#overlay();
    this.requestDraw();
  }

  /** Whether a lane's scale follows what is seen, or all of its data. */
  setFitVisible(fitVisible: boolean): void {
    this.#fitVisible = fitVisible;
    this.requestDraw();
  }

  setRange(range: TimeRange): void {
    this.#range = within(range, this.#whole);
    this.#overlay();
    this.requestDraw();
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => this.#save(), 250);
  }

  zoom(factor: number, at = this.#middle()): void {
    this.setRange(zoomed(this.#range, at, factor, this.#whole));
  }

  fit(): void {
    this.setRange(this.#whole);
  }

  dispose(): void {
    clearTimeout(this.#saving);
    cancelAnimationFrame(this.#asked);
    for (const end of [...this.#ends.splice(0), ...this.#waiting.splice(0)]) end();
  }

  requestDraw(): void {
    this.#asked ||= requestAnimationFrame(() => {
      this.#asked = 0;
      this.draw();
    });
  }

  /** Draws now. Lanes that are scrolled away cost nothing. */
  draw(): void {
    const { width, height } = this.#canvas;
    const ratio = devicePixelRatio || 1;
    const context = this.#context;
    const common = { context, palette: this.#palette, ratio, left: 0, width, range: this.#range };
    context.clearRect(0, 0, width, height);
    const axis = axisHeight * ratio;
    context.save();
    context.beginPath();
    context.rect(0, axis, width, height - axis);
    context.clip();
    drawGrid({ ...common, top: axis, height: height - axis });
    const scrolled = this.#heads.scrollTop;
    for (const { lane, top, height: tall } of this.#rows) {
      const from = Math.round((axisHeight + top - scrolled) * ratio);
      if (from > height || from + tall * ratio < axis) continue;
      context.fillStyle = this.#palette.border;
      context.fillRect(0, from + tall * ratio - 1, width, 1);
      this.#drawLane({ ...common, top: from + 4 * ratio, height: (tall - 9) * ratio }, lane);
    }
    context.restore();
    drawAxis({ ...common, top: 0, height: axis });
  }

  #drawLane(plot: Plot, lane: Lane): void {
    switch (lane.kind) {
      case 'signal':
        return drawSignal(plot, lane, { fitVisible: this.#fitVisible });
      case 'bouts':
        return drawBouts(plot, lane);
      case 'ticks':
        return drawTicks(plot, lane);
      case 'raster':
        return drawRaster(plot, lane);
      case 'problem':
        return note(plot, lane.facts);
      default:
        return lane satisfies never;
    }
  }

  #resize(): void {
    const ratio = devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.#plot;
    this.#canvas.width = Math.max(1, Math.round(clientWidth * ratio));
    this.#canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    this.#overlay();
    // At once: a canvas that was resized is empty until it is drawn, which is seen as a flash.
    this.draw();
  }

  /** The whole axis: the video's and that of all lanes. */
  #measure(): void {
    const ends: number[] = [];
    if (this.#times.length > 0) ends.push(this.#times[0], frameEnd(this.#times, this.#times.length - 1));
    for (const lane of this.#lanes) {
      if (lane.kind !== 'signal') continue;
      for (const { time } of lane.series()) {
        const count = timeCount(time);
        if (count > 0) ends.push(timeOf(time, 0), timeOf(time, count - 1));
      }
    }
    if (ends.length > 0) this.#whole = { from: Math.min(...ends), to: Math.max(...ends) };
  }

  #seesAll(): boolean {
    return this.#range.from <= this.#whole.from && this.#range.to >= this.#whole.to;
  }

  #middle(): number {
    const at = this.#cursorTime();
    const { from, to } = this.#range;
    return at >= from && at <= to ? at : (from + to) / 2;
  }

  #cursorTime(): number {
    return this.#times[Math.min(this.#workbench.store.state.frame, this.#times.length - 1)] ?? 0;
  }

  #x(seconds: number): number {
    return ((seconds - this.#range.from) / (this.#range.to - this.#range.from)) * this.#plot.clientWidth;
  }

  /** Cursor, selection and values: they move without the canvas being drawn again. */
  #overlay(): void {
    const times = this.#times;
    const { frame, selection } = this.#workbench.store.state;
    const at = this.#cursorTime();
    const shown = times.length > 0 && at >= this.#range.from && at <= this.#range.to;
    this.#cursor.hidden = !shown;
    if (shown) this.#cursor.style.transform = `translateX(${this.#x(at)}px)`;
    this.#selection.hidden = selection === null || times.length === 0;
    if (selection && times.length > 0) {
      const last = Math.min(selection[1], times.length - 1);
      const from = Math.max(-1, this.#x(times[Math.min(selection[0], last)]));
      const to = Math.min(this.#plot.clientWidth + 1, this.#x(times[last]));
      this.#selection.hidden = to < 0 || from > this.#plot.clientWidth;
      this.#selection.style.transform = `translateX(${from}px)`;
      this.#selection.style.width = `${Math.max(1, to - from)}px`;
    }
    for (const { head } of this.#rows) head.update(at);
    const count = times.length;
    const slider = {
      min: '0',
      max: `${Math.max(0, count - 1)}`,
      now: `${Math.min(frame, Math.max(0, count - 1))}`,
    };
    for (const [name, value] of Object.entries(slider)) this.#plot.setAttribute(`aria-value${name}`, value);
    this.#plot.setAttribute('aria-valuetext', `${at.toFixed(3)} s, frame ${frame} of ${count}`);
  }

  #follow(state: WorkbenchState, before: WorkbenchState): void {
    const settings = state.views.timeline as TimelineSettings | undefined;
    if (settings?.range && settings.range !== this.#saved) {
      this.#saved = settings.range;
      this.setRange({ from: settings.range[0], to: settings.range[1] });
    }
    if (state.frame === before.frame && state.selection === before.selection) return;
    if (state.frame !== before.frame && this.#times.length > 0) {
      const old = this.#times[Math.min(before.frame, this.#times.length - 1)];
      const wasSeen = old >= this.#range.from && old <= this.#range.to;
      // Who looked elsewhere while the video plays is not taken away; a jump is shown.
      if (wasSeen || Math.abs(state.frame - before.frame) > 1) {
        const range = showing(this.#range, this.#cursorTime(), this.#whole);
        if (range !== this.#range) this.setRange(range);
      }
    }
    this.#overlay();
  }

  #save(): void {
    const digits = (v: number): number => Number(v.toPrecision(9));
    this.#saved = this.#seesAll() ? undefined : [digits(this.#range.from), digits(this.#range.to)];
    this.#workbench.store.setView('timeline', { range: this.#saved });
  }

  #actions(): Parameters<typeof listenToGestures>[1] {
    const { store } = this.#workbench;
    const go = (frame: number, extend: boolean): void => {
      if (this.#times.length === 0) return;
      const to = Math.max(0, Math.min(this.#times.length - 1, frame));
      const { frame: from, selection } = store.state;
      if (!extend) return store.set({ frame: to });
      // The end that the cursor is at moves, the other one stays.
      const anchor = selection?.[0] === from ? selection[1] : selection?.[1] === from ? selection[0] : from;
      store.set({ frame: to, selection: [Math.min(anchor, to), Math.max(anchor, to)] });
    };
    return {
      timeAt: (x) => this.#range.from + (x / this.#plot.clientWidth) * (this.#range.to - this.#range.from),
      cursor: () => this.#middle(),
      span: () => this.#range.to - this.#range.from,
      zoom: (at, factor) => this.zoom(factor, at),
      pan: (seconds) => this.setRange(moved(this.#range, seconds, this.#whole)),
      fit: () => this.fit(),
      place: (seconds) => go(nearestFrame(this.#times, seconds), false),
      select: (from, to) => {
        const selection = framesBetween(this.#times, from, to);
        if (selection) store.set({ selection });
      },
      clearSelection: () => store.set({ selection: null }),
      step: (frames, extend) => go(store.state.frame + frames, extend),
      end: (which, extend) => go(which === 'first' ? 0 : this.#times.length - 1, extend),
      scroll: (pixels) => this.#heads.scrollBy({ top: pixels }),
    };
  }
}

/** CSS px. */
function heightOf(lane: Lane): number {
  switch (lane.kind) {
    case 'signal':
      return 68;
    case 'bouts':
    case 'ticks':
      return Math.max(52, rowsOf(lane).length * 18 + 10);
    case 'raster':
      return Math.min(320, Math.max(80, lane.spikes().units.length + 10));
    case 'problem':
      return 68;
    default:
      return lane satisfies never;
  }
}
