/** What can stand along an axis or give a color: one value for each frame of the video. */
import type { Unit } from '../../../signal/units.ts';

export interface FrameMeasure {
  /** Lasts: kept in the URL. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** Under which heading it is offered. */
  readonly group: string;
  /** Labels that exclude each other have colors, not a scale. */
  readonly kind: 'value' | 'category';
  /** Computed when first asked for. Rejects with an `Error` that says why it cannot be had. */
  load(): Promise<FrameValues>;
}

export interface FrameValues {
  /** One a frame; NaN is missing. Of a category: positions in `categories`, NaN where none holds. */
  readonly values: Float32Array;
  readonly categories?: readonly string[];
  /** What belongs beside the title on an axis: the part of the variance that it explains. */
  readonly note?: string;
  /** What a person should know of how it was made. */
  readonly caveat?: string;
}

/** Made at the first call, then kept; what failed is tried again at the next. */
export function loadOnce(load: () => FrameValues | Promise<FrameValues>): () => Promise<FrameValues> {
  let kept: Promise<FrameValues> | undefined;
  return () => {
    kept ??= Promise.resolve().then(load);
    kept.catch(() => (kept = undefined));
    return kept;
  };
}
