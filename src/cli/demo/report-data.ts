import { encodeJpeg } from '../../media/index.ts';
import { labeledClip } from '../../project/steps/index.ts';
import { MachineError } from '../../signal/error.ts';
import type { PoseTrack } from '../../signal/pose.ts';
import type { Context } from '../command.ts';
import type { KeyNumber, LabeledVideo, Part, ReportData, WorstFrames } from '../report/index.ts';
import { errorsPart, trainingPart } from '../project-report/parts.ts';
import { shownPoints } from '../project-report/worst-frames.ts';
import { version } from '../version.ts';
import type { ArmResult } from './arm/arm.ts';
import { armKeyNumbers, armSections, armSummary } from './arm/sections.ts';
import type { DemoResult } from './demo.ts';
import { cleanStrides, feet, stancesOf, trueStrides } from './gait-agreement.ts';

/** The demo's results in the terms of the report. */
export async function demoReport(
  demo: DemoResult,
  arm: ArmResult | undefined,
  context: Context,
): Promise<ReportData> {
  const { field, evaluation, tracked } = demo;
  const { test, facts, model } = evaluation;
  const { info, truth } = field;
  const scale = info.pixelsPerMillimeter;
  const inMillimeters = (rows: ReturnType<typeof cleanStrides>): ReturnType<typeof cleanStrides> =>
    rows.map((r) => ({ ...r, speed: r.speed / scale, length: r.length / scale }));
  const path = ({ skeleton, positions }: PoseTrack): { x: Float64Array; y: Float64Array } => {
    const values = positions.contiguous();
    const [keypoints, neck] = [skeleton.keypoints.length, skeleton.keypoints.indexOf('neck')];
    const along = (axis: number): Float64Array =>
      Float64Array.from(
        { length: info.frameCount },
        (_, f) => values[(f * keypoints + neck) * 2 + axis] / scale,
      );
    return { x: along(0), y: along(1) };
  };
  return {
    title: arm ? 'A simulated mouse and a simulated arm' : 'A simulated mouse in an open field',
    subtitle: arm
      ? 'From pictures to posture, gait, muscles and neurons, beside the truth'
      : 'From pictures to posture to gait, beside the truth',
    version,
    summary: [
      ...(arm ? armSummary(arm) : []),
      `${info.frameCount} frames (${info.width} x ${info.height} px, ${info.framesPerSecond} a second) were simulated with seed ${info.settings.seed}; ${facts.trained.length + (test?.frames ?? 0)} of them were labeled from the truth. A network was trained from scratch, tracked all frames, and gait was found from its track.`,
      ...model.plan.reasons,
    ],
    cautions: [
      'Simulated pictures are easier than real ones: these errors say that the way works, not what to expect of another recording.',
    ],
    keyNumbers: [...keyNumbers(demo), ...(arm ? armKeyNumbers(arm) : [])],
    more: arm ? armSections(arm) : [],
    training: {
      ...trainingPart(facts),
      cautions: ['The loss of the training frames; what counts is the error on held-out frames below.'],
    },
    errors: test ? errorsPart(model, facts, test) : { absent: 'No labeled frame was held out.' },
    worstFrames: test ? await worstPictures(demo) : { absent: 'No labeled frame was held out.' },
    reliability: test
      ? {
          radius: test.reliability.radiusPx,
          unit: 'px',
          bins: test.reliability.bins.map(({ stated, observed, count }) => ({
            low: stated,
            high: stated,
            confidence: stated,
            within: Math.round(observed * count),
            count,
          })),
          calibratedElsewhere: model.calibration !== undefined,
        }
      : { absent: 'No labeled frame was held out.' },
    video: await shownVideo(demo, context),
    trajectory: {
      keypoint: 'neck',
      unit: 'mm',
      field: { width: info.width / scale, height: info.height / scale },
      ...path(tracked.track),
      truth: path(truth.pose),
      seconds: info.frameCount / info.framesPerSecond,
    },
    gait: {
      speedUnit: 'mm/s',
      lengthUnit: 'mm',
      paws: feet.map((name) => ({
        name,
        stances: stancesOf(demo.gait, name),
        trueStances: truth.paws.find((p) => p.name === name)!.stances,
      })),
      strides: inMillimeters(cleanStrides(demo.gait)),
      trueStrides: inMillimeters(trueStrides(field)),
      phases: {
        reference: feet[0],
        paws: demo.gait.phases.map(({ foot, phases }) => ({ name: foot, phases })),
      },
      cautions: [
        'A paw under the body cannot be seen from above; its footfalls are then known only as well as the network guesses.',
      ],
    },
    provenance: {
      steps: [
        { name: 'simulate', options: `seed ${info.settings.seed}, ${info.settings.seconds} s` },
        {
          name: 'train',
          options: `split ${facts.split}, seed ${model.record.seed}, steps ${model.record.steps.join(' + ')}`,
        },
        {
          name: 'track',
          options: `${info.frameCount} frames, whole picture searched in ${tracked.searched}`,
        },
        { name: 'gait', options: feet.join(', ') },
      ],
      facts: [{ name: 'Engine', value: model.record.engine }],
    },
  };
}

