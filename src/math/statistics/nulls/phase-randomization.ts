import type { Random } from '../../random.ts';
import { Fft, realFft } from '../../fft.ts';
import { channelLength, withoutMissing, type Channels, type Null, type Surrogates } from './null.ts';

/**
 * Surrogates with the spectrum of the data and random phases: x(t) = IFT[ |X(f)| exp(i (arg X(f) + phi(f))) ], phi uniform. The mean
 * and, at even lengths, the sample at half the sampling rate keep their phase. Missing values are refused.
 */
function randomPhases(channels: Channels, together: boolean): Surrogates {
  const n = channelLength('phase randomization', channels);
  withoutMissing('phase randomization', channels);
  const plan = new Fft(n);
  const spectra = channels.map((c) => realFft(c));
  const turns = (random: Random): Float64Array =>
    Float64Array.from({ length: (n >> 1) + 1 }, (_, k) =>
      k === 0 || 2 * k === n ? 0 : random.uniform(0, 2 * Math.PI),
    );
  return {
    distinct: n > 2 ? Infinity : 1,
    draw: (random) => {
      const common = turns(random);
      return spectra.map((spectrum, c) => {
        const phi = together || c === 0 ? common : turns(random);
        const re = new Float64Array(n);
        const im = new Float64Array(n);
        for (let k = 0; k < phi.length; k++) {
          const [cos, sin] = [Math.cos(phi[k]), Math.sin(phi[k])];
          re[k] = spectrum.re[k] * cos - spectrum.im[k] * sin;
          im[k] = spectrum.im[k] * cos + spectrum.re[k] * sin;
          if (k > 0 && k < n - k) [re[n - k], im[n - k]] = [re[k], -im[k]];
        }
        plan.inverse(re, im);
        return re;
      });
    },
  };
}

const assumes =
  'a stationary, linear, Gaussian process whose ends meet: spikes, bounds and bursts are not kept';

/** Each channel gets phases of its own: what channels share is broken too. */
export const phaseRandomization: Null = {
  name: 'phase-randomization',
  title: 'Random phases, each channel on its own',
  keeps: ['spectrum'],
  assumes,
  source: 'Theiler, Eubank, Longtin, Galdrikian & Farmer 1992, Physica D 58: 77-94',
  prepare: (channels) => randomPhases(channels, false),
};

/** All channels get the same phases added, so that their cross-spectra stay. */
export const jointPhaseRandomization: Null = {
  name: 'joint-phase-randomization',
  title: 'Random phases, the same for all channels',
  keeps: ['spectrum', 'cross-spectra'],
  assumes,
  source: 'Prichard & Theiler 1994, Physical Review Letters 73: 951-954',
  prepare: (channels) => randomPhases(channels, true),
};
