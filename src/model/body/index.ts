/**
 * Bodies: physics by MuJoCo behind one wrapper, bodies with muscles, and fitting them to keypoints. SI units and rad; world frames have z up
 * unless a body says otherwise.
 */
export { loadPhysics, Physics, maximumStates, type CompileOptions } from './engine/physics.ts';
export { BodyModel, type Joint, type JointType, type ModelNames, type ModelSizes } from './engine/model.ts';
export { Simulation, type Contact, type Moments } from './engine/simulation.ts';
export type { Field, ModelField, WritableField } from './engine/fields.ts';
export { bodies, type BodyRecord } from './bodies/index.ts';
export { arm } from './bodies/arm.ts';
export { planarArm } from './bodies/planar-arm.ts';
export { quadruped, type QuadrupedOptions } from './bodies/quadruped.ts';
export { fitBody, fitBodySteps, type FitOptions } from './fit/fit.ts';
export type { BodyFit } from './fit/result.ts';
export { siteMarkers, type Marker } from './fit/marker.ts';
export type { View } from './fit/observation.ts';
export { orthographic, pinhole, type Camera, type PinholeParts } from './fit/camera.ts';
export { placeTrack, turnUpwards, type Placement, type Upwards } from './fit/placement.ts';
export type { RegisterOptions } from './fit/register.ts';
export { scaleBody } from './fit/scale.ts';
export type { Suspicion } from './fit/suspicion.ts';
export { smoothCoordinate, type Smoothed } from './fit/smooth.ts';
export { bodyAppearance, shapeKinds, type BodyAppearance, type Shape, type ShapeKind } from './appearance.ts';
export { motionOf, type Motion } from './dynamics/derivatives.ts';
export { inverseDynamics, type ExternalForce, type InverseOptions } from './dynamics/inverse.ts';
export { fiberScales, type FiberScale } from './dynamics/fibers.ts';
export { muscleGeometry, Muscles, type MuscleGeometry } from './dynamics/muscles.ts';
export { boxQp } from './dynamics/box-qp.ts';
export { staticOptimization, type Activations } from './dynamics/static-optimization.ts';
export {
  computedMuscleControl,
  computedMuscleControlSteps,
  type ControlledMovement,
  type ControlOptions,
} from './dynamics/computed-muscle-control.ts';
export { lowpassMovement } from './dynamics/lowpass.ts';
export {
  explainMovement,
  type ActivationMethod,
  type ExplainedMovement,
  type ExplainOptions,
} from './dynamics/explain.ts';
export { convertOpenSim, type ConvertedBody } from './opensim/convert.ts';
