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
