import { expect, test } from 'vitest';
import { decodeState, emptyState, encodeState, StateStore } from '../../src/app/core/state.ts';

test('a state is its URL', () => {
  const state = {
    ...emptyState,
    page: 'label',
    video: 'mouse&1=#',
    frame: 12,
    selection: [3, 9] as const,
    views: { timeline: { signals: ['speed', 'ä'] } },
  };
  expect(decodeState(`#${encodeState(state)}`)).toEqual(state);
  expect(encodeState(emptyState)).toBe('');
});

test.each(['#frame=-1', '#frame=%', '#page=3&frame="x"', '#selection=[1]', '#nonsense', '#__proto__={}'])(
  'what cannot be read of %s is as in the empty state',
  (hash) => {
    expect(decodeState(hash)).toEqual(emptyState);
  },
);

test('who listens is told once, and only of changes', () => {
  const store = new StateStore();
  const seen: number[] = [];
  const stop = store.subscribe(({ frame }) => seen.push(frame));
  store.set({ frame: 3 });
  store.set({ frame: 3 });
  stop();
  store.set({ frame: 4 });
  expect(seen).toEqual([3]);
});
