/**
 * Points of frames, at the page's cursor: a WebGL canvas of the points, over it a canvas of axes, lasso and cursor. Lives outside React.
 * In motion it draws so many points as the machine can; at rest all.
 */
import { chosenFrames } from '../../core/chosen-frames.ts';
import { runsOfFrames } from '../../core/frame-times.ts';
import { onSchemeChange, paletteOf, type Palette } from '../../core/palette.ts';
import type { Workbench } from '../../core/workbench.ts';
import { numberText } from '../timeline/axis-ticks.ts';
import { DrawBudget } from './draw-budget.ts';
import { axisText, drawAxes, margins, type AxisTitle } from './draw-axes.ts';
import { listenToGestures } from './gestures.ts';
import { pointCloud, pointsOfFrames, type PointCloud } from './point-cloud.ts';
import { PointGrid } from './point-grid.ts';
import { PointRenderer } from './point-renderer.ts';
import { Polygon, type Place } from './polygon.ts';
import type { Coloring } from './coloring.ts';
import { panned, whole, zoomed, type ViewBox } from './view-box.ts';

export interface ScatterData {
  readonly video: string;
  readonly times: Float64Array;
  /** One value a frame; NaN is missing. */
  readonly x: AxisTitle & { readonly values: Float32Array };
  readonly y: AxisTitle & { readonly values: Float32Array };
}

/** A point is picked from so far, CSS px. */
const pickPx = 10;
/** The way that the animal took before the cursor, s. */
const trailSeconds = 0.5;
/** Frames of that way, at most. */
const mostTrail = 400;

export class Scatter {
  readonly #workbench: Workbench;
  readonly #element = document.createElement('div');
  readonly #plot = document.createElement('div');
  readonly #points = document.createElement('canvas');
  readonly #overlay = document.createElement('canvas');
  readonly #context: CanvasRenderingContext2D;
  readonly #ends: (() => void)[] = [];
  readonly #renderer: PointRenderer | undefined;
  readonly #budget = new DrawBudget(() => this.#invalidate('points'));
  #palette: Palette;
  #data: ScatterData | undefined;
  #cloud: PointCloud = pointCloud([], []);
  #grid: PointGrid | undefined;
  #seen: ViewBox = whole;
  #line: readonly Place[] = [];
  #hovered: number | undefined;
  #dirty = { points: false, overlay: false, emphasis: false };
  #asked = 0;
  #saving: ReturnType<typeof setTimeout> | undefined;
  #saved: ViewBox | undefined;
  /** Whether a drag draws a lasso. */
  lassoByDrag = false;
  /** Hears what was seen, when it has come to rest; undefined is all. */
  onSeen: (seen: readonly number[] | undefined) => void = () => {};

