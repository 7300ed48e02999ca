/**
 * Proprioception as a task: movements of handwriting through muscles and spindles, networks trained to tell the character or to follow the hand from what the spindles
 * say, and what their units do (after Sandbrink et al. 2023, eLife 12:e81499).
 */
export { characters, penPath, type Character, type PenPoint } from './characters.ts';
export type { Arm, Reach, WritingPlane } from './arms/arm.ts';
export { armCalled, arms, type ArmRecord } from './arms/index.ts';
export { planarArm } from './arms/planar.ts';
export { spatialArm } from './arms/spatial.ts';
export {
  handwriting,
  write,
  writtenPath,
  type HandwritingOptions,
  type Movements,
  type Steps,
  type Writing,
} from './handwriting.ts';
export { afferents, type Afferents } from './afferents.ts';
export type { Encoder, Encoding, Layer } from './encoders/encoder.ts';
export { encoderCalled, encoders } from './encoders/index.ts';
export { perceptionTaskCalled, perceptionTasks } from './tasks/index.ts';
export type { PerceptionScore, PerceptionTask, Standard, Terminals } from './tasks/task.ts';
export {
  layersOf,
  untrainedNetwork,
  type Felt,
  type LayerSize,
  type NetworkChoice,
  type PerceptionNetwork,
} from './network.ts';
export { trainPerception, type PerceptionTrainingOptions, type TrainedPerception } from './training.ts';
export { activations, judge, type LayerActivity } from './activations.ts';
export { continuousActivity, type ContinuousActivity } from './continuous.ts';
export { readPerception, writePerception } from './network-file.ts';
