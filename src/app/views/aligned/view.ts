import type { View } from '../../core/view.ts';
import { AlignedPanel } from './panel.tsx';

export const alignedView: View = {
  id: 'aligned',
  title: 'Around events',
  summary: 'A signal or spikes around every event, and their mean with its interval.',
  place: 'panel',
  empty: ({ videos }) =>
    videos.length > 0
      ? undefined
      : { what: 'There is no video, so there is no time axis.', next: { title: 'Home', page: 'home' } },
  Component: AlignedPanel,
};
