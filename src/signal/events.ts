import { InputError, UsageError } from './error.ts';
import type { Provenance } from './provenance.ts';
import { Signal } from './signal.ts';
import { indexAt, masterClock, medianInterval, timeCount, timeOf, type TimeAxis } from './time.ts';

/** One thing that happened: a point in time, or an interval (bout, stride, trial, stimulus). */
export interface Event {
  readonly startSeconds: number;
  /** End of an interval, excluded; left out (or equal to the start) for a point. */
  readonly endSeconds?: number;
  readonly label: string;
  /** Who or what said so: a person, a device, a step. */
  readonly source: string;
}

export interface EventsParts {
  readonly name: string;
  readonly clock?: string;
  readonly provenance: Provenance;
}

/**
 * Points and intervals with a label and a source on one clock, ordered by start, then end. Intervals may overlap.
 * Immutable. Times are seconds and finite; an event whose time is not known does not belong here.
 */
export class Events {
  readonly name: string;
  readonly clock: string;
  readonly starts: Float64Array;
  /** Equal to the start for a point. */
  readonly ends: Float64Array;
  readonly labels: readonly string[];
  readonly sources: readonly string[];
  readonly provenance: Provenance;

  /** Throws `InputError` naming the first event whose times are not finite or whose end comes before its start. */
  constructor(events: Iterable<Event>, { name, clock = masterClock, provenance }: EventsParts) {
    const list = Array.from(events);
    list.forEach(({ startSeconds, endSeconds = startSeconds, label }, i) => {
      if (!(Number.isFinite(startSeconds) && Number.isFinite(endSeconds) && endSeconds >= startSeconds)) {
        throw new InputError(`the event "${label}" has no proper times`, {
          where: `${name}, event ${i}`,
          expected: 'a finite start, and an end that is not before it',
          got: `${startSeconds} to ${endSeconds} s`,
        });
      }
    });
    list.sort(
      (a, b) =>
        a.startSeconds - b.startSeconds ||
        (a.endSeconds ?? a.startSeconds) - (b.endSeconds ?? b.startSeconds),
    );
    this.name = name;
    this.clock = clock;
    this.starts = Float64Array.from(list, (e) => e.startSeconds);
    this.ends = Float64Array.from(list, (e) => e.endSeconds ?? e.startSeconds);
    this.labels = list.map((e) => e.label);
    this.sources = list.map((e) => e.source);
    this.provenance = provenance;
  }

  get count(): number {
    return this.starts.length;
  }

  at(i: number): Event {
    if (!(i >= 0 && i < this.count)) {
      throw new UsageError(`"${this.name}" has no event ${i}`, { expected: `0 to ${this.count - 1}` });
    }
    const event = { startSeconds: this.starts[i], label: this.labels[i], source: this.sources[i] };
    return this.ends[i] > this.starts[i] ? { ...event, endSeconds: this.ends[i] } : event;
  }

  *[Symbol.iterator](): Iterator<Event> {
    for (let i = 0; i < this.count; i++) yield this.at(i);
  }

  /** The distinct labels, in order of first appearance. */
  get vocabulary(): readonly string[] {
    return [...new Set(this.labels)];
  }

  filter(keep: (event: Event) => boolean): Events {
    return new Events(Array.from(this).filter(keep), this);
  }

  /** Events of one label, one source, or both. */
  select(which: { readonly label?: string; readonly source?: string }): Events {
    const fits = (wanted: string | undefined, got: string): boolean => wanted === undefined || wanted === got;
    return this.filter((e) => fits(which.label, e.label) && fits(which.source, e.source));
  }

