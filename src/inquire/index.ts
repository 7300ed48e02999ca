/** Hypotheses about the nervous system, put to the test: how alike are populations, and are their dynamics those of a rotation? */
export { compare, type CompareOptions, type Comparison } from './compare/compare.ts';
export { canonicalCorrelations, cca } from './compare/cca.ts';
export { cka, debiasedCka } from './compare/cka.ts';
export { dsa, mapCosine, stepMap } from './compare/dsa.ts';
export type { Invariance, Measure } from './compare/measure.ts';
export { heldOutR2, predictivity } from './compare/predictivity.ts';
export { procrustesCosine } from './compare/procrustes.ts';
export { measures } from './compare/registry.ts';
export { dissimilarities, rsa } from './compare/rsa.ts';
export {
  dpca,
  type DemixedComponent,
  type DemixedPart,
  type DemixOptions,
  type Factors,
} from './dynamics/dpca.ts';
export {
  fixedPoints,
  type FixedPoint,
  type FixedPointOptions,
  type StateMap,
} from './dynamics/fixed-points.ts';
export { rotation, type Rotation, type RotationOptions } from './dynamics/jpca.ts';
export { tangling, type Tangling, type TanglingOptions } from './dynamics/tangling.ts';
export { tensorNull, type TensorNull } from './dynamics/tensor-null.ts';
export {
  centered,
  principal,
  responses,
  selectConditions,
  selectTimes,
  softNormalized,
  withoutConditionMean,
  type Principal,
  type Responses,
} from './responses.ts';
export { claim, type ClaimOptions, type ClaimResult, type Judged } from './claim/claim.ts';
export { activityOf, channelsOf, hypothesesOf, variableOf, type Variables } from './claim/features.ts';
export type { Hypothesis } from './claim/hypothesis.ts';
export { featureWords, planSchema, type BreaksPlan, type ClaimPlan, type NetworkPlan } from './claim/plan.ts';
export { readout, type Readout } from './claim/readout.ts';
export type { Recovery } from './claim/recovery.ts';
export type { Verdict } from './claim/verdict.ts';
export {
  directionSpread,
  kinematicTuning,
  tunedShare,
  tuningModels,
  type DirectionSpread,
  type HandKinematics,
  type Tuned,
  type TuningModel,
} from './kinematic-tuning.ts';
export { networkMap } from './network-map.ts';
export { networkResponses } from './network-responses.ts';
export { neuralResponses } from './neural-responses.ts';
export { handKinematics, perceptionResponses } from './perception-responses.ts';
export { sharedSpace, spaceOf, type SharedSpace, type Space } from './shared-space.ts';
export {
  intervene,
  type InterveneOptions,
  type Intervened,
  type Intervention,
} from './intervene/intervene.ts';
export { operations, type Operation, type OperationName } from './intervene/operations.ts';
export { targets, type TargetName } from './intervene/targets.ts';
