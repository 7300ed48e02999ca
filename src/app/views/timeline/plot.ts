/** Where a lane is drawn: a rectangle of device pixels, and the stretch of time that its width shows. */
import type { Palette } from '../../core/palette.ts';
import type { TimeRange } from './range.ts';

export interface Plot {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly range: TimeRange;
}

export function xOf({ left, width, range }: Plot, seconds: number): number {
  return left + ((seconds - range.from) / (range.to - range.from)) * width;
}

export function font({ palette, ratio }: Pick<Plot, 'palette' | 'ratio'>, size: number): string {
  return `${size * ratio}px ${palette.font}`;
}
