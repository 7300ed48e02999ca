import type { Orientation } from './orientation.ts';

/** What a container says about its first video stream before a picture is decoded. */
export interface StreamFacts {
  readonly codec: string;
  readonly pixelFormat: string;
  /** Size of the stored picture, before it is turned upright. */
  readonly width: number;
  readonly height: number;
  /** True where pictures hold no color. */
  readonly gray: boolean;
  readonly orientation: Orientation;
  /** Seconds a frame by the container's word, 1/25 where it has none. */
  readonly frameSeconds: number;
  readonly warnings: readonly string[];
}

/** What to do with frames that cannot be decoded from undamaged data. */
export type DamagePolicy = 'refuse' | 'skip' | 'conceal';

/** A decoded picture, or without data the reason why there is none. */
export interface Picture {
  readonly frame: number;
  readonly data?: Uint8Array<ArrayBuffer>;
}
