import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../../src/math/random.ts';
import {
  applyBehaviorEdits,
  copyBehavior,
  noBehavior,
  type BehaviorEdit,
  type BehaviorState,
} from '../../src/project/behavior.ts';
import { UsageError } from '../../src/signal/error.ts';

const define = (name: string, key = name[0]): BehaviorEdit => ({
  op: 'define',
  name,
  key,
  color: '#0072b2',
  kind: 'state',
});
const bout = (id: string, behavior: string, first: number, last: number): BehaviorEdit => ({
  op: 'bout',
  id,
  video: 'day1/walk.mp4',
  behavior,
  first,
  last,
});

function randomEdit({ behaviors, bouts }: BehaviorState, random: Random): BehaviorEdit {
  const names = [...behaviors.keys()];
  const ids = [...bouts.keys()];
  const draw = random.uniform();
  if (names.length === 0 || draw < 0.2) return define(['groom', 'rear'][random.integer(2)]);
  if (draw < 0.3 && ids.length > 0) return { op: 'remove-bout', id: ids[random.integer(ids.length)] };
  const first = random.integer(100);
  return bout(`b${random.integer(6)}`, names[random.integer(names.length)], first, first + random.integer(9));
}

describe('edits of behavior', () => {
  it('undone in turn give every state back', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const random = new Random(seed);
        const state = noBehavior();
        const seen: BehaviorState[] = [];
        const undos: BehaviorEdit[][] = [];
        for (let n = 0; n < 15; n++) {
          seen.push(copyBehavior(state));
          undos.push(applyBehaviorEdits(state, [randomEdit(state, random)]).undo);
        }
        for (let n = 14; n >= 0; n--) {
          applyBehaviorEdits(state, undos[n]);
          expect(state).toEqual(seen[n]);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it.each<[string, BehaviorEdit[]]>([
    ['a bout of no behavior', [bout('a', 'fly', 1, 2)]],
    ['a bout that ends before it begins', [bout('a', 'groom', 3, 2)]],
    ['a key that another one has', [define('gallop')]],
    ['forgetting a behavior with bouts', [bout('a', 'groom', 1, 2), { op: 'forget', name: 'groom' }]],
    ['removing what is not there', [{ op: 'remove-bout', id: 'x' }]],
  ])('refuse %s and change nothing', (_, edits) => {
    const state = noBehavior();
    applyBehaviorEdits(state, [define('groom')]);
    const before = copyBehavior(state);
    expect(() => applyBehaviorEdits(state, edits)).toThrow(UsageError);
    expect(state).toEqual(before);
  });
});
