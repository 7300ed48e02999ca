/** How points look on a picture: a track's point is filled, a person's label is a ring with a cross, a draft is hollow. */
import type { Shape } from './keypoint-colors.ts';
import type { Point } from './viewport.ts';

const halo = 'rgba(0, 0, 0, 0.75)';

export function shapePath(
  context: CanvasRenderingContext2D,
  shape: Shape,
  { x, y }: Point,
  radius: number,
): void {
  context.beginPath();
  switch (shape) {
    case 'circle':
      context.arc(x, y, radius, 0, 2 * Math.PI);
      return;
    case 'square':
      context.rect(x - 0.85 * radius, y - 0.85 * radius, 1.7 * radius, 1.7 * radius);
      return;
    case 'triangle':
      context.moveTo(x, y - 1.2 * radius);
      context.lineTo(x + 1.05 * radius, y + 0.75 * radius);
      context.lineTo(x - 1.05 * radius, y + 0.75 * radius);
      context.closePath();
      return;
    case 'diamond':
      context.moveTo(x, y - 1.25 * radius);
      context.lineTo(x + 1.25 * radius, y);
      context.lineTo(x, y + 1.25 * radius);
      context.lineTo(x - 1.25 * radius, y);
      context.closePath();
      return;
    default:
      shape satisfies never;
  }
}

export interface MarkStyle {
  readonly color: string;
  readonly shape: Shape;
  readonly radius: number;
  readonly chosen?: boolean;
}

export function drawTracked(context: CanvasRenderingContext2D, at: Point, style: MarkStyle): void {
  if (style.chosen) drawChosen(context, at, style.radius);
  shapePath(context, style.shape, at, style.radius);
  context.fillStyle = style.color;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = halo;
  context.stroke();
}

/** A ring close around a point that a person corrected or checked. */
export function drawCorrected(context: CanvasRenderingContext2D, { x, y }: Point, radius: number): void {
  for (const [width, style] of [
    [3, halo],
    [1.25, '#fff'],
  ] as const) {
    context.beginPath();
    context.arc(x, y, radius + 2.5, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  }
}

/** The four arms of a cross as a path, from so far to so far from its middle, px. */
export function traceArms(
  context: CanvasRenderingContext2D,
  { x, y }: Point,
  from: number,
  to: number,
): void {
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    context.moveTo(x + dx * from, y + dy * from);
    context.lineTo(x + dx * to, y + dy * to);
  }
}

/** Dashed where the point is occluded. The middle stays free, so that one sees what is marked. */
export function drawLabel(
  context: CanvasRenderingContext2D,
  at: Point,
  { color, shape, radius, chosen, occluded }: MarkStyle & { readonly occluded?: boolean },
): void {
  if (chosen) drawChosen(context, at, radius + 2);
  for (const [width, style] of [
    [4, halo],
    [2, color],
  ] as const) {
    context.lineWidth = width;
    context.strokeStyle = style;
    traceArms(context, at, 2, radius + 3);
    context.stroke();
    shapePath(context, shape, at, radius);
    if (occluded && style === color) context.setLineDash([3, 3]);
    context.stroke();
    context.setLineDash([]);
  }
}

export function drawDraft(context: CanvasRenderingContext2D, at: Point, style: MarkStyle): void {
  shapePath(context, style.shape, at, style.radius);
  context.lineWidth = 3.5;
  context.strokeStyle = 'rgba(0, 0, 0, 0.55)';
  context.stroke();
  context.lineWidth = 1.5;
  context.strokeStyle = style.color;
  context.stroke();
}

/** The name beside a mark, readable on any picture. */
export function drawName(context: CanvasRenderingContext2D, at: Point, name: string, offset: number): void {
  context.font = '12px system-ui, sans-serif';
  context.textBaseline = 'middle';
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeStyle = 'rgba(0, 0, 0, 0.8)';
  context.strokeText(name, at.x + offset, at.y);
  context.fillStyle = '#fff';
  context.fillText(name, at.x + offset, at.y);
}

function drawChosen(context: CanvasRenderingContext2D, { x, y }: Point, radius: number): void {
  for (const [width, style] of [
    [4, halo],
    [2, '#fff'],
  ] as const) {
    context.beginPath();
    context.arc(x, y, radius + 5, 0, 2 * Math.PI);
    context.lineWidth = width;
    context.strokeStyle = style;
    context.stroke();
  }
}