  constructor(parent: HTMLElement, workbench: Workbench) {
    this.#workbench = workbench;
    this.#element.className = 'scatter-stage';
    this.#plot.className = 'scatter-plot';
    this.#plot.tabIndex = 0;
    this.#plot.setAttribute('role', 'slider');
    this.#plot.setAttribute('aria-label', 'Frame');
    this.#plot.setAttribute('aria-describedby', 'scatter-keys');
    this.#overlay.className = 'scatter-overlay';
    for (const canvas of [this.#points, this.#overlay]) canvas.setAttribute('aria-hidden', 'true');
    Object.assign(this.#plot.style, {
      left: `${margins.left}px`,
      right: `${margins.right}px`,
      top: `${margins.top}px`,
      bottom: `${margins.bottom}px`,
    });
    this.#plot.append(this.#points);
    this.#element.append(this.#plot, this.#overlay);
    parent.append(this.#element);
    this.#context = this.#overlay.getContext('2d')!;
    this.#palette = paletteOf(this.#element);
    this.#renderer = PointRenderer.on(this.#points, () => this.#invalidate('points'));
    if (!this.#renderer) return;
    const resized = new ResizeObserver(() => this.#resize());
    resized.observe(this.#element);
    this.#ends.push(
      () => resized.disconnect(),
      onSchemeChange(() => {
        this.#palette = paletteOf(this.#element);
        this.#invalidate('overlay');
      }),
      workbench.store.subscribe((state, before) => {
        if (state.selection !== before.selection) this.#invalidate('emphasis');
        if (state.frame !== before.frame) this.#tellFrame();
      }),
      chosenFrames(workbench).subscribe(() => this.#invalidate('emphasis')),
      listenToGestures(this.#plot, this.#actions()),
    );
    this.#resize();
  }

  /** False where the browser or the machine has no WebGL 2: nothing can be drawn. */
  get canDraw(): boolean {
    return this.#renderer !== undefined;
  }

  get seen(): ViewBox {
    return this.#seen;
  }

  /** How many frames have both values. */
  get pointCount(): number {
    return this.#cloud.count;
  }

  /** How many points the last drawing had. */
  get drawnCount(): number {
    return Math.min(this.#cloud.count, this.#budget.count);
  }

  /** Shows other points; of the same axes what is seen stays. Colors must be set anew. */
  setData(data: ScatterData, seen?: readonly number[]): void {
    this.#data = data;
    this.#cloud = pointCloud(data.x.values, data.y.values);
    this.#grid = undefined;
    this.#hovered = undefined;
    this.#saved = seen ? { left: seen[0], right: seen[1], bottom: seen[2], top: seen[3] } : undefined;
    this.#seen = this.#saved ?? whole;
    this.#renderer?.setPoints(this.#cloud.places);
    this.#dirty = { points: true, overlay: true, emphasis: true };
    this.#invalidate('points');
    this.#tellFrame();
  }

  setColoring({ indices, colors }: Pick<Coloring, 'indices' | 'colors'>): void {
    this.#renderer?.setColors(
      Uint8Array.from(this.#cloud.frames, (f) => indices[f]),
      colors,
    );
    this.#invalidate('points');
  }

  zoom(factor: number, at?: Place): void {
    const { left, right, bottom, top } = this.#seen;
    const { x, y } = at ? this.#placeOf(at) : { x: (left + right) / 2, y: (bottom + top) / 2 };
    this.#see(zoomed(this.#seen, x, y, factor));
  }

  fit(): void {
    this.#see(whole);
  }

  /** Chooses all frames whose points are seen. */
  chooseSeen(): void {
    const { left, right, bottom, top } = this.#seen;
    this.#chooseWhere((x, y) => x >= left && x <= right && y >= bottom && y <= top, 'seen');
  }

  clear(): void {
    this.#line = [];
    chosenFrames(this.#workbench).set(null);
    this.#workbench.store.set({ selection: null });
    this.#invalidate('overlay');
  }

  /** Draws now what has changed. */
  draw(): void {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
    const dirty = this.#dirty;
    this.#dirty = { points: false, overlay: false, emphasis: false };
    if (dirty.emphasis) this.#renderer?.emphasize(this.#emphasized());
    if (dirty.points || dirty.emphasis) this.#drawPoints();
    this.#drawOverlay();
  }

  dispose(): void {
    clearTimeout(this.#saving);
    cancelAnimationFrame(this.#asked);
    this.#budget.dispose();
    for (const end of this.#ends.splice(0)) end();
    this.#renderer?.dispose();
    this.#element.remove();
  }

  #invalidate(what: 'points' | 'overlay' | 'emphasis'): void {
    this.#dirty[what] = true;
    this.#asked ||= requestAnimationFrame(() => this.draw());
  }

  #see(seen: ViewBox): void {
    this.#seen = seen;
    this.#budget.moved();
    this.#invalidate('points');
    clearTimeout(this.#saving);
    this.#saving = setTimeout(() => {
      const digits = (v: number): number => Number(v.toPrecision(6));
      const { left, right, bottom, top } = this.#seen;
      this.onSeen(this.#seen === whole ? undefined : [left, right, bottom, top].map(digits));
    }, 250);
  }

  #resize(): void {
    const ratio = devicePixelRatio || 1;
    for (const [canvas, { clientWidth, clientHeight }] of [
      [this.#points, this.#plot],
      [this.#overlay, this.#element],
    ] as const) {
      canvas.width = Math.max(1, Math.round(clientWidth * ratio));
      canvas.height = Math.max(1, Math.round(clientHeight * ratio));
    }
    // At once: a canvas that was resized is empty until it is drawn.
    this.#dirty.points = true;
    this.draw();
  }

  #drawPoints(): void {
    const { count } = this.#cloud;
    // The more points, the smaller and the more transparent they are.
    const crowd = Math.log10(Math.max(100, count));
    const size = Math.max(1.5, 9.5 - 1.5 * crowd) * (devicePixelRatio || 1);
    const alpha = Math.min(0.9, Math.max(0.35, 1.3 - 0.15 * crowd));
    this.#renderer?.draw({ ...this.#seen, size, alpha, count: this.#budget.start(count) });
  }

  /** The chosen frames' points, else those of the chosen interval; undefined where nothing is chosen. */
  #emphasized(): Uint32Array | undefined {
    const chosen = chosenFrames(this.#workbench).value;
    if (chosen && chosen.video === this.#data?.video) {
      const isIn = new Uint8Array(this.#data.times.length);
      for (const [first, last] of chosen.runs) isIn.fill(1, first, last + 1);
      return pointsOfFrames(this.#cloud, (f) => isIn[f] === 1);
    }
    const { selection } = this.#workbench.store.state;
    return selection ? pointsOfFrames(this.#cloud, (f) => f >= selection[0] && f <= selection[1]) : undefined;
  }

  #drawOverlay(): void {
    const context = this.#context;
    const ratio = devicePixelRatio || 1;
    const { clientWidth: width, clientHeight: height } = this.#element;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const data = this.#data;
    if (!data) return;
    const { x, y } = this.#cloud;
    drawAxes(context, width, height, { seen: this.#seen, x, y, titles: data }, this.#palette);
    context.save();
    context.beginPath();
    context.rect(margins.left, margins.top, this.#plot.clientWidth, this.#plot.clientHeight);
    context.clip();
    context.translate(margins.left, margins.top);
    this.#drawCursor(data);
    if (this.#line.length > 1) this.#drawLasso();
    context.restore();
  }

  #drawCursor(data: ScatterData): void {
    const context = this.#context;
    const { text, surface } = this.#palette;
    const last = data.times.length - 1;
    const frame = Math.min(this.#workbench.store.state.frame, last);
    let first = frame;
    while (
      first > Math.max(0, frame - mostTrail) &&
      data.times[frame] - data.times[first - 1] <= trailSeconds
    )
      first--;
    for (const [width, style] of [
      [3, surface],
      [1, text],
    ] as const) {
      context.lineWidth = width;
      context.strokeStyle = style;
      context.beginPath();
      let down = false;
      for (let f = first; f <= frame; f++) {
        const at = this.#screenOf(f);
        if (at) context[down ? 'lineTo' : 'moveTo'](at.x, at.y);
        down = at !== undefined;
      }
      context.stroke();
    }
    const ring = (at: Place, radius: number, width: number): void => {
      for (const [wide, style] of [
        [width + 3, surface],
        [width, text],
      ] as const) {
        context.lineWidth = wide;
        context.strokeStyle = style;
        context.beginPath();
        context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
        context.stroke();
      }
    };
    const at = this.#screenOf(frame);
    if (at) ring(at, 8, 2.5);
    if (this.#hovered === undefined) return;
    const hovered = this.#screenOf(this.#hovered);
    if (hovered) ring(hovered, 5, 1.5);
  }

  #drawLasso(): void {
    const context = this.#context;
    context.beginPath();
    for (const { x, y } of this.#line) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = this.#palette.accent;
    context.globalAlpha = 0.15;
    context.fill();
    context.globalAlpha = 1;
    context.lineWidth = 1.5;
    context.strokeStyle = this.#palette.accent;
    context.stroke();
  }

  /** Where a frame's point is in the plot, CSS px; undefined where it has none. */
  #screenOf(frame: number): Place | undefined {
    const { x, y } = this.#cloud;
    const [a, b] = [this.#data!.x.values[frame], this.#data!.y.values[frame]];
    if (!Number.isFinite(a) || !Number.isFinite(b)) return undefined;
    const { left, right, bottom, top } = this.#seen;
    return {
      x: (((a - x.low) / (x.high - x.low) - left) / (right - left)) * this.#plot.clientWidth,
      y: ((top - (b - y.low) / (y.high - y.low)) / (top - bottom)) * this.#plot.clientHeight,
    };
  }

  #placeOf({ x, y }: Place): Place {
    const { left, right, bottom, top } = this.#seen;
    return {
      x: left + (x / this.#plot.clientWidth) * (right - left),
      y: top - (y / this.#plot.clientHeight) * (top - bottom),
    };
  }

  #frameAt(at: Place): number | undefined {
    this.#grid ??= new PointGrid(this.#cloud.places);
    const { x, y } = this.#placeOf(at);
    const { left, right, bottom, top } = this.#seen;
    const point = this.#grid.nearest(
      x,
      y,
      (pickPx / this.#plot.clientWidth) * (right - left),
      (pickPx / this.#plot.clientHeight) * (top - bottom),
    );
    return point === undefined ? undefined : this.#cloud.frames[point];
  }

  #chooseWhere(isIn: (x: number, y: number) => boolean, how: string): void {
    const data = this.#data;
    if (!data) return;
    const { places, frames } = this.#cloud;
    const chosen = new Uint8Array(data.times.length);
    let count = 0;
    for (let i = 0; i < frames.length; i++) {
      if (!isIn(places[2 * i], places[2 * i + 1])) continue;
      chosen[frames[i]] = 1;
      count++;
    }
    if (count === 0) return this.clear();
    const list = new Uint32Array(count);
    for (let f = 0, n = 0; f < chosen.length; f++) if (chosen[f] === 1) list[n++] = f;
    const runs = runsOfFrames(list);
    const title = `${how} in ${data.x.title} and ${data.y.title}`;
    chosenFrames(this.#workbench).set({ title, video: data.video, count, runs });
    // One stretch is an interval like any other; of several the person goes from one to the next.
    this.#workbench.store.set({ selection: runs.length === 1 ? runs[0] : null });
  }

  #tellFrame(): void {
    const data = this.#data;
    if (!data) return;
    const { frame } = this.#workbench.store.state;
    const last = Math.max(0, data.times.length - 1);
    const now = Math.min(frame, last);
    const value = ({ values, ...axis }: ScatterData['x']): string =>
      `${axisText({ ...axis, note: undefined })} ${numberText(values[now])}`;
    for (const [name, text] of [
      ['valuemin', '0'],
      ['valuemax', `${last}`],
      ['valuenow', `${now}`],
      ['valuetext', `Frame ${now}, ${data.times[now]?.toFixed(3)} s, ${value(data.x)}, ${value(data.y)}`],
    ])
      this.#plot.setAttribute(`aria-${name}`, text);
    this.#invalidate('overlay');
  }

  #actions(): Parameters<typeof listenToGestures>[1] {
    const { store } = this.#workbench;
    return {
      lassoByDrag: () => this.lassoByDrag,
      lasso: (line, done) => {
        this.#line = done ? [] : line;
        this.#invalidate('overlay');
        if (!done || line.length < 3) return;
        const polygon = new Polygon(line.map((at) => this.#placeOf(at)));
        this.#chooseWhere((x, y) => polygon.contains(x, y), 'lasso');
      },
      choose: (at) => {
        const frame = this.#frameAt(at);
        if (frame !== undefined) store.set({ frame });
      },
      hover: (at) => {
        const frame = at && this.#frameAt(at);
        if (frame === this.#hovered) return;
        this.#hovered = frame;
        const time = frame === undefined ? undefined : this.#data?.times[frame];
        this.#plot.title = time === undefined ? '' : `Frame ${frame}, ${time.toFixed(3)} s`;
        this.#invalidate('overlay');
      },
      pan: (x, y) => this.#see(panned(this.#seen, x, y)),
      zoom: (factor, at) => this.zoom(factor, at),
      fit: () => this.fit(),
      chooseSeen: () => this.chooseSeen(),
      clear: () => this.clear(),
      step: (frames) => {
        const last = (this.#data?.times.length ?? 1) - 1;
        store.set({ frame: Math.min(last, Math.max(0, store.state.frame + frames)) });
      },
    };
  }
}
