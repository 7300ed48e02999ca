import type { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import type { LabeledFrame } from '../../signal/labels.ts';

/**
 * Which labeled frames are held out.
 * - `blocks`: one run of neighboring frames in each recording. Neighbors in time look alike, so a frame drawn at random is
 *   nearly known from the ones beside it: blocks are the honest default for video.
 * - `random`: frames at random, as DeepLabCut does (Nath et al. 2019): comparable with its figures, optimistic for video.
 * - `recordings`: whole recordings: how well it works on a new one.
 * - `none`: every frame trains; nothing can be said of the error.
 */
export type SplitMethod = 'blocks' | 'random' | 'recordings' | 'none';

export interface SplitRule {
  readonly method: SplitMethod;
  /** Fraction held out, in (0, 1); 0 for `none`. */
  readonly fraction: number;
}

/** Positions in the label set's `frames`, ascending. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/** Reads `random:0.2`, `blocks:0.2`, `recordings:0.25` or `none`. Throws `UsageError` on anything else. */
export function parseSplit(text: string): SplitRule {
  if (text === 'none') return { method: 'none', fraction: 0 };
  const match = /^(random|blocks|recordings):(0?\.\d+)$/.exec(text);
  const fraction = Number(match?.[2]);
  if (!match || !(fraction > 0 && fraction < 1)) {
    throw new UsageError('this split is not known', {
      expected: 'random:0.2, blocks:0.2, recordings:0.25 (a fraction between 0 and 1) or none',
      got: `"${text}"`,
    });
  }
  return { method: match[1] as SplitMethod, fraction };
}

/**
 * Divides labeled frames into those that train and those that test; the same random stream gives the same split.
 * Throws `UsageError` where either side would be empty.
 */
export function splitFrames(frames: readonly LabeledFrame[], rule: SplitRule, random: Random): Split {
  const everything = Int32Array.from(frames, (_, i) => i);
  if (rule.method === 'none') return { train: everything, test: new Int32Array(0) };
  const held = new Set(heldOut(frames, rule, random));
  const split = {
    train: everything.filter((i) => !held.has(i)),
    test: everything.filter((i) => held.has(i)),
  };
  if (split.train.length === 0 || split.test.length === 0) {
    throw new UsageError('there are too few labeled frames to hold some out', {
      expected:
        rule.method === 'recordings' ? 'labels in at least two recordings' : 'at least two labeled frames',
      got: `${frames.length} frames in ${new Set(frames.map((f) => f.recording)).size} recordings`,
      fix: 'Label more frames, or train with --split none (no error can then be stated).',
    });
  }
  return split;
}

function heldOut(frames: readonly LabeledFrame[], { method, fraction }: SplitRule, random: Random): number[] {
  if (method === 'random') {
    const order = random.permutation(frames.length);
    return [...order.subarray(Math.floor(frames.length * (1 - fraction) + 1e-9))];
  }
  const names = [...new Set(frames.map((f) => f.recording))];
  const recordings = names.map((name) => frames.flatMap((f, i) => (f.recording === name ? [i] : [])));
  if (method === 'recordings') {
    const order = random.permutation(recordings.length);
    const count = Math.max(1, Math.round(recordings.length * fraction));
    return [...order.subarray(0, count)].flatMap((r) => recordings[r]);
  }
  const longest = Math.max(...recordings.map((members) => members.length));
  return recordings.flatMap((members) => {
    const inTime = members.toSorted((a, b) => compareInTime(frames[a], frames[b]));
    // A recording too short for a block of its own trains, but for the longest.
    const block = Math.max(members.length === longest ? 1 : 0, Math.round(members.length * fraction));
    const start = random.integer(inTime.length - block + 1);
    return inTime.slice(start, start + block);
  });
}

const natural = new Intl.Collator('en', { numeric: true });

/** Order in time: by frame number where both have one, else by the picture's name with its numbers as numbers. */
export function compareInTime(a: LabeledFrame, b: LabeledFrame): number {
  const [p, q] = [a.picture, b.picture];
  if (p.frame !== undefined && q.frame !== undefined && p.frame !== q.frame) return p.frame - q.frame;
  return natural.compare(p.image ?? '', q.image ?? '');
}
