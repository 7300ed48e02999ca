/** Shows what is around a point, large, beside it. */
import type { LabelSession } from './label-session.ts';
import type { PictureStage } from '../video/picture-stage.ts';
import { drawLabel } from '../video/marks.ts';
import { keypointColor, keypointShape } from '../video/keypoint-colors.ts';
import { toScreen, type Point } from '../video/viewport.ts';

const size = 200;
const distance = 28;
const factor = 4;

export class Magnifier {
  readonly #canvas = document.createElement('canvas');
  readonly #stage: PictureStage;

  constructor(stage: PictureStage) {
    this.#stage = stage;
    this.#canvas.className = 'magnifier';
    this.#canvas.width = this.#canvas.height = Math.round(size * devicePixelRatio);
    this.#canvas.setAttribute('aria-hidden', 'true');
    this.#canvas.hidden = true;
    stage.element.append(this.#canvas);
  }

  hide(): void {
    this.#canvas.hidden = true;
  }

  show(center: Point, session: LabelSession): void {
    const { image, viewport, size: picture, filter } = this.#stage;
    if (!image) {
      this.hide();
      return;
    }
    this.#canvas.hidden = false;
    this.#canvas.style.filter = filter;
    this.#place(toScreen(viewport, center));
    const scale = Math.max(4, Math.min(32, factor * viewport.scale));
    const view = {
      scale,
      left: size / 2 - scale * (center.x + 0.5),
      top: size / 2 - scale * (center.y + 0.5),
    };
    const context = this.#canvas.getContext('2d')!;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.fillStyle = '#1b1b1b';
    context.fillRect(0, 0, size, size);
    context.imageSmoothingEnabled = false;
    context.drawImage(image, view.left, view.top, scale * picture.width, scale * picture.height);
    for (const [name, point] of session.points) {
      const k = session.keypoints.indexOf(name);
      drawLabel(context, toScreen(view, point), {
        color: keypointColor(k),
        shape: keypointShape(k),
        radius: 9,
        occluded: point.visibility === 'occluded',
      });
    }
    for (const [color, width] of [
      ['rgba(0, 0, 0, 0.8)', 3],
      ['#fff', 1],
    ] as const) {
      context.beginPath();
      for (const [from, to] of [
        [size / 2 - 24, size / 2 - 4],
        [size / 2 + 4, size / 2 + 24],
      ]) {
        context.moveTo(from, size / 2);
        context.lineTo(to, size / 2);
        context.moveTo(size / 2, from);
        context.lineTo(size / 2, to);
      }
      context.strokeStyle = color;
      context.lineWidth = width;
      context.stroke();
    }
  }

  /** Above and to the right of the point, where there is room. */
  #place({ x, y }: Point): void {
    const { clientWidth, clientHeight } = this.#stage.element;
    const left = x + distance + size < clientWidth ? x + distance : x - distance - size;
    const top = y - distance - size > 0 ? y - distance - size : y + distance;
    const kept = (at: number, most: number): number => Math.min(Math.max(0, most - size), Math.max(0, at));
    this.#canvas.style.left = `${kept(left, clientWidth)}px`;
    this.#canvas.style.top = `${kept(top, clientHeight)}px`;
  }
}
