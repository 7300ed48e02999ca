import { InputError, UsageError } from './error.ts';
import type { Provenance } from './provenance.ts';
import { Signal } from './signal.ts';
import { firstAtOrAfter, masterClock, regularTime } from './time.ts';

export interface SpikesParts {
  readonly name: string;
  readonly units: readonly string[];
  /** Spike times of all units one after another, seconds, increasing within each unit (equal times allowed). */
  readonly times: Float64Array;
  /** Where each unit's times start in `times`, and where they end (excluded). */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly clock?: string;
  readonly provenance: Provenance;
}

/**
 * Ragged spike times: one array for all units, and where each unit's part lies in it (compressed rows). Immutable; choosing
 * units or a window of time is a view of the same memory.
 */
export class Spikes {
  readonly name: string;
  readonly units: readonly string[];
  readonly times: Float64Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly clock: string;
  readonly provenance: Provenance;

  constructor(parts: SpikesParts) {
    this.name = parts.name;
    this.units = parts.units;
    this.times = parts.times;
    this.starts = parts.starts;
    this.ends = parts.ends;
    this.clock = parts.clock ?? masterClock;
    this.provenance = parts.provenance;
    const twice = this.units.find((u, i) => this.units.indexOf(u) !== i);
    if (
      this.starts.length !== this.units.length ||
      this.ends.length !== this.units.length ||
      twice !== undefined
    ) {
      throw new UsageError('the units of the spikes do not fit', {
        where: this.name,
        expected: 'distinct unit names, one start and one end each',
        got:
          twice === undefined
            ? `${this.units.length} names, ${this.starts.length} starts`
            : `"${twice}" twice`,
      });
    }
    for (let u = 0; u < this.units.length; u++) {
      if (!(this.starts[u] >= 0 && this.starts[u] <= this.ends[u] && this.ends[u] <= this.times.length)) {
        throw new UsageError('the spikes of a unit lie outside the times', {
          where: `${this.name}, unit "${this.units[u]}"`,
          expected: `0 to ${this.times.length}`,
          got: `${this.starts[u]} to ${this.ends[u]}`,
        });
      }
    }
  }

  /** From one list of times a unit. Throws `InputError` naming the first time that is not finite or out of order. */
  static from(
    byUnit: Iterable<readonly [unit: string, times: ArrayLike<number>]>,
    parts: { readonly name: string; readonly clock?: string; readonly provenance: Provenance },
  ): Spikes {
    const rows = Array.from(byUnit);
    const times = new Float64Array(rows.reduce((n, [, list]) => n + list.length, 0));
    const starts = new Int32Array(rows.length);
    const ends = new Int32Array(rows.length);
    let at = 0;
    rows.forEach(([unit, list], u) => {
      starts[u] = at;
      for (let i = 0; i < list.length; i++) {
        if (!Number.isFinite(list[i]) || (i > 0 && list[i] < list[i - 1])) {
          throw new InputError('spike times must be finite and in order', {
            where: `${parts.name}, unit "${unit}", spike ${i}`,
            got: `${list[i]} after ${list[i - 1]}`,
          });
        }
        times[at++] = list[i];
      }
      ends[u] = at;
    });
    return new Spikes({ ...parts, units: rows.map(([unit]) => unit), times, starts, ends });
  }

  /** The number of spikes of all units. */
  get count(): number {
    return this.starts.reduce((n, start, u) => n + this.ends[u] - start, 0);
  }

  /** The times of one unit, by position or name: a view. */
  unit(which: number | string): Float64Array {
    const u = typeof which === 'number' ? which : this.units.indexOf(which);
    if (!(u >= 0 && u < this.units.length)) {
      throw new UsageError(`"${this.name}" has no unit "${which}"`, {
        expected: `one of ${this.units.join(', ')}`,
      });
    }
    return this.times.subarray(this.starts[u], this.ends[u]);
  }

  /** Only these units, in this order: a view. */
  select(units: readonly string[]): Spikes {
    const rows = units.map((name) => {
      const u = this.units.indexOf(name);
      if (u < 0) throw new UsageError(`"${this.name}" has no unit "${name}"`);
      return u;
    });
    const pick = (from: Int32Array): Int32Array => Int32Array.from(rows, (u) => from[u]);
    return new Spikes({ ...this, units, starts: pick(this.starts), ends: pick(this.ends) });
  }

  /** Spikes with startSeconds <= t < endSeconds: a view. */
  within(startSeconds: number, endSeconds: number): Spikes {
    const cut = (t: number): Int32Array =>
      this.starts.map((start, u) => start + firstAtOrAfter(this.times.subarray(start, this.ends[u]), t));
    const starts = cut(startSeconds);
    return new Spikes({ ...this, starts, ends: cut(endSeconds).map((end, u) => Math.max(end, starts[u])) });
  }

  /**
   * `time x unit` counts in `count` bins of `widthSeconds` from `startSeconds`; a bin holds its start, not its end. The signal's
   * times are the bins' centers.
   */
  binned(startSeconds: number, widthSeconds: number, count: number): Signal {
    const units = this.units.length;
    const values = new Int32Array(count * units);
    const edge = (k: number): number => startSeconds + k * widthSeconds;
    for (let u = 0; u < units; u++) {
      const times = this.unit(u);
      for (let i = firstAtOrAfter(times, startSeconds); i < times.length && times[i] < edge(count); i++) {
        let k = Math.floor((times[i] - startSeconds) / widthSeconds);
        // The division may round across an edge.
        if (edge(k + 1) <= times[i]) k++;
        else if (edge(k) > times[i]) k--;
        values[k * units + u]++;
      }
    }
    return new Signal({
      name: this.name,
      dimensions: [
        { name: 'time', size: count },
        { name: 'unit', size: units, labels: this.units },
      ],
      values,
      unit: 'count',
      time: regularTime(count, 1 / widthSeconds, startSeconds + widthSeconds / 2, this.clock),
      provenance: { step: 'spikes.binned', options: { widthSeconds }, inputs: [this.provenance] },
    });
  }

  /** The same spikes with their times mapped by an increasing function, for instance `Clock.toMaster`. */
  onClock(clock: string, map: (seconds: number) => number): Spikes {
    return Spikes.from(
      this.units.map((unit, u) => [unit, this.unit(u).map(map)]),
      { ...this, clock },
    );
  }
}