function keyNumbers({ evaluation, results, field, agreement }: DemoResult): KeyNumber[] {
  const { test } = evaluation;
  return [
    {
      name: 'Error on held-out frames',
      value: results.testErrorPx,
      unit: 'px',
      interval: test && { ...test.meanInterval, meaning: '95 % bootstrap over frames' },
      from: test && { count: test.frames, what: 'held-out frame' },
      note: `A constant guess: ${results.nullErrorPx.toFixed(0)} px.`,
    },
    {
      name: 'Error of the whole track',
      value: results.trackErrorPx,
      unit: 'px',
      from: { count: field.info.frameCount, what: 'frame' },
      note: `Median ${results.trackMedianErrorPx.toFixed(2)} px. Hidden points are judged too.`,
    },
    {
      name: 'Footfalls within one frame of the truth',
      value: 100 * results.footfallsWithinOneFrame,
      unit: '%',
      from: { count: agreement.trueEvents, what: 'true contact or lift' },
      note: `Within three frames ${(100 * results.footfallsWithinThreeFrames).toFixed(0)} %; ${(100 * results.footfallsSpurious).toFixed(0)} % of those found are spurious.`,
    },
    { name: 'Stride length', value: results.strideLengthMm, unit: 'mm', truth: results.trueStrideLengthMm },
    { name: 'Duty factor', value: results.dutyFactor, unit: '1', truth: results.trueDutyFactor },
  ];
}

/** The first seconds with the track drawn on them; a machine without an encoder still gets its report. */
async function shownVideo(
  { field, tracked }: DemoResult,
  { console, signal }: Context,
): Promise<Part<LabeledVideo>> {
  const source = field.frameSource();
  try {
    const clip = await labeledClip(source, tracked.track, {
      seconds: 8,
      signal,
      onProgress: (done, total) => console.progress({ what: 'Drawing the track', fraction: done / total }),
    });
    return {
      ...clip,
      caption: `The first ${clip.seconds.toFixed(0)} s at their true speed, ${clip.frames} pictures: the skeleton, a color for each keypoint, and where it was in the last 0.4 s. Points with a confidence below 0.6 are faint.`,
      cautions: ['A point can be drawn firmly and be wrong: how often is shown by the reliability curve.'],
    };
  } catch (error) {
    if (!(error instanceof MachineError)) throw error;
    return { absent: `It could not be written on this machine. ${error.message}` };
  }
}

async function worstPictures({ evaluation, field }: DemoResult): Promise<WorstFrames> {
  const { test, testFrames, model } = evaluation;
  const frames = [];
  for (const { frame, name } of test!.worst.slice(0, 6)) {
    const index = Number(/frame(\d+)/.exec(name)![1]);
    const { width, height } = field.info;
    frames.push({
      name: `frame ${index}`,
      picture: { bytes: await encodeJpeg(field.frame(index)), type: 'image/jpeg' as const, width, height },
      ...shownPoints(model.skeleton.keypoints, testFrames[frame]),
    });
  }
  return { outOf: testFrames.length, frames };
}
