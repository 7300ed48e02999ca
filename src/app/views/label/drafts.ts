/** What the model predicts for a picture: drafts that a person can accept. */
import type { FrameLabels } from '../../../project/edits.ts';
import type { Track } from '../../core/workbench.ts';
import { trackConfidence, trackPoint } from '../video/track-overlay.ts';

export interface DraftPoint {
  readonly x: number;
  readonly y: number;
  /** From 0 to 1. */
  readonly confidence: number;
}

/** By keypoint. Px. */
export type Draft = ReadonlyMap<string, DraftPoint>;

/** The track's points of a frame, those of the skeleton only; what is NaN is left out. */
export function draftOf(track: Track, frame: number, keypoints: readonly string[]): Draft {
  const draft = new Map<string, DraftPoint>();
  for (const name of keypoints) {
    const k = track.keypoints.indexOf(name);
    const point = trackPoint(track, frame, k);
    if (point) draft.set(name, { ...point, confidence: trackConfidence(track, frame, k) });
  }
  return draft;
}

/**
 * Mean distance between a frame's labels and the prediction, over the points that both have, px; undefined where there are none.
 * With several animals the one nearest to the prediction counts, as a track is of one.
 */
export function distanceToDraft(labels: FrameLabels, draft: Draft): number | undefined {
  let least: number | undefined;
  for (const points of labels.instances.values()) {
    const distances = [...points].flatMap(([name, { x, y }]) => {
      const predicted = draft.get(name);
      return predicted ? [Math.hypot(predicted.x - x, predicted.y - y)] : [];
    });
    if (distances.length === 0) continue;
    const mean = distances.reduce((a, b) => a + b, 0) / distances.length;
    if (least === undefined || mean < least) least = mean;
  }
  return least;
}
