import { derived } from '../../signal/provenance.ts';
import { Signal } from '../../signal/signal.ts';

/**
 * Speed from velocity: |v|, in the unit of velocity; time x ... x quantity (one), with first-order variance n' C n, n = v / |v|.
 *
 * NaN where any component is missing. Noise makes speed at rest positive: for noise of variance s^2 an axis, a still point in the
 * plane shows sqrt(pi / 2) s. The variance at |v| = 0 is the mean over directions, trace(C) / space.
 */
export function speed(velocity: Signal): Signal {
  const space = velocity.dimensions.at(-1)!.size;
  const leading = velocity.dimensions.slice(0, -1);
  const values = velocity.contiguous();
  const points = values.length / space;
  const spread = velocity.covariance?.contiguous();
  const out = new Float64Array(points);
  const variances = new Float64Array(points);
  for (let p = 0; p < points; p++) {
    let square = 0;
    for (let a = 0; a < space; a++) square += values[p * space + a] ** 2;
    out[p] = Math.sqrt(square);
    if (!spread) continue;
    let entry = (p * space * (space + 1)) / 2;
    let sum = 0;
    for (let a = 0; a < space; a++) {
      for (let b = a; b < space; b++) {
        const weight =
          square > 0
            ? ((a === b ? 1 : 2) * values[p * space + a] * values[p * space + b]) / square
            : a === b
              ? 1 / space
              : 0;
        sum += weight * spread[entry++];
      }
    }
    variances[p] = Number.isNaN(square) ? NaN : sum;
  }
  const provenance = derived('kinematics.speed', [velocity.provenance]);
  const { unit, time } = velocity;
  const covariance =
    spread &&
    new Signal({
      name: 'speed variance',
      dimensions: [...leading, { name: 'entry', size: 1 }],
      values: variances,
      unit: `${unit}*${unit}`,
      time,
      provenance,
    });
  const dimensions = [...leading, { name: 'quantity', size: 1, labels: ['speed'] }];
  return new Signal({ name: 'speed', dimensions, values: out, unit, time, covariance, provenance });
}
