/** Parts of a report that follow from a model and its judged frames, whatever the project. */
import { bootstrap } from '../../math/bootstrap.ts';
import { mean } from '../../math/moments.ts';
import { Random } from '../../math/random.ts';
import type { EvaluatedFrame, Evaluation, PoseModel } from '../../measure/pose/index.ts';
import type { SizeCurveFacts, TrainingFacts } from '../../project/steps/index.ts';
import { duration } from '../duration.ts';
import type {
  ConfidenceCut,
  CutPoint,
  KeypointErrors,
  MeanError,
  PoseErrors,
  Reliability,
  SizeCurveData,
  TrainingCurve,
} from '../report/index.ts';

const intervalMeaning = '95 % bootstrap over frames';
const binCount = 10;

/** One judged point: how sure, how wrong (Infinity where a person says that it is not there), how wrong a guess. */
interface Judged {
  readonly frame: number;
  readonly keypoint: number;
  readonly confidence: number;
  readonly error: number;
  readonly nullError: number;
}

/** Every point of the judged frames, absent ones with an infinite error. */
export function judgedPoints(frames: readonly EvaluatedFrame[], { meanPositions }: PoseModel): Judged[] {
  return frames.flatMap(({ truth, prediction }, frame) =>
    truth.points.map((point, k): Judged => {
      const { positions, confidence } = prediction;
      const off = (x: number, y: number): number =>
        point === null ? Infinity : Math.hypot(x - point.x, y - point.y);
      return {
        frame,
        keypoint: k,
        confidence: confidence[k],
        error: off(positions[2 * k], positions[2 * k + 1]),
        nullError: off(meanPositions[2 * k], meanPositions[2 * k + 1]),
      };
    }),
  );
}

/** The loss of each stage over its steps. */
export function trainingPart({ curve }: TrainingFacts): TrainingCurve {
  const stages = [...new Set(curve.map((p) => p.stage))];
  return {
    x: { name: 'Training step', unit: '1' },
    panels: stages.map((stage) => {
      const points = curve.filter((p) => p.stage === stage);
      return {
        name: `Loss, ${stage}`,
        unit: '1',
        curves: [{ name: 'training', x: points.map((p) => p.step), y: points.map((p) => p.loss) }],
      };
    }),
    cautions: ['The loss of the training frames; what counts is the error on held-out frames.'],
  };
}

export function splitKind(split: string): PoseErrors['split']['kind'] {
  const [kind] = split.split(':');
  return kind === 'random' || kind === 'blocks' || kind === 'recordings' ? kind : 'none';
}

export function errorsPart(model: PoseModel, facts: TrainingFacts, test: Evaluation): PoseErrors {
  const { keypoints } = model.skeleton;
  const kind = splitKind(facts.split);
  return {
    unit: 'px',
    // Frames that were labeled since the training judge too, whatever the split.
    split: {
      kind: kind === 'none' ? 'random' : kind,
      trainFrames: facts.trained.length,
      testFrames: test.frames,
    },
    keypoints: keypoints.map((name, k) => ({
      name,
      errors: test.errorsPx.filter((e, i) => i % keypoints.length === k && !Number.isNaN(e)),
    })),
    bodyLength: model.bodyLengthPx,
    cautions:
      kind === 'blocks'
        ? [
            'Held out is one run of neighboring frames in each recording: another stretch may be easier or harder.',
            'The frames come from the recordings that trained: a new animal, camera or light is not judged.',
          ]
        : [],
  };
}

export function keypointErrorsPart(model: PoseModel, points: readonly Judged[]): KeypointErrors {
  const placed = points.filter((p) => Number.isFinite(p.error));
  return {
    unit: 'px',
    meaning: intervalMeaning,
    all: meanError('all', placed),
    keypoints: model.skeleton.keypoints.map((name, k) =>
      meanError(
        name,
        placed.filter((p) => p.keypoint === k),
      ),
    ),
  };
}

