import { z } from 'zod';
import { UsageError } from '../signal/error.ts';
import { allOrNone, type AllDone, type Done } from './all-or-none.ts';
import { baseName } from './edits.ts';

/** A behavior that a person looks for. A `state` lasts (a bout), a `point` happens at one time. */
export interface Behavior {
  readonly name: string;
  /** The key that marks it, as `KeyboardEvent.key`. */
  readonly key: string;
  /** `#rrggbb` */
  readonly color: string;
  readonly kind: 'state' | 'point';
}

/** One time that a behavior was seen. Frames of the video, both included; equal for a point. */
export interface Bout {
  readonly id: string;
  /** See `videoKey`. */
  readonly video: string;
  readonly behavior: string;
  readonly first: number;
  readonly last: number;
}

/** What can be done to behaviors and bouts. Every edit says what holds afterwards, so that doing it again changes nothing. */
export type BehaviorEdit = z.infer<typeof behaviorEditSchema>;

const name = z.string().min(1).max(200);
const id = z.string().min(1).max(100);
const frame = z.number().int().nonnegative();

export const behaviorEditSchema = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('define'),
    name,
    key: z.string().regex(/^[^\s+]$/u, 'a key is one character'),
    color: z.string().regex(/^#[0-9a-f]{6}$/, 'a color is #rrggbb'),
    kind: z.enum(['state', 'point']),
  }),
  z.strictObject({ op: z.literal('forget'), name }),
  z.strictObject({ op: z.literal('bout'), id, video: name, behavior: name, first: frame, last: frame }),
  z.strictObject({ op: z.literal('remove-bout'), id }),
]);

export interface BehaviorState {
  readonly behaviors: Map<string, Behavior>;
  readonly bouts: Map<string, Bout>;
}

/** The name of a video that lasts: its recording and file, as labels have it. */
export const videoKey = (recording: string, video: string): string => `${recording}/${baseName(video)}`;

export const noBehavior = (): BehaviorState => ({ behaviors: new Map(), bouts: new Map() });

export const copyBehavior = ({ behaviors, bouts }: BehaviorState): BehaviorState => ({
  behaviors: new Map(behaviors),
  bouts: new Map(bouts),
});

/**
 * Does the edits to `state`, all or none, and returns the edits that undo them. Throws `UsageError` for a bout of a behavior that is not
 * defined or that ends before it begins, a key that another behavior has, and a behavior that still has bouts.
 */
export function applyBehaviorEdits(
  state: BehaviorState,
  edits: readonly BehaviorEdit[],
): AllDone<BehaviorEdit> {
  return allOrNone(state, edits, applyEdit);
}

/** For the journal that keeps them. */
export const behaviorKind = {
  name: 'marey behavior',
  schema: behaviorEditSchema,
  empty: noBehavior,
  apply: applyBehaviorEdits,
};

function applyEdit({ behaviors, bouts }: BehaviorState, edit: BehaviorEdit): Done<BehaviorEdit> {
  switch (edit.op) {
    case 'define': {
      const { op, ...behavior } = edit;
      const rival = [...behaviors.values()].find((b) => b.key === edit.key && b.name !== edit.name);
      if (rival) throw new UsageError(`the key ${edit.key} is that of "${rival.name}"`, { where: edit.name });
      const before = behaviors.get(edit.name);
      behaviors.set(edit.name, behavior);
      return done(before ? { op, ...before } : { op: 'forget', name: edit.name }, () =>
        restore(behaviors, edit.name, before),
      );
    }
    case 'forget': {
      const before = behaviors.get(edit.name);
      if (!before) throw new UsageError(`there is no behavior "${edit.name}"`);
      const own = [...bouts.values()].filter(({ behavior }) => behavior === edit.name).length;
      if (own > 0) {
        throw new UsageError(`"${edit.name}" has ${own} bouts`, { fix: 'Delete them first, or undo them.' });
      }
      behaviors.delete(edit.name);
      return done({ op: 'define', ...before }, () => restore(behaviors, edit.name, before));
    }
    case 'bout': {
      const { op, ...bout } = edit;
      if (!behaviors.has(bout.behavior))
        throw new UsageError(`there is no behavior "${bout.behavior}"`, { fix: 'Define it first.' });
      if (bout.last < bout.first) {
        throw new UsageError('a bout ends before it begins', {
          where: `${bout.video}, ${bout.behavior}`,
          got: `frames ${bout.first} to ${bout.last}`,
        });
      }
      const before = bouts.get(bout.id);
      bouts.set(bout.id, bout);
      return done(before ? { op, ...before } : { op: 'remove-bout', id: bout.id }, () =>
        restore(bouts, bout.id, before),
      );
    }
    case 'remove-bout': {
      const before = bouts.get(edit.id);
      if (!before) throw new UsageError('there is no such bout', { got: edit.id });
      bouts.delete(edit.id);
      return done({ op: 'bout', ...before }, () => restore(bouts, edit.id, before));
    }
    default:
      return edit satisfies never;
  }
}

function done(undo: BehaviorEdit, revert: () => void): Done<BehaviorEdit> {
  return { undo, revert };
}

function restore<V>(map: Map<string, V>, key: string, before: V | undefined): void {
  if (before === undefined) map.delete(key);
  else map.set(key, before);
}
