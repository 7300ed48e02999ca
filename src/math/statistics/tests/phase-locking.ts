import { InputError } from '../../../signal/error.ts';
import { circularSummary, rayleighTest } from '../../circular.ts';
import type { Random } from '../../random.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { surrogateTest, type SurrogateOptions } from '../surrogate-test.ts';
import type { TestResult } from './result.ts';

export interface PhaseLocking extends TestResult {
  /** Mean resultant length of the events' phases, 0 to 1, and their mean phase in rad. */
  readonly resultantLength: number;
  readonly meanPhase: number;
}

export interface PhaseLockingOptions extends Pick<SurrogateOptions, 'permutations' | 'alpha' | 'random'> {
  /**
   * `shift` (default): all events are moved in time by the same amount, wrapped; keeps both rhythms whole. `intervals`: the events'
   * intervals in another order from a random start; for events whose intervals are independent of each other. `cycles`: the events of
   * each cycle are turned within it by an angle of their own; keeps bursts whole and finds locking to a rhythm however regular, but
   * only for events that have no rhythm themselves: of two rhythms of nearly one rate it makes false positives.
   */
  readonly surrogate?: 'shift' | 'intervals' | 'cycles';
  /** Seconds, for `shift`. Default 0: as for `circularShift`, to leave neighbors out makes false positives. */
  readonly minimumShift?: number;
}

/**
 * That events (strides, spikes) keep a phase of a rhythm whose cycles begin at `cycleStarts` (breaths), both in seconds, increasing. The
 * mean resultant length is judged against surrogate events, not against Rayleigh's independent angles: two rhythms of nearly one rate
 * keep their phase for a while by themselves. Events outside the cycles are dropped and counted.
 */
export function phaseLockingTest(
  events: ArrayLike<number>,
  cycleStarts: ArrayLike<number>,
  options: PhaseLockingOptions,
): PhaseLocking {
  const starts = increasing('cycle starts', cycleStarts, 5);
  const [begin, end] = [starts[0], starts[starts.length - 1]];
  const inside = increasing('events', events, 5).filter((t) => t >= begin && t < end);
  increasing('events inside the cycles', inside, 5);
  const duration = end - begin;
  const { surrogate = 'shift', minimumShift = 0 } = options;
  if (2 * minimumShift >= duration) {
    throw new InputError('the recording is too short to be shifted', {
      where: 'phase locking',
      expected: `more than ${2 * minimumShift} s`,
      got: `${duration} s`,
    });
  }
  const wrapped = (t: number): number => begin + ((((t - begin) % duration) + duration) % duration);
  const moved = (random: Random): Float64Array => {
    if (surrogate === 'cycles') return turned(inside, starts, random);
    if (surrogate === 'shift') {
      const by = random.uniform(minimumShift, duration - minimumShift);
      return inside.map((t) => wrapped(t + by)).sort();
    }
    let t = random.uniform(begin, end);
    const times = Float64Array.of(t, ...random.permutation(inside.length - 1)).fill(t, 0, 1);
    for (let i = 1; i < times.length; i++) {
      t += inside[times[i] + 1] - inside[times[i]];
      times[i] = wrapped(t);
    }
    return times.sort();
  };
  const { statistic, p, caveats } = surrogateTest(
    [inside],
    ([times]) => circularSummary(phases(times, starts)).resultantLength,
    {
      ...options,
      tail: 'greater',
      null: {
        name: surrogate,
        title: 'Events moved in time',
        keeps: [],
        assumes: 'stationary rhythms',
        source: '',
        prepare: () => ({ distinct: Infinity, draw: (random) => [moved(random)] }),
      },
    },
  );
  return {
    statistic,
    resultantLength: statistic,
    meanPhase: circularSummary(phases(inside, starts)).mean,
    p,
    caveats,
    n: inside.length,
    dropped: events.length - inside.length,
  };
}

/**
 * The phase in rad, 0 to 2 pi, of each time in the cycle around it; times and starts increasing, in seconds. NaN before the first start and from
 * the last one on.
 */
export function phases(times: ArrayLike<number>, starts: ArrayLike<number>): Float64Array {
  let k = 0;
  return Float64Array.from(times, (t) => {
    while (k + 2 < starts.length && starts[k + 1] <= t) k++;
    const inside = t >= starts[k] && t < starts[k + 1];
    return inside ? (2 * Math.PI * (t - starts[k])) / (starts[k + 1] - starts[k]) : NaN;
  });
}

/** Every cycle's events moved within it by an amount of their own, wrapped. */
function turned(times: Float64Array, starts: Float64Array, random: Random): Float64Array {
  const out = new Float64Array(times.length);
  let [k, by] = [-1, 0];
  times.forEach((t, i) => {
    let next = Math.max(k, 0);
    while (starts[next + 1] <= t) next++;
    if (next !== k) [k, by] = [next, random.uniform()];
    const [start, length] = [starts[k], starts[k + 1] - starts[k]];
    const share = (t - start) / length + by;
    out[i] = start + length * Math.min(share - Math.floor(share), 1 - 1e-12);
  });
  return out.sort();
}

function increasing(name: string, times: ArrayLike<number>, atLeast: number): Float64Array {
  const out = Float64Array.from(times);
  const bad = out.findIndex((t, i) => !Number.isFinite(t) || (i > 0 && t <= out[i - 1]));
  if (bad >= 0 || out.length < atLeast) {
    throw new InputError(`${name} must be increasing times`, {
      where: bad >= 0 ? `position ${bad}` : undefined,
      expected: `${atLeast} or more finite, increasing times in seconds`,
      got: bad >= 0 ? `${out[bad]} after ${out[bad - 1]}` : `${out.length}`,
    });
  }
  return out;
}

