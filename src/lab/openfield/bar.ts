import type { Random } from '../../math/random.ts';
import { paintCapsule, type Canvas } from './canvas.ts';

/** A bar hung above the arena that sways a little and hides what is beneath it. */
export interface BarPlace {
  readonly from: readonly [x: number, y: number];
  readonly to: readonly [x: number, y: number];
  /** px. */
  readonly halfWidth: number;
}

export class Bar {
  readonly #size: readonly [number, number];
  readonly #halfWidth: number;
  readonly #scale: number;
  readonly #angle: number;
  readonly #offset: number;
  readonly #phase: number;

  /** @param occlusion 0 for none to 1 for a bar of 30 mm. */
  constructor(size: readonly [number, number], occlusion: number, scale: number, random: Random) {
    this.#size = size;
    this.#scale = scale;
    this.#halfWidth = 15 * occlusion * scale;
    this.#angle = random.uniform(0.35, 1) * (random.uniform() < 0.5 ? -1 : 1);
    this.#offset = random.uniform(-0.12, 0.12);
    this.#phase = random.uniform(0, 2 * Math.PI);
  }

  at(seconds: number): BarPlace {
    const [width, height] = this.#size;
    const angle = this.#angle + 0.012 * Math.sin(this.#phase + 1.3 * seconds);
    const sway = 3 * this.#scale * Math.sin(this.#phase + 0.9 * seconds);
    const x = width * (0.5 + this.#offset) + sway;
    const y = height * 0.5;
    const reach = width + height;
    return {
      from: [x - reach * Math.cos(angle), y - reach * Math.sin(angle)],
      to: [x + reach * Math.cos(angle), y + reach * Math.sin(angle)],
      halfWidth: this.#halfWidth,
    };
  }
}

export function hides(bar: BarPlace, x: number, y: number): boolean {
  return bar.halfWidth > 0 && distanceTo(bar, x, y) < bar.halfWidth;
}

export function paintBarShadow(canvas: Canvas, bar: BarPlace, shift: readonly [number, number]): void {
  if (bar.halfWidth === 0) return;
  const [x, y] = shift;
  paintCapsule(
    canvas,
    [bar.from[0] + x, bar.from[1] + y, bar.halfWidth],
    [bar.to[0] + x, bar.to[1] + y, bar.halfWidth],
    { gray: 40, opacity: 0.28, softness: 3 * bar.halfWidth },
  );
}

export function paintBar(canvas: Canvas, bar: BarPlace): void {
  if (bar.halfWidth === 0) return;
  paintCapsule(canvas, [...bar.from, bar.halfWidth], [...bar.to, bar.halfWidth], { gray: 176, rim: 72 });
}

function distanceTo(bar: BarPlace, x: number, y: number): number {
  const dx = bar.to[0] - bar.from[0];
  const dy = bar.to[1] - bar.from[1];
  return Math.abs(dx * (y - bar.from[1]) - dy * (x - bar.from[0])) / Math.hypot(dx, dy);
}
