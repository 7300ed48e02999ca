/** Every view of the workbench. */
import type { View } from '../core/view.ts';
import { alignedView } from './aligned/view.ts';
import { behaviorView } from './behavior/view.ts';
import { claimsView } from './claims/view.ts';
import { labelView } from './label/view.ts';
import { modelsView } from './models/view.ts';
import { runView } from './run/view.ts';
import { scatterView } from './scatter/view.tsx';
import { spaceView } from './space/view.tsx';
import { proofreadView } from './proofread/view.ts';
import { timelineView } from './timeline/view.tsx';
import { trainingView } from './training/view.ts';
import { videoView } from './video/view.ts';

export const views: readonly View[] = [
  // One a line.
  videoView,
  timelineView,
  alignedView,
  scatterView,
  spaceView,
  proofreadView,
  behaviorView,
  labelView,
  trainingView,
  runView,
  claimsView,
  modelsView,
];

export function viewOf(id: string): View | undefined {
  return views.find((view) => view.id === id);
}
