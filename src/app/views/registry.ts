/** Every view of the workbench. */
import type { View } from '../core/view.ts';
import { timelineView } from './timeline/view.tsx';

export const views: readonly View[] = [
  // One a line.
  timelineView,
];

export function viewOf(id: string): View | undefined {
  return views.find((view) => view.id === id);
}
