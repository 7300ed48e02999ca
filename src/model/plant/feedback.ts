import { Random } from '../../math/random.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import type { Adjoint } from './adjoint.ts';
import type { Plant } from './plant.ts';
import type { Rollout } from './rollout.ts';

/** What can be told of a body, and how a derivative with respect to it goes back. Arrays are `trial x values`. */
interface Source {
  readonly unit: (plant: Plant) => string;
  readonly names: (plant: Plant) => readonly string[];
  read(rollout: Rollout, k: number): Float64Array;
  adjoint(adjoint: Adjoint, k: number, g: Float64Array): void;
}

const muscleNames = (plant: Plant): readonly string[] => plant.actuators.names;

/** Columns `from` and `from + 1` of `trial x 4`. */
const pairs = (wide: Float64Array, from: 0 | 2): Float64Array =>
  Float64Array.from({ length: wide.length / 2 }, (_, i) => wide[4 * (i >> 1) + from + (i & 1)]);

const spread = (pair: Float64Array, from: 0 | 2): Float64Array => {
  const wide = new Float64Array(2 * pair.length);
  for (let i = 0; i < pair.length; i++) wide[4 * (i >> 1) + from + (i & 1)] = pair[i];
  return wide;
};

const addTo = (sum: Float64Array, g: Float64Array): void => {
  for (let i = 0; i < g.length; i++) sum[i] += g[i];
};

const joint = (from: 0 | 2): Source => ({
  unit: ({ skeleton }) => (from === 0 ? skeleton.positionUnit : `${skeleton.positionUnit}/s`),
  names: ({ skeleton }) => skeleton.coordinates,
  read: (rollout, k) => pairs(rollout.motionAt(k), from),
  adjoint: (adjoint, k, g) => addTo(adjoint.motionAt(k), spread(g, from)),
});

const endpoint = (from: 0 | 2): Source => ({
  unit: () => (from === 0 ? 'm' : 'm/s'),
  names: () => ['endpoint x', 'endpoint y'],
  read: (rollout, k) => pairs(rollout.endpointAt(k), from),
  adjoint: (adjoint, k, g) => adjoint.addEndpoint(k, spread(g, from)),
});

const perMaximalForce = ({ plant }: Rollout, values: Float64Array): Float64Array => {
  const { maximalForce } = plant.actuators;
  return values.map((x, i) => x / maximalForce[i % maximalForce.length]);
};

const sources = {
  /** Optimal fiber lengths. */
  'muscle length': {
    unit: () => 'optimal length',
    names: muscleNames,
    read: (rollout, k) => rollout.fibersAt(k).length,
    adjoint: (adjoint, k, g) => adjoint.addFibers(k, g, new Float64Array(g.length)),
  },
  /** Maximal shortening velocities of the muscle's model; lengthening is positive. */
  'muscle velocity': {
    unit: () => 'maximal velocity',
    names: muscleNames,
    read: (rollout, k) => {
      const { maximalVelocity } = rollout.plant.actuators.muscle;
      return rollout.fibersAt(k).velocity.map((v) => v / maximalVelocity);
    },
    adjoint: (adjoint, k, g) => {
      const { maximalVelocity } = adjoint.rollout.plant.actuators.muscle;
      adjoint.addFibers(
        k,
        new Float64Array(g.length),
        g.map((x) => x / maximalVelocity),
      );
    },
  },
  /** Maximal isometric forces. */
  'muscle force': {
    unit: () => 'maximal force',
    names: muscleNames,
    read: (rollout, k) => perMaximalForce(rollout, rollout.forceAt(k)),
    adjoint: (adjoint, k, g) => addTo(adjoint.forceAt(k), perMaximalForce(adjoint.rollout, g)),
  },
  activation: {
    unit: () => '1',
    names: muscleNames,
    read: (rollout, k) => rollout.activationAt(k).slice(),
    adjoint: (adjoint, k, g) => addTo(adjoint.activationAt(k), g),
  },
  'joint position': joint(0),
  'joint velocity': joint(2),
  'endpoint position': endpoint(0),
  'endpoint velocity': endpoint(2),
} satisfies Readonly<Record<string, Source>>;

export interface FeedbackChannel {
  readonly of: keyof typeof sources;
  /** A whole number of steps; before it has passed, the state at the start is told. Default 0. */
  readonly delaySeconds?: number;
  /** Standard deviation of Gaussian noise on each value, in the channel's unit. Default 0. */
  readonly noise?: number;
  /** Multiplies the value and its noise; 0 is a lesion. Default 1. */
  readonly gain?: number;
}

