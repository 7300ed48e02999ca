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
