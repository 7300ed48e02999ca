import { UsageError } from '../../signal/error.ts';
import { sense, type Receptor, type SenseOptions } from '../senses/sense.ts';
import { plainSpindle } from '../senses/spindles.ts';
import type { Movements } from './handwriting.ts';

/** What the muscles' receptors tell of movements: the input of a network. */
export interface Afferents {
  readonly receptor: string;
  readonly count: number;
  /** Kinds of afferents, for instance velocity and length, or Ia and II. */
  readonly channels: readonly string[];
  readonly muscles: readonly string[];
  readonly steps: number;
  readonly stepSeconds: number;
  /** Movement x channel x muscle x time, in the afferents' units. */
  readonly values: Float32Array;
}

/**
 * Movements through the spindles (or another receptor of muscle fibers), without activation or gamma drive unless `options` give it: as a passive arm would tell of
 * them. Fiber length and velocity as they are by default, as in Sandbrink et al. 2023. Noise of each movement follows from the seed and its number. Throws `UsageError`
 * for a receptor that needs more than fibers' lengths and velocities, and as `sense` does.
 */
export function afferents(
  movements: Movements,
  receptor: Receptor = plainSpindle,
  options: SenseOptions = {},
): Afferents {
  const { count, steps, stepSeconds, arm, fiberLength, fiberVelocity } = movements;
  const sizes = { count, steps, stepSeconds, muscles: arm.muscles };
  return afferentsOf(sizes, { length: fiberLength, velocity: fiberVelocity }, receptor, options);
}

/** The same of fibers, movement x time x muscle, optimal lengths and optimal lengths/s. */
export function afferentsOf(
  { count, steps, stepSeconds, muscles }: Pick<Afferents, 'count' | 'steps' | 'stepSeconds' | 'muscles'>,
  fibers: { readonly length: Float64Array; readonly velocity: Float64Array },
  receptor: Receptor,
  options: SenseOptions = {},
): Afferents {
  const beyond = receptor.needs.filter((q) => q !== 'length' && q !== 'velocity');
  if (beyond.length > 0) {
    throw new UsageError('the receptor needs more than a movement gives', {
      where: `receptor "${receptor.name}"`,
      expected: 'length and velocity of fibers alone',
      got: receptor.needs.join(', '),
    });
  }
  const [M, C] = [muscles.length, receptor.afferents.length];
  const values = new Float32Array(count * C * M * steps);
  for (let i = 0; i < count; i++) {
    const [start, end] = [i * steps * M, (i + 1) * steps * M];
    const { length, velocity } = fibers;
    const stimulus = {
      stepSeconds,
      channels: M,
      values: { length: length.subarray(start, end), velocity: velocity.subarray(start, end) },
    };
    sense(receptor, stimulus, { ...options, seed: `${options.seed ?? 0}/${i}` }).forEach((told, c) => {
      for (let m = 0; m < M; m++) {
        const to = ((i * C + c) * M + m) * steps;
        for (let t = 0; t < steps; t++) values[to + t] = told.values[t * M + m];
      }
    });
  }
  const channels = receptor.afferents.map((a) => a.name);
  return { receptor: receptor.name, count, channels, muscles, steps, stepSeconds, values };
}
