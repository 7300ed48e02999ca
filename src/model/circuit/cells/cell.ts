/**
 * What a unit does in one step. A unit gets drives from other units and from inputs, one number for each of its `gates`; arrays are
 * `trial x (gates x units)` for drives (gate by gate) and `trial x units` for the rest. The rate is what other units see. All kernels write or
 * add in place and work row by row: a trial never touches another.
 */
export interface Cell {
  readonly name: string;
  readonly gates: number;
  /** The state is the rate; then `state` and `rate` are one array. */
  readonly stateIsRate: boolean;
  /** Writes the next state and rate. */
  update(
    fromUnits: Float64Array,
    fromInputs: Float64Array,
    state: Float64Array,
    next: Float64Array,
    rate: Float64Array,
  ): void;
  /**
   * The adjoint of `update`: from the cotangents of the next state and rate (one array where the state is the rate) it writes those of both drives and
   * adds that of the state before.
   */
  adjoint(
    values: {
      readonly fromUnits: Float64Array;
      readonly fromInputs: Float64Array;
      readonly state: Float64Array;
      readonly next: Float64Array;
      readonly rate: Float64Array;
    },
    g: {
      readonly next: Float64Array;
      readonly rate: Float64Array;
      readonly fromUnits: Float64Array;
      readonly fromInputs: Float64Array;
      readonly state: Float64Array;
    },
  ): void;
  /** The gain of a unit, d rate / d drive up to the leak, and its derivative with respect to the next state; for Sussillo's regularizer. */
  readonly gain?: {
    slope(next: Float64Array, rate: Float64Array, out: Float64Array): void;
    curvature(next: Float64Array, rate: Float64Array, out: Float64Array): void;
  };
  /** Rates at given states, for the start. */
  rateOf(state: Float64Array, rate: Float64Array): void;
}
