import { bootstrap } from '../../math/bootstrap.ts';
import { median } from '../../math/quantile.ts';
import type { Random } from '../../math/random.ts';
import type { LabeledInstance } from '../../signal/labels.ts';
import type { Skeleton } from '../../signal/skeleton.ts';
import { UsageError } from '../../signal/error.ts';
import { reliability, type Reliability } from './confidence.ts';
import type { PosePrediction } from './prediction.ts';

/** A labeled picture and what was predicted for it. */
export interface EvaluatedFrame {
  /** How a person finds the picture again. */
  readonly name: string;
  readonly truth: LabeledInstance;
  readonly prediction: PosePrediction;
}

export interface EvaluateOptions {
  readonly skeleton: Skeleton;
  /** Typical body length, px: see `bodyLength`. */
  readonly bodyLengthPx: number;
  /** Radius that the confidences speak of, px. */
  readonly radiusPx: number;
  /** Points below this confidence are left out of the `confident` figures. Default 0.6. */
  readonly confidenceCut?: number;
  /** keypoint x 2: what is predicted for every picture by the null, the mean labeled position in the training frames. */
  readonly nullPositions?: ArrayLike<number>;
  readonly random: Random;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface KeypointError {
  readonly keypoint: string;
  readonly count: number;
  readonly meanPx: number;
  readonly medianPx: number;
}

export interface FrameError {
  readonly name: string;
  /** Position in the frames that were given. */
  readonly frame: number;
  readonly meanPx: number;
  readonly maxPx: number;
}

/** How wrong the predictions are, over all labeled points. Distances are Euclidean, px of the full picture. */
export interface Evaluation {
  /** Labeled points that were judged. */
  readonly count: number;
  readonly frames: number;
  readonly meanPx: number;
  /** 95 %, frames resampled (points of a frame go together). */
  readonly meanInterval: Interval;
  readonly medianPx: number;
  readonly maxPx: number;
  readonly bodyLengthPx: number;
  readonly meanBodyLengths: number;
  /** Mean error of the null, which predicts the same positions for every picture; NaN where none was given. */
  readonly nullMeanPx: number;
  readonly keypoints: readonly KeypointError[];
  /** Fraction of points within each distance. */
  readonly pck: readonly { readonly thresholdPx: number; readonly fraction: number }[];
  /** Object keypoint similarity, mean over frames. */
  readonly oks: number;
  /** The same with uncertain points left out. */
  readonly confident: { readonly cut: number; readonly fractionKept: number; readonly meanPx: number };
  /** Of the keypoints that a person did not place: the fraction that is rightly below the cut; NaN where all were placed. */
  readonly absentRejected: number;
  readonly reliability: Reliability;
  /** Worst frames first, by their largest error. */
  readonly worst: readonly FrameError[];
  /** error of each frame and keypoint, px, frame by frame; NaN where not labeled. */
  readonly errorsPx: Float64Array;
}

/**
 * COCO's per-keypoint constant k = 2 sigma, here one for all keypoints, since animals have no table of annotator spreads. The
 * value is that of a coarse human keypoint (shoulder, 2 x 0.079, lowered to 0.1).
 */
const oksFalloff = 0.1;

/**
 * Judges predictions against labels. OKS is COCO's: the mean over labeled points of exp(-d^2 / (2 s^2 k^2)), with s^2 the area of
 * the labeled points' bounding box, at least (body length / 4)^2, and k = 0.1.
 *
 * Throws `UsageError` where there is no labeled point.
 */
export function evaluate(frames: readonly EvaluatedFrame[], options: EvaluateOptions): Evaluation {
  const { skeleton, bodyLengthPx, radiusPx, confidenceCut = 0.6, nullPositions, random } = options;
  const K = skeleton.keypoints.length;
  const errors = new Float64Array(frames.length * K).fill(NaN);
  const nullErrors: number[] = [];
  const scored: { confidence: number; errorPx: number }[] = [];
  let [kept, keptTotal, absent, absentRejected, oksTotal] = [0, 0, 0, 0, 0];
  frames.forEach(({ truth, prediction }, f) => {
    const { positions, confidence } = prediction;
    const area = Math.max(boxArea(truth), (bodyLengthPx / 4) ** 2);
    let [oks, labeled] = [0, 0];
    truth.points.forEach((point, k) => {
      if (point === null) {
        absent++;
        if (!(confidence[k] >= confidenceCut)) absentRejected++;
        scored.push({ confidence: confidence[k], errorPx: Infinity });
        return;
      }
      const error = Math.hypot(positions[2 * k] - point.x, positions[2 * k + 1] - point.y);
      errors[f * K + k] = error;
      scored.push({ confidence: confidence[k], errorPx: error });
      oks += Math.exp(-(error ** 2) / (2 * area * oksFalloff ** 2));
      labeled++;
      if (confidence[k] >= confidenceCut) {
        kept++;
        keptTotal += error;
      }
      if (nullPositions) {
        nullErrors.push(Math.hypot(nullPositions[2 * k] - point.x, nullPositions[2 * k + 1] - point.y));
      }
    });
    if (labeled > 0) oksTotal += oks / labeled;
  });
  const all = errors.filter((e) => !Number.isNaN(e));
  if (all.length === 0) {
    throw new UsageError('there is no labeled point to judge by', {
      where: 'evaluate',
      expected: 'held-out frames with labels',
      got: `${frames.length} frames`,
    });
  }
  const judged = frames.flatMap((_, f) => (errorsOf(errors, f, K).length > 0 ? [f] : []));
  const interval = bootstrap(
    judged.length,
    (positions) => mean([...positions].flatMap((i) => errorsOf(errors, judged[i], K))),
    { resamples: 1000, method: 'percentile', random },
  );
  const meanPx = mean(all);
  return {
    count: all.length,
    frames: judged.length,
    meanPx,
    meanInterval: { low: interval.low, high: interval.high },
    medianPx: median(all),
    maxPx: all.reduce((a, b) => Math.max(a, b), 0),
    bodyLengthPx,
    meanBodyLengths: meanPx / bodyLengthPx,
    nullMeanPx: nullPositions ? mean(nullErrors) : NaN,
    keypoints: skeleton.keypoints.map((keypoint, k) => {
      const own = all.length ? errors.filter((e, i) => i % K === k && !Number.isNaN(e)) : all;
      return { keypoint, count: own.length, meanPx: mean(own), medianPx: median(own) };
    }),
    pck: pckThresholds(bodyLengthPx).map((thresholdPx) => ({
      thresholdPx,
      fraction: all.filter((e) => e <= thresholdPx).length / all.length,
    })),
    oks: oksTotal / judged.length,
    confident: {
      cut: confidenceCut,
      fractionKept: kept / all.length,
      meanPx: kept > 0 ? keptTotal / kept : NaN,
    },
    absentRejected: absent > 0 ? absentRejected / absent : NaN,
    reliability: reliability(scored, radiusPx),
    worst: judged
      .map((f) => {
        const own = errorsOf(errors, f, K);
        return { name: frames[f].name, frame: f, meanPx: mean(own), maxPx: Math.max(...own) };
      })
      .sort((a, b) => b.maxPx - a.maxPx),
    errorsPx: errors,
  };
}

/**
 * Typical body length: the median over labeled animals of the largest distance between two of their labeled points, px. Animals
 * with fewer than two labeled points are left out; NaN where none is left.
 */
export function bodyLength(instances: readonly LabeledInstance[]): number {
  const lengths = instances.flatMap(({ points }) => {
    const placed = points.filter((p) => p !== null);
    let longest = 0;
    for (const a of placed)
      for (const b of placed) longest = Math.max(longest, Math.hypot(a.x - b.x, a.y - b.y));
    return placed.length >= 2 ? [longest] : [];
  });
  return lengths.length === 0 ? NaN : median(lengths);
}

/** Mean labeled position of each keypoint, keypoint x 2; NaN for one that is never labeled. */
export function meanPositions(instances: readonly LabeledInstance[], keypoints: number): Float64Array {
  const out = new Float64Array(keypoints * 2);
  for (let k = 0; k < keypoints; k++) {
    const placed = instances.flatMap(({ points }) => points[k] ?? []);
    out[2 * k] = mean(placed.map((p) => p.x));
    out[2 * k + 1] = mean(placed.map((p) => p.y));
  }
  return out;
}

function pckThresholds(bodyLengthPx: number): number[] {
  const fractions = [0.01, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1];
  return fractions.map((f) => f * bodyLengthPx);
}

function boxArea({ points }: LabeledInstance): number {
  const placed = points.filter((p) => p !== null);
  const [xs, ys] = [placed.map((p) => p.x), placed.map((p) => p.y)];
  return placed.length === 0 ? 0 : (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
}

function errorsOf(errors: Float64Array, frame: number, keypoints: number): number[] {
  return [...errors.subarray(frame * keypoints, (frame + 1) * keypoints)].filter((e) => !Number.isNaN(e));
}

function mean(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total / values.length;
}
