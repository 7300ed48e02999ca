/** Neurons and muscles meet movement: on one clock, with held-out scores. */
export { binCenters, binOf, binSignal, binSpikes, type BinningOptions, type Bins } from './binning.ts';
export { contiguousFolds, type Fold, type FoldOptions } from './folds.ts';
export { shiftedPosition } from './nulls.ts';
export { periEvent, type PeriEvent, type PeriEventOptions } from './peri-event.ts';
export {
  bitsPerSpike,
  coSmoothing,
  poissonDeviances,
  poissonLogLikelihood,
  pseudoR2,
  r2,
  scoreInterval,
  scoreOf,
  shiftNull,
  squaredErrors,
  type Losses,
  type Score,
  type ScoreIntervalOptions,
  type ShiftNull,
} from './scores.ts';
export {
  beside,
  column,
  lagged,
  series,
  seriesFrom,
  stretchesOfTrials,
  takeColumns,
  takeRows,
  type Series,
} from './series.ts';
export {
  directionTuning,
  tuningCurve,
  type DirectionTuning,
  type DirectionTuningOptions,
  type TuningCurve,
  type TuningOptions,
} from './tuning.ts';
