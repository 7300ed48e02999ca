import { report } from '../../media/worker-line.ts';
import { trainOne, type ControlDone, type ControlJob } from './train-one.ts';

/** What a thread that trains networks answers. */
export const controlCalls = {
  train: (job: ControlJob, stop: Int32Array): Promise<ControlDone> => trainOne(job, stop, report),
};
export type ControlCalls = typeof controlCalls;
