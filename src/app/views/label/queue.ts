/** In which order pictures are labeled or looked through. */
import type { FrameLabels } from '../../../project/edits.ts';
import type { Suggestion, VideoOverview } from '../../../server/api.ts';
import type { Track } from '../../core/workbench.ts';
import { trackConfidence } from '../video/track-overlay.ts';
import { distanceToDraft, draftOf } from './drafts.ts';
import { targetOf, videoTarget, type Target } from './target.ts';

export const queueKinds = ['suggested', 'labeled', 'worst'] as const;
export type QueueKind = (typeof queueKinds)[number];

export interface QueueEntry {
  readonly target: Target;
  /** Why it is here, in words. */
  readonly reason: string;
}

type AllLabels = ReadonlyMap<string, FrameLabels>;

/** How many points of a picture are placed, of all its animals. */
export function placedCount(labels: FrameLabels | undefined): number {
  let count = 0;
  for (const points of labels?.instances.values() ?? []) count += points.size;
  return count;
}

export function suggestedQueue(
  suggestions: readonly Suggestion[],
  videos: readonly VideoOverview[],
): QueueEntry[] {
  return suggestions.flatMap(({ video, frame, reason }) => {
    const overview = videos.find(({ id }) => id === video);
    return overview ? [{ target: videoTarget(overview, frame), reason }] : [];
  });
}

const natural = new Intl.Collator('en', { numeric: true });

/** In the natural order of their names. */
export function labeledQueue(labels: AllLabels, videos: readonly VideoOverview[]): QueueEntry[] {
  return [...labels.keys()].sort(natural.compare).map((key) => {
    const placed = placedCount(labels.get(key));
    return {
      target: targetOf(key, labels, videos)!,
      reason: placed === 0 ? 'nothing placed' : `${placed} points`,
    };
  });
}

/** So many frames without labels are offered, none nearer to another than this, s. */
const unsureCount = 20;
const unsureApartSeconds = 0.5;

/**
 * Labeled frames that are farthest from the prediction, then frames without labels of which the model is least sure: the
 * frames where a label is wrong, or would help most.
 */
export function worstQueue(
  labels: AllLabels,
  videos: readonly VideoOverview[],
  track: Track,
  video: VideoOverview,
  times: Float64Array,
  keypoints: readonly string[],
): QueueEntry[] {
  const far = [...labels].flatMap(([key, frame]) => {
    const target = targetOf(key, labels, videos)!;
    if (target.at?.video !== video.id) return [];
    const distance = distanceToDraft(frame, draftOf(track, target.at.frame, keypoints));
    return distance === undefined ? [] : [{ target, distance }];
  });
  far.sort((a, b) => b.distance - a.distance);
  const seen = new Set(far.map(({ target }) => target.at!.frame));
  return [
    ...far.map(({ target, distance }) => ({
      target,
      reason: `label ${distance.toFixed(1)} px from the prediction`,
    })),
    ...leastSure(track, times, seen).map(({ frame, confidence }) => ({
      target: videoTarget(video, frame),
      reason: `least confidence ${confidence.toFixed(2)}`,
    })),
  ];
}

function leastSure(
  track: Track,
  times: Float64Array,
  without: ReadonlySet<number>,
): { readonly frame: number; readonly confidence: number }[] {
  const frames = Array.from({ length: Math.min(track.frames, times.length) }, (_, frame) => {
    let confidence = 1;
    for (let k = 0; k < track.keypoints.length; k++) {
      confidence = Math.min(confidence, trackConfidence(track, frame, k));
    }
    return { frame, confidence };
  });
  frames.sort((a, b) => a.confidence - b.confidence || a.frame - b.frame);
  const chosen: { frame: number; confidence: number }[] = [];
  for (const candidate of frames) {
    if (chosen.length >= unsureCount || candidate.confidence >= 1) break;
    if (without.has(candidate.frame)) continue;
    const near = chosen.some(
      ({ frame }) => Math.abs(times[frame] - times[candidate.frame]) < unsureApartSeconds,
    );
    if (!near) chosen.push(candidate);
  }
  return chosen;
}
