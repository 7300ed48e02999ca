/**
 * Honest statistics: nulls that keep what is not in question, intervals and tests that know of autocorrelation and of animals, folds
 * that do not leak. Arrays of numbers in, plain records out; NaN is missing and is counted. Nothing here looks at a clock or draws
 * an unseeded number.
 */
export {
  autocorrelation,
  autocovariance,
  decorrelationLag,
  effectivePairs,
  effectiveSampleSize,
} from './autocorrelation.ts';
export type { Channels, Kept, Null, NullOptions, Surrogates } from './nulls/null.ts';
export { blockPermutation } from './nulls/block-permutation.ts';
export { circularShift } from './nulls/circular-shift.ts';
export { labelPermutation } from './nulls/label-permutation.ts';
export { jointPhaseRandomization, phaseRandomization } from './nulls/phase-randomization.ts';
export { nulls } from './nulls/registry.ts';
export { signFlip } from './nulls/sign-flip.ts';
export { trialShuffle } from './nulls/trial-shuffle.ts';
export { surrogateTest, type SurrogateOptions, type SurrogateResult, type Tail } from './surrogate-test.ts';
export {
  blockBootstrap,
  type BlockBootstrapInterval,
  type BlockBootstrapOptions,
} from './intervals/block-bootstrap.ts';
export { automaticBlockLength, type BlockLengths } from './intervals/block-length.ts';
export {
  hierarchicalBootstrap,
  type HierarchicalInterval,
  type Levels,
} from './intervals/hierarchical-bootstrap.ts';
export { calibrate, type Calibration, type CalibrationOptions, type Rate } from './calibration/calibrate.ts';
export { scenario, type Scenario, type ScenarioOf, type StatisticalTest } from './calibration/scenario.ts';
export { cliffsDelta } from './effects/cliffs-delta.ts';
export type { EffectSize } from './effects/effect-size.ts';
export { hedgesG, hedgesGPaired } from './effects/hedges-g.ts';
export {
  crossValidate,
  type Candidate,
  type CrossValidation,
  type FoldScore,
} from './folds/cross-validation.ts';
export {
  autocorrelationOf,
  gappedFolds,
  positions,
  type Fold,
  type FoldOptions,
  type Folds,
  type Segment,
} from './folds/folds.ts';
export { mixedModel, type Coefficient, type MixedData, type MixedModel } from './mixed/mixed-model.ts';
export { parametricBootstrap, type ParametricBootstrap } from './mixed/parametric-bootstrap.ts';
export { benjaminiHochberg, benjaminiYekutieli, holm, type Adjustment } from './multiple-testing.ts';
export { statisticalTests } from './registry.ts';
export { vTest, watsonU2, watsonU2Test, type VTest } from './tests/circular.ts';
export {
  phaseLockingTest,
  phases,
  type PhaseLocking,
  type PhaseLockingOptions,
} from './tests/phase-locking.ts';
export { clusterTest, type Cluster, type ClusterOptions, type ClusterTest } from './tests/cluster.ts';
export {
  correlationTest,
  effectivePairsTest,
  residuals,
  type CorrelationOptions,
  type SeriesCorrelation,
} from './tests/correlation.ts';
export { decodingTest, type Decoding, type DecodingOptions } from './tests/decoding.ts';
export { equivalenceTest, type Equivalence, type EquivalenceOptions } from './tests/equivalence.ts';
export { maxStatisticTest, type MaxStatistic } from './tests/max-statistic.ts';
export { pairedTest, signFlipTest } from './tests/paired.ts';
export type { TestResult } from './tests/result.ts';
export type { MapOptions, Rows } from './tests/t-map.ts';
export {
  permutationTest,
  welchTest,
  type MeanDifference,
  type PermutationOptions,
} from './tests/two-sample.ts';
