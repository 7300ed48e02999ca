import { z } from 'zod';
import type { Change, Correction } from '../measure/pose/correct.ts';
import { UsageError } from '../signal/error.ts';
import { allOrNone, type AllDone, type Done } from './all-or-none.ts';

/**
 * What can be done to the corrections of tracks. The network's output is never touched: a correction is added to the list of its track, and
 * undone by withdrawing it. It keeps its place in the list, so that doing and undoing need no order among several people.
 */
export type CorrectionEdit = z.infer<typeof correctionEditSchema>;

const frame = z.number().int().nonnegative();
const coordinate = z.number().refine(Number.isFinite);
const name = z.string().min(1).max(200);
const interval = { first: frame, last: frame };
const placed = z.strictObject({ frame, x: coordinate, y: coordinate }).readonly();
const pair = z.tuple([name, name]).readonly();

const changeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('move'),
      individual: name,
      keypoint: name,
      frame,
      x: coordinate,
      y: coordinate,
    }),
    z.strictObject({
      kind: z.literal('delete'),
      ...interval,
      individual: name,
      keypoints: z.array(name).min(1).readonly(),
    }),
    z.strictObject({ kind: z.literal('check'), ...interval, individual: name }),
    z.strictObject({
      kind: z.literal('interpolate'),
      individual: name,
      keypoint: name,
      from: placed,
      to: placed,
    }),
    z.strictObject({
      kind: z.literal('swap keypoints'),
      ...interval,
      individual: name,
      pairs: z.array(pair).min(1).readonly(),
    }),
    z.strictObject({ kind: z.literal('swap individuals'), ...interval, pair }),
    z.strictObject({ kind: z.literal('split'), frame, individual: name, into: name }),
    z.strictObject({ kind: z.literal('join'), individual: name, other: name }),
  ])
  .readonly() satisfies z.ZodType<Change>;

/** The track goes by the name of its video, or by the path of its file in the project. */
const head = { track: name, id: z.string().min(1).max(100) };

export const correctionEditSchema = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('correct'), ...head, on: name, change: changeSchema }),
  /** It does not hold any more. */
  z.strictObject({ op: z.literal('withdraw'), ...head }),
  /** It holds again, at its old place in the order. */
  z.strictObject({ op: z.literal('restore'), ...head }),
]);

export interface KeptCorrection {
  readonly correction: Correction;
  readonly withdrawn: boolean;
}

/** The corrections of each track by id, in the order in which they are done. */
export type CorrectionState = Map<string, Map<string, KeptCorrection>>;

export function copyCorrections(state: CorrectionState): CorrectionState {
  return new Map([...state].map(([track, all]) => [track, new Map(all)]));
}

/** For the journal that keeps them. */
export const correctionKind = {
  name: 'marey corrections',
  schema: correctionEditSchema,
  empty: (): CorrectionState => new Map(),
  apply: applyCorrectionEdits,
};

/** The corrections of a track that hold, in order. */
export function activeCorrections(state: CorrectionState, track: string): Correction[] {
  return [...(state.get(track)?.values() ?? [])].flatMap((kept) => (kept.withdrawn ? [] : [kept.correction]));
}

/**
 * Does the edits to `state`, all or none, and returns the edits that undo them.
 * Throws `UsageError` where one names a correction that there is not, adds one a second time, or an interval ends before it begins.
 */
export function applyCorrectionEdits(
  state: CorrectionState,
  edits: readonly CorrectionEdit[],
): AllDone<CorrectionEdit> {
  return allOrNone(state, edits, applyEdit);
}

function applyEdit(state: CorrectionState, edit: CorrectionEdit): Done<CorrectionEdit> {
  const { op, track, id } = edit;
  const all = state.get(track) ?? new Map<string, KeptCorrection>();
  const known = all.get(id);
  if (op === 'correct') {
    const { on, change } = edit;
    if (known) throw new UsageError('this correction has been made already', { where: track, got: id });
    checkInterval(track, change);
    state.set(track, all.set(id, { correction: { id, on, change }, withdrawn: false }));
    const revert = (): void => {
      all.delete(id);
      if (all.size === 0) state.delete(track);
    };
    return { undo: { op: 'withdraw', track, id }, revert };
  }
  if (!known) throw new UsageError('there is no such correction', { where: track, got: id });
  all.set(id, { ...known, withdrawn: op === 'withdraw' });
  const undoes = known.withdrawn ? 'withdraw' : 'restore';
  return { undo: { op: undoes, track, id }, revert: () => void all.set(id, known) };
}

function checkInterval(track: string, change: Change): void {
  const [first, last] =
    change.kind === 'interpolate'
      ? [change.from.frame + 1, change.to.frame - 1]
      : 'first' in change
        ? [change.first, change.last]
        : [0, 0];
  if (first <= last) return;
  throw new UsageError('the interval of this correction holds no frame', {
    where: track,
    expected:
      change.kind === 'interpolate' ? 'frames between both places' : 'an end that is not before its start',
    got: `${first} to ${last}`,
  });
}
