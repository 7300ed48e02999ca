import type { Scope, Tensor } from '../../../learn/index.ts';

/** Units of one stage of a network. */
export interface Layer {
  readonly name: string;
  /** [movement, channel, muscle, time]; each channel at each place among the muscles is a unit. */
  readonly output: Tensor;
  /** Steps of the input from one time to the next; time k is centered on step k x stride. */
  readonly stride: number;
}

/** What a head reads. */
export interface Encoding {
  /** From the afferents upwards. */
  readonly layers: readonly Layer[];
  /** Of the whole movement, [movement, feature]. */
  readonly summary: Tensor;
  /** Of each step, [movement, step, feature], where the encoder keeps every step; a head for trajectories then reads each step by itself. */
  readonly steps?: Tensor;
}

/** A network from afferents to features: one record, a function of a scope as in `learn`. */
export interface Encoder {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** @param x standardized afferents, [movement, channel, muscle, time]. */
  readonly encode: (scope: Scope, x: Tensor) => Encoding;
}
