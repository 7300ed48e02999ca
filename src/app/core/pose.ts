/** A track of the server as the data model's pose track, on the times of its video. */
import { poseTrack, type PoseTrack } from '../../signal/pose.ts';
import { irregularTime } from '../../signal/time.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import type { Track, Video } from './workbench.ts';

/** Frames that both have: a track may be of a cut or longer copy of the video. Covariances are left out: views show positions. */
export function poseOf(track: Track, video: Pick<Video, 'times'>, skeleton: Skeleton): PoseTrack {
  const frames = Math.min(track.frames, video.times.length);
  const points = frames * track.keypoints.length;
  return poseTrack({
    name: track.name,
    skeleton: { keypoints: track.keypoints, edges: edgesAmong(track.keypoints, skeleton), symmetries: [] },
    positions: track.values.positions.subarray(0, 2 * points),
    confidence: track.values.confidence.subarray(0, points),
    time: irregularTime(video.times.subarray(0, frames)),
    provenance: { step: 'track', source: track.name },
  });
}

/** The skeleton's edges between keypoints of a track, which may have other ones or another order. */
export function edgesAmong(
  keypoints: readonly string[],
  skeleton: Skeleton,
): (readonly [a: number, b: number])[] {
  return skeleton.edges
    .map(([a, b]) => [a, b].map((k) => keypoints.indexOf(skeleton.keypoints[k])) as [number, number])
    .filter(([a, b]) => a >= 0 && b >= 0);
}
