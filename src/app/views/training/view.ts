import type { View } from '../../core/view.ts';
import { Training } from './training.tsx';

export const trainingView: View = {
  id: 'training',
  title: 'Train',
  summary: 'Train the network, watch it learn, compare trainings, and see where it is wrong.',
  place: 'page',
  empty: ({ labeledFrames }) =>
    labeledFrames > 0
      ? undefined
      : {
          what: 'There is nothing to learn from yet: no frame is labeled. Some 20 frames that differ from each other are enough for a first network.',
          next: { title: 'Label frames', page: 'label' },
        },
  Component: Training,
};
