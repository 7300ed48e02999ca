export { adamW } from './adamw.ts';
export type { AdamWOptions } from './adamw.ts';
export { sgd } from './sgd.ts';
export type { SgdOptions } from './sgd.ts';
export { constant, cosine, oneCycle, stepwise, warmup } from './schedules.ts';
export type { CosineOptions, OneCycleOptions, Schedule } from './schedules.ts';
export type { Optimizer, StepScalars } from './optimizer.ts';
