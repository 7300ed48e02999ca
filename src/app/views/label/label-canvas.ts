/** The picture that is labeled: shows the session, and hands it what mouse and keys say. */
import { client } from '../../core/client.ts';
import { keyOf, registerKeys } from '../../core/keys.ts';
import type { Workbench } from '../../core/workbench.ts';
import { keypointColor, keypointShape } from '../video/keypoint-colors.ts';
import { drawDraft, drawLabel, drawName, traceArms } from '../video/marks.ts';
import { PictureStage, type Drag } from '../video/picture-stage.ts';
import { toScreen, type Point, type Viewport } from '../video/viewport.ts';
import { draftOf } from './drafts.ts';
import { labelKeys, ofThePage, type LabelKey } from './label-keys.ts';
import type { LabelQueue } from './label-queue.ts';
import type { LabelSession } from './label-session.ts';
import { Magnifier } from './magnifier.ts';
import { PictureShelf } from './picture-shelf.ts';
import { targetName, targetOf, type Target } from './target.ts';

/** How near to a point a press takes it, screen px. */
const reach = 9;

export class LabelCanvas {
  readonly stage: PictureStage;
  readonly keys: readonly LabelKey[];
  readonly #session: LabelSession;
  readonly #queue: LabelQueue;
  readonly #workbench: Workbench;
  readonly #shelf: PictureShelf<ImageBitmap>;
  readonly #magnifier: Magnifier;
  readonly #message = document.createElement('div');
  readonly #unsubscribe: (() => void)[];
  #magnifies = true;
  /** Where the mouse is on the picture; undefined where the keyboard was used last. */
  #mouse: Point | undefined;
  #onCoordinates: (text: string) => void;
  #disposed = false;

  constructor(
    parent: HTMLElement,
    workbench: Workbench,
    session: LabelSession,
    queue: LabelQueue,
    onCoordinates: (text: string) => void,
  ) {
    this.#workbench = workbench;
    this.#session = session;
    this.#queue = queue;
    this.#onCoordinates = onCoordinates;
    this.stage = new PictureStage(
      parent,
      {
        label:
          'Picture to label. Arrows move the cross, Space places the keypoint there, N goes to the next frame.',
        draw: (context, viewport) => this.#draw(context, viewport),
        hover: (point) => this.#hover(point),
        grab: (screen) => this.#grab(screen),
        click: (point, screen, event) => this.#click(point, screen, event),
      },
      'application',
    );
    this.#message.className = 'stage-message';
    this.#message.hidden = true;
    this.stage.element.append(this.#message);
    this.#magnifier = new Magnifier(this.stage);
    this.#shelf = new PictureShelf((key) => this.#load(key));
    this.keys = labelKeys(session, queue, this.stage, {
      toggleMagnifier: () => {
        this.#magnifies = !this.#magnifies;
        session.say(this.#magnifies ? 'Magnifier on.' : 'Magnifier off.');
      },
    });
    // Before the stage's own keys: arrows with Shift move points here.
    this.stage.element.addEventListener('keydown', (event) => this.press(event), { capture: true });
    this.#unsubscribe = [
      session.subscribe(() => this.#changed()),
      session.labels.subscribe(() => this.#changed()),
      workbench.store.subscribe(() => this.#changed()),
      queue.subscribe(() => this.#follow()),
      registerKeys({ title: 'Label', bindings: ofThePage(this.keys) }),
    ];
    this.#follow();
  }

  /** Obeys a key, where it is one of labeling. */
  press(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.isComposing) return;
    const pressed = keyOf(event);
    const binding = this.keys.find(({ key }) => key === pressed);
    if (!binding) return;
    if (!['+', '=', '-', 'f', 'm'].includes(pressed)) this.#mouse = undefined;
    if (binding.run() === false) return;
    event.preventDefault();
    event.stopPropagation();
    const { keypoint } = this.#session;
    const at = keypoint === undefined ? undefined : this.#session.points.get(keypoint);
    if (pressed.includes('Arrow')) this.stage.reveal(at ?? this.#session.cross);
    this.#changed();
  }

  dispose(): void {
    this.#disposed = true;
    for (const end of this.#unsubscribe) end();
    this.stage.show(undefined);
    this.stage.dispose();
    this.#shelf.dispose();
  }

  /** Shows the picture that the queue is at. */
  #follow(): void {
    const { current } = this.#queue;
    if (current?.key === this.#session.target?.key) {
      // The list may have come, or changed, while its picture was already shown.
      if (!this.stage.element.hasAttribute('data-waiting')) this.#fetchNeighbors();
      return;
    }
    this.#session.open(current);
    this.stage.element.toggleAttribute('data-waiting', true);
    if (current) void this.#show(current);
    else this.stage.show(undefined);
  }

  async #show(target: Target): Promise<void> {
    const { key } = target;
    try {
      void this.#loadDraft(target);
      const picture = await this.#shelf.get(key);
      if (this.#disposed || this.#session.target?.key !== key) return;
      this.#message.hidden = true;
      this.stage.show(picture, picture, key);
      this.stage.element.removeAttribute('data-waiting');
      this.#session.setSize(picture.width, picture.height);
      this.#fetchNeighbors();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (this.#session.target?.key !== key) return;
      // Labels must not be placed on the picture of another frame.
      this.stage.show(undefined);
      this.#message.textContent = `${targetName(target)} cannot be shown: ${error.message}`;
      this.#message.hidden = false;
    }
  }

  #fetchNeighbors(): void {
    for (const next of this.#queue.neighbors()) void this.#shelf.get(next.key);
  }

  #load(key: string): Promise<ImageBitmap> {
    const { labels } = this.#session;
    const target = targetOf(key, labels.state, this.#workbench.project.value.videos);
    return target?.at ? client.frame(target.at.video, target.at.frame) : client.labelPicture(key);
  }

  async #loadDraft({ key, at }: Target): Promise<void> {
    if (!at) return;
    const { track } = this.#workbench.store.state;
    const id = this.#workbench.trackOf({ video: at.video, track });
    if (id === undefined) return;
    const loaded = await this.#workbench.track(id);
    if (loaded.video !== undefined && loaded.video !== at.video) return;
    this.#session.setDraft(key, draftOf(loaded, at.frame, this.#session.keypoints));
  }

  #changed(): void {
    this.stage.invalidate();
  }

  #hover(point: Point | undefined): void {
    this.#mouse = point;
    const { width, height } = this.stage.size;
    const inside = point && point.x >= -0.5 && point.y >= -0.5 && point.x < width && point.y < height;
    this.#onCoordinates(inside ? `x ${point.x.toFixed(1)}, y ${point.y.toFixed(1)} px` : '');
    this.stage.invalidate();
  }

  #pointAt(screen: Point): string | undefined {
    let nearest: string | undefined;
    let least = reach;
    for (const [name, point] of this.#session.points) {
      const { x, y } = toScreen(this.stage.viewport, point);
      const distance = Math.hypot(x - screen.x, y - screen.y);
      if (distance <= least) [nearest, least] = [name, distance];
    }
    return nearest;
  }

  #grab(screen: Point): Drag | undefined {
    const name = this.#pointAt(screen);
    const start = name === undefined ? undefined : this.#session.points.get(name);
    if (name === undefined || !start) return undefined;
    // The point keeps its distance from the pointer: it does not jump when it is taken.
    const at = toScreen(this.stage.viewport, start);
    const { scale } = this.stage.viewport;
    const [dx, dy] = [(at.x - screen.x) / scale, (at.y - screen.y) / scale];
    this.#session.choose(name);
    return {
      move: ({ x, y }) => {
        this.#mouse = { x: x + dx, y: y + dy };
        this.#session.move(name, this.#mouse);
      },
      end: () => this.#session.settle(),
    };
  }

