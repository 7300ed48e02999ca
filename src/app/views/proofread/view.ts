import type { View } from '../../core/view.ts';
import { ProofreadPanel } from './proofread.tsx';

export const proofreadView: View = {
  id: 'proofread',
  title: 'Proofread',
  summary: 'Suspicious moments of the track, the worst first, and what corrects them.',
  place: 'panel',
  empty: ({ tracks }) =>
    tracks.length > 0
      ? undefined
      : {
          what: 'There is no track to correct yet: track a video first.',
          next: { title: 'Home', page: 'home' },
        },
  Component: ProofreadPanel,
};
