/** Every view of the workbench. */
import type { View } from '../core/view.ts';

export const views: readonly View[] = [];

export function viewOf(id: string): View | undefined {
  return views.find((view) => view.id === id);
}
