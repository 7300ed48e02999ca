import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { writePose } from '../../formats/index.ts';
import { simulateOpenField, type OpenField } from '../../lab/openfield/index.ts';
import { mean } from '../../math/moments.ts';
import { median } from '../../math/quantile.ts';
import { Random } from '../../math/random.ts';
import { encodePng, openVideoWriter } from '../../media/index.ts';
import { gait, type Gait } from '../../measure/kinematics/index.ts';
import { frameThumbnail, suggestFrames } from '../../measure/pose/index.ts';
import { Project } from '../../project/index.ts';
import {
  evaluateStep,
  trackStep,
  trainStep,
  type EvaluateResult,
  type TrackStepResult,
} from '../../project/steps/index.ts';
import { MachineError, UsageError } from '../../signal/error.ts';
import { soleIndividual, type LabelSet } from '../../signal/labels.ts';
import type { Context } from '../command.ts';
import { firstLook } from './first-look.ts';
import { demoSkeleton, labelOf } from './keypoints.ts';
import { demoTraining, type DemoTraining } from './training.ts';
import { errorsAgainstTruth } from './truth-errors.ts';
import { cleanStrides, eventAgreement, feet, trueStrides, type EventAgreement } from './gait-agreement.ts';

export interface DemoOptions {
  readonly seed: number;
  readonly threads?: number;
  readonly training: DemoTraining;
  /** Of simulated video. */
  readonly seconds: number;
}

/** Everything the demo found out, for the report and the numbers it prints. */
export interface DemoResult {
  readonly root: string;
  readonly field: OpenField;
  readonly evaluation: EvaluateResult;
  readonly tracked: TrackStepResult;
  /** Distance of each tracked point from the truth, px, frame by frame. */
  readonly errorsPx: Float64Array;
  readonly gait: Gait;
  readonly agreement: EventAgreement;
  readonly results: Readonly<Record<string, number>>;
}

/** Frames of the simulated recording that are labeled, from its truth. */
const labeledFrames = 60;

/**
 * The whole way on a simulated recording with known truth: simulates an open field, labels 60 of its frames from the truth,
 * trains, tracks, finds the gait, and compares each with what really happened.
 */
export async function runDemo(root: string, options: DemoOptions, context: Context): Promise<DemoResult> {
  const { console, signal } = context;
  const begun = performance.now();
  const field = simulateOpenField({ seed: options.seed + 1, seconds: options.seconds });
  await using project = await openDemoProject(root);
  console.line(
    `Simulated ${options.seconds} s of a mouse in an open field (${field.info.frameCount} frames).`,
  );
  const labels = await labelFromTruth(root, field, options.seed, context);
  const report = await project.importLabels(labels, { by: 'demo' });
  console.line(`Labeled ${report.frames} of its frames from the truth.`);

  const first = await firstLook(project, field, options, context);
  const firstLookSeconds = (performance.now() - begun) / 1000;
  console.line(
    `First ${first.frames} frames tracked after ${firstLookSeconds.toFixed(0)} s: off by ${first.medianErrorPx.toFixed(1)} px in the median so far.`,
  );
  await trainStep(project, {
    ...demoTraining('mouse', options),
    threads: options.threads,
    signal,
    onProgress: ({ stage, step, fraction, remainingSeconds, loss }) =>
      console.progress({
        what: `Training, ${stage}`,
        fraction,
        secondsLeft: remainingSeconds,
        note: `loss ${loss.toPrecision(3)}`,
        training: { stage, step, loss },
      }),
  });
  const evaluation = await evaluateStep(project, options);
  const source = field.frameSource();
  const start = performance.now();
  const tracked = await trackStep(project, source, {
    ...options,
    signal,
    onProgress(done, total) {
      const seconds = (performance.now() - start) / 1000;
      console.progress({
        what: 'Tracking',
        fraction: done / total,
        secondsLeft: (seconds / done) * (total - done),
      });
    },
  });
  await writePose(join(project.layout.tracks, 'openfield.csv'), tracked.track);
  await keepVideo(project, field, context);
  const errorsPx = errorsAgainstTruth(tracked, field);
  const found = gait(tracked.track, { feet });
  const agreement = eventAgreement(found, field);
  const strides = cleanStrides(found);
  const scale = field.info.pixelsPerMillimeter;
  const real = trueStrides(field);
  const { test } = evaluation;
  const results = {
    firstLookSeconds,
    firstLookMedianErrorPx: first.medianErrorPx,
    testErrorPx: test?.meanPx ?? NaN,
    trackErrorPx: mean(errorsPx),
    trackMedianErrorPx: median(errorsPx),
    nullErrorPx: test?.nullMeanPx ?? NaN,
    framesPerSecond: tracked.framesPerSecond ?? NaN,
    footfallsWithinOneFrame: agreement.withinOneFrame,
    footfallsWithinThreeFrames: agreement.withinThreeFrames,
    footfallsSpurious: agreement.spurious,
    strideLengthMm: mean(strides.map((s) => s.length)) / scale,
    trueStrideLengthMm: mean(real.map((s) => s.length)) / scale,
    dutyFactor: mean(strides.map((s) => s.duty)),
    trueDutyFactor: mean(real.map((s) => s.duty)),
  };
  return { root, field, evaluation, tracked, errorsPx, gait: found, agreement, results };
}

