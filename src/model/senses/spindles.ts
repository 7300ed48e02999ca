import { UsageError } from '../../signal/error.ts';
import { MileusnicSpindles } from './mileusnic.ts';
import type { Receptor } from './sense.ts';
import type { GammaDrive, Stimulus } from './stimulus.ts';

const primary = { name: 'Ia', unit: 'pulses/s', rate: true } as const;
const secondary = { name: 'II', unit: 'pulses/s', rate: true } as const;

/** The mechanical model of `MileusnicSpindles`, from fiber length and gamma drive. */
export const mileusnicSpindle: Receptor = {
  name: 'Mileusnic spindle',
  needs: ['length'],
  afferents: [primary, secondary],
  gamma: true,
  respond({ stepSeconds, channels, values }, gamma) {
    const length = values.length!;
    const spindles = new MileusnicSpindles(channels, stepSeconds);
    const first = new Float64Array(length.length);
    const second = new Float64Array(length.length);
    for (let offset = 0; offset < length.length; offset += channels) {
      spindles.step(length, gamma, offset);
      first.set(spindles.primary, offset);
      second.set(spindles.secondary, offset);
    }
    return [first, second];
  },
};

/** A gamma rate at which the terms of the descriptive spindles are twice what they are without. */
const doublingRate = 100;

const driven = (drive: number | Float64Array | undefined, i: number): number =>
  1 + (typeof drive === 'object' ? drive[i] : (drive ?? 0)) / doublingRate;

export interface PowerLawOptions {
  /** Optimal fiber length of the muscles, mm: of all, or one a channel. Default 100. */
  readonly optimalLength?: number | readonly number[];
  /** Pulses/s that full activation adds to Ia and to II (alpha-gamma coactivation). Default 0: passive; 50 and 20 are in use. */
  readonly activationGain?: readonly [primary: number, secondary: number];
}

/**
 * Firing rates of spindles in stretch d (mm beyond optimal length) and velocity v (mm/s):
 *
 *     Ia = 82 + 2 d + 4.3 sgn(v) |v|^0.6 + kIa EMG,   II = 80 + 13.5 d + kII EMG,   not below 0
 *
 * Ia after Prochazka and Gorassini (1998, J Physiol 507), fitted to walking cats; II and the EMG terms as in Formento et al. (2018). Gamma drive is no part
 * of the source: here static drive multiplies the terms in d and dynamic drive that in v by (1 + rate / 100), a handle for hypotheses.
 * Throws `UsageError` for optimal lengths that are none or do not fit the channels.
 */
export function powerLawSpindle(options: PowerLawOptions = {}): Receptor {
  const { optimalLength = 100, activationGain = [0, 0] } = options;
  const lengths = typeof optimalLength === 'number' ? [optimalLength] : optimalLength;
  if (lengths.length === 0 || !lengths.every((l) => l > 0 && Number.isFinite(l))) {
    throw new UsageError('not an optimal length', {
      where: 'powerLawSpindle',
      expected: 'mm, above 0',
      got: lengths.join(', '),
    });
  }
  const activated = activationGain.some((k) => k !== 0);
  return {
    name: 'power-law spindle',
    needs: activated ? ['length', 'velocity', 'activation'] : ['length', 'velocity'],
    afferents: [primary, secondary],
    gamma: true,
    respond({ channels, values }, gamma) {
      if (lengths.length !== 1 && lengths.length !== channels) {
        throw new UsageError('the optimal lengths do not fit the channels', {
          where: 'powerLawSpindle',
          expected: `1 or ${channels}`,
          got: `${lengths.length}`,
        });
      }
      const length = values.length!;
      const first = new Float64Array(length.length);
      const second = new Float64Array(length.length);
      for (let i = 0; i < length.length; i++) {
        const mm = lengths[i % lengths.length];
        const d = (length[i] - 1) * mm * driven(gamma.static, i);
        const v = values.velocity![i] * mm;
        const emg = activated ? values.activation![i] : 0;
        const power = 4.3 * Math.sign(v) * Math.abs(v) ** 0.6 * driven(gamma.dynamic, i);
        first[i] = rectified(82 + 2 * d + power + activationGain[0] * emg);
        second[i] = rectified(80 + 13.5 * d + activationGain[1] * emg);
      }
      return [first, second];
    },
  };
}

/**
 * Fiber length and velocity as they are, the input of many proprioceptive networks. Static gamma drive multiplies the length beyond optimal length,
 * dynamic drive the velocity, by (1 + rate / 100): a handle for hypotheses, not physiology.
 */
export const plainSpindle: Receptor = {
  name: 'plain spindle',
  needs: ['length', 'velocity'],
  afferents: [
    { name: 'velocity', unit: 'optimal lengths/s', rate: false },
    { name: 'length', unit: 'optimal lengths', rate: false },
  ],
  gamma: true,
  respond(stimulus: Stimulus, gamma: GammaDrive) {
    const { length, velocity } = stimulus.values;
    return [
      velocity!.map((v, i) => v * driven(gamma.dynamic, i)),
      length!.map((l, i) => 1 + (l - 1) * driven(gamma.static, i)),
    ];
  },
};

const rectified = (x: number): number => (x < 0 ? 0 : x);
