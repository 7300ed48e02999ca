/** Which labeled frames train and which test. */
import { UsageError } from '../../signal/error.ts';
import type { LabelSet } from '../../signal/labels.ts';
import { Random } from '../../math/random.ts';

/** Positions in `labels.frames`, in ascending order. */
export interface Split {
  readonly train: readonly number[];
  readonly test: readonly number[];
}

/**
 * How frames are held out. `random` is DeepLabCut's way: neighbors in time fall on both sides, so its error flatters where
 * labeled frames lie close together. `blocks` holds out contiguous stretches of each recording and is the honest default for
 * video. `recordings` holds out whole recordings: the error to expect on a new animal or day.
 */
export type SplitRule =
  | { readonly kind: 'random'; readonly fraction: number; readonly seed: number }
  | { readonly kind: 'blocks'; readonly fraction: number; readonly seed: number; readonly blocks?: number }
  | { readonly kind: 'recordings'; readonly fraction: number; readonly seed: number }
  | { readonly kind: 'none' };

/** @throws UsageError where the fraction is not in (0, 1) or leaves a side empty. */
export function split(labels: Pick<LabelSet, 'frames'>, rule: SplitRule): Split {
  const count = labels.frames.length;
  const all = Array.from({ length: count }, (_, i) => i);
  if (rule.kind === 'none') return { train: all, test: [] };
  if (!(rule.fraction > 0 && rule.fraction < 1)) {
    throw new UsageError('the held-out fraction is out of range', {
      where: 'split',
      expected: 'a number between 0 and 1',
      got: `${rule.fraction}`,
    });
  }
  const held = new Set(heldOut(labels, rule));
  if (held.size === 0 || held.size === count) {
    throw new UsageError('the split leaves one side empty', {
      where: `split ${rule.kind}:${rule.fraction}`,
      expected: 'at least one frame to train on and one to test on',
      got: `${count - held.size} and ${held.size} of ${count} frames`,
      fix: 'Label more frames, or train without held-out frames (none).',
    });
  }
  return { train: all.filter((i) => !held.has(i)), test: all.filter((i) => held.has(i)) };
}

function heldOut(
  { frames }: Pick<LabelSet, 'frames'>,
  rule: Exclude<SplitRule, { readonly kind: 'none' }>,
): number[] {
  const random = new Random(`split/${rule.seed}`);
  switch (rule.kind) {
    case 'random':
      return [...random.permutation(frames.length)].slice(0, Math.round(rule.fraction * frames.length));
    case 'blocks': {
      const held: number[] = [];
      for (const members of byRecordings(frames).values()) {
        held.push(...heldBlocks(members, rule.fraction, rule.blocks ?? 5, random));
      }
      return held;
    }
    case 'recordings': {
      const byRecording = byRecordings(frames);
      const names = [...byRecording.keys()];
      const wanted = Math.max(1, Math.round(rule.fraction * names.length));
      return [...random.permutation(names.length)]
        .slice(0, wanted)
        .flatMap((i) => byRecording.get(names[i])!);
    }
    default:
      return rule satisfies never;
  }
}

function byRecordings(frames: LabelSet['frames']): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  frames.forEach(({ recording }, i) => {
    const group = groups.get(recording);
    if (group) group.push(i);
    else groups.set(recording, [i]);
  });
  return groups;
}

// One stretch in each of `blocks` equal parts of a recording, at a random place in the part.
function heldBlocks(members: readonly number[], fraction: number, blocks: number, random: Random): number[] {
  const parts = Math.max(1, Math.min(blocks, Math.floor(members.length * fraction)));
  const held: number[] = [];
  for (let b = 0; b < parts; b++) {
    const start = Math.floor((b * members.length) / parts);
    const end = Math.floor(((b + 1) * members.length) / parts);
    const length = Math.round((end - start) * fraction);
    const first = start + random.integer(end - start - length + 1);
    held.push(...members.slice(first, first + length));
  }
  return held;
}
