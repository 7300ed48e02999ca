import type { View } from '../../core/view.ts';
import { LabelView } from './label.tsx';

export const labelView: View = {
  id: 'label',
  title: 'Label',
  summary: 'Place keypoints on frames, look through labels, and correct what the model predicts.',
  place: 'page',
  empty: ({ skeleton, videos, labeledFrames }) => {
    if (skeleton.keypoints.length === 0) {
      return { what: 'This project names no keypoints. Write them into the skeleton of its marey.yaml.' };
    }
    if (videos.length === 0 && labeledFrames === 0) {
      return { what: 'There is no picture to label: this project has neither videos nor labeled frames.' };
    }
    return undefined;
  },
  Component: LabelView,
};
