/** A lane is one record on the common time axis. What it holds is made when it is first shown, and kept. */
import type { Around, AroundOptions } from '../../../math/around.ts';
import type { Events } from '../../../signal/events.ts';
import type { Spikes } from '../../../signal/spikes.ts';
import type { TimeAxis } from '../../../signal/time.ts';
import type { Unit } from '../../../signal/units.ts';
import type { Samples } from './samples.ts';

interface LaneHead {
  /** Lasts: the chosen lanes are kept in the URL by it. */
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  /** Under which heading it is offered. */
  readonly group: string;
  /** How it was computed, where it was not measured: shown with the title. */
  readonly computed?: string;
  /** Where it came from: told when the pointer rests on the title. */
  readonly provenance?: string;
  /** What should be known before it is believed. */
  readonly warnings?: readonly string[];
  /** Seen where nothing was chosen. */
  readonly shownFirst?: boolean;
  /** Calls when values have come that were waited for. Returns what ends it. */
  subscribe?(listener: () => void): () => void;
}

/** One line of a signal lane. */
export interface Series {
  readonly name: string;
  readonly samples: Samples;
  readonly time: TimeAxis;
  /** Every value, for who needs them all; NaN is missing. */
  whole(): ArrayLike<number> | Promise<ArrayLike<number>>;
  /** The series around events. */
  around(events: Float64Array, window: AroundOptions): Around | Promise<Around>;
}

/** Positions, speeds, angles, EMG: one or more series that share a unit and a scale. */
export interface SignalLane extends LaneHead {
  readonly kind: 'signal';
  readonly series: () => readonly Series[];
  /** The fixed ends of its scale, for instance 0 and 1 of a confidence. Default: all that the data reach. */
  readonly scale?: readonly [low: number, high: number];
  /** What all of its data reach, where that is known beforehand. */
  readonly reach?: readonly [low: number, high: number];
}

/** Intervals with labels, as an ethogram: one row a label. */
export interface BoutsLane extends LaneHead {
  readonly kind: 'bouts';
  /** May be others each time; `subscribe` tells when they are. */
  readonly events: () => Events;
  /** The labels that have a row each, also where they have no bout, and their colors. Default: those of the events. */
  readonly rows?: readonly { readonly label: string; readonly color: string }[];
}

/** Points in time with labels: stimuli, labeled frames. */
export interface TicksLane extends LaneHead {
  readonly kind: 'ticks';
  readonly events: () => Events;
}

/** Spike times, one row a unit. */
export interface RasterLane extends LaneHead {
  readonly kind: 'raster';
  readonly spikes: () => Spikes;
}

/** Something that cannot be shown, and why: it takes no other lane with it. */
export interface ProblemLane extends LaneHead {
  readonly kind: 'problem';
  /** What went wrong, and where and what to do. */
  readonly what: string;
  readonly facts: string;
}

export type Lane = SignalLane | BoutsLane | TicksLane | RasterLane | ProblemLane;

/** Made at the first call, then kept. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
