/**
 * Bodies that a network drives, in discrete time, with hand-written derivatives: a point mass and a planar arm, moved by muscles or motors, under
 * force fields, loads and perturbations. A batch of trials is a `Rollout`, its derivatives an `Adjoint`; what the controller sees of it is a
 * `Feedback`. Everything is a record made of records: a new muscle, path or skeleton is one more.
 */
export {
  eulerActivation,
  exactActivation,
  instantActivation,
  linearActivation,
  type Activation,
  type ActivationOptions,
} from './activation.ts';
export { Adjoint } from './adjoint.ts';
export {
  eulerSteps,
  forcedPointMass,
  fourMusclePointMass,
  sixMuscleArm,
  torqueArm,
  type ArmOptions,
  type BodyOptions,
  type MotorOptions,
  type PointMassOptions,
} from './bodies.ts';
export { Feedback, proprioception, vision, type FeedbackChannel } from './feedback.ts';
export { softLimitEnergy, type JointLimits } from './limits.ts';
export {
  channel,
  curlField,
  elasticField,
  handForce,
  jointTorque,
  Loads,
  viscousField,
  type Load,
  type LoadWindow,
  type Square,
} from './loads.ts';
export { deGrooteMuscle } from './muscles/de-groote.ts';
export { hillMuscle } from './muscles/hill.ts';
export { mujocoMuscle, type MujocoOptions } from './muscles/mujoco.ts';
export type { Muscle } from './muscles/muscle.ts';
export { motor, reluMuscle } from './muscles/relu.ts';
export { thelenMuscle } from './muscles/thelen.ts';
export type { Paths } from './paths/paths.ts';
export { polynomialPaths, type Pair, type PolynomialPath } from './paths/polynomial.ts';
export { straightPaths } from './paths/straight.ts';
export { checkPlant, type Actuators, type Plant } from './plant.ts';
export { Rollout, type RolloutOptions } from './rollout.ts';
export { pointMassSkeleton } from './skeletons/point-mass.ts';
export type { Skeleton } from './skeletons/skeleton.ts';
export { nijhofSegments, twoLinkSkeleton, type Segments, type TwoLinkOptions } from './skeletons/two-link.ts';
