import { InputError, UsageError } from '../../../signal/error.ts';
import { channelLength, type Null } from './null.ts';

/**
 * All samples are moved by the same number of steps, at least `minimumShift` in either direction, and wrapped around the end. NaN
 * moves along.
 *
 * `minimumShift` is 1 by default, and should be. Of all shifts of unrelated series the unmoved one is as likely as any other to have the
 * largest statistic; but its neighbors go with it, and to leave them out takes from the null what is most like the data. On 256
 * samples with phi = 0.9 a minimum of 20 made 13 % false positives, of 1 made 5.5 % (`validation/statistics.ts`). A larger minimum is
 * safe only where it is a few percent of the recording.
 */
export const circularShift: Null = {
  name: 'circular-shift',
  title: 'Circular shift in time',
  keeps: ['values', 'simultaneity', 'neighbors', 'spectrum', 'cross-spectra'],
  assumes: 'a stationary recording: a slow drift in both series is found again as a relation',
  source: 'Harris 2020, bioRxiv 2020.08.13.249896, "Nonsense correlations in neuroscience"',
  prepare(channels, options) {
    const n = channelLength('circular shift', channels);
    const minimum = options.minimumShift ?? 1;
    if (!Number.isInteger(minimum) || minimum < 1) {
      throw new UsageError('the minimum shift does not fit', {
        expected: 'a whole number of samples, at least 1',
        got: `${minimum}`,
      });
    }
    const distinct = n - 2 * minimum + 2;
    if (distinct < 2) {
      throw new InputError('the recording is too short to be shifted', {
        where: 'circular shift',
        expected: `more than ${2 * minimum} samples, twice the minimum shift`,
        got: `${n}`,
        fix: 'Record longer, or test over trials or animals.',
      });
    }
    const shifted = (by: number): Float64Array[] =>
      channels.map((c) => {
        const out = new Float64Array(n);
        for (let i = 0; i < n; i++) out[(i + by) % n] = c[i];
        return out;
      });
    const nth = (i: number): Float64Array[] => shifted(i === 0 ? 0 : minimum + i - 1);
    return { distinct, nth, draw: (random) => nth(1 + random.integer(distinct - 1)) };
  },
};