type Shared = Omit<FeedbackChannel, 'of'>;

/** Lengths and velocities of all muscles. */
export const proprioception = (shared: Shared = {}): readonly FeedbackChannel[] => [
  { of: 'muscle length', ...shared },
  { of: 'muscle velocity', ...shared },
];

/** The place of the hand, m. */
export const vision = (shared: Shared = {}): readonly FeedbackChannel[] => [
  { of: 'endpoint position', ...shared },
];

interface Ready {
  readonly source: Source;
  readonly delay: number;
  readonly noise: number;
  readonly gain: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * What the controller of a rollout is told at each step: channels side by side, each late by its delay, with its noise. The noise at a step depends on
 * the seed and the step alone.
 */
export class Feedback {
  readonly rollout: Rollout;
  /** One a value, such as `muscle length: biceps`. */
  readonly names: readonly string[];
  readonly units: readonly string[];
  /** Values a trial. */
  readonly size: number;
  readonly #channels: readonly Ready[];
  readonly #seed: number | string;

  /** Throws `UsageError` for a delay that is no whole number of steps, and for noise or gain that is no number. */
  constructor(
    rollout: Rollout,
    channels: readonly FeedbackChannel[],
    options: { readonly seed?: number | string } = {},
  ) {
    this.rollout = rollout;
    this.#seed = options.seed ?? 0;
    const { plant } = rollout;
    let offset = 0;
    const names: string[] = [];
    const units: string[] = [];
    this.#channels = channels.map(({ of, delaySeconds = 0, noise = 0, gain = 1 }) => {
      const source: Source = sources[of];
      const delay = Math.round(delaySeconds / plant.stepSeconds);
      if (!(delay >= 0 && Math.abs(delay - delaySeconds / plant.stepSeconds) < 1e-6)) {
        throw new UsageError(`the delay of "${of}" is no whole number of steps`, {
          where: 'Feedback',
          expected: `0 or a multiple of ${plant.stepSeconds} s`,
          got: `${delaySeconds} s`,
        });
      }
      if (!(noise >= 0 && Number.isFinite(noise) && Number.isFinite(gain))) {
        throw new UsageError(`noise or gain of "${of}" is not a number`, {
          where: 'Feedback',
          expected: 'noise of 0 or more and a finite gain',
          got: `${noise} and ${gain}`,
        });
      }
      const own = source.names(plant);
      names.push(...own.map((name) => `${of}: ${name}`));
      units.push(...own.map(() => source.unit(plant)));
      offset += own.length;
      return { source, delay, noise, gain, size: own.length, offset: offset - own.length };
    });
    this.names = names;
    this.units = units;
    this.size = offset;
  }

  /** What is told at step k, `trial x size`. Throws `InputError` where k is not a step of the rollout. */
  observe(k: number): Float64Array {
    const { batch, steps } = this.rollout;
    if (!(Number.isInteger(k) && k >= 0 && k <= steps)) {
      throw new InputError('there is no such step', {
        where: 'Feedback.observe',
        expected: `0 to ${steps}`,
        got: `${k}`,
      });
    }
    const told = new Float64Array(batch * this.size);
    this.#channels.forEach(({ source, delay, noise, gain, size, offset }, c) => {
      const values = source.read(this.rollout, Math.max(0, k - delay));
      const random = noise > 0 ? new Random(`${this.#seed}/feedback ${c}/step ${k}`) : undefined;
      for (let b = 0; b < batch; b++) {
        for (let i = 0; i < size; i++) {
          const disturbed = values[b * size + i] + (random?.normal(0, noise) ?? 0);
          told[b * this.size + offset + i] = gain * disturbed;
        }
      }
    });
    return told;
  }

  /** The adjoint of `observe`: adds to the cotangents of the states that were told at step k. */
  adjoint(adjoint: Adjoint, k: number, g: Float64Array): void {
    const { batch } = this.rollout;
    for (const { source, delay, gain, size, offset } of this.#channels) {
      const own = Float64Array.from(
        { length: batch * size },
        (_, i) => gain * g[Math.floor(i / size) * this.size + offset + (i % size)],
      );
      source.adjoint(adjoint, Math.max(0, k - delay), own);
    }
  }
}
