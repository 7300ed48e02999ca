import type { View } from '../../core/view.ts';
import { Run } from './run.tsx';

export const runView: View = {
  id: 'run',
  title: 'Run',
  summary:
    'Every step of the project: what is done, what is out of date and why, its options, and all jobs with their logs.',
  place: 'page',
  Component: Run,
};
