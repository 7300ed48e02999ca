/** Marey from the top: each folder is a stage of the science and has its own face, for instance `marey/measure/pose`. */
export * as formats from './formats/index.ts';
export * as inquire from './inquire/index.ts';
export * as lab from './lab/index.ts';
export * as learn from './learn/index.ts';
export * as math from './math/index.ts';
export * as statistics from './math/statistics/index.ts';
export * as kinematics from './measure/kinematics/index.ts';
export * as media from './media/index.ts';
export * as model from './model/index.ts';
export * as pose from './measure/pose/index.ts';
export * as project from './project/index.ts';
export * as relate from './relate/index.ts';
export * as signal from './signal/index.ts';
