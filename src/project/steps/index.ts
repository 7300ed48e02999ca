/** What a project does: train, judge, track. Each step takes the project and its options and keeps its output in the store. */
export {
  evaluateOptions,
  evaluateRecipe,
  evaluateStep,
  type EvaluateResult,
  type EvaluateStepOptions,
} from './evaluate.ts';
export { labelsHash, videoHash } from './inputs.ts';
export {
  checkLabeledVideo,
  labeledClip,
  writeLabeledVideo,
  type LabeledClip,
  type LabeledVideoOptions,
  type LabeledVideoResult,
} from './labeled-video.ts';
export { pictureLoader } from './pictures.ts';
export {
  keptSizeCurve,
  sizeCurveStep,
  type SizeCurveFacts,
  type SizeCurveOptions,
  type SizeCurveProgress,
} from './size-curve.ts';
export { trackStep, type TrackStepOptions, type TrackStepResult } from './track.ts';
export {
  poseModelName,
  trainedModel,
  trainOptions,
  trainingOptions,
  trainingRunName,
  trainRecipe,
  trainStep,
  type CurvePoint,
  type TrainedModel,
  type TrainingFacts,
  type TrainStepOptions,
} from './train.ts';
export type { UnlabeledFacts, UnlabeledOptions } from './unlabeled.ts';
