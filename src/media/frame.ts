/**
 * The face of every source of pictures: a video file, a folder of images, an array, a camera, a simulation. Types only,
 * so that methods above can take frames without knowing where they come from.
 */

/** One picture. `data` is row-major, `channels` interleaved, 8 bits; gray has 1 channel, color 3 (RGB). */
export interface Frame {
  /** Position in the source, from 0, in presentation order. Never a time. */
  readonly index: number;
  /** Presentation time in seconds from the source's own zero. */
  readonly timeSeconds: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** What is known of a source before any picture is decoded. */
export interface FrameSourceInfo {
  /** What it is called in messages and provenance: the path, or a made-up name for arrays. */
  readonly name: string;
  readonly frameCount: number;
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** Presentation time of each frame, seconds, strictly increasing. */
  readonly times: Float64Array;
  /** Median frame rate, 1/s. Only for display: a variable-rate source has no single rate. */
  readonly framesPerSecond: number;
  /** What is wrong with the source though it can be read: truncated, corrupt packets, missing numbers. */
  readonly warnings: readonly string[];
}

export interface FrameSource extends AsyncDisposable {
  readonly info: FrameSourceInfo;
  /** The frame at `index`, exactly. Throws `InputError` where it cannot be decoded. */
  frame(index: number): Promise<Frame>;
  /** The frame shown at `timeSeconds`: the last one whose time is at most that. */
  frameAt(timeSeconds: number): Promise<Frame>;
  /** Frames in order from `start` up to but not including `end` (default: all). Cheaper than `frame` for runs. */
  frames(start?: number, end?: number): AsyncIterable<Frame>;
}
