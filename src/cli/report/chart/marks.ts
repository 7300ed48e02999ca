import { markup, type Content, type Markup } from '../markup.ts';
import type { Scale } from './scale.ts';

/**
 * Series are told apart by color and by shape. Colors are `s0` to `s7` of the style sheet: Okabe & Ito's palette (2008),
 * made to be told apart by color-blind readers, in an order that keeps contrast on white and on black.
 */
export const seriesClass = (k: number): string => `s${k % 8}`;

/** Draws y over x; NaN breaks the line. */
export function line(
  x: Scale,
  y: Scale,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  className: string,
): Markup {
  return markup`<path class="line ${className}" d="${path(x, y, xs, ys)}"/>`;
}

/** The path's commands alone. */
export function path(x: Scale, y: Scale, xs: ArrayLike<number>, ys: ArrayLike<number>): string {
  let commands = '';
  let pen = 'M';
  for (let i = 0; i < xs.length; i++) {
    const [px, py] = [x(xs[i]), y(ys[i])];
    if (!Number.isFinite(px) || !Number.isFinite(py)) {
      pen = 'M';
      continue;
    }
    commands += `${pen}${px.toFixed(1)} ${py.toFixed(1)}`;
    pen = 'L';
  }
  return commands;
}

/** Fills between two curves. */
export function band(
  x: Scale,
  y: Scale,
  xs: readonly number[],
  lows: readonly number[],
  highs: readonly number[],
  className: string,
): Markup {
  const there = path(x, y, xs, highs);
  const back = path(x, y, xs.toReversed(), lows.toReversed()).replace(/^M/, 'L');
  return markup`<path class="band ${className}" d="${there}${back}Z"/>`;
}

const shapes = ['circle', 'square', 'triangle', 'diamond'] as const;

/** A small mark for series `k`, centered at a place: its shape goes round with `k`. */
export function dot(px: number, py: number, k: number, className = '', size = 3.2): Markup {
  const classes = `dot ${seriesClass(k)} ${className}`;
  const s = size;
  switch (shapes[k % shapes.length]) {
    case 'circle':
      return markup`<circle class="${classes}" cx="${px}" cy="${py}" r="${s}"/>`;
    case 'square':
      return markup`<rect class="${classes}" x="${px - 0.88 * s}" y="${py - 0.88 * s}" width="${1.76 * s}" height="${1.76 * s}"/>`;
    case 'triangle':
      return markup`<path class="${classes}" d="M${px} ${py - 1.2 * s}L${px + 1.1 * s} ${py + 0.8 * s}H${px - 1.1 * s}Z"/>`;
    case 'diamond':
      return markup`<path class="${classes}" d="M${px} ${py - 1.3 * s}L${px + 1.3 * s} ${py}L${px} ${py + 1.3 * s}L${px - 1.3 * s} ${py}Z"/>`;
  }
}

/** A mark for each pair of finite numbers. */
export function dots(
  x: Scale,
  y: Scale,
  xs: ArrayLike<number>,
  ys: ArrayLike<number>,
  k: number,
  className = '',
): Content {
  const drawn: Markup[] = [];
  for (let i = 0; i < xs.length; i++) {
    const [px, py] = [x(xs[i]), y(ys[i])];
    if (Number.isFinite(px) && Number.isFinite(py)) drawn.push(dot(px, py, k, className));
  }
  return drawn;
}

/** Swatches for legends, around (0, 0). */
export const lineSwatch = (className: string): Markup =>
  markup`<line class="line ${className}" x1="-10" x2="10" y1="0" y2="0"/>`;
export const dotSwatch = (k: number, className = ''): Markup => dot(0, 0, k, className, 4);
export const barSwatch = (className: string): Markup =>
  markup`<rect class="${className}" x="-9" y="-5" width="18" height="10"/>`;
