import type { Engine } from '../learn/engine/engine.ts';
import { kalmanFilter } from './decoding/kalman.ts';
import { recurrentDecoder } from './decoding/recurrent.ts';
import { wienerCascade } from './decoding/cascade.ts';
import { wienerFilter } from './decoding/wiener.ts';
import { boostedTrees } from './encoding/boosted-trees.ts';
import { poissonGlm } from './encoding/poisson-glm.ts';
import { rateNetwork } from './encoding/rate-network.ts';
import type { Method } from './method.ts';

/** What every method can be made from; the rest of its options have defaults. */
export interface MethodSettings {
  /** Runs networks. */
  readonly engine: Engine;
  readonly seed?: number;
  /** Smaller and shorter networks, for a first look. Default false. */
  readonly quick?: boolean;
}

/** One method: a row in the list that is offered. */
export interface MethodRecord {
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  readonly make: (settings: MethodSettings) => Method;
}

const recurrent =
  (cell: 'gru' | 'lstm') =>
  ({ engine, seed, quick }: MethodSettings): Method =>
    recurrentDecoder(cell, {
      engine,
      seed,
      ...(quick ? { members: 1, units: 16, steps: 120, learningRate: 0.02 } : {}),
    });

/** Spike counts from movement. */
export const encoders: readonly MethodRecord[] = [
  {
    name: 'glm',
    title: 'Poisson regression with a log link and a ridge penalty',
    make: () => poissonGlm(),
  },
  {
    name: 'trees',
    title: 'Gradient-boosted regression trees with the Poisson loss',
    make: () => boostedTrees(),
  },
  {
    name: 'network',
    title: 'A network with two hidden layers that all neurons share',
    make: ({ engine, seed, quick }) =>
      rateNetwork({
        engine,
        seed,
        ...(quick ? { members: 1, hidden: 16, steps: 200, learningRate: 0.02 } : {}),
      }),
  },
];

/** Movement from spike counts. */
export const decoders: readonly MethodRecord[] = [
  {
    name: 'wiener',
    title: 'Wiener filter: linear in the counts of seven bins',
    make: () => wienerFilter(),
  },
  {
    name: 'cascade',
    title: 'Wiener cascade: a Wiener filter and a polynomial behind it',
    make: () => wienerCascade(),
  },
  {
    name: 'kalman',
    title: 'Kalman filter: linear dynamics of movement, seen through spikes',
    make: () => kalmanFilter(),
  },
  { name: 'gru', title: 'Recurrent network of gated units', make: recurrent('gru') },
  { name: 'lstm', title: 'Recurrent network with long short-term memory', make: recurrent('lstm') },
];
