import { principal, rotation, softNormalized, tensorNull, type Responses } from '../src/inquire/index.ts';
import { quantile, Random } from '../src/math/index.ts';
import { MachineError } from '../src/signal/error.ts';

export interface Rotating {
  /** jPCA's R2 of a pure rotation. */
  readonly skewR2: number;
  /** jPCA's R2 of any linear dynamics. */
  readonly bestR2: number;
  /** Median and 95th percentile of `skewR2` in responses that share the data's covariances over times, dimensions and conditions alone. */
  readonly nullMedian: number;
  readonly null95: number;
}

/** Softening of rates between -1 and 1, as 5 spikes/s are to neurons that reach 100 spikes/s. */
export const rateSoftening = 0.1;

/**
 * jPCA beside the null of greatest entropy (Churchland et al. 2012; Elsayed & Cunningham 2017), both in the first 12 principal components of the
 * soft-normalized responses (in fewer, 6 at least, where directions that hardly change have no covariance that a null could keep).
 */
export function rotationBesideNull(r: Responses, softening: number, seed: number | string): Rotating {
  const normalized = softNormalized(r, softening);
  // Components are compared as they are: a softening far above their range divides all by the same.
  const asTheyAre = { softening: 1e9 };
  for (const components of [12, 10, 8, 6]) {
    const { scores } = principal(normalized, components);
    const { skewR2, bestR2 } = rotation(scores, asTheyAre);
    try {
      const none = tensorNull(scores);
      const random = new Random(`${seed}/tensor null`);
      const draws = Float64Array.from({ length: 100 }, () => rotation(none.draw(random), asTheyAre).skewR2);
      return { skewR2, bestR2, nullMedian: quantile(draws, 0.5), null95: quantile(draws, 0.95) };
    } catch (error) {
      if (!(error instanceof MachineError) || components === 6) throw error;
    }
  }
  throw new Error('six components were tried last');
}
