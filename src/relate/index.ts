/** Neurons and muscles meet movement: on one clock, with held-out scores. */
export {
  filteredBy,
  raisedCosineBasis,
  splineColumns,
  type LagBasis,
  type RaisedCosineOptions,
} from './basis.ts';
export {
  besideMovement,
  type BesideMovement,
  type BesideMovementOptions,
  type JudgedScore,
  type UnitEncoding,
} from './beside-movement.ts';
export { binCenters, binOf, binSignal, binSpikes, type BinningOptions, type Bins } from './binning.ts';
export { kalmanFilter, type KalmanOptions } from './decoding/kalman.ts';
export { decoderOf, type Mapping } from './decoding/mapping.ts';
export { recurrentDecoder, type RecurrentOptions } from './decoding/recurrent.ts';
export { wienerCascade, type CascadeOptions } from './decoding/cascade.ts';
export { boostedTrees, type BoostedTreesOptions } from './encoding/boosted-trees.ts';
export { rateNetwork, type RateNetworkOptions } from './encoding/rate-network.ts';
export { wienerFilter, type WienerOptions } from './decoding/wiener.ts';
export {
  poissonGlm,
  type FittedGlm,
  type PoissonGlmOptions,
  type PoissonWeights,
} from './encoding/poisson-glm.ts';
export { contiguousFolds, type Fold, type FoldOptions } from './folds.ts';
export { crossPredict, type Fitted, type Method } from './method.ts';
export { decoders, encoders, type MethodRecord, type MethodSettings } from './methods.ts';
export { emgEnvelope, inCycles, normalizedToPeak, type EnvelopeOptions } from './muscles/envelope.ts';
export { rateOfAgreement, type Agreement } from './muscles/agreement.ts';
export { motorUnits, type MotorUnitOptions, type MotorUnits } from './muscles/motor-units.ts';
export {
  synchrony,
  unitCoherence,
  type Synchrony,
  type SynchronyOptions,
  type UnitCoherence,
  type UnitCoherenceOptions,
} from './muscles/synchrony.ts';
export { nmf, type Nmf, type NmfOptions } from './muscles/nmf.ts';
export { synergies, synergySimilarity, type Synergies, type SynergyOptions } from './muscles/synergies.ts';
export {
  bursts,
  cyclesOf,
  cyclesWithin,
  phaseOf,
  type BurstOptions,
  type Cycles,
  type CyclesOptions,
} from './rhythms/cycles.ts';
export { coupling, type Coupling, type CouplingOptions } from './rhythms/coupling.ts';
export { mostActive } from './most-active.ts';
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
export { spikeDoubts } from './spike-doubts.ts';
export {
  adjustedResponse,
  matchedResponse,
  type StimulationOptions,
  type StimulationResponse,
} from './stimulation.ts';
export {
  directionTuning,
  tuningCurve,
  type DirectionTuning,
  type DirectionTuningOptions,
  type TuningCurve,
  type TuningOptions,
} from './tuning.ts';
export {
  uniqueVariance,
  type UniqueVariance,
  type UniqueVarianceOptions,
  type VariableShare,
} from './unique-variance.ts';
