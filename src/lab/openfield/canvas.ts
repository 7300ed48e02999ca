/**
 * A rectangle of gray levels that shapes are painted on with soft edges. It covers the part of the picture that starts at
 * (`left`, `top`), so that an animal is painted on a small one. Coordinates are those of the whole picture, px, with the
 * center of the top left pixel at (0, 0).
 */
export interface Canvas {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** What a capsule or ellipse is filled with. */
export interface Paint {
  /** Gray level. */
  readonly gray: number;
  /** 0 (invisible) to 1. Default 1. */
  readonly opacity?: number;
  /** Gray level at the rim; in between the fill is a dome. Default `gray`. */
  readonly rim?: number;
  /** Width of the soft edge, px. Default 1. */
  readonly softness?: number;
}

/** A line with round ends, from one half width to another. */
export function paintCapsule(
  canvas: Canvas,
  from: readonly [x: number, y: number, radius: number],
  to: readonly [x: number, y: number, radius: number],
  paint: Paint,
): void {
  const { gray, opacity = 1, rim = gray, softness = 1 } = paint;
  const [ax, ay, ar] = from;
  const [bx, by, br] = to;
  const reach = Math.max(ar, br) + softness;
  const [x0, x1] = span(Math.min(ax, bx) - reach, Math.max(ax, bx) + reach, canvas.left, canvas.width);
  const [y0, y1] = span(Math.min(ay, by) - reach, Math.max(ay, by) + reach, canvas.top, canvas.height);
  const dx = bx - ax;
  const dy = by - ay;
  const scale = 1 / Math.max(1e-9, dx * dx + dy * dy);
  // On a row, only pixels within reach of the line through both ends can be touched.
  const halfRow = Math.abs(dy) > 1e-6 ? reach / (Math.abs(dy) * Math.sqrt(scale)) : Infinity;
  for (let y = y0; y < y1; y++) {
    const middle = Math.abs(dy) > 1e-6 ? ax + ((y - ay) / dy) * dx : 0;
    const first = Math.max(x0, Math.floor(middle - halfRow));
    const last = Math.min(x1, Math.ceil(middle + halfRow) + 1);
    for (let x = first; x < last; x++) {
      let u = ((x - ax) * dx + (y - ay) * dy) * scale;
      u = u < 0 ? 0 : u > 1 ? 1 : u;
      const px = x - ax - u * dx;
      const py = y - ay - u * dy;
      const radius = ar + u * (br - ar);
      const distance = Math.sqrt(px * px + py * py);
      // Thinner than a pixel, a line becomes fainter instead of thinner.
      let alpha = (radius - distance) / softness + 0.5;
      if (alpha <= 0) continue;
      alpha = (alpha > 1 ? 1 : alpha) * opacity;
      if (radius < 0.5 * softness) alpha *= Math.min(1, (2 * radius) / softness + 0.15);
      const depth = radius > 0 ? Math.min(1, (distance * distance) / (radius * radius)) : 1;
      const i = (y - canvas.top) * canvas.width + x - canvas.left;
      canvas.values[i] += alpha * (gray + (rim - gray) * depth - canvas.values[i]);
    }
  }
}

/** An ellipse with half axes `along` and `across`, turned by `angle` (rad). */
export function paintEllipse(
  canvas: Canvas,
  [cx, cy]: readonly [x: number, y: number],
  [along, across, angle]: readonly [along: number, across: number, angle: number],
  paint: Paint,
): void {
  const { gray, opacity = 1, rim = gray, softness = 1 } = paint;
  const reach = Math.max(along, across) + softness;
  const [x0, x1] = span(cx - reach, cx + reach, canvas.left, canvas.width);
  const [y0, y1] = span(cy - reach, cy + reach, canvas.top, canvas.height);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  const narrow = Math.min(along, across);
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const u = ((x - cx) * cos + (y - cy) * sin) / along;
      const v = ((y - cy) * cos - (x - cx) * sin) / across;
      const q = u * u + v * v;
      let alpha = ((1 - Math.sqrt(q)) * narrow) / softness + 0.5;
      if (alpha <= 0) continue;
      alpha = (alpha > 1 ? 1 : alpha) * opacity;
      const i = (y - canvas.top) * canvas.width + x - canvas.left;
      canvas.values[i] += alpha * (gray + (rim - gray) * Math.min(1, q) - canvas.values[i]);
    }
  }
}

/** Whole pixels from `low` to `high` that lie on the canvas: first, and one past the last. */
function span(low: number, high: number, start: number, size: number): [number, number] {
  return [Math.max(start, Math.floor(low)), Math.min(start + size, Math.ceil(high) + 1)];
}
