import type { Provenance } from './provenance.ts';
import type { Skeleton } from './skeleton.ts';

/** What a person said of one keypoint: where it is, and whether it can be seen there. Picture coordinates, px. */
export interface LabeledPoint {
  readonly x: number;
  readonly y: number;
  /** `occluded`: placed by a person though hidden. A keypoint nobody placed is `null` in `LabeledInstance.points`. */
  readonly visibility: 'visible' | 'occluded';
}

/** One animal in one picture; `points[k]` belongs to `skeleton.keypoints[k]`. */
export interface LabeledInstance {
  readonly individual: string;
  readonly points: readonly (LabeledPoint | null)[];
}

/** Where a labeled picture is to be found: an image on disk, or one frame of a video, or both. */
export interface PictureReference {
  /** Path of the image, relative to the label set's `root`; absolute paths are kept only where nothing else is known. */
  readonly image?: string;
  /** Path or name of the video it was taken from. */
  readonly video?: string;
  /** Frame index in that video, from 0. */
  readonly frame?: number;
}

export interface LabeledFrame {
  readonly picture: PictureReference;
  /** Which recording it belongs to: folds may keep recordings together. */
  readonly recording: string;
  readonly instances: readonly LabeledInstance[];
}

/** Pictures with a person's labels: what a pose network learns from and is judged by. */
export interface LabelSet {
  readonly skeleton: Skeleton;
  /** Names of the animals; a single unnamed animal is `individual`. */
  readonly individuals: readonly string[];
  readonly frames: readonly LabeledFrame[];
  /** Folder that relative picture paths start from. */
  readonly root: string;
  /** What the reader had to decide or could not represent, in words. */
  readonly notes: readonly string[];
  readonly provenance: Provenance;
}

/** The name of the only animal where a format names none. */
export const soleIndividual = 'individual';
