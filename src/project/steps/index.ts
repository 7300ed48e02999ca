/** What a project does: train, judge, track. Each step takes the project and its options and keeps its output in the store. */
export { evaluateStep, type EvaluateResult, type EvaluateStepOptions } from './evaluate.ts';
export { pictureLoader } from './pictures.ts';
export { trackStep, type TrackStepOptions, type TrackStepResult } from './track.ts';
export {
  poseModelName,
  trainedModel,
  trainStep,
  type CurvePoint,
  type TrainedModel,
  type TrainingFacts,
  type TrainStepOptions,
} from './train.ts';
export type { UnlabeledFacts, UnlabeledOptions } from './unlabeled.ts';
