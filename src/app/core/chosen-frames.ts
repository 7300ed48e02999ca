/** Frames that were chosen in one view by what they hold (a lasso around points) and that other views show as intervals. */
import { Observable, type Workbench } from './workbench.ts';

export interface ChosenFrames {
  /** How they were chosen, in words. */
  readonly title: string;
  readonly video: string;
  readonly count: number;
  /** Runs of consecutive frames, both ends included, in order. */
  readonly runs: readonly (readonly [first: number, last: number])[];
}

const chosen = new WeakMap<Workbench, Observable<ChosenFrames | null>>();

/** The workbench's chosen frames: too many for the URL, so they last as long as the page. */
export function chosenFrames(workbench: Workbench): Observable<ChosenFrames | null> {
  let held = chosen.get(workbench);
  if (!held) chosen.set(workbench, (held = new Observable<ChosenFrames | null>(null)));
  return held;
}
