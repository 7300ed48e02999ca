/** Every view of the workbench. */
import type { View } from '../core/view.ts';
import { labelView } from './label/view.ts';
import { proofreadView } from './proofread/view.ts';
import { timelineView } from './timeline/view.tsx';
import { videoView } from './video/view.ts';

export const views: readonly View[] = [
  // One a line.
  videoView,
  timelineView,
  proofreadView,
  labelView,
];

export function viewOf(id: string): View | undefined {
  return views.find((view) => view.id === id);
}
