import { phases } from '../../math/statistics/tests/phase-locking.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import { Events, type Event } from '../../signal/events.ts';
import { derived, type Provenance } from '../../signal/provenance.ts';
import type { Signal } from '../../signal/signal.ts';
import { timeOf } from '../../signal/time.ts';

/** A rhythm: cycles of breathing, walking, whisking, each from one start to the next. */
export interface Cycles {
  readonly name: string;
  /** Where cycles begin, seconds, increasing; the last one ends the last cycle. */
  readonly starts: Float64Array;
  /** One for each cycle: 0 where the rhythm paused, so that nothing has a phase there, else 1. */
  readonly counted: Uint8Array;
  readonly clock: string;
  readonly provenance: Provenance;
}

export interface CyclesOptions {
  /** Only events of this label. */
  readonly label?: string;
  /** Longer cycles are pauses, in which nothing has a phase. Default: three times the median cycle. */
  readonly longestSeconds?: number;
}

/** The cycles between the starts of events (inspirations, footfalls). Throws `InputError` with fewer than six events. */
export function cyclesOf(events: Events, options: CyclesOptions = {}): Cycles {
  const chosen = options.label === undefined ? events : events.select({ label: options.label });
  const starts = Float64Array.from(new Set(chosen.starts)).sort();
  if (starts.length < 6) {
    throw new InputError('these are too few events for a rhythm', {
      where: `events "${events.name}"`,
      expected: '6 or more starts of cycles',
      got: `${starts.length}${options.label === undefined ? '' : ` of "${options.label}"`}`,
    });
  }
  const lengths = Float64Array.from({ length: starts.length - 1 }, (_, i) => starts[i + 1] - starts[i]);
  const longestSeconds = options.longestSeconds ?? 3 * Float64Array.from(lengths).sort()[lengths.length >> 1];
  return {
    name: options.label ?? events.name,
    starts,
    counted: Uint8Array.from(lengths, (length) => Number(length <= longestSeconds)),
    clock: events.clock,
    provenance: derived('relate.cyclesOf', [events.provenance], { longestSeconds }),
  };
}

/** Only the cycles that lie wholly inside one of these intervals. */
export function cyclesWithin(cycles: Cycles, intervals: Events): Cycles {
  const { starts, clock } = cycles;
  if (intervals.clock !== clock) {
    throw new UsageError('intervals and rhythm are on different clocks', {
      expected: clock,
      got: intervals.clock,
    });
  }
  const inside = intervals.joined();
  const counted = cycles.counted.map((counts, k) =>
    Number(counts === 1 && inside.starts.some((s, i) => s <= starts[k] && inside.ends[i] >= starts[k + 1])),
  );
  return { ...cycles, counted };
}

/** The phase of each time in the rhythm, rad from 0 to 2 pi; NaN outside its cycles and in its pauses. Times increase. */
export function phaseOf(times: ArrayLike<number>, { starts, counted }: Cycles): Float64Array {
  const angles = phases(times, starts);
  let k = 0;
  return angles.map((angle, i) => {
    while (k + 2 < starts.length && starts[k + 1] <= times[i]) k++;
    return counted[k] === 1 ? angle : NaN;
  });
}

/**
 * The rhythm without its pauses: counted cycles end to end from zero, and of the times those that lie in them, moved along. What
 * surrogates move events about in, so that they never fall into a pause. Times increase.
 */
export function withoutPauses(
  times: ArrayLike<number>,
  { starts, counted }: Cycles,
): { readonly times: Float64Array; readonly starts: Float64Array } {
  const [moved, joined] = [[] as number[], [0]];
  let i = 0;
  counted.forEach((counts, k) => {
    const at = joined[joined.length - 1];
    for (; i < times.length && times[i] < starts[k + 1]; i++) {
      if (counts === 1 && times[i] >= starts[k]) moved.push(at + (times[i] - starts[k]));
    }
    if (counts === 1) joined.push(at + (starts[k + 1] - starts[k]));
  });
  return { times: Float64Array.from(moved), starts: Float64Array.from(joined) };
}

export interface BurstOptions {
  /** A burst begins above this share of the way from the quiet level to the active one. Default 0.5. */
  readonly on?: number;
  /** And ends below this one. Default 0.3. */
  readonly off?: number;
  /** Shorter bursts are left out. Default 0.02. */
  readonly shortestSeconds?: number;
  /** Shorter silences do not part bursts. Default 0.02. */
  readonly shortestGapSeconds?: number;
}

/**
 * Bursts of an envelope (of the diaphragm's EMG, for instance) with hysteresis. Quiet and active levels are its 10th and 95th
 * percentiles. Missing samples end a burst. Throws `InputError` where the two levels are the same.
 *
 * @param envelope over time alone.
 */
export function bursts(envelope: Signal, options: BurstOptions = {}): Events {
  const { on = 0.5, off = 0.3, shortestSeconds = 0.02, shortestGapSeconds = 0.02 } = options;
  if (envelope.dimensions.length !== 1 || !envelope.time || !(off <= on)) {
    throw new UsageError('bursts are found in one envelope over time', {
      where: `signal "${envelope.name}"`,
      expected: '`time` as its only dimension, off <= on',
      got: envelope.dimensions.map((d) => d.name).join(' x '),
    });
  }
  const values = envelope.contiguous();
  const present = Float64Array.from(values.filter((v: number) => !Number.isNaN(v))).sort();
  const [quiet, active] = [0.1, 0.95].map((q) => present[Math.floor(q * (present.length - 1))]);
  if (!(active > quiet)) {
    throw new InputError('the envelope has no bursts', {
      where: `signal "${envelope.name}"`,
      expected: 'a level above its rest',
      got: `${present.length} samples, ${quiet} to ${active}`,
    });
  }
  const level = (share: number): number => quiet + share * (active - quiet);
  const found: { start: number; end: number }[] = [];
  let since = -1;
  for (let i = 0; i <= values.length; i++) {
    const v = i < values.length ? values[i] : NaN;
    if (since < 0 && v > level(on)) since = i;
    else if (since >= 0 && !(v >= level(off))) {
      const burst = { start: timeOf(envelope.time, since), end: timeOf(envelope.time, i - 1) };
      const last = found.at(-1);
      if (last && burst.start - last.end < shortestGapSeconds) last.end = burst.end;
      else found.push(burst);
      since = -1;
    }
  }
  const events = found
    .filter(({ start, end }) => end - start >= shortestSeconds)
    .map(({ start, end }): Event => ({
      startSeconds: start,
      endSeconds: end,
      label: 'burst',
      source: envelope.name,
    }));
  return new Events(events, {
    name: `bursts of ${envelope.name}`,
    clock: envelope.time.clock,
    provenance: derived('relate.bursts', [envelope.provenance], {
      on,
      off,
      shortestSeconds,
      shortestGapSeconds,
    }),
  });
}
