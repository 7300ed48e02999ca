import { UsageError } from '../signal/error.ts';
import type { PoseTrack } from '../signal/pose.ts';
import { drawDisc, drawLine } from './draw.ts';
import type { Mark } from './draw.ts';
import type { Frame } from './frame.ts';

export interface PosePainterOptions {
  /** Points less certain than this are drawn faintly and leave no trail. Default 0.6. */
  readonly faintBelow?: number;
  /** How many frames back the trail of each keypoint reaches. Default 15. */
  readonly trailFrames?: number;
  /** Size of the pictures drawn on over that of the pictures that were tracked. Default 1. */
  readonly scale?: number;
}

const FAINT = 0.25;
/** Radius of a keypoint over the length of the body, kept between what can be seen and what hides the picture, px. */
const RADIUS = 0.03;
const LEAST_RADIUS = 2;
const MOST_RADIUS = 9;

/**
 * Draws postures on pictures: the skeleton, each keypoint in its own color, and behind it where it was a moment ago.
 * Points that are NaN are left out; where a track has no confidence, every point counts as certain.
 */
export class PosePainter {
  readonly #track: PoseTrack;
  readonly #faintBelow: number;
  readonly #trailFrames: number;
  readonly #scale: number;
  readonly #radius: number;
  readonly #colors: readonly Mark['color'][];

  /** @throws UsageError where the positions are not in px of a picture. */
  constructor(track: PoseTrack, { faintBelow = 0.6, trailFrames = 15, scale = 1 }: PosePainterOptions = {}) {
    const { unit, shape } = track.positions;
    if (unit !== 'px' || shape[3] !== 2) {
      throw new UsageError('this track cannot be drawn on pictures', {
        where: track.positions.name,
        expected: 'positions x, y in px',
        got: `${shape[3]} coordinates in ${unit}`,
      });
    }
    this.#track = track;
    this.#faintBelow = faintBelow;
    this.#trailFrames = trailFrames;
    this.#scale = scale;
    this.#radius = Math.min(MOST_RADIUS, Math.max(LEAST_RADIUS, RADIUS * scale * bodyLength(track)));
    this.#colors = keypointColors(track.skeleton.keypoints.length);
  }

  /** Draws the posture of frame `index` of the track (default: the canvas's own index). */
  draw(canvas: Frame, index = canvas.index): void {
    const { skeleton, positions } = this.#track;
    for (let animal = 0; animal < positions.shape[1]; animal++) {
      skeleton.keypoints.forEach((_, k) => this.#drawTrail(canvas, index, animal, k));
      for (const [a, b] of skeleton.edges) {
        const [from, to] = [this.#point(index, animal, a), this.#point(index, animal, b)];
        const opacity = 0.7 * Math.min(this.#opacity(index, animal, a), this.#opacity(index, animal, b));
        drawLine(canvas, from, to, { color: [235, 235, 235], opacity, width: 0.6 * this.#radius });
      }
      this.#colors.forEach((color, k) => {
        const [x, y] = this.#point(index, animal, k);
        const opacity = this.#opacity(index, animal, k);
        drawDisc(canvas, x, y, this.#radius + 1, { color: [0, 0, 0], opacity: 0.6 * opacity });
        drawDisc(canvas, x, y, this.#radius, { color, opacity });
      });
    }
  }

  #drawTrail(canvas: Frame, index: number, animal: number, k: number): void {
    for (let back = Math.min(this.#trailFrames, index); back > 0; back--) {
      const [before, after] = [index - back, index - back + 1];
      if (!this.#isCertain(before, animal, k) || !this.#isCertain(after, animal, k)) continue;
      drawLine(canvas, this.#point(before, animal, k), this.#point(after, animal, k), {
        color: this.#colors[k],
        opacity: 0.55 * (1 - (back - 1) / this.#trailFrames),
        width: 0.5 * this.#radius,
      });
    }
  }

  #point(index: number, animal: number, k: number): [x: number, y: number] {
    const at = (axis: number) => (this.#track.positions.at(index, animal, k, axis) + 0.5) * this.#scale - 0.5;
    return [at(0), at(1)];
  }

  #opacity(index: number, animal: number, k: number): number {
    return this.#isCertain(index, animal, k) ? 1 : FAINT;
  }

  #isCertain(index: number, animal: number, k: number): boolean {
    const { confidence } = this.#track.positions;
    return confidence === undefined || confidence.at(index, animal, k) >= this.#faintBelow;
  }
}

/** One bright color a keypoint, around the color circle; neighbors differ in lightness too. */
export function keypointColors(count: number): Mark['color'][] {
  return Array.from({ length: count }, (_, k) => {
    const lightness = k % 2 === 0 ? 0.5 : 0.66;
    const channel = (shift: number): number => {
      const position = (shift + (12 * k) / count) % 12;
      const away = Math.max(-1, Math.min(position - 3, 9 - position, 1));
      return Math.round(255 * (lightness - Math.min(lightness, 1 - lightness) * away));
    };
    return [channel(0), channel(8), channel(4)];
  });
}

/** Median diagonal of the box around an animal's points, px; 0 where none was ever seen whole. */
function bodyLength({ positions }: PoseTrack): number {
  const [frames, animals, keypoints] = positions.shape;
  const lengths: number[] = [];
  const every = Math.max(1, Math.floor(frames / 200));
  for (let f = 0; f < frames; f += every) {
    for (let animal = 0; animal < animals; animal++) {
      const sides = [0, 1].map((axis) => {
        const values = Array.from({ length: keypoints }, (_, k) => positions.at(f, animal, k, axis));
        return Math.max(...values) - Math.min(...values);
      });
      const length = Math.hypot(...sides);
      if (!Number.isNaN(length)) lengths.push(length);
    }
  }
  lengths.sort((a, b) => a - b);
  return lengths[lengths.length >> 1] ?? 0;
}
