/** The time axis and its grid. */
import { tickText, timeTicks } from './axis-ticks.ts';
import { font, xOf, type Plot } from './plot.ts';

/** Room for a label of the axis, CSS px. */
const labelWidth = 90;

export function drawAxis(plot: Plot): void {
  const { context, palette, ratio, left, top, width, height, range } = plot;
  const { at, step } = timeTicks(range.from, range.to, Math.max(1, Math.floor(width / ratio / labelWidth)));
  context.font = font(plot, 11);
  context.textBaseline = 'middle';
  context.textAlign = 'center';
  context.fillStyle = palette.text;
  for (const t of at) {
    const x = xOf(plot, t);
    const text = `${tickText(t, step)} s`;
    const half = context.measureText(text).width / 2;
    context.fillRect(Math.round(x), top + height - 5 * ratio, Math.max(1, ratio), 5 * ratio);
    const inside = Math.min(left + width - half - ratio, Math.max(left + half + ratio, x));
    context.fillText(text, inside, top + height / 2 - 2 * ratio);
  }
  context.fillStyle = palette.border;
  context.fillRect(left, top + height - Math.max(1, ratio), width, Math.max(1, ratio));
}

export function drawGrid(plot: Plot): void {
  const { context, palette, ratio, top, width, height, range } = plot;
  const { at } = timeTicks(range.from, range.to, Math.max(1, Math.floor(width / ratio / labelWidth)));
  context.fillStyle = palette.border;
  context.globalAlpha = 0.5;
  for (const t of at) context.fillRect(Math.round(xOf(plot, t)), top, Math.max(1, ratio), height);
  context.globalAlpha = 1;
}
