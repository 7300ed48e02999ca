import type { View } from '../../core/view.ts';
import { Claims } from './claims.tsx';

export const claimsView: View = {
  id: 'claims',
  title: 'Claims',
  summary:
    'Hypotheses as files fixed them, ranked beside chance and ceiling, and whether the data could decide.',
  place: 'page',
  Component: Claims,
};
