/** Spikes around each of a list of times: rows of a raster, and their rates (the peri-event time histogram of Gerstein & Kiang 1960). */
import { firstAtOrAfter } from '../signal/time.ts';
import type { Around } from './around.ts';

export interface SpikesAroundOptions {
  /** Seconds before and after each time. */
  readonly before: number;
  readonly after: number;
  /** Seconds from the first to the last time that was recorded: an event whose window leaves them is left out, since no spike there says nothing. */
  readonly recorded: readonly [from: number, to: number];
  /** Width of a bin, seconds. Default: a sixtieth of the window, to the next of 1, 2 or 5 times a power of ten. */
  readonly bin?: number;
}

export interface SpikesAround extends Around {
  /** The spikes of each row, seconds from its event. */
  readonly spikes: readonly Float64Array[];
  /** Seconds. */
  readonly bin: number;
}

/**
 * One row an event; `repetitions` are its rates, spikes a second and unit. Bins are whole, begin at multiples of their width, and `lags` are
 * their middles; a spike at the edge of two belongs to the later one.
 *
 * @param units spike times of each unit, seconds, increasing. @param events seconds, in any order.
 */
export function spikesAround(
  units: readonly Float64Array[],
  events: ArrayLike<number>,
  { before, after, recorded, bin = binOf(before + after) }: SpikesAroundOptions,
): SpikesAround {
  const [first, last] = [-Math.floor(before / bin + 1e-9), Math.floor(after / bin + 1e-9)];
  const lags = Float64Array.from({ length: Math.max(0, last - first) }, (_, i) => (first + i + 0.5) * bin);
  const repetitions: Float64Array[] = [];
  const spikes: Float64Array[] = [];
  const kept: number[] = [];
  for (let e = 0; e < events.length; e++) {
    const at = events[e];
    if (at - before < recorded[0] || at + after > recorded[1]) continue;
    const rates = new Float64Array(lags.length);
    const own: number[] = [];
    for (const times of units) {
      for (let i = firstAtOrAfter(times, at - before); i < times.length && times[i] <= at + after; i++) {
        own.push(times[i] - at);
        const b = Math.floor((times[i] - at) / bin + 1e-9) - first;
        if (b >= 0 && b < rates.length) rates[b] += 1 / (bin * units.length);
      }
    }
    kept.push(e);
    spikes.push(Float64Array.from(own));
    repetitions.push(rates);
  }
  return { lags, repetitions, events: kept, spikes, bin };
}

function binOf(window: number): number {
  const raw = window / 60 || 0.001;
  const power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map((m) => m * power).find((width) => width >= raw * (1 - 1e-9))!;
}
