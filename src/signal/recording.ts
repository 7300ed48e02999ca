import type { Clock } from './clock.ts';
import { InputError, UsageError } from './error.ts';
import type { Events } from './events.ts';
import type { Json, Provenance } from './provenance.ts';
import type { Signal } from './signal.ts';
import type { Spikes } from './spikes.ts';
import { masterClock } from './time.ts';

/** Whom the recording is of. The fields are NWB's. */
export interface Subject {
  readonly id: string;
  /** Latin binomial, for instance `Mus musculus`. */
  readonly species?: string;
  readonly sex?: 'F' | 'M' | 'U' | 'O';
  /** ISO 8601 duration, for instance `P90D`. */
  readonly age?: string;
  readonly weightKg?: number;
  readonly description?: string;
}

/** A file or device that data came from. */
export interface Source {
  readonly name: string;
  readonly kind:
    'video' | 'electrophysiology' | 'muscle' | 'stimulation' | 'motion capture' | 'force' | 'other';
  /** Relative to the project. */
  readonly path?: string;
  readonly sha256?: string;
  /** The clock that its own times are on. */
  readonly clock?: string;
}

export interface RecordingParts {
  readonly name: string;
  readonly subject: Subject;
  /** Master time zero as ISO 8601, where it is known. */
  readonly startedAt?: string;
  readonly sources?: readonly Source[];
  readonly clocks?: readonly Clock[];
  readonly signals?: readonly Signal[];
  readonly events?: readonly Events[];
  readonly spikes?: readonly Spikes[];
  readonly notes?: { readonly [key: string]: Json };
  readonly provenance: Provenance;
}

/** Everything recorded of one subject in one go, on one master clock. */
export class Recording {
  readonly name: string;
  readonly subject: Subject;
  readonly startedAt: string | undefined;
  readonly sources: readonly Source[];
  readonly clocks: readonly Clock[];
  readonly signals: readonly Signal[];
  readonly events: readonly Events[];
  readonly spikes: readonly Spikes[];
  readonly notes: { readonly [key: string]: Json };
  readonly provenance: Provenance;

  /** Throws `InputError` where a name is used twice, or something is on a clock that the recording does not have. */
  constructor(parts: RecordingParts) {
    this.name = parts.name;
    this.subject = parts.subject;
    this.startedAt = parts.startedAt;
    this.sources = parts.sources ?? [];
    this.clocks = parts.clocks ?? [];
    this.signals = parts.signals ?? [];
    this.events = parts.events ?? [];
    this.spikes = parts.spikes ?? [];
    this.notes = parts.notes ?? {};
    this.provenance = parts.provenance;
    const where = `recording "${this.name}"`;
    const families = {
      source: this.sources,
      clock: this.clocks,
      signal: this.signals,
      events: this.events,
      spikes: this.spikes,
    };
    for (const [family, members] of Object.entries(families)) {
      const names = members.map((m) => m.name);
      const twice = names.find((n, i) => names.indexOf(n) !== i);
      if (twice !== undefined) {
        throw new InputError(`the ${family} name "${twice}" is used twice`, {
          where,
          expected: 'distinct names',
        });
      }
    }
    if (this.startedAt !== undefined && Number.isNaN(Date.parse(this.startedAt))) {
      throw new InputError('the start is no date', { where, expected: 'ISO 8601', got: this.startedAt });
    }
    const known = new Set([masterClock, ...this.clocks.map((c) => c.name)]);
    const onClock = (what: string, clock: string | undefined): void => {
      if (clock === undefined || known.has(clock)) return;
      throw new InputError(`${what} is on a clock that the recording does not have`, {
        where,
        expected: `one of ${[...known].join(', ')}`,
        got: clock,
      });
    };
    for (const s of this.sources) onClock(`source "${s.name}"`, s.clock);
    for (const s of this.signals) onClock(`signal "${s.name}"`, s.time?.clock);
    for (const e of this.events) onClock(`events "${e.name}"`, e.clock);
    for (const s of this.spikes) onClock(`spikes "${s.name}"`, s.clock);
  }

  clock(name: string): Clock {
    return this.#named('clock', this.clocks, name);
  }

  signal(name: string): Signal {
    return this.#named('signal', this.signals, name);
  }

  eventsOf(name: string): Events {
    return this.#named('events', this.events, name);
  }

  spikesOf(name: string): Spikes {
    return this.#named('spikes', this.spikes, name);
  }

  /** The same recording with parts added or replaced. */
  with(parts: Partial<RecordingParts>): Recording {
    return new Recording({ ...this, ...parts });
  }

  /**
   * The same recording with every signal, event and spike on the master clock. Throws `InputError` where one lies within a
   * break of its clock.
   */
  onMasterClock(): Recording {
    const away = (clock: string | undefined): clock is string => clock !== undefined && clock !== masterClock;
    const mapper = (name: string): ((t: number) => number) => {
      const clock = this.clock(name);
      return (t) => clock.toMaster(t);
    };
    return this.with({
      signals: this.signals.map((s) =>
        s.time && away(s.time.clock) ? s.onTime(this.clock(s.time.clock).mapAxis(s.time)) : s,
      ),
      events: this.events.map((e) => (away(e.clock) ? e.onClock(masterClock, mapper(e.clock)) : e)),
      spikes: this.spikes.map((s) => (away(s.clock) ? s.onClock(masterClock, mapper(s.clock)) : s)),
    });
  }

  #named<T extends { readonly name: string }>(family: string, members: readonly T[], name: string): T {
    const found = members.find((m) => m.name === name);
    if (found) return found;
    throw new UsageError(`the recording has no ${family} "${name}"`, {
      where: `recording "${this.name}"`,
      expected:
        members.length > 0 ? `one of ${members.map((m) => m.name).join(', ')}` : `a recording with ${family}`,
    });
  }
}
