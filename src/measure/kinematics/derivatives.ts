import type { Signal } from '../../signal/signal.ts';
import { kalmanSmoother, type KalmanSmootherOptions } from './filters/kalman-smoother.ts';
import { savitzkyGolay, type SavitzkyGolayOptions } from './filters/savitzky-golay.ts';

/** How to differentiate: a local polynomial, or the states of the Kalman smoother (the better where noise is known). */
export type Differentiation =
  | ({ readonly method: 'savitzkyGolay' } & Pick<SavitzkyGolayOptions, 'windowSeconds' | 'order'>)
  | ({ readonly method: 'kalman' } & Omit<KalmanSmootherOptions, 'model'>);

/**
 * Velocity of positions, in their unit per second, with propagated covariance (see the two methods). NaN as the method has
 * it: missing samples stay missing.
 */
export function velocity(positions: Signal, how: Differentiation = { method: 'kalman' }): Signal {
  return how.method === 'kalman'
    ? kalmanSmoother(positions, how).velocity
    : savitzkyGolay(positions, { ...how, derivative: 1 });
}

/** Acceleration of positions, in their unit per second squared, with propagated covariance. */
export function acceleration(positions: Signal, how: Differentiation = { method: 'kalman' }): Signal {
  return how.method === 'kalman'
    ? kalmanSmoother(positions, { ...how, model: 'acceleration' }).acceleration!
    : savitzkyGolay(positions, { ...how, derivative: 2 });
}