function meanError(name: string, points: readonly Judged[]): MeanError {
  const count = points.length;
  if (count === 0) return { name, count, mean: NaN, low: NaN, high: NaN, nullMean: NaN };
  // Points of a frame go together: they are not independent.
  const frames = [...new Set(points.map((p) => p.frame))];
  const byFrame = frames.map((f) => points.filter((p) => p.frame === f));
  const { low, high } = bootstrap(
    byFrame.length,
    (rows) => mean(Float64Array.from([...rows].flatMap((f) => byFrame[f].map((p) => p.error)))),
    { resamples: 1000, method: 'percentile', random: new Random(`report/${name}`) },
  );
  const average = (of: (p: Judged) => number): number => mean(Float64Array.from(points, of));
  return { name, count, mean: average((p) => p.error), low, high, nullMean: average((p) => p.nullError) };
}

/** Bins of equal width. A point that a person says is not there counts as outside the radius. */
export function reliabilityPart(model: PoseModel, points: readonly Judged[]): Reliability {
  const radius = model.calibration?.radiusPx ?? Math.max(1, 0.1 * model.bodyLengthPx);
  const bins = Array.from({ length: binCount }, (_, b) => {
    const own = points.filter((p) => Math.min(binCount - 1, Math.floor(p.confidence * binCount)) === b);
    return {
      low: b / binCount,
      high: (b + 1) / binCount,
      confidence: own.length > 0 ? mean(Float64Array.from(own, (p) => p.confidence)) : 0,
      within: own.filter((p) => p.error <= radius).length,
      count: own.length,
    };
  });
  return {
    radius,
    unit: 'px',
    bins,
    // An uncalibrated score is not calibrated on these frames either.
    calibratedElsewhere: true,
    cautions: [
      ...calibrationCautions(model),
      'Points of one frame are not independent: the intervals are too narrow.',
    ],
  };
}

function calibrationCautions({ calibration }: PoseModel): string[] {
  if (calibration === undefined)
    return ['Too few training frames to calibrate: the confidence is the raw score of the network.'];
  if (calibration.count >= 200) return [];
  return [`Calibrated on only ${calibration.count} points that were kept from training: roughly.`];
}

export function confidenceCutPart(points: readonly Judged[], cut: number): ConfidenceCut {
  const placed = points.filter((p) => Number.isFinite(p.error)).sort((a, b) => b.confidence - a.confidence);
  const curve: CutPoint[] = [];
  let sum = 0;
  placed.forEach((p, i) => {
    sum += p.error;
    const next = placed[i + 1];
    // Points of equal confidence are kept or left out together.
    if (next === undefined || next.confidence < p.confidence)
      curve.push({ cut: p.confidence, kept: (i + 1) / placed.length, mean: sum / (i + 1) });
  });
  const at = (c: number): CutPoint => {
    const kept = placed.filter((p) => p.confidence >= c);
    return {
      cut: c,
      kept: kept.length / placed.length,
      mean: kept.length > 0 ? mean(Float64Array.from(kept, (p) => p.error)) : NaN,
    };
  };
  return {
    unit: 'px',
    curve,
    table: [0, 0.2, 0.4, 0.6, 0.8, 0.9].map(at),
    chosen: at(cut),
    everything: at(-Infinity).mean,
  };
}

export function sizeCurvePart(facts: SizeCurveFacts): SizeCurveData {
  return {
    unit: 'px',
    meaning: intervalMeaning,
    points: facts.points.map(({ frames, meanPx, interval, seeds }) => ({
      frames,
      mean: meanPx,
      low: interval.low,
      high: interval.high,
      seeds: seeds.map((s) => s.meanPx),
    })),
    nullMean: facts.nullMeanPx,
    heldOutFrames: facts.heldOutFrames,
    bound:
      facts.steps === undefined
        ? `Each point trained for ${duration(60 * facts.minutesPerPoint)}, whatever its size`
        : `Each point trained for ${facts.steps} steps, whatever its size`,
  };
}
