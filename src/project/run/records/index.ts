import type { StepRecord } from '../step.ts';
import { evaluateRecord } from './evaluate.ts';
import { exportRecord } from './export.ts';
import { kinematicsRecord } from './kinematics.ts';
import { reportRecord } from './report.ts';
import { trackRecord } from './track.ts';
import { trainRecord } from './train.ts';

/** Every step of `marey run`, in the order in which they are brought up to date. */
export const stepRecords: readonly StepRecord[] = [
  trainRecord,
  evaluateRecord,
  trackRecord,
  exportRecord,
  kinematicsRecord,
  reportRecord,
];
