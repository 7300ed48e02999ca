import type { Engine } from '../learn/engine/engine.ts';
import { wienerFilter } from './decoding/wiener.ts';
import { poissonGlm } from './encoding/poisson-glm.ts';
import type { Method } from './method.ts';

/** What every method can be made from; the rest of its options have defaults. */
export interface MethodSettings {
  /** Runs networks. */
  readonly engine: Engine;
  readonly seed?: number;
  /** Smaller and shorter, for a first look. Default false. */
  readonly quick?: boolean;
}

/** One method: a row in the list that is offered. */
export interface MethodRecord {
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  readonly make: (settings: MethodSettings) => Method;
}

/** Spike counts from movement. */
export const encoders: readonly MethodRecord[] = [
  {
    name: 'glm',
    title: 'Poisson regression with a log link and a ridge penalty',
    make: () => poissonGlm(),
  },
];

/** Movement from spike counts. */
export const decoders: readonly MethodRecord[] = [
  {
    name: 'wiener',
    title: 'Wiener filter: linear in the counts of seven bins',
    make: () => wienerFilter(),
  },
];