interface Rhythms {
  readonly breaths: Float64Array;
  readonly strides: Float64Array;
}

/** One minute of breaths at 4.1 Hz and strides at 4 Hz, each with 2 % of jitter; the effect pulls a stride to a phase of its breath. */
function rhythms(random: Random, effect: number): Rhythms {
  const train = (period: number): number[] => {
    const times = [random.uniform(0, period)];
    while (times[times.length - 1] < 60)
      times.push(times[times.length - 1] + period * random.normal(1, 0.02));
    return times;
  };
  const breaths = Float64Array.from(train(1 / 4.1));
  let k = 0;
  const strides = train(1 / 4).map((t) => {
    while (k + 2 < breaths.length && breaths[k + 1] <= t) k++;
    const phase = (t - breaths[k]) / (breaths[k + 1] - breaths[k]);
    return phase >= 0 && phase < 1 ? t + effect * (0.5 - phase) * (breaths[k + 1] - breaths[k]) : t;
  });
  return { breaths, strides: Float64Array.from(strides).sort() };
}

/** Cycle starts of a rhythm whose intervals vary by `cv`, over `seconds`. */
function train(random: Random, rate: number, cv: number, seconds: number): Float64Array {
  const times = [random.uniform(0, 1 / rate)];
  while (times[times.length - 1] < seconds) {
    times.push(times[times.length - 1] + Math.max(0.2, random.normal(1, cv)) / rate);
  }
  return Float64Array.from(times);
}

/** Phases 0 to 1 spread as von Mises around mid-cycle, from phases spread evenly: the inverse of its distribution by halving. */
function concentrated(phase: number, kappa: number): number {
  if (kappa === 0) return phase;
  const steps = 64;
  const density = (x: number): number => Math.exp(-kappa * Math.cos(2 * Math.PI * x));
  let total = 0;
  for (let i = 0; i < steps; i++) total += density((i + 0.5) / steps);
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const share = density((i + 0.5) / steps) / total;
    if (sum + share >= phase) return (i + (phase - sum) / share) / steps;
    sum += share;
  }
  return phase;
}

/** Events' phases in the cycles around them made von Mises of this concentration, their order kept. */
function locked(times: Float64Array, cycles: Float64Array, kappa: number): Float64Array {
  const turns = phases(times, cycles).map((phase) => concentrated(phase / (2 * Math.PI), kappa));
  let k = 0;
  return times
    .map((t, i) => {
      while (k + 2 < cycles.length && cycles[k + 1] <= t) k++;
      return Number.isNaN(turns[i]) ? t : cycles[k] + turns[i] * (cycles[k + 1] - cycles[k]);
    })
    .sort();
}

/** Spikes at 8 Hz in bursts of one to three, over 40 s of breaths at 4 Hz. */
function breathingSpikes(random: Random, kappa: number): Rhythms {
  const breaths = train(random, 4, 0.1, 40);
  const bursts = Float64Array.from({ length: random.poisson(40 * 4) }, () => random.uniform(0, 40)).sort();
  const spikes = [...locked(bursts, breaths, kappa)].flatMap((t) =>
    Array.from({ length: 1 + random.integer(3) }, (_, i) => t + 0.004 * i),
  );
  const distinct = Float64Array.from(new Set(spikes)).sort();
  return { breaths, strides: distinct };
}

/** A minute of breaths at 4.5 Hz and strides at 4 Hz, whose intervals vary by 10 % and 8 %. */
function walkingBreaths(random: Random, kappa: number): Rhythms {
  const breaths = train(random, 4.5, 0.1, 60);
  return {
    breaths,
    strides: Float64Array.from(new Set(locked(train(random, 4, 0.08, 60), breaths, kappa))),
  };
}

export const phaseLocking: StatisticalTest = {
  name: 'phase-locking',
  title: 'Events keep a phase of a rhythm, events moved in time',
  assumes: 'stationary rhythms recorded for many times the period of their beat',
  source: 'Rayleigh with surrogate cycles, after Herent et al. 2020, Cell Reports 33: 108279',
  scenarios: [
    scenario({
      name: 'strides and breaths of nearly one rate',
      effect: 0.2,
      effectMeaning: 'share of the way to mid-breath',
      simulate: rhythms,
      p: ({ breaths, strides }, random) =>
        phaseLockingTest(strides, breaths, { permutations: 199, random }).p,
      naive: {
        name: 'Rayleigh over strides',
        p: ({ breaths, strides }) => rayleighTest(phases(strides, breaths)).p,
      },
    }),
    scenario({
      name: 'strides whose phase of the breath is spread as von Mises',
      effect: 0.5,
      effectMeaning: 'von Mises concentration',
      simulate: walkingBreaths,
      p: ({ breaths, strides }, random) =>
        phaseLockingTest(strides, breaths, { permutations: 199, random }).p,
      naive: {
        name: 'Rayleigh over strides',
        p: ({ breaths, strides }) => rayleighTest(phases(strides, breaths)).p,
      },
    }),
    scenario({
      name: 'bursts of spikes, cycles turned',
      effect: 0.5,
      effectMeaning: 'von Mises concentration',
      simulate: breathingSpikes,
      p: ({ breaths, strides }, random) =>
        phaseLockingTest(strides, breaths, { permutations: 199, surrogate: 'cycles', random }).p,
      naive: {
        name: 'Rayleigh over spikes',
        p: ({ breaths, strides }) => rayleighTest(phases(strides, breaths)).p,
      },
    }),
  ],
};
