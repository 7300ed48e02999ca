import { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import {
  checkGamma,
  checkStimulus,
  differences,
  quantities,
  type GammaDrive,
  type Quantity,
  type Stimulus,
} from './stimulus.ts';

/** What one kind of nerve fiber carries. */
export interface Afferent {
  readonly name: string;
  readonly unit: string;
  /** A firing rate: never below zero. */
  readonly rate: boolean;
}

/** One kind of receptor: a record. Delay, gain and noise are the same for all and are put on by `sense`. */
export interface Receptor {
  readonly name: string;
  readonly needs: readonly Quantity[];
  readonly afferents: readonly Afferent[];
  /** Whether gamma motor neurons reach it. */
  readonly gamma: boolean;
  /**
   * The response to a stimulus that has all it needs, one array (`time x channel`) an afferent. NaN where what it needs is missing. Before
   * the first sample, and before the first after a gap, the stimulus is taken to have been what it is then.
   */
  respond(stimulus: Stimulus, gamma: GammaDrive): readonly Float64Array[];
}

export interface SenseOptions {
  /** A whole number of steps; until it has passed, the first response is told. Default 0. */
  readonly delaySeconds?: number;
  /** Multiplies the response; 0 silences it. Default 1. */
  readonly gain?: number;
  /** Standard deviation of Gaussian noise on each value, in the afferent's unit, after the gain. Default 0. */
  readonly noise?: number;
  /** Of spindles. Default: none. */
  readonly gamma?: GammaDrive;
  /** Of the noise. Default 0. */
  readonly seed?: number | string;
}

/** What arrives in the nervous system, `time x channel`. */
export interface Sensation {
  readonly afferent: Afferent;
  readonly values: Float64Array;
}

/**
 * What a receptor tells of a stimulus: its response, late by the delay, times the gain, with noise; rates stay at zero or above. A missing sample is
 * NaN, as late as the others. Throws `UsageError` for a quantity that is not given, a delay that is no whole number of steps, numbers that
 * are none and gamma drive to a receptor without; `InputError` for a stimulus that does not fit itself.
 */
export function sense(
  receptor: Receptor,
  stimulus: Stimulus,
  options: SenseOptions = {},
): readonly Sensation[] {
  const { delaySeconds = 0, gain = 1, noise = 0, gamma = {}, seed = 0 } = options;
  const where = `sense "${receptor.name}"`;
  const { stepSeconds, channels } = stimulus;
  const steps = checkStimulus(where, stimulus);
  const complete = withVelocity(receptor, stimulus);
  for (const quantity of receptor.needs) {
    if (complete.values[quantity]) continue;
    throw new UsageError(`${quantity} is not given`, {
      where,
      expected: receptor.needs.map((q) => `${q} (${quantities[q]})`).join(', '),
      got: Object.keys(stimulus.values).join(', '),
    });
  }
  const delay = Math.round(delaySeconds / stepSeconds);
  if (!(delay >= 0 && Math.abs(delay - delaySeconds / stepSeconds) < 1e-6)) {
    throw new UsageError('the delay is no whole number of steps', {
      where,
      expected: `0 or a multiple of ${stepSeconds} s`,
      got: `${delaySeconds} s`,
    });
  }
  if (!(noise >= 0 && Number.isFinite(noise) && Number.isFinite(gain))) {
    throw new UsageError('noise or gain is not a number', {
      where,
      expected: 'noise of 0 or more and a finite gain',
      got: `${noise} and ${gain}`,
    });
  }
  checkGamma(where, gamma, steps, channels);
  if (!receptor.gamma && (gamma.dynamic !== undefined || gamma.static !== undefined)) {
    throw new UsageError('gamma motor neurons do not reach this receptor', {
      where,
      expected: 'no gamma drive',
      fix: 'Give it to spindles alone.',
    });
  }
  const responses = receptor.respond(complete, gamma);
  return receptor.afferents.map((afferent, n) => {
    const random = noise > 0 ? new Random(`${seed}/${receptor.name}/${afferent.name}`) : undefined;
    const values = Float64Array.from({ length: steps * channels }, (_, i) => {
      const from = i < delay * channels ? i % channels : i - delay * channels;
      const told = gain * responses[n][from] + (random?.normal(0, noise) ?? 0);
      return afferent.rate && told < 0 ? 0 : told;
    });
    return { afferent, values };
  });
}

function withVelocity({ needs }: Receptor, stimulus: Stimulus): Stimulus {
  const { length, velocity } = stimulus.values;
  if (velocity || !length || !needs.includes('velocity')) return stimulus;
  return { ...stimulus, values: { ...stimulus.values, velocity: differences(stimulus, length) } };
}
