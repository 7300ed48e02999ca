import { InputError, UsageError } from '../../../signal/error.ts';
import { decorrelationLag } from '../autocorrelation.ts';
import { channelLength, factorial, reordered, type Null } from './null.ts';

/** Blocks of consecutive samples in another order; the last block is shorter where the length is no multiple. NaN moves along. */
export const blockPermutation: Null = {
  name: 'block-permutation',
  title: 'Blocks of time in another order',
  keeps: ['values', 'simultaneity', 'blocks'],
  assumes: 'blocks much longer than the autocorrelation, and a stationary recording',
  source: 'Good 2005, Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd edition, section 3.7',
  prepare(channels, options) {
    const n = channelLength('block permutation', channels);
    const length = options.blockLength ?? 5 * Math.max(1, ...channels.map(decorrelationLag));
    if (!Number.isInteger(length) || length < 1) {
      throw new UsageError('the block length does not fit', {
        expected: 'a whole number of samples, at least 1',
        got: `${length}`,
      });
    }
    const blocks = Math.ceil(n / length);
    if (blocks < 2) {
      throw new InputError('the recording is too short to be cut into blocks', {
        where: 'block permutation',
        expected: `more than ${length} samples`,
        got: `${n}`,
        fix: 'Record longer, or test over trials or animals.',
      });
    }
    return {
      distinct: factorial(blocks),
      draw: (random) => {
        const order = new Int32Array(n);
        let at = 0;
        for (const b of random.permutation(blocks)) {
          for (let i = b * length; i < Math.min(n, (b + 1) * length); i++) order[at++] = i;
        }
        return reordered(channels, order);
      },
    };
  },
};