  #click(point: Point, screen: Point, event: PointerEvent): void {
    if (!this.stage.image || this.stage.element.hasAttribute('data-waiting')) {
      this.#session.say('The picture is still on its way: nothing was placed.');
      return;
    }
    const occluded = event.button === 2;
    if (event.button !== 0 && !occluded) return;
    // Shift places a point even on top of another.
    const name = event.shiftKey ? undefined : this.#pointAt(screen);
    if (name === undefined) this.#session.place(point, occluded ? 'occluded' : 'visible');
    else if (occluded) {
      this.#session.choose(name);
      this.#session.toggleOccluded(name);
    }
  }

  #draw(context: CanvasRenderingContext2D, viewport: Viewport): void {
    const session = this.#session;
    const style = (name: string) => {
      const k = session.keypoints.indexOf(name);
      return { color: keypointColor(k), shape: keypointShape(k), radius: 6 };
    };
    const { points, keypoint } = session;
    this.#drawBones(context, viewport);
    for (const other of session.others) {
      context.globalAlpha = 0.5;
      for (const [name, point] of other) drawLabel(context, toScreen(viewport, point), style(name));
      context.globalAlpha = 1;
    }
    for (const [name, point] of session.draft) {
      if (!points.has(name)) drawDraft(context, toScreen(viewport, point), style(name));
    }
    for (const [name, point] of points) {
      const at = toScreen(viewport, point);
      const occluded = point.visibility === 'occluded';
      drawLabel(context, at, { ...style(name), occluded, chosen: name === keypoint });
      if (name === keypoint) drawName(context, at, name, 16);
    }
    const isMissing = keypoint !== undefined && !points.has(keypoint);
    if (isMissing && this.#mouse === undefined) this.#drawCross(context, viewport, keypoint);
    this.#magnify(isMissing);
  }

  #drawBones(context: CanvasRenderingContext2D, viewport: Viewport): void {
    const { edges, keypoints } = this.#workbench.project.value.skeleton;
    context.strokeStyle = 'rgba(244, 244, 244, 0.6)';
    context.lineWidth = 1;
    context.beginPath();
    for (const [a, b] of edges) {
      const [from, to] = [a, b].map((k) => this.#session.points.get(keypoints[k]));
      if (!from || !to) continue;
      const [start, end] = [toScreen(viewport, from), toScreen(viewport, to)];
      context.moveTo(start.x, start.y);
      context.lineTo(end.x, end.y);
    }
    context.stroke();
  }

  #drawCross(context: CanvasRenderingContext2D, viewport: Viewport, keypoint: string): void {
    const { x, y } = toScreen(viewport, this.#session.cross);
    for (const [color, width] of [
      ['rgba(0, 0, 0, 0.8)', 4],
      [keypointColor(this.#session.keypoints.indexOf(keypoint)), 2],
    ] as const) {
      traceArms(context, { x, y }, 4, 18);
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke();
    }
    drawName(context, { x, y: y + 14 }, keypoint, 10);
  }

  #magnify(isMissing: boolean): void {
    const { keypoint, cross, points } = this.#session;
    const chosen = isMissing || keypoint === undefined ? cross : points.get(keypoint);
    const focused = this.stage.element.matches(':focus');
    const at = this.#mouse ?? (focused ? chosen : undefined);
    if (this.#magnifies && at) this.#magnifier.show(at, this.#session);
    else this.#magnifier.hide();
  }
}
