import type { Receptor } from './sense.ts';

/** What the eyes tell of a reach: the places of target and hand, and the way from hand to target, m, one channel a coordinate. */
export const vision: Receptor = {
  name: 'vision',
  needs: ['target', 'hand'],
  afferents: [
    { name: 'target', unit: 'm', rate: false },
    { name: 'hand', unit: 'm', rate: false },
    { name: 'target from hand', unit: 'm', rate: false },
  ],
  gamma: false,
  respond({ values: { target, hand } }) {
    return [target!, hand!, target!.map((t, i) => t - hand![i])];
  },
};
