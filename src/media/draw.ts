import type { Frame } from './frame.ts';

/**
 * Marks on a picture. Coordinates are pixels, x right and y down, with (0, 0) at the center of the first pixel, as
 * keypoints have them. Edges are smoothed by the part of a pixel that a mark covers. Marks with NaN or infinite
 * coordinates are left out; what lies outside the picture is cut off.
 */
export interface Mark {
  /** Red, green, blue, 0 to 255; gray pictures take their luma. */
  readonly color: readonly [red: number, green: number, blue: number];
  /** 0 invisible to 1 opaque. Default 1. */
  readonly opacity?: number;
}

/** A copy of a frame that can be drawn on, in color. */
export function canvasOf(frame: Frame): Frame {
  if (frame.channels === 3) return { ...frame, data: frame.data.slice() };
  const data = new Uint8Array(frame.data.length * 3);
  for (let i = 0; i < frame.data.length; i++) data.fill(frame.data[i], 3 * i, 3 * i + 3);
  return { ...frame, channels: 3, data };
}

/** A filled disc. */
export function drawDisc(canvas: Frame, x: number, y: number, radius: number, mark: Mark): void {
  cover(canvas, [x - radius, y - radius, x + radius, y + radius], mark, (px, py) => {
    return radius + 0.5 - Math.hypot(px - x, py - y);
  });
}

/** A straight line with round ends, `width` pixels wide. */
export function drawLine(
  canvas: Frame,
  from: readonly [x: number, y: number],
  to: readonly [x: number, y: number],
  mark: Mark & { readonly width?: number },
): void {
  const half = (mark.width ?? 1) / 2;
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length2 = dx * dx + dy * dy;
  const box = [
    Math.min(from[0], to[0]) - half,
    Math.min(from[1], to[1]) - half,
    Math.max(from[0], to[0]) + half,
    Math.max(from[1], to[1]) + half,
  ] as const;
  cover(canvas, box, mark, (px, py) => {
    const along = length2 ? ((px - from[0]) * dx + (py - from[1]) * dy) / length2 : 0;
    const t = Math.min(1, Math.max(0, along));
    return half + 0.5 - Math.hypot(px - from[0] - t * dx, py - from[1] - t * dy);
  });
}

/** The outline of an ellipse with half axes `a` along `angle` (radians, from x toward y) and `b` across it. */
export function drawEllipse(
  canvas: Frame,
  ellipse: {
    readonly x: number;
    readonly y: number;
    readonly a: number;
    readonly b: number;
    readonly angle?: number;
  },
  mark: Mark & { readonly width?: number },
): void {
  const { x, y, a, b, angle = 0 } = ellipse;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const half = (mark.width ?? 1) / 2;
  const [reachX, reachY] = [Math.hypot(a * cos, b * sin) + half, Math.hypot(a * sin, b * cos) + half];
  cover(canvas, [x - reachX, y - reachY, x + reachX, y + reachY], mark, (px, py) => {
    const u = (px - x) * cos + (py - y) * sin;
    const v = (py - y) * cos - (px - x) * sin;
    // Distance to the outline to first order: value of the implicit function over the length of its gradient.
    const value = (u / a) ** 2 + (v / b) ** 2 - 1;
    const slope = 2 * Math.hypot(u / (a * a), v / (b * b));
    return half + 0.5 - (slope > 0 ? Math.abs(value) / slope : Math.min(a, b));
  });
}

/** Digits 3 x 5 pixels of `scale`, rows from the top, three bits a row. Also: . - : and space. */
const GLYPHS: Readonly<Record<string, string>> = {
  '0': '75557',
  '1': '26227',
  '2': '71747',
  '3': '71717',
  '4': '55711',
  '5': '74717',
  '6': '74757',
  '7': '71122',
  '8': '75757',
  '9': '75717',
  '.': '00002',
  '-': '00700',
  ':': '02020',
  ' ': '00000',
};

/** Numbers, with (x, y) at their top left; characters without a picture leave a gap. */
export function drawNumber(
  canvas: Frame,
  x: number,
  y: number,
  text: string,
  mark: Mark & { readonly scale?: number },
): void {
  const scale = Math.max(1, Math.round(mark.scale ?? 2));
  [...text].forEach((character, i) => {
    [...(GLYPHS[character] ?? GLYPHS[' '])].forEach((bits, row) => {
      for (let column = 0; column < 3; column++) {
        if (!((Number(bits) >> (2 - column)) & 1)) continue;
        const left = Math.round(x) + (4 * i + column) * scale;
        const top = Math.round(y) + row * scale;
        cover(canvas, [left, top, left + scale - 1, top + scale - 1], mark, (px, py) =>
          px >= left && px < left + scale && py >= top && py < top + scale ? 1 : 0,
        );
      }
    });
  });
}

/** Blends the mark in over a box, by the part of each pixel that `coverage` (clamped to 0 to 1) says is covered. */
function cover(
  { width, height, channels, data }: Frame,
  [left, top, right, bottom]: readonly [number, number, number, number],
  { color, opacity = 1 }: Mark,
  coverage: (x: number, y: number) => number,
): void {
  if (![left, top, right, bottom].every(Number.isFinite)) return;
  const [red, green, blue] = color;
  const values = channels === 3 ? color : [0.299 * red + 0.587 * green + 0.114 * blue];
  const lastY = Math.min(height - 1, Math.ceil(bottom + 0.5));
  const lastX = Math.min(width - 1, Math.ceil(right + 0.5));
  for (let y = Math.max(0, Math.floor(top - 0.5)); y <= lastY; y++) {
    for (let x = Math.max(0, Math.floor(left - 0.5)); x <= lastX; x++) {
      const alpha = opacity * Math.min(1, Math.max(0, coverage(x, y)));
      if (alpha === 0) continue;
      const at = (y * width + x) * channels;
      for (let c = 0; c < channels; c++)
        data[at + c] = Math.round(data[at + c] + alpha * (values[c] - data[at + c]));
    }
  }
}
