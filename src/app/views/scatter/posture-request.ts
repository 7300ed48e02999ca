/** What the thread that computes components of posture is told, and what it answers. */
import type { ToldError } from '../../../signal/told-error.ts';

export interface PostureRequest {
  readonly keypoints: readonly string[];
  /** [frame, keypoint, 2], px. */
  readonly positions: Float32Array;
  readonly times: Float64Array;
  readonly origin: string;
  readonly forward: string;
  readonly components: number;
}

export interface PostureAnswer {
  /** One series a component, one value a frame. */
  readonly scores: readonly Float32Array[];
  readonly explained: readonly number[];
  readonly keypoints: readonly string[];
  readonly completeFrames: number;
}

export type PostureReply = PostureAnswer | { readonly error: ToldError };
