/**
 * From posture over time to what is published: filters, gaps, derivatives, angles, lengths, headings, distances, regions, gait, reaching,
 * finger tapping. Methods take a `PoseTrack` or a `Signal` with time first and return new ones; missing values are NaN and stay visible.
 */
export { jointAngle, type JointAngleOptions } from './angles.ts';
export { acceleration, velocity, type Differentiation } from './derivatives.ts';
export { distanceBetween, distanceToPlace, pathLength, type BodyPoint } from './distances.ts';
export { egocentric } from './egocentric.ts';
export { butterworth, type ButterworthOptions } from './filters/butterworth.ts';
export {
  kalmanSmoother,
  type FittedMotion,
  type KalmanSmootherOptions,
  type SmoothedMotion,
} from './filters/kalman-smoother.ts';
export { medianFilter, type MedianOptions } from './filters/median.ts';
export type { MotionModel } from './filters/motion-model.ts';
export { savitzkyGolay, type SavitzkyGolayOptions } from './filters/savitzky-golay.ts';
export { cycleCurves, type CycleCurves } from './gait/curves.ts';
export { gait, type Gait, type GaitOptions } from './gait/gait.ts';
export { limbPhase, type LimbPhase } from './gait/phase.ts';
export type { Stride, StrideFlag } from './gait/strides.ts';
export { fillGaps, type FilledGaps, type FillGapsOptions } from './gaps.ts';
export { heading, turningRate } from './heading.ts';
export {
  kinematics,
  measures,
  type Measure,
  type MeasureOptions,
  type MeasureRequest,
  type MeasureResult,
} from './measures.ts';
export {
  postureComponents,
  type PostureComponents,
  type PostureComponentsOptions,
} from './posture-components.ts';
export { reaches, type Reaches, type ReachOptions, type ReachTrial } from './reach/reach.ts';
export { logDimensionlessJerk, spectralArcLength, type SparcOptions } from './reach/smoothness.ts';
export { contains, visits, type Region, type VisitOptions, type Visits } from './regions.ts';
export { segmentLength, segmentTable } from './segments.ts';
export { speed } from './speed.ts';
export {
  numbers,
  rowsWhere,
  summarize,
  table,
  words,
  type Column,
  type Summary,
  type Table,
} from './table.ts';
export { tapping, type Tapping, type TappingOptions } from './tapping/tapping.ts';
export { deficits, type Deficit, type TappingLimits } from './tapping/deficits.ts';
