/** What is seen of the points, as parts of their extents: 0 to 1 is all. */
export interface ViewBox {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
  readonly top: number;
}

/** All points, with a little room around them. */
export const whole: ViewBox = { left: -0.04, right: 1.04, bottom: -0.04, top: 1.04 };

/** Narrower than this, places are no longer held exactly enough. */
const narrowest = 1e-4;
const widest = 4;

/** Larger by `factor`; the place x, y stays where it is on the screen. */
export function zoomed({ left, right, bottom, top }: ViewBox, x: number, y: number, factor: number): ViewBox {
  const width = Math.min(widest, Math.max(narrowest, (right - left) / factor));
  const height = Math.min(widest, Math.max(narrowest, (top - bottom) / factor));
  const [partX, partY] = [(x - left) / (right - left), (y - bottom) / (top - bottom)];
  return within({
    left: x - partX * width,
    right: x + (1 - partX) * width,
    bottom: y - partY * height,
    top: y + (1 - partY) * height,
  });
}

/** Moved by parts of what is seen; to the right and up where positive. */
export function panned({ left, right, bottom, top }: ViewBox, x: number, y: number): ViewBox {
  const [dx, dy] = [x * (right - left), y * (top - bottom)];
  return within({ left: left + dx, right: right + dx, bottom: bottom + dy, top: top + dy });
}

/** Moved back so far that some of the extents is seen. */
function within({ left, right, bottom, top }: ViewBox): ViewBox {
  const back = (low: number, high: number): number => Math.max(0, -high) - Math.max(0, low - 1);
  const [dx, dy] = [back(left, right), back(bottom, top)];
  return { left: left + dx, right: right + dx, bottom: bottom + dy, top: top + dy };
}
