import type { OpenField } from '../../lab/openfield/index.ts';
import { median } from '../../math/quantile.ts';
import { firstFrames } from '../../media/index.ts';
import type { Project } from '../../project/index.ts';
import { trackStep, trainStep } from '../../project/steps/index.ts';
import type { Context } from '../command.ts';
import { demoTraining, type DemoTraining } from './training.ts';
import { errorsAgainstTruth } from './truth-errors.ts';

export interface FirstLook {
  readonly frames: number;
  /** Of all points of these frames, against the truth, px. */
  readonly medianErrorPx: number;
}

/** Seconds of the recording. */
const shownSeconds = 2;

/** A short training and the first frames tracked with it, so that there is something to see within the first minute. */
export async function firstLook(
  project: Project,
  field: OpenField,
  options: { readonly seed: number; readonly threads?: number; readonly training: DemoTraining },
  { console, signal }: Context,
): Promise<FirstLook> {
  await trainStep(project, {
    ...demoTraining('firstLook', options),
    threads: options.threads,
    signal,
    onProgress: ({ fraction, remainingSeconds }) =>
      console.progress({ what: 'Training for a first look', fraction, secondsLeft: remainingSeconds }),
  });
  const frames = Math.round(shownSeconds * field.info.framesPerSecond);
  const tracked = await trackStep(project, firstFrames(field.frameSource(), frames), {
    threads: options.threads,
    signal,
    onProgress: (done, total) =>
      console.progress({ what: 'Tracking the first frames', fraction: done / total }),
  });
  return { frames, medianErrorPx: median(errorsAgainstTruth(tracked, field)) };
}
