import type { View } from '../../core/view.ts';
import { BehaviorPanel } from './behavior.tsx';

export const behaviorView: View = {
  id: 'behavior',
  title: 'Behavior',
  summary: 'What the animal does, marked with keys that are held while it lasts.',
  place: 'panel',
  empty: ({ videos }) =>
    videos.length > 0
      ? undefined
      : {
          what: 'There is no video in which behavior could be marked.',
          next: { title: 'Home', page: 'home' },
        },
  Component: BehaviorPanel,
};
