import type { Scope, Tensor } from '../../../learn/index.ts';
import type { Encoding } from '../encoders/encoder.ts';
import type { Movements } from '../handwriting.ts';

/** Sizes of a network's input and of what it may be asked for. */
export interface Terminals {
  readonly channels: number;
  readonly muscles: number;
  readonly steps: number;
  readonly characters: number;
  readonly dimensions: number;
}

/** Mean and standard deviation of each of some rows of numbers, by which they are brought to 0 and 1. */
export interface Standard {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export interface PerceptionScore {
  /** What is scored, with its unit. */
  readonly meaning: string;
  readonly value: number;
  /** 95 %, over movements. */
  readonly interval: readonly [low: number, high: number];
  /** Of a network that knows nothing of the movement, but all of the movements on the whole. */
  readonly chance: number;
  readonly better: 'high' | 'low';
}

/** What a network is to make of the afferents: one record. */
export interface PerceptionTask {
  readonly name: string;
  readonly title: string;
  /** Output, [movement, ...]. */
  readonly head: (scope: Scope, encoding: Encoding, terminals: Terminals) => Tensor;
  readonly loss: (output: Tensor, target: Tensor) => Tensor;
  /** Brings targets to scale; measured on the movements that are trained on. */
  readonly standard: (movements: Movements) => Standard;
  /** What the output should be for some movements, in the order of `which`: the size of the output. */
  readonly target: (movements: Movements, which: readonly number[], standard: Standard) => Float32Array;
  /** @param outputs of all movements, in order. */
  readonly score: (outputs: Float32Array, movements: Movements, standard: Standard) => PerceptionScore;
}
