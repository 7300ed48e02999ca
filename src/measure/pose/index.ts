/**
 * Posture from pictures: networks trained from scratch on a person's labels, how wrong they are, and tracks of whole videos with
 * a confidence and a covariance for every point.
 */
export { choosePlan, type ChooseOptions, type PosePlan, type StagePlan } from './choose.ts';
export {
  calibrate,
  confidenceOf,
  reliability,
  type Calibration,
  type Reliability,
  type ReliabilityBin,
} from './confidence.ts';
export {
  bodyLength,
  evaluate,
  meanPositions,
  type EvaluatedFrame,
  type EvaluateOptions,
  type Evaluation,
} from './evaluate.ts';
export { loadExamples, pictureName, type Example, type PictureLoader } from './examples.ts';
export { readModel, writeModel, type PoseModel, type TrainingRecord } from './model.ts';
export { networks, type NetworkName, type PoseNetwork } from './networks/index.ts';
export { PosePredictor, type Estimate, type PredictorOptions } from './predict.ts';
export type { PosePrediction } from './prediction.ts';
export { Picture } from './sample.ts';
export { sizeCurve, sizeSubsets, type SizeCurvePoint, type SizeTraining } from './size-curve.ts';
export { parseSplit, splitFrames, type Split, type SplitMethod, type SplitRule } from './split.ts';
export { frameThumbnail, rankFrames, suggestFrames, type RankedFrame } from './suggest.ts';
export { trackPose, type TrackOptions, type TrackResult } from './track.ts';
export { trainPose, type TrainingProgress, type TrainPoseOptions } from './train.ts';
export type { FrameRun, Unlabeled } from './unlabeled.ts';