/** The recording as a video of the project, to look at; a machine without an encoder goes without. */
async function keepVideo(project: Project, field: OpenField, { console, signal }: Context): Promise<void> {
  const { width, height, framesPerSecond, frameCount } = field.info;
  const path = join(project.root, 'videos', 'openfield.mp4');
  try {
    await mkdir(dirname(path), { recursive: true });
    await using writer = await openVideoWriter(path, { width, height, framesPerSecond });
    for (let index = 0; index < frameCount; index++) {
      signal.throwIfAborted();
      if (index % 20 === 0) console.progress({ what: 'Writing the video', fraction: index / frameCount });
      await writer.write(field.frame(index));
    }
    await writer.close();
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    console.warn(`The video could not be written. ${error.message}`);
    return;
  }
  await project.editConfig(({ recordings }) => {
    const at = recordings.findIndex(({ name }) => name === 'openfield');
    return at < 0 ? [] : [[['recordings', at, 'videos'], ['videos/openfield.mp4']]];
  });
}

async function openDemoProject(root: string): Promise<Project> {
  try {
    return await Project.create(root, { name: 'demo', skeleton: demoSkeleton });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const project = await Project.open(root);
    if (project.config.name === 'demo') return project;
    await project[Symbol.asyncDispose]();
    throw new UsageError('there is another project in this folder', {
      where: root,
      fix: 'Give the demo a folder of its own: marey demo DIR.',
      cause: error,
    });
  }
}

/** Labels diverse frames with their true points, as a careful person would; their pictures are written as PNG. */
async function labelFromTruth(
  root: string,
  field: OpenField,
  seed: number,
  { console, signal }: Context,
): Promise<LabelSet> {
  const every = Math.max(1, Math.floor(field.info.frameCount / (5 * labeledFrames)));
  const candidates = Array.from({ length: Math.floor(field.info.frameCount / every) }, (_, i) => i * every);
  const thumbnails = [];
  for (const [i, index] of candidates.entries()) {
    if (i % 5 === 0) {
      console.progress({ what: 'Choosing frames', fraction: i / candidates.length });
      // A wish to stop is only heard between tasks.
      await setImmediate();
      signal.throwIfAborted();
    }
    thumbnails.push(frameThumbnail(field.frame(index)));
  }
  const count = Math.min(labeledFrames, candidates.length);
  const chosen = suggestFrames(thumbnails, { count, random: new Random(`demo/${seed}`) });
  const folder = join(root, 'cache', 'labeled');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const frames = [];
  for (const i of chosen) {
    const index = candidates[i];
    const image = `frame${String(index).padStart(6, '0')}.png`;
    await writeFile(join(folder, image), await encodePng(field.frame(index)));
    frames.push({ ...labelOf(field, index), picture: { image }, recording: 'openfield' });
  }
  return {
    skeleton: demoSkeleton,
    individuals: [soleIndividual],
    frames,
    root: folder,
    notes: [],
    provenance: field.truth.pose.positions.provenance,
  };
}
