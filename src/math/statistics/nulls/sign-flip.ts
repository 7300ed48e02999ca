import { UsageError } from '../../../signal/error.ts';
import { channelLength, type Null } from './null.ts';

/**
 * Each sample (a difference within an animal, a coefficient of an animal) is taken with its sign or the opposite one, the same for all
 * channels; samples of one exchangeability group flip together. NaN stays.
 */
export const signFlip: Null = {
  name: 'sign-flip',
  title: 'Signs flipped',
  keeps: ['magnitudes', 'simultaneity'],
  assumes: 'differences that are symmetric around zero and independent between groups',
  source: 'Fisher 1935, The Design of Experiments, section 21; Winkler et al. 2014, NeuroImage 92: 381-397',
  prepare(channels, { groups }) {
    const n = channelLength('sign flip', channels);
    if (groups && groups.length !== n) {
      throw new UsageError('each sample needs an exchangeability group', {
        expected: `${n}`,
        got: `${groups.length}`,
      });
    }
    const keys = [...new Set(Array.from({ length: n }, (_, i) => (groups ? groups[i] : i)))];
    const place = new Map(keys.map((k, i) => [k, i]));
    const group = Int32Array.from({ length: n }, (_, i) => place.get(groups ? groups[i] : i)!);
    const flipped = (isFlipped: (group: number) => boolean): Float64Array[] => {
      const flips = keys.map((_, g) => isFlipped(g));
      return channels.map((c) =>
        Float64Array.from({ length: n }, (_, i) => (flips[group[i]] ? -c[i] : c[i])),
      );
    };
    return {
      distinct: 2 ** keys.length,
      draw: (random) => flipped(() => random.uniform() < 0.5),
      nth: (i) => flipped((g) => Math.floor(i / 2 ** g) % 2 === 1),
    };
  },
};
