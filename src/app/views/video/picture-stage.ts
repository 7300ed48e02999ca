/**
 * A picture that can be zoomed and moved, with a drawing on it. Two canvases: the picture is drawn again only when it or its
 * place changes, the drawing whenever asked. What is drawn and what a press means is the owner's.
 */
import {
  fitted,
  panned,
  revealing,
  toPicture,
  zoomed,
  type Point,
  type Size,
  type Viewport,
} from './viewport.ts';

export interface Drag {
  move(point: Point): void;
  end(): void;
}

export interface StageOwner {
  /** Name for screen readers. */
  readonly label: string;
  /** Draws on the picture, in screen px. */
  draw(context: CanvasRenderingContext2D, viewport: Viewport): void;
  /** The pointer is over this point of the picture; undefined when it left. */
  hover?(point: Point | undefined): void;
  /** Pressed: what is dragged from here; undefined moves the picture. */
  grab?(screen: Point): Drag | undefined;
  /** Pressed and let go at one place. */
  click?(point: Point, screen: Point, event: PointerEvent): void;
}

const wheelZoom = 0.0015;
const keyZoom = 1.3;
const panPx = 60;
/** A press that moved less than this is a click. */
const clickPx = 4;

export class PictureStage {
  readonly element = document.createElement('div');
  /** How long the last drawing on the picture took, ms. */
  overlayMs = 0;
  readonly #owner: StageOwner;
  readonly #picture = document.createElement('canvas');
  readonly #overlay = document.createElement('canvas');
  readonly #resizing: ResizeObserver;
  readonly #ending = new AbortController();
  #image: ImageBitmap | undefined;
  #name = '';
  #size: Size = { width: 1, height: 1 };
  #screen: Size = { width: 1, height: 1 };
  #viewport: Viewport = { scale: 1, left: 0, top: 0 };
  #isFitted = true;
  #dirty = { picture: false, overlay: false };
  #request = 0;

