/** The values of a series as the timeline draws them: whole in memory, or in pieces that come when they are looked at. */
import { around } from '../../../math/around.ts';
import { pyramidOf } from '../../../math/pyramid.ts';
import type { TimeAxis } from '../../../signal/time.ts';
import type { Series } from './lane.ts';

export interface Samples {
  readonly count: number;
  /** NaN where it is missing or not here yet. */
  at(index: number): number;
  /** Whether the sample and the one before it are not missing: a line joins them. */
  joined(index: number): boolean;
  /** Writes minimum and maximum of the samples `start` (included) to `end` (excluded) to `out`; NaN where none has a value. */
  extremes(start: number, end: number, out: Float64Array | number[]): void;
  /**
   * Says what is about to be drawn: samples `start` to `end` over so many columns. Returns whether every single sample is here; where
   * not, extremes are those of somewhat longer stretches until more has come.
   */
  prepare(start: number, end: number, columns: number): boolean;
}

/** A series whose values are all here. NaN is missing. They must not change afterwards. */
export function seriesHere(name: string, values: Float32Array | Float64Array, time: TimeAxis): Series {
  return {
    name,
    time,
    samples: {
      count: values.length,
      at: (index) => values[index],
      joined: (index) => !Number.isNaN(values[index]) && !Number.isNaN(values[index - 1]),
      extremes: (start, end, out) => pyramidOf(values).extremes(start, end, out),
      prepare: () => true,
    },
    whole: () => values,
    around: (events, window) => around({ values, time }, events, window),
  };
}
