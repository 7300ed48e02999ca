/**
 * Where a picture lies on the screen. Picture coordinates are those of labels and tracks: px, with whole numbers in the middle
 * of a pixel, so that the picture reaches from -0.5 to width - 0.5. Screen coordinates: CSS px from the canvas's upper left.
 */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Viewport {
  /** Screen px a picture px. */
  readonly scale: number;
  /** Where the picture's upper left corner is on the screen. */
  readonly left: number;
  readonly top: number;
}

const mostScale = 64;

/** The whole picture, as large as it fits, in the middle. */
export function fitted(picture: Size, screen: Size): Viewport {
  const scale = Math.min(screen.width / picture.width, screen.height / picture.height);
  return centered(scale > 0 && Number.isFinite(scale) ? scale : 1, picture, screen);
}

const centered = (scale: number, picture: Size, screen: Size): Viewport => ({
  scale,
  left: (screen.width - scale * picture.width) / 2,
  top: (screen.height - scale * picture.height) / 2,
});

export function toScreen({ scale, left, top }: Viewport, { x, y }: Point): Point {
  return { x: left + scale * (x + 0.5), y: top + scale * (y + 0.5) };
}

export function toPicture({ scale, left, top }: Viewport, { x, y }: Point): Point {
  return { x: (x - left) / scale - 0.5, y: (y - top) / scale - 0.5 };
}

/** Larger by `factor`; what is at `at` of the screen stays there. Not smaller than half of `least`. */
export function zoomed(viewport: Viewport, at: Point, factor: number, least: number): Viewport {
  const scale = Math.min(mostScale, Math.max(least / 2, viewport.scale * factor));
  const ratio = scale / viewport.scale;
  return {
    scale,
    left: at.x - ratio * (at.x - viewport.left),
    top: at.y - ratio * (at.y - viewport.top),
  };
}

/** Moved by so many screen px, but never so far that nothing of the picture is left to see. */
export function panned(viewport: Viewport, dx: number, dy: number, picture: Size, screen: Size): Viewport {
  const seen = 40;
  const { scale } = viewport;
  const kept = (at: number, picturePx: number, screenPx: number): number =>
    Math.min(screenPx - seen, Math.max(seen - scale * picturePx, at));
  return {
    scale,
    left: kept(viewport.left + dx, picture.width, screen.width),
    top: kept(viewport.top + dy, picture.height, screen.height),
  };
}

/** Moved so that a point of the picture is on the screen, some way from its edge. */
export function revealing(viewport: Viewport, point: Point, screen: Size): Viewport {
  const margin = Math.min(60, screen.width / 4, screen.height / 4);
  const { x, y } = toScreen(viewport, point);
  const back = (at: number, screenPx: number): number =>
    at < margin ? margin - at : at > screenPx - margin ? screenPx - margin - at : 0;
  return {
    ...viewport,
    left: viewport.left + back(x, screen.width),
    top: viewport.top + back(y, screen.height),
  };
}
