import { InputError, UsageError } from '../../../signal/error.ts';
import { decorrelationLag } from '../autocorrelation.ts';
import { channelLength, type Channels, type Null } from './null.ts';

/**
 * All samples are moved by the same number of steps, at least `minimumShift` in either direction, and wrapped around the end. NaN
 * moves along. Default of `minimumShift`: the lag after which no channel's autocorrelation is told from zero, at least 1.
 */
export const circularShift: Null = {
  name: 'circular-shift',
  title: 'Circular shift in time',
  keeps: ['values', 'simultaneity', 'neighbors', 'spectrum', 'cross-spectra'],
  assumes: 'a stationary recording: a slow drift in both series is found again as a relation',
  source: 'Harris 2020, bioRxiv 2020.08.13.249896, "Nonsense correlations in neuroscience"',
  prepare(channels, options) {
    const n = channelLength('circular shift', channels);
    const minimum = options.minimumShift ?? defaultShift(channels);
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

function defaultShift(channels: Channels): number {
  return Math.max(1, ...channels.map(decorrelationLag));
}
