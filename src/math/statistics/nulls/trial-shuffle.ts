import { InputError, UsageError } from '../../../signal/error.ts';
import { channelLength, factorial, reordered, type Null } from './null.ts';

/**
 * Whole trials in another order, each with its own time course; NaN moves along. Against it stands what goes together beyond what
 * every trial has in common: noise correlations, not responses to the same cue.
 */
export const trialShuffle: Null = {
  name: 'trial-shuffle',
  title: 'Trials in another order',
  keeps: ['values', 'simultaneity', 'trials'],
  assumes: 'trials that are exchangeable: no drift from the first to the last',
  source: 'Perkel, Gerstein & Moore 1967, Biophysical Journal 7: 419-440 (shift and shuffle predictors)',
  prepare(channels, options) {
    const n = channelLength('trial shuffle', channels);
    const { trialLength } = options;
    if (trialLength === undefined || !Number.isInteger(trialLength) || trialLength < 1) {
      throw new UsageError('a trial shuffle needs the length of a trial', {
        expected: 'trialLength, a whole number of samples',
        got: `${trialLength}`,
      });
    }
    const trials = n / trialLength;
    if (!Number.isInteger(trials) || trials < 2) {
      throw new InputError('the samples are no whole number of trials', {
        where: 'trial shuffle',
        expected: `two or more trials of ${trialLength} samples`,
        got: `${n} samples`,
        fix: 'Cut all trials to one length; pad short ones with NaN.',
      });
    }
    return {
      distinct: factorial(trials),
      draw: (random) => {
        const trialOrder = random.permutation(trials);
        const order = Int32Array.from(
          { length: n },
          (_, i) => trialOrder[Math.floor(i / trialLength)] * trialLength + (i % trialLength),
        );
        return reordered(channels, order);
      },
    };
  },
};