  /**
   * Events that touch [startSeconds, endSeconds). `whole` events lie inside entirely; `clipped` events are cut to the window;
   * default: any overlap, left as they are. A point touches where start <= t < end.
   */
  within(
    startSeconds: number,
    endSeconds: number,
    keep: 'touching' | 'whole' | 'clipped' = 'touching',
  ): Events {
    const touching = this.filter(({ startSeconds: s, endSeconds: e = s }) =>
      e === s ? s >= startSeconds && s < endSeconds : s < endSeconds && e > startSeconds,
    );
    switch (keep) {
      case 'touching':
        return touching;
      case 'whole':
        return touching.filter(
          (e) => e.startSeconds >= startSeconds && (e.endSeconds ?? -Infinity) <= endSeconds,
        );
      case 'clipped': {
        const clip = (t: number): number => Math.min(endSeconds, Math.max(startSeconds, t));
        const cut = Array.from(touching, (e) =>
          e.endSeconds === undefined
            ? e
            : { ...e, startSeconds: clip(e.startSeconds), endSeconds: clip(e.endSeconds) },
        );
        return new Events(cut, this);
      }
      default:
        throw new UsageError(`"${keep satisfies never}" is no way to keep events`);
    }
  }

  /** The events of both, in order. They must be on the same clock. */
  merge(other: Events, provenance: Provenance = this.provenance): Events {
    if (other.clock !== this.clock) {
      throw new UsageError('events on different clocks cannot be merged', {
        expected: this.clock,
        got: other.clock,
        fix: 'Map one to the other with its clock first.',
      });
    }
    return new Events([...this, ...other], { ...this, provenance });
  }

  /** Intervals of one label and source that overlap, or lie at most `gapSeconds` apart, become one. Points stay. */
  joined(gapSeconds = 0): Events {
    const open = new Map<
      string,
      { startSeconds: number; endSeconds: number; label: string; source: string }
    >();
    const out: Event[] = [];
    for (const e of this) {
      if (e.endSeconds === undefined) {
        out.push(e);
        continue;
      }
      const key = JSON.stringify([e.label, e.source]);
      const last = open.get(key);
      if (last && e.startSeconds <= last.endSeconds + gapSeconds) {
        last.endSeconds = Math.max(last.endSeconds, e.endSeconds);
      } else {
        const own = { ...e, endSeconds: e.endSeconds };
        open.set(key, own);
        out.push(own);
      }
    }
    return new Events(out, this);
  }

  /** The same events with their times mapped, for instance by `Clock.toMaster`. Events that it maps to NaN are an `InputError`. */
  onClock(clock: string, map: (seconds: number) => number): Events {
    const moved = Array.from(this, (e) => ({
      ...e,
      startSeconds: map(e.startSeconds),
      ...(e.endSeconds === undefined ? {} : { endSeconds: map(e.endSeconds) }),
    }));
    return new Events(moved, { ...this, clock });
  }

  /**
   * `time x label`, 1 while an event of that label is on, else 0: a sample is on where start <= t < end. A point is on at the
   * last sample at or before it; points before the first sample, or a whole interval after the last, are off the axis.
   */
  toSignal(time: TimeAxis, labels: readonly string[] = this.vocabulary): Signal {
    if (time.clock !== this.clock) {
      throw new UsageError('the time axis is on another clock', { expected: this.clock, got: time.clock });
    }
    const count = timeCount(time);
    const values = new Uint8Array(count * labels.length);
    const interval = medianInterval(time);
    for (let i = 0; i < this.count; i++) {
      const column = labels.indexOf(this.labels[i]);
      if (column < 0 || count === 0) continue;
      const [start, end] = [this.starts[i], this.ends[i]];
      let k = indexAt(time, start);
      if (end === start) {
        const held = k < count - 1 || start - timeOf(time, k) < interval || start === timeOf(time, k);
        if (k >= 0 && held) values[k * labels.length + column] = 1;
        continue;
      }
      if (k < 0 || timeOf(time, k) < start) k++;
      for (; k < count && timeOf(time, k) < end; k++) values[k * labels.length + column] = 1;
    }
    return new Signal({
      name: this.name,
      dimensions: [
        { name: 'time', size: count },
        { name: 'label', size: labels.length, labels },
      ],
      values,
      unit: '1',
      time,
      provenance: { step: 'events.toSignal', inputs: [this.provenance] },
    });
  }
}
