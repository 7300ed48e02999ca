import type { Project } from '../../project/index.ts';
import { keptSizeCurve, type EvaluateResult } from '../../project/steps/index.ts';
import { duration } from '../duration.ts';
import { renderReport, type Absent, type KeyNumber, type ReportData } from '../report/index.ts';
import { version } from '../version.ts';
import {
  confidenceCutPart,
  errorsPart,
  judgedPoints,
  keypointErrorsPart,
  reliabilityPart,
  sizeCurvePart,
  splitKind,
  trainingPart,
} from './parts.ts';
import { pathsPart } from './paths.ts';
import { worstFramesPart } from './worst-frames.ts';

/** A project's own report as one HTML file. `note` hears what could not be drawn. */
export async function drawProjectReport(
  project: Project,
  result: EvaluateResult,
  note: (text: string) => void = () => undefined,
): Promise<string> {
  return renderReport(await projectReport(project, result, note));
}

/** What the report says of a project without any truth but its labels. */
export async function projectReport(
  project: Project,
  result: EvaluateResult,
  note: (text: string) => void,
): Promise<ReportData> {
  const { model, facts, test, testFrames } = result;
  const absent: Absent = {
    absent: `no frame was held out (--split ${facts.split}): nothing can be said of the error on others.`,
  };
  const points = judgedPoints(testFrames, model);
  const curve = await keptSizeCurve(project, facts);
  const paths = await pathsPart(project, note);
  return {
    title: project.config.name || 'A project',
    subtitle: 'How well its pose network does on frames that it was not trained on',
    version,
    summary: [
      `${facts.trained.length} labeled frames trained a network from scratch (${model.skeleton.keypoints.length} keypoints: ${model.skeleton.keypoints.join(', ')}); ${test ? `${test.frames} others judge it` : 'none was left to judge it'}.`,
      ...model.plan.reasons,
    ],
    cautions: summaryCautions(result),
    keyNumbers: keyNumbers(result),
    errors: test ? errorsPart(model, facts, test) : absent,
    keypointErrors: test ? keypointErrorsPart(model, points) : absent,
    worstFrames: test ? await worstFramesPart(project, result) : absent,
    reliability: test ? reliabilityPart(model, points) : absent,
    confidenceCut: test ? confidenceCutPart(points, test.confident.cut) : absent,
    training:
      facts.curve.length > 0
        ? trainingPart(facts)
        : { absent: 'the training was too short to have points on a curve.' },
    sizeCurve: curve
      ? sizeCurvePart(curve)
      : { absent: 'not drawn yet: "marey evaluate --curve" trains it.' },
    video: { absent: '"marey track" writes tracks; pictures with points are above.' },
    trajectory:
      paths.length > 0
        ? paths
        : {
            absent:
              'no video was tracked yet ("marey track", "marey run"), or no point has a confidence of 0.5.',
          },
    gait: {
      absent: 'not found here: it needs to be told which keypoints are feet (marey/measure/kinematics).',
    },
    provenance: {
      steps: [
        {
          name: 'train',
          options: `split ${facts.split}, seed ${model.record.seed}, network ${model.plan.stages[0].network}, steps ${model.record.steps.join(' + ')}`,
        },
        { name: 'evaluate', options: `confidence at least ${test?.confident.cut ?? 0.6}` },
      ],
      files:
        facts.trained.length > 0
          ? [
              {
                path: `objects/${result.key.slice(0, 2)}/${result.key}`,
                what: 'the model; the name of its folder is the SHA-256 of what it was made from',
              },
            ]
          : [],
      facts: [
        { name: 'Engine', value: model.record.engine },
        {
          name: 'Training',
          value:
            model.record.seconds === undefined
              ? 'as many steps as asked for'
              : duration(model.record.seconds),
        },
      ],
    },
  };
}

function summaryCautions({ facts, test }: EvaluateResult): string[] {
  if (!test) return ['Every labeled frame trained: no number here says how it does on others.'];
  const kind = splitKind(facts.split);
  return [
    ...(kind === 'random'
      ? [
          'Frames were held out at random: neighbors in time look alike, so the error on a new video is larger.',
        ]
      : []),
    ...(kind === 'none'
      ? ['No frame was held out in training: what judges are the frames that were labeled since.']
      : []),
    ...(test.meanInterval.high > test.nullMeanPx
      ? ['The network is not shown to be better than a constant guess.']
      : []),
  ];
}

function keyNumbers({ train, test, model }: EvaluateResult): KeyNumber[] {
  if (!test) {
    return [
      {
        name: 'Error on trained frames',
        value: train.meanPx,
        unit: 'px',
        from: { count: train.frames, what: 'frame' },
        caution: 'It says how well the network remembers.',
      },
    ];
  }
  const { confident } = test;
  const within = test.pck.find((p) => p.thresholdPx >= 0.1 * model.bodyLengthPx - 1e-9);
  return [
    {
      name: 'Error on held-out frames',
      value: test.meanPx,
      unit: 'px',
      interval: { ...test.meanInterval, meaning: '95 % bootstrap over frames' },
      from: { count: test.frames, what: 'held-out frame' },
      note: `${(100 * test.meanBodyLengths).toFixed(1)} % of a body length. A constant guess: ${test.nullMeanPx.toFixed(0)} px. Median ${test.medianPx.toFixed(1)} px, largest ${test.maxPx.toFixed(0)} px.`,
    },
    {
      name: `The same, confidence at least ${confident.cut}`,
      value: confident.meanPx,
      unit: 'px',
      note: `${(100 * confident.fractionKept).toFixed(0)} % of the points are kept.`,
    },
    {
      name: 'Points within a tenth of a body length',
      value: within === undefined ? NaN : 100 * within.fraction,
      unit: '%',
      from: { count: test.count, what: 'labeled point' },
    },
    {
      name: 'Object keypoint similarity (OKS)',
      value: test.oks,
      unit: '1',
      note: 'Mean over frames, 1 is perfect.',
      caution: 'One constant for all keypoints: not to be compared with figures of people in COCO.',
    },
    {
      name: 'Error on trained frames',
      value: train.meanPx,
      unit: 'px',
      from: { count: train.frames, what: 'frame' },
      note: 'Where this is much lower than on held-out frames, more labels help more than more training.',
    },
  ];
}
