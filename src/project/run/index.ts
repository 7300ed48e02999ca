/** The steps of a project with their states, and what brings them up to date. */
export { bringUpToDate, type RunOutcome } from './bring-up-to-date.ts';
export { planRun, withNeeds, type StepState, type StepStatus } from './plan.ts';
export { correctionsInput, readCorrected } from './corrected.ts';
export { readTrack } from './records/track.ts';
export { stepRecords } from './records/index.ts';
export type { Making, StepRecord } from './step.ts';
export { namedVideos, type NamedVideo } from './videos.ts';
