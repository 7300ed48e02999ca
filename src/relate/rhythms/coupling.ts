import { circularMeanInterval, circularSummary, vonMisesKappa } from '../../math/circular.ts';
import type { Random } from '../../math/random.ts';
import { benjaminiHochberg } from '../../math/statistics/multiple-testing.ts';
import { phaseLockingTest, type PhaseLockingOptions } from '../../math/statistics/tests/phase-locking.ts';
import { InputError, UsageError } from '../../signal/error.ts';
import { Events } from '../../signal/events.ts';
import type { Spikes } from '../../signal/spikes.ts';
import { cyclesWithin, phaseOf, withoutPauses, type Cycles } from './cycles.ts';

export interface CouplingOptions {
  /**
   * What chance is: `shift` for events with a rhythm of their own (strides over breaths), `cycles` for events without one (spikes over
   * breaths); see `phaseLockingTest`. Default: `cycles` for spikes, `shift` for events.
   */
  readonly surrogate?: PhaseLockingOptions['surrogate'];
  /** Default 999. */
  readonly surrogates?: number;
  /** Only events inside these intervals count (bouts of walking, of one speed). Their cycles must lie inside wholly. */
  readonly within?: Events;
  /** Bins of the rose. Default 18. */
  readonly bins?: number;
  readonly random: Random;
}

/** How one unit's spikes, or one kind of events, keep a phase of a rhythm. */
export interface Coupling {
  readonly name: string;
  /** Events that have a phase, and events that have none: outside the cycles, in pauses, outside `within`. */
  readonly n: number;
  readonly dropped: number;
  /** Rad, 0 at the start of a cycle; half width of its 95 % interval, NaN where the phases are too spread for one. */
  readonly meanPhase: number;
  readonly halfWidth: number;
  /** 0 (any phase) to 1 (one phase). Grows with few events: judge it by p. */
  readonly resultantLength: number;
  /** Concentration of the von Mises distribution that fits. */
  readonly kappa: number;
  /** Against surrogates; NaN with fewer than five events. */
  readonly p: number;
  /** The same corrected for the number of units (Benjamini & Hochberg 1995). */
  readonly adjustedP: number;
  /** Counts in bins of equal width over the cycle. */
  readonly rose: Float64Array;
  readonly caveats: readonly string[];
}

/**
 * The phases that each unit's spikes, or each label's events, take in a rhythm, with chance from surrogates, never from Rayleigh's
 * independent angles (Herent et al. 2020, Cell Reports 33: 108279: strides and breaths). Units in the order of the spikes, labels in
 * that of their first event. Throws `UsageError` where clocks differ, `InputError` where no event has a phase.
 */
export function coupling(of: Spikes | Events, cycles: Cycles, options: CouplingOptions): Coupling[] {
  if (of.clock !== cycles.clock) {
    throw new UsageError('events and rhythm are on different clocks', {
      expected: cycles.clock,
      got: of.clock,
      fix: 'Map the recording with `onMasterClock` first.',
    });
  }
  const { random, bins = 18, surrogates = 999 } = options;
  const rhythm = options.within ? cyclesWithin(cycles, options.within) : cycles;
  const isEvents = of instanceof Events;
  const trains: readonly (readonly [string, Float64Array])[] = isEvents
    ? of.vocabulary.map((label) => [label, of.select({ label }).starts])
    : of.units.map((unit, u) => [unit, of.unit(u)]);
  const surrogate = options.surrogate ?? (isEvents ? 'shift' : 'cycles');
  const all = trains.map(([name, times]): Omit<Coupling, 'adjustedP'> => {
    const distinct = Float64Array.from(new Set(times)).sort();
    const angles = phaseOf(distinct, rhythm).filter((phase) => !Number.isNaN(phase));
    const { n, mean, resultantLength } = circularSummary(angles);
    const rose = new Float64Array(bins);
    for (const angle of angles) rose[Math.min(bins - 1, Math.floor((angle / (2 * Math.PI)) * bins))]++;
    const few = n < 5;
    const joined = withoutPauses(distinct, rhythm);
    const test = few
      ? undefined
      : phaseLockingTest(joined.times, joined.starts, {
          surrogate,
          permutations: surrogates,
          random: random.fork(name),
        });
    return {
      name,
      n,
      dropped: times.length - n,
      meanPhase: mean,
      halfWidth: few ? NaN : circularMeanInterval(angles),
      resultantLength,
      kappa: vonMisesKappa(resultantLength, n),
      p: test?.p ?? NaN,
      rose,
      caveats: few ? [`only ${n} events have a phase: not tested`] : test!.caveats,
    };
  });
  if (all.every(({ n }) => n === 0)) {
    throw new InputError('no event lies in a cycle of the rhythm', {
      where: `"${of.name}" over "${cycles.name}"`,
      expected: `events between ${cycles.starts[0]} and ${cycles.starts[cycles.starts.length - 1]} s`,
    });
  }
  const adjusted = benjaminiHochberg(all.map(({ p }) => p));
  return all.map((c, i) => ({ ...c, adjustedP: adjusted[i] }));
}
