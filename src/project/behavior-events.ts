/** Bouts, which count frames of a video, as events in its seconds, and back. A bout lasts until the frame after its last one begins. */
import { UsageError } from '../signal/error.ts';
import { Events } from '../signal/events.ts';
import { firstAtOrAfter } from '../signal/time.ts';
import type { Behavior, BehaviorEdit, BehaviorState, Bout } from './behavior.ts';

/** Okabe & Ito (2008). */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#f0e442'];
const keys = 'qwertyuiopasdfghjklzxcvbnm1234567890';

/** The color of the behavior after `count` others, where nobody chose one. */
export const behaviorColor = (count: number): string => colors[count % colors.length];

/** The first letter of the name where no behavior has it, else the first key that is free; undefined where none is left. */
export function freeKey(name: string, taken: ReadonlySet<string>): string | undefined {
  return [name[0]?.toLowerCase() ?? '', ...keys].find((k) => /^[\p{L}\p{N}]$/u.test(k) && !taken.has(k));
}

/** A bout with its kind and its times. */
export interface TimedBout extends Bout {
  readonly kind: Behavior['kind'];
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** Bouts of a video in order, each with its times. `times`: of the video's frames, s. */
export function timedBouts(
  { behaviors, bouts }: BehaviorState,
  video: string,
  times: Float64Array,
): TimedBout[] {
  const ends = frameEnds(times);
  const at = (frame: number): number => Math.min(frame, times.length - 1);
  return [...bouts.values()]
    .filter((bout) => bout.video === video)
    .map((bout) => {
      const kind = behaviors.get(bout.behavior)?.kind ?? 'state';
      const startSeconds = times[at(bout.first)];
      return {
        ...bout,
        kind,
        startSeconds,
        endSeconds: kind === 'point' ? startSeconds : ends[at(bout.last)],
      };
    })
    .sort((a, b) => a.first - b.first || a.last - b.last);
}

export function boutEvents(bouts: readonly TimedBout[]): Events {
  return new Events(
    bouts.map(({ startSeconds, endSeconds, behavior: label, kind }) => ({
      startSeconds,
      ...(kind === 'state' && { endSeconds }),
      label,
      source: 'person',
    })),
    { name: 'behavior', provenance: { step: 'behavior', source: 'behavior/journal.jsonl' } },
  );
}

/** What taking events in would do. */
export interface BehaviorImport {
  readonly edits: readonly BehaviorEdit[];
  /** Bouts that are added. */
  readonly added: number;
  /** Bouts that are here already, frame for frame: left out. */
  readonly known: number;
  /** Events that begin after the video ends, or end before it begins: left out. */
  readonly outside: number;
  /** Of those added, how many overlap with another bout of the same behavior. */
  readonly overlapping: number;
  /** Behaviors that are new. */
  readonly behaviors: readonly string[];
}

/**
 * The edits that take events (seconds of the video) in. Behaviors that are not here yet get the first key that is free. Done twice, the second
 * time adds nothing. Throws `UsageError` where a behavior is here as another kind, or no key is left.
 */
export function behaviorImport(
  state: BehaviorState,
  events: Events,
  { video, times, newId }: { readonly video: string; readonly times: Float64Array; newId(): string },
): BehaviorImport {
  const ends = frameEnds(times);
  const kinds = new Map<string, Behavior['kind']>();
  for (const { label, endSeconds } of events) {
    if (endSeconds !== undefined || !kinds.has(label))
      kinds.set(label, endSeconds === undefined ? 'point' : 'state');
  }
  const edits: BehaviorEdit[] = [];
  const taken = new Set([...state.behaviors.values()].map(({ key }) => key));
  const behaviors: string[] = [];
  for (const [name, kind] of kinds) {
    const here = state.behaviors.get(name);
    if (here && here.kind === 'point' && kind === 'state') {
      throw new UsageError(`"${name}" lasts in this file, and is a point here`, {
        fix: 'Rename one of them, or make it a state here first.',
      });
    }
    if (here) continue;
    const key = freeKey(name, taken);
    if (key === undefined) throw new UsageError('no key is left for another behavior', { got: name });
    taken.add(key);
    const color = behaviorColor(state.behaviors.size + behaviors.length);
    behaviors.push(name);
    edits.push({ op: 'define', name, key, color, kind });
  }
  const own = [...state.bouts.values()].filter((bout) => bout.video === video);
  let [added, known, outside, overlapping] = [0, 0, 0, 0];
  for (const { startSeconds, endSeconds, label: behavior } of events) {
    if (startSeconds >= ends.at(-1)! || (endSeconds ?? startSeconds) < times[0]) {
      outside++;
      continue;
    }
    const first = nearest(times, startSeconds);
    const last = endSeconds === undefined ? first : Math.max(first, nearest(ends, endSeconds));
    const same = own.filter((bout) => bout.behavior === behavior);
    if (same.some((bout) => bout.first === first && bout.last === last)) {
      known++;
      continue;
    }
    if (same.some((bout) => bout.first <= last && bout.last >= first)) overlapping++;
    const bout: Bout = { id: newId(), video, behavior, first, last };
    own.push(bout);
    edits.push({ op: 'bout', ...bout });
    added++;
  }
  return { edits, added, known, outside, overlapping, behaviors };
}

/** When each frame ends: where the next one begins, and for the last one as long again as the one before it. */
function frameEnds(times: Float64Array): Float64Array {
  const n = times.length;
  const last = n > 1 ? 2 * times[n - 1] - times[n - 2] : times[n - 1];
  return Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? times[i + 1] : last));
}

/** Position of the nearest, the earlier of two equally near. `times` ascend and are not empty. */
function nearest(times: Float64Array, seconds: number): number {
  const after = Math.min(firstAtOrAfter(times, seconds), times.length - 1);
  return after > 0 && seconds - times[after - 1] <= times[after] - seconds ? after - 1 : after;
}
