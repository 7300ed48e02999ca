import type { Random } from '../math/random.ts';
import { UsageError } from '../signal/error.ts';

/**
 * A circular shift for a null distribution: one series is moved against the other, wrapped around, so that each keeps its
 * autocorrelation and only their relation is broken (Harris 2020, arXiv:2012.06862, on what such shifts can and cannot show).
 *
 * As a null, `leastShift` must stay 1: of all shifts of unrelated series the unmoved one is as likely as any other to score highest, but its neighbors score
 * alike, and to leave them out makes false positives (7 % of claims instead of 5 % on recordings of 20 s, `validation/claims.ts`). A larger one is for
 * making unrelated data, not for p-values.
 *
 * @param count samples. @param leastShift samples to both sides that a shift must be away from zero.
 */
export function shiftedPosition(count: number, random: Random, leastShift = 1): number {
  if (!(count > 2 * leastShift)) {
    throw new UsageError('the series is too short to be shifted', {
      expected: `more than ${2 * leastShift} samples`,
      got: `${count}`,
    });
  }
  return leastShift + random.integer(count - 2 * leastShift + 1);
}
