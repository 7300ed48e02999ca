import { InputError, UsageError } from './error.ts';
import type { Provenance } from './provenance.ts';
import { irregularTime, masterClock, timesOf, type TimeAxis } from './time.ts';

export interface ClockParts {
  /** What signals on this clock call it, for instance `camera left`. */
  readonly name: string;
  /** Device times of the knots, seconds; increasing, equal only across a break. */
  readonly device: Float64Array;
  /** Master times of the same knots, seconds; strictly increasing. */
  readonly master: Float64Array;
  /** Positions of knots that start a new piece: between such a knot and the one before, the device kept no time. */
  readonly breaks?: readonly number[];
  /** Master time of each matched event less the clock's, seconds. */
  readonly residuals?: Float64Array;
  /** What should be known before the clock is trusted, in words. */
  readonly warnings?: readonly string[];
  readonly provenance: Provenance;
}

/**
 * A device's own time mapped to the recording's master time: linear between knots, so that drift may change; no time between
 * two knots around a break (the device paused, restarted or lost its count). Before the first and after the last knot the
 * nearest piece is extended; one knot alone means an offset without drift.
 */
export class Clock {
  readonly name: string;
  readonly device: Float64Array;
  readonly master: Float64Array;
  readonly breaks: readonly number[];
  readonly residuals: Float64Array;
  readonly warnings: readonly string[];
  readonly provenance: Provenance;

  constructor(parts: ClockParts) {
    this.name = parts.name;
    this.device = parts.device;
    this.master = parts.master;
    this.breaks = parts.breaks ?? [];
    this.residuals = parts.residuals ?? new Float64Array(0);
    this.warnings = parts.warnings ?? [];
    this.provenance = parts.provenance;
    const { device, master } = this;
    const where = `clock "${this.name}"`;
    if (device.length === 0 || device.length !== master.length) {
      throw new UsageError('a clock needs as many master as device times, at least one', {
        where,
        got: `${device.length} and ${master.length}`,
      });
    }
    for (let i = 0; i < device.length; i++) {
      const still = this.breaks.includes(i) ? device[i] >= device[i - 1] : device[i] > device[i - 1];
      const fine = i === 0 || (still && master[i] > master[i - 1]);
      if (!fine || !Number.isFinite(device[i]) || !Number.isFinite(master[i])) {
        throw new UsageError('the knots of a clock must increase', {
          where: `${where}, knot ${i}`,
          got: `device ${device[i - 1]} to ${device[i]} s, master ${master[i - 1]} to ${master[i]} s`,
        });
      }
    }
    if (
      this.breaks.some((b, k) => !(Number.isInteger(b) && b > (this.breaks[k - 1] ?? 0) && b < device.length))
    ) {
      throw new UsageError('the breaks of a clock must be positions of knots, in order', {
        where,
        expected: `whole numbers from 1 to ${device.length - 1}`,
        got: this.breaks.join(', '),
      });
    }
  }

  /** Device seconds to master seconds; NaN within a break. */
  toMaster(deviceSeconds: number): number {
    return this.#map(this.device, this.master, deviceSeconds);
  }

  /** Master seconds to device seconds; NaN within a break. */
  toDevice(masterSeconds: number): number {
    return this.#map(this.master, this.device, masterSeconds);
  }

  /** A time axis of this device on the master clock. Throws `InputError` where a sample lies within a break. */
  mapAxis(axis: TimeAxis): TimeAxis {
    if (axis.clock !== this.name) {
      throw new UsageError('the time axis is on another clock', { expected: this.name, got: axis.clock });
    }
    const times = timesOf(axis).map((t) => this.toMaster(t));
    const lost = times.findIndex((t) => Number.isNaN(t));
    if (lost >= 0) {
      throw new InputError('a sample lies where the device kept no time', {
        where: `clock "${this.name}", sample ${lost}`,
        fix: 'Split the signal at the break.',
      });
    }
    return irregularTime(times, masterClock);
  }

  /** Mean drift from the first to the last knot, parts per million: positive where the device runs slow. Breaks count as drift. */
  get driftPpm(): number {
    const last = this.device.length - 1;
    if (last === 0) return 0;
    return ((this.master[last] - this.master[0]) / (this.device[last] - this.device[0]) - 1) * 1e6;
  }

  /** Root mean square of the residuals, seconds; NaN where there are none. */
  get residualSeconds(): number {
    return Math.sqrt(this.residuals.reduce((s, r) => s + r * r, 0) / this.residuals.length);
  }

  #map(from: Float64Array, to: Float64Array, t: number): number {
    const n = from.length;
    if (n === 1) return to[0] + (t - from[0]);
    let low = 0;
    let high = n;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (from[middle] <= t) low = middle + 1;
      else high = middle;
    }
    // Knot `i` is the last at or before t.
    let i = low - 1;
    if (i >= 0 && t === from[i]) return to[i];
    const cut = (k: number): boolean => k < n && this.breaks.includes(k);
    if (i >= 0 && i < n - 1 && cut(i + 1)) return NaN;
    i = Math.max(0, Math.min(n - 2, i));
    // The end of a piece may be a single knot: then only its offset is known.
    if (cut(i + 1)) return t < from[i + 1] ? to[i] + (t - from[i]) : to[i + 1] + (t - from[i + 1]);
    // A sum of weights, so that both knots map exactly.
    const share = (t - from[i]) / (from[i + 1] - from[i]);
    return to[i] + share * (to[i + 1] - to[i]);
  }
}

/** The clock of a device that keeps master time itself. */
export function identityClock(name: string, provenance: Provenance): Clock {
  return new Clock({ name, device: Float64Array.of(0), master: Float64Array.of(0), provenance });
}