  constructor(parent: HTMLElement, owner: StageOwner, role: 'group' | 'application' = 'group') {
    this.#owner = owner;
    this.element.className = 'stage';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', role);
    this.element.setAttribute('aria-label', owner.label);
    this.#overlay.className = 'stage-overlay';
    for (const canvas of [this.#picture, this.#overlay]) canvas.setAttribute('aria-hidden', 'true');
    this.element.append(this.#picture, this.#overlay);
    parent.append(this.element);
    this.#resizing = new ResizeObserver(() => this.#resize());
    this.#resizing.observe(this.element);
    this.#listen();
  }

  get viewport(): Viewport {
    return this.#viewport;
  }

  get image(): ImageBitmap | undefined {
    return this.#image;
  }

  /** Size of the picture, px. */
  get size(): Size {
    return this.#size;
  }

  /**
   * Shows a picture of this size, px; undefined shows none. The owner closes it, after another is shown. The element's
   * `data-frame` is the name of the picture that has been drawn.
   */
  show(image: ImageBitmap | undefined, size: Size = this.#size, name = ''): void {
    const resized = size.width !== this.#size.width || size.height !== this.#size.height;
    this.#image = image;
    this.#name = name;
    this.#size = size;
    if (resized) this.fit();
    // At once: what the owner says of the frame is true from here on.
    this.#dirty = { picture: true, overlay: true };
    this.#paint();
  }

  /** Percent, 100 as it is. */
  adjust({ contrast, brightness }: { readonly contrast: number; readonly brightness: number }): void {
    this.#picture.style.filter =
      contrast === 100 && brightness === 100 ? '' : `brightness(${brightness}%) contrast(${contrast}%)`;
  }

  get filter(): string {
    return this.#picture.style.filter;
  }

  invalidate(what: 'picture' | 'overlay' = 'overlay'): void {
    this.#dirty[what] = true;
    this.#request ||= requestAnimationFrame(() => this.#paint());
  }

  fit(): void {
    this.#isFitted = true;
    this.#move(fitted(this.#size, this.#screen));
  }

  /** By the middle of the stage unless a place of the screen is given. */
  zoom(factor: number, at: Point = { x: this.#screen.width / 2, y: this.#screen.height / 2 }): void {
    this.#isFitted = false;
    this.#move(zoomed(this.#viewport, at, factor, fitted(this.#size, this.#screen).scale));
  }

  zoomIn = (): void => this.zoom(keyZoom);
  zoomOut = (): void => this.zoom(1 / keyZoom);

  pan(dx: number, dy: number): void {
    this.#isFitted = false;
    this.#move(panned(this.#viewport, dx, dy, this.#size, this.#screen));
  }

  /** Moves the picture only where the point is out of sight. */
  reveal(point: Point): void {
    if (!this.#isFitted) this.#move(revealing(this.#viewport, point, this.#screen));
  }

  dispose(): void {
    this.#ending.abort();
    this.#resizing.disconnect();
    cancelAnimationFrame(this.#request);
    this.element.remove();
  }

  #move(viewport: Viewport): void {
    this.#viewport = viewport;
    this.invalidate('picture');
    this.invalidate('overlay');
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (width === 0 || height === 0) return;
    this.#screen = { width, height };
    for (const canvas of [this.#picture, this.#overlay]) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
    }
    if (this.#isFitted) this.#viewport = fitted(this.#size, this.#screen);
    // A canvas that was resized is empty: waiting for the next drawing would flicker.
    this.#dirty = { picture: true, overlay: true };
    this.#paint();
  }

  #paint(): void {
    cancelAnimationFrame(this.#request);
    this.#request = 0;
    const dirty = this.#dirty;
    this.#dirty = { picture: false, overlay: false };
    if (dirty.picture) this.#paintPicture();
    if (dirty.overlay) this.#paintOverlay();
  }

  #paintPicture(): void {
    const context = this.#picture.getContext('2d')!;
    const { scale, left, top } = this.#viewport;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#picture.width, this.#picture.height);
    this.element.dataset.frame = this.#name;
    if (!this.#image) return;
    const dots = devicePixelRatio;
    context.setTransform(dots * scale, 0, 0, dots * scale, dots * left, dots * top);
    // Close up one wants to see the pixels.
    context.imageSmoothingEnabled = scale < 4;
    context.drawImage(this.#image, 0, 0, this.#size.width, this.#size.height);
  }

  #paintOverlay(): void {
    const began = performance.now();
    const context = this.#overlay.getContext('2d')!;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, this.#overlay.width, this.#overlay.height);
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    if (this.#image) this.#owner.draw(context, this.#viewport);
    this.overlayMs = performance.now() - began;
  }

  #listen(): void {
    const { element } = this;
    const { signal } = this.#ending;
    element.addEventListener('wheel', (event) => this.#onWheel(event), { signal, passive: false });
    element.addEventListener('pointerdown', (event) => this.#onPress(event), { signal });
    element.addEventListener('pointermove', (event) => this.#onHover(event), { signal });
    element.addEventListener('pointerleave', () => this.#owner.hover?.(undefined), { signal });
    element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
    element.addEventListener('dblclick', (event) => event.preventDefault(), { signal });
    element.addEventListener('keydown', (event) => this.#onKey(event), { signal });
  }

  #place(event: MouseEvent): Point {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #onWheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1;
    this.zoom(Math.exp(-wheelZoom * lines * event.deltaY), this.#place(event));
  }

  #onHover(event: PointerEvent): void {
    this.#owner.hover?.(toPicture(this.#viewport, this.#place(event)));
  }

  #onPress(event: PointerEvent): void {
    const start = this.#place(event);
    const drag = event.button === 0 ? this.#owner.grab?.(start) : undefined;
    const ending = new AbortController();
    const options = { signal: AbortSignal.any([ending.signal, this.#ending.signal]) };
    let last = start;
    let moved = false;
    this.element.setPointerCapture(event.pointerId);
    const onMove = (next: PointerEvent): void => {
      const at = this.#place(next);
      moved ||= Math.hypot(at.x - start.x, at.y - start.y) >= clickPx;
      if (!moved) return;
      if (drag) drag.move(toPicture(this.#viewport, at));
      else this.pan(at.x - last.x, at.y - last.y);
      last = at;
    };
    const onEnd = (next: PointerEvent): void => {
      ending.abort();
      if (moved) drag?.end();
      else if (next.type === 'pointerup') {
        this.#owner.click?.(toPicture(this.#viewport, start), start, next);
      }
    };
    this.element.addEventListener('pointermove', onMove, options);
    this.element.addEventListener('pointerup', onEnd, options);
    this.element.addEventListener('pointercancel', onEnd, options);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const actions: Readonly<Record<string, () => void>> = {
      '+': this.zoomIn,
      '=': this.zoomIn,
      '-': this.zoomOut,
      f: () => this.fit(),
      ...(event.shiftKey && {
        ArrowLeft: () => this.pan(panPx, 0),
        ArrowRight: () => this.pan(-panPx, 0),
        ArrowUp: () => this.pan(0, panPx),
        ArrowDown: () => this.pan(0, -panPx),
      }),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}
