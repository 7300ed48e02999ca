import { quantile } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';
import { principal, rates, softNormalized, type Responses } from '../responses.ts';

export interface TanglingOptions {
  /** Principal components that states are compared in. Default 8. */
  readonly components?: number;
  /** See `softNormalized`. Default 5 (spikes/s); 0 for muscles. */
  readonly softening?: number;
}

export interface Tangling {
  /** Q at each condition and time but the last, s^-2: [condition, times - 1]. */
  readonly q: Float64Array;
  /** Its 90th percentile, by which populations are compared. */
  readonly percentile90: number;
}

/**
 * Trajectory tangling (Russo et al. 2018, Neuron 97:953): how different can the rates of change be where states are alike?
 *
 *   Q(t) = max over t' of |x'(t) - x'(t')|^2 / (|x(t) - x(t')|^2 + epsilon), epsilon = a tenth of the total variance,
 *
 * over the times of ALL conditions. Low in a system that drives itself; high where inputs decide. It grows with the square of speed, so compare
 * populations on the same movements and the same time step only.
 */
export function tangling(r: Responses, options: TanglingOptions = {}): Tangling {
  const { components = 8, softening = 5 } = options;
  if (!(Number.isInteger(components) && components > 0)) {
    throw new UsageError('tangling needs components', {
      expected: 'a positive integer',
      got: `${components}`,
    });
  }
  const { scores } = principal(softNormalized(r, softening), components);
  const { states, rates: changes } = rates(scores);
  const k = scores.units;
  let variance = 0;
  for (const v of scores.values) variance += v * v;
  const epsilon = (0.1 * variance) / (scores.conditions * scores.times);
  const q = new Float64Array(states.rows);
  for (let i = 0; i < states.rows; i++) {
    for (let j = 0; j < i; j++) {
      let [apart, turn] = [epsilon, 0];
      for (let u = 0; u < k; u++) {
        apart += (states.data[i * k + u] - states.data[j * k + u]) ** 2;
        turn += (changes.data[i * k + u] - changes.data[j * k + u]) ** 2;
      }
      const ratio = turn / apart;
      if (ratio > q[i]) q[i] = ratio;
      if (ratio > q[j]) q[j] = ratio;
    }
  }
  return { q, percentile90: quantile(q, 0.9) };
}
