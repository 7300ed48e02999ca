/** Axes with ticks, units and a grid around the points. */
import type { Palette } from '../../core/palette.ts';
import { decimalTicks, tickText } from '../timeline/axis-ticks.ts';
import type { Extent } from './point-cloud.ts';
import type { ViewBox } from './view-box.ts';

/** CSS px around the points. */
export const margins = { left: 64, right: 12, top: 10, bottom: 42 } as const;

/** Room for a tick's number, CSS px. */
const [tickWidth, tickHeight] = [72, 36];

export interface AxisTitle {
  readonly title: string;
  readonly unit: string;
  readonly note?: string;
}

export interface Axes {
  readonly seen: ViewBox;
  readonly x: Extent;
  readonly y: Extent;
  readonly titles: { readonly x: AxisTitle; readonly y: AxisTitle };
}

export const axisText = ({ title, unit, note }: AxisTitle): string =>
  `${title}${unit === '1' ? '' : ` [${unit}]`}${note === undefined ? '' : `, ${note}`}`;

/** @param width, height of the whole canvas, CSS px, in which the context draws. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  width: number,
  height: number,
  { seen, x, y, titles }: Axes,
  palette: Palette,
): void {
  const [left, right] = [margins.left, width - margins.right];
  const [top, bottom] = [margins.top, height - margins.bottom];
  if (right - left < 40 || bottom - top < 40) return;
  const value = ({ low, high }: Extent, part: number): number => low + part * (high - low);
  const across = [value(x, seen.left), value(x, seen.right)] as const;
  const up = [value(y, seen.bottom), value(y, seen.top)] as const;
  const ticksX = decimalTicks(...across, Math.max(2, Math.floor((right - left) / tickWidth)));
  const ticksY = decimalTicks(...up, Math.max(2, Math.floor((bottom - top) / tickHeight)));
  const xOf = (v: number): number => left + ((v - across[0]) / (across[1] - across[0])) * (right - left);
  const yOf = (v: number): number => bottom - ((v - up[0]) / (up[1] - up[0])) * (bottom - top);
  context.lineWidth = 1;
  context.strokeStyle = palette.border;
  context.globalAlpha = 0.5;
  context.beginPath();
  for (const v of ticksX.at) line(context, xOf(v), top, xOf(v), bottom);
  for (const v of ticksY.at) line(context, left, yOf(v), right, yOf(v));
  context.stroke();
  context.globalAlpha = 1;
  context.strokeRect(left - 0.5, top - 0.5, right - left + 1, bottom - top + 1);
  context.fillStyle = palette.text;
  context.font = `11px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'top';
  for (const v of ticksX.at) context.fillText(tickText(v, ticksX.step), xOf(v), bottom + 5);
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  for (const v of ticksY.at) context.fillText(tickText(v, ticksY.step), left - 6, yOf(v));
  context.font = `12px ${palette.font}`;
  context.textAlign = 'center';
  context.textBaseline = 'bottom';
  drawTitle(context, titles.x, (left + right) / 2, height - 4, right - left);
  context.save();
  context.translate(4, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textBaseline = 'top';
  drawTitle(context, titles.y, 0, 0, bottom - top);
  context.restore();
}

/** With its note where there is room for it. */
function drawTitle(
  context: CanvasRenderingContext2D,
  title: AxisTitle,
  x: number,
  y: number,
  room: number,
): void {
  const whole = axisText(title);
  const text = context.measureText(whole).width <= room ? whole : axisText({ ...title, note: undefined });
  context.fillText(text, x, y, room);
}

function line(context: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
  context.moveTo(Math.round(x1) + 0.5, Math.round(y1) + 0.5);
  context.lineTo(Math.round(x2) + 0.5, Math.round(y2) + 0.5);
}
