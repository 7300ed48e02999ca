import type { Random } from '../math/random.ts';
import { UsageError } from '../signal/error.ts';

/**
 * A circular shift for a null distribution: one series is moved against the other, wrapped around, so that each keeps its
 * autocorrelation and only their relation is broken (Harris 2020, arXiv:2012.06862, on what such shifts can and cannot show).
 *
 * @param count samples. @param leastShift samples to both sides that a shift must be away from zero; by default a twentieth of the
 *   series. It should exceed the correlation time.
 */
export function shiftedPosition(
  count: number,
  random: Random,
  leastShift = Math.max(1, Math.floor(count / 20)),
): number {
  if (!(count > 2 * leastShift)) {
    throw new UsageError('the series is too short to be shifted', {
      expected: `more than ${2 * leastShift} samples`,
      got: `${count}`,
    });
  }
  return leastShift + random.integer(count - 2 * leastShift + 1);
}
