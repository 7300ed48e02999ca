import type { View } from '../../core/view.ts';
import { Models } from './models.tsx';

export const modelsView: View = {
  id: 'models',
  title: 'Models',
  summary:
    'Networks that move a body: lesion them, stimulate them, change what they feel, and see what they do.',
  place: 'page',
  Component: Models,
};
