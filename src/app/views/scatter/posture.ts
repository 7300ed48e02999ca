/** Components of the chosen track's posture, computed in a thread of their own when first asked for. */
import { heardError } from '../../../signal/told-error.ts';
import type { Track, Video } from '../../core/workbench.ts';
import { loadOnce, type FrameMeasure } from './frame-measure.ts';
import type { PostureAnswer, PostureReply, PostureRequest } from './posture-request.ts';

/** Components that are offered, at most: each further one explains less. */
const mostComponents = 4;

export interface BodyFrame {
  readonly origin: string;
  readonly forward: string;
}

/** Keypoints that tell where a body is and where it looks, by how names often begin; the first fitting is taken. */
const origins = [
  /^(mid.?)?(body|back|spine|torso|trunk|cent(er|re))/i,
  /^tail.?(base|start)/i,
  /hip|pelvis/i,
];
const forwards = [/^neck/i, /^(nose|snout)/i, /^head/i, /ear|shoulder/i];

/** The frame that is taken where nobody has chosen one; undefined where a track has fewer than three keypoints: no posture. */
export function firstBodyFrame(keypoints: readonly string[]): BodyFrame | undefined {
  if (keypoints.length < 3) return undefined;
  const first = (patterns: readonly RegExp[], not?: string): string | undefined =>
    patterns.map((p) => keypoints.find((k) => k !== not && p.test(k))).find((k) => k !== undefined);
  const origin = first(origins) ?? keypoints.at(-1)!;
  const forward = first(forwards, origin) ?? keypoints.find((k) => k !== origin)!;
  return { origin, forward };
}

/** The measures of a track's posture in this frame. */
export function postureMeasures(track: Track, { times }: Video, frame: BodyFrame): FrameMeasure[] {
  const { keypoints } = track;
  const count = Math.min(mostComponents, 2 * keypoints.length - 3);
  const frames = Math.min(track.frames, times.length);
  let asked: Promise<PostureAnswer> | undefined;
  const computed = (): Promise<PostureAnswer> => {
    asked ??= inThread({
      keypoints,
      positions: track.values.positions.slice(0, 2 * frames * keypoints.length),
      times: times.slice(0, frames),
      ...frame,
      components: count,
    });
    return asked;
  };
  return Array.from({ length: Math.max(0, count) }, (_, c): FrameMeasure => ({
    id: `posture:${c + 1}`,
    title: `Posture PC ${c + 1}`,
    unit: 'px',
    group: 'Posture',
    kind: 'value',
    load: loadOnce(async () => {
      const { scores, explained, keypoints: used, completeFrames } = await computed();
      if (scores[c] === undefined) throw new Error(`The posture has only ${scores.length} components.`);
      const left = keypoints.filter((k) => !used.includes(k));
      return {
        values: scores[c],
        note: `${(100 * explained[c]).toFixed(1)} % of variance`,
        caveat:
          `Posture: ${used.length} keypoints with ${frame.origin} at 0 and ${frame.forward} ahead, ` +
          `of the ${completeFrames} frames that have them all` +
          (left.length > 0 ? `; ${left.join(', ')} left out (missing in more than half).` : '.'),
      };
    }),
  }));
}

function inThread(request: PostureRequest): Promise<PostureAnswer> {
  const thread = new Worker(new URL('posture-thread.ts', import.meta.url), { type: 'module' });
  const answered = new Promise<PostureAnswer>((resolve, reject) => {
    thread.addEventListener('message', ({ data }: MessageEvent<PostureReply>) =>
      'error' in data ? reject(heardError(data.error)) : resolve(data),
    );
    thread.addEventListener('error', (event) =>
      reject(new Error(`The components of posture could not be computed: ${event.message || 'no thread'}.`)),
    );
  });
  thread.postMessage(request, [request.positions.buffer, request.times.buffer]);
  return answered.finally(() => thread.terminate());
}
