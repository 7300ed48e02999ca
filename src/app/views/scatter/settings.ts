/** What the scatter keeps in the URL, under `views.scatter`. */
export interface ScatterSettings {
  /** Ids of the measures along the axes and of the one that gives the color. Default: the first two components of posture, by speed. */
  readonly x?: string;
  readonly y?: string;
  readonly color?: string;
  /** Keypoints of the animal's own frame, for components of posture. */
  readonly origin?: string;
  readonly forward?: string;
  /** Whether a drag draws a lasso; otherwise it moves the view, and Shift and drag draw a lasso. */
  readonly lasso?: boolean;
  /** What is seen: left, right, bottom, top, as parts of the extents of both axes. Default: all. */
  readonly seen?: readonly number[];
}

/** An address can be edited: what does not fit is left out. */
export function scatterSettings(kept: unknown): ScatterSettings {
  const given = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>;
  const text = (key: string): string | undefined => (typeof given[key] === 'string' ? given[key] : undefined);
  return {
    x: text('x'),
    y: text('y'),
    color: text('color'),
    origin: text('origin'),
    forward: text('forward'),
    lasso: given.lasso === true,
    seen: isBox(given.seen) ? given.seen : undefined,
  };
}

const isBox = (seen: unknown): seen is readonly number[] =>
  Array.isArray(seen) &&
  seen.length === 4 &&
  seen.every((v) => Number.isFinite(v)) &&
  seen[1] > seen[0] &&
  seen[3] > seen[2];
