/** Draws a track on a picture: bones, trails, points, and where a point may lie. */
import type { Skeleton } from '../../../signal/skeleton.ts';
import type { Track } from '../../core/workbench.ts';
import { ellipse95 } from './ellipse.ts';
import { keypointColor, keypointShape } from './keypoint-colors.ts';
import { drawCorrected, drawName, drawTracked } from './marks.ts';
import { toScreen, type Point, type Viewport } from './viewport.ts';

export interface OverlayOptions {
  readonly points: boolean;
  readonly bones: boolean;
  readonly ellipses: boolean;
  readonly names: boolean;
  readonly labels: boolean;
  /** Frames back that the trails reach. */
  readonly trail: number;
  /** Points less certain than this are not drawn. */
  readonly leastConfidence: number;
}

export const overlayDefaults: OverlayOptions = {
  points: true,
  bones: true,
  ellipses: false,
  names: false,
  labels: true,
  trail: 15,
  leastConfidence: 0,
};

/** Where a keypoint is in a frame; undefined where it is NaN, not certain enough, or the track has no such frame. */
export function trackPoint(track: Track, frame: number, keypoint: number, least = 0): Point | undefined {
  if (frame < 0 || frame >= track.frames || keypoint < 0) return undefined;
  const at = frame * track.keypoints.length + keypoint;
  const [x, y] = [track.values.positions[2 * at], track.values.positions[2 * at + 1]];
  if (Number.isNaN(x) || Number.isNaN(y) || trackConfidence(track, frame, keypoint) < least) return undefined;
  return { x, y };
}

/** From 0 to 1; 1 where the track has none. */
export function trackConfidence(track: Track, frame: number, keypoint: number): number {
  const confidence = track.values.confidence[frame * track.keypoints.length + keypoint];
  return Number.isNaN(confidence) ? 1 : confidence;
}

/** Colors and bones go by name: a track may have other keypoints, in another order, than the project. */
export class TrackOverlay {
  readonly track: Track;
  readonly #places: readonly number[];
  readonly #edges: readonly (readonly [number, number])[];

  constructor(track: Track, skeleton: Skeleton) {
    this.track = track;
    let unknown = skeleton.keypoints.length;
    this.#places = track.keypoints.map((name) => {
      const place = skeleton.keypoints.indexOf(name);
      return place < 0 ? unknown++ : place;
    });
    const position = (k: number): number => track.keypoints.indexOf(skeleton.keypoints[k]);
    this.#edges = skeleton.edges
      .map(([a, b]) => [position(a), position(b)] as const)
      .filter(([a, b]) => a >= 0 && b >= 0);
  }

  /** Screen px. */
  radius(viewport: Viewport): number {
    return Math.min(8, Math.max(3.5, 2.5 + viewport.scale));
  }

  draw(
    context: CanvasRenderingContext2D,
    viewport: Viewport,
    frame: number,
    options: OverlayOptions,
    chosen: string | null,
  ): void {
    const { track } = this;
    const radius = this.radius(viewport);
    const now = track.keypoints.map((_, k) => {
      const point = trackPoint(track, frame, k, options.leastConfidence);
      return point && toScreen(viewport, point);
    });
    const opacity = (k: number): number => 0.25 + 0.75 * Math.min(1, trackConfidence(track, frame, k));
    for (let k = 0; k < now.length; k++) this.#drawTrail(context, viewport, frame, k, options);
    if (options.bones) {
      context.lineCap = 'round';
      for (const [a, b] of this.#edges) {
        const [from, to] = [now[a], now[b]];
        if (!from || !to) continue;
        context.globalAlpha = 0.8 * Math.min(opacity(a), opacity(b));
        line(context, from, to, 'rgba(0, 0, 0, 0.7)', 3.5);
        line(context, from, to, '#f4f4f4', 1.5);
      }
    }
    now.forEach((at, k) => {
      if (!at) return;
      const color = keypointColor(this.#places[k]);
      context.globalAlpha = opacity(k);
      if (options.ellipses) this.#drawEllipse(context, viewport, frame, k, at, color);
      if (options.points) {
        const shape = keypointShape(this.#places[k]);
        drawTracked(context, at, { color, shape, radius, chosen: track.keypoints[k] === chosen });
        if (this.isCorrected(frame, k)) drawCorrected(context, at, radius);
      }
      if (options.names) drawName(context, at, track.keypoints[k], radius + 5);
    });
    context.globalAlpha = 1;
  }

  /** Whether a person has said something of this point. */
  isCorrected(frame: number, keypoint: number): boolean {
    return (this.track.origins?.[frame * this.track.keypoints.length + keypoint] ?? 0) > 0;
  }

  /** Whether a person has said something of any point of the frame. */
  isCorrectedFrame(frame: number): boolean {
    return this.track.keypoints.some((_, k) => this.isCorrected(frame, k));
  }

  /** The keypoint that is drawn nearest to a place of the screen, within `reach` px. */
  at(
    viewport: Viewport,
    frame: number,
    place: Point,
    options: OverlayOptions,
    reach = 10,
  ): string | undefined {
    let nearest: string | undefined;
    let least = reach;
    this.track.keypoints.forEach((name, k) => {
      const point = trackPoint(this.track, frame, k, options.leastConfidence);
      if (!point) return;
      const { x, y } = toScreen(viewport, point);
      const distance = Math.hypot(x - place.x, y - place.y);
      if (distance <= least) [nearest, least] = [name, distance];
    });
    return nearest;
  }

  #drawTrail(
    context: CanvasRenderingContext2D,
    viewport: Viewport,
    frame: number,
    k: number,
    { trail, leastConfidence }: OverlayOptions,
  ): void {
    if (trail <= 0) return;
    // A few steps of opacity, each one path: a path for each segment costs ten times as much.
    const steps = Math.min(5, trail);
    context.strokeStyle = keypointColor(this.#places[k]);
    context.lineWidth = 2;
    for (let step = 0; step < steps; step++) {
      const oldest = frame - Math.round((trail * (steps - step)) / steps);
      const newest = frame - Math.round((trail * (steps - step - 1)) / steps);
      context.globalAlpha = (0.7 * (step + 1)) / steps;
      context.beginPath();
      let drawing = false;
      for (let f = Math.max(0, oldest); f <= newest; f++) {
        const point = trackPoint(this.track, f, k, leastConfidence);
        if (!point) {
          drawing = false;
          continue;
        }
        const { x, y } = toScreen(viewport, point);
        if (drawing) context.lineTo(x, y);
        else context.moveTo(x, y);
        drawing = true;
      }
      context.stroke();
    }
    context.globalAlpha = 1;
  }

  #drawEllipse(
    context: CanvasRenderingContext2D,
    { scale }: Viewport,
    frame: number,
    k: number,
    at: Point,
    color: string,
  ): void {
    const { covariance } = this.track.values;
    const n = 3 * (frame * this.track.keypoints.length + k);
    const ellipse = covariance && ellipse95(covariance[n], covariance[n + 1], covariance[n + 2]);
    if (!ellipse) return;
    context.beginPath();
    context.ellipse(at.x, at.y, scale * ellipse.major, scale * ellipse.minor, ellipse.angle, 0, 2 * Math.PI);
    context.lineWidth = 1.5;
    context.strokeStyle = color;
    context.stroke();
  }
}

function line(context: CanvasRenderingContext2D, from: Point, to: Point, color: string, width: number): void {
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo(to.x, to.y);
  context.lineWidth = width;
  context.strokeStyle = color;
  context.stroke();
}
