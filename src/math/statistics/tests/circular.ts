import { InputError } from '../../../signal/error.ts';
import { circularSummary, rayleighTest, watsonWilliamsTest } from '../../circular.ts';
import { normalCdf } from '../../distribution.ts';
import type { Random } from '../../random.ts';
import { vonMises } from '../calibration/simulate.ts';
import { scenario, type StatisticalTest } from '../calibration/scenario.ts';
import { labelPermutation } from '../nulls/label-permutation.ts';
import { present } from '../present.ts';
import { surrogateTest, type SurrogateOptions } from '../surrogate-test.ts';
import type { TestResult } from './result.ts';

export interface VTest extends TestResult {
  /** n r cos(mean - direction). */
  readonly v: number;
}

/**
 * Rayleigh's test against one direction named beforehand: V = R cos(mean - direction), u = V sqrt(2 / n), normal under
 * uniformity (Zar 2010, section 27.1b; Durand & Greenwood 1958). One-sided: angles near `direction`. Angles in rad, independent.
 */
export function vTest(angles: ArrayLike<number>, direction: number): VTest {
  const { values, dropped } = present('the angles', angles);
  const { n, mean, resultantLength } = circularSummary(values);
  const v = n * resultantLength * Math.cos(mean - direction);
  const u = v * Math.sqrt(2 / n);
  return {
    statistic: u,
    v,
    p: normalCdf(-u),
    n,
    dropped,
    caveats: n < 8 ? ['fewer than eight angles: the normal approximation is a rough one'] : [],
  };
}

/**
 * Watson's U2 of two samples of angles: U2 = (n m / N^2) (sum d_k^2 - (sum d_k)^2 / N), d_k the difference of the two empirical
 * distributions after the k-th of all N angles, ties together (Zar 2010, section 27.6).
 */
export function watsonU2(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const turn = 2 * Math.PI;
  const direction = (angle: number): number => ((angle % turn) + turn) % turn;
  const all = [
    ...Array.from(a, (v) => ({ at: direction(v), first: true })),
    ...Array.from(b, (v) => ({ at: direction(v), first: false })),
  ].sort((p, q) => p.at - q.at);
  const N = all.length;
  let [i, j, sum, squares] = [0, 0, 0, 0];
  for (let k = 0; k < N;) {
    let end = k;
    for (; end < N && all[end].at === all[k].at; end++) {
      if (all[end].first) i++;
      else j++;
    }
    const d = i / a.length - j / b.length;
    sum += (end - k) * d;
    squares += (end - k) * d * d;
    k = end;
  }
  return ((a.length * b.length) / (N * N)) * (squares - (sum * sum) / N);
}

/** That two samples of independent angles come from one distribution, of any shape: Watson's U2 with labels permuted. */
export function watsonU2Test(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: Pick<SurrogateOptions, 'permutations' | 'alpha' | 'random'>,
): TestResult & { readonly exact: boolean } {
  const [x, y] = [present('the first sample', a), present('the second sample', b)];
  const angles = Float64Array.of(...x.values, ...y.values);
  const labels = angles.map((_, i) => (i < x.values.length ? 1 : 0));
  const { statistic, p, exact, caveats } = surrogateTest(
    [labels],
    ([l]) =>
      watsonU2(
        angles.filter((_, i) => l[i] === 1),
        angles.filter((_, i) => l[i] === 0),
      ),
    { ...options, null: labelPermutation, tail: 'greater' },
  );
  return { statistic, p, exact, caveats, n: angles.length, dropped: x.dropped + y.dropped };
}

export interface PhaseLocking extends TestResult {
  /** Mean resultant length of the events' phases, 0 to 1, and their mean phase in rad. */
  readonly resultantLength: number;
  readonly meanPhase: number;
}

export interface PhaseLockingOptions extends Pick<SurrogateOptions, 'permutations' | 'alpha' | 'random'> {
  /**
   * `shift` (default): all events are moved in time by the same amount, wrapped; keeps both rhythms whole. `intervals`: the events'
   * intervals in another order from a random start; for events whose intervals are independent of each other.
   */
  readonly surrogate?: 'shift' | 'intervals';
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

/** The phase in rad of each time in the cycle around it; times and starts increasing. */
function phases(times: ArrayLike<number>, starts: ArrayLike<number>): Float64Array {
  let k = 0;
  return Float64Array.from(times, (t) => {
    while (k + 2 < starts.length && starts[k + 1] <= t) k++;
    return (2 * Math.PI * (t - starts[k])) / (starts[k + 1] - starts[k]);
  });
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

export const rayleigh: StatisticalTest = {
  name: 'rayleigh',
  title: 'Angles spread evenly (Rayleigh)',
  assumes: 'independent angles with at most one preferred direction',
  source: 'Zar 2010, Biostatistical Analysis, section 27.1a',
  scenarios: [
    scenario({
      name: '30 angles',
      effect: 0.8,
      effectMeaning: 'von Mises concentration',
      simulate: (random, effect) => vonMises(random, 30, 1, effect),
      p: (angles) => rayleighTest(angles).p,
    }),
  ],
};

export const v: StatisticalTest = {
  name: 'v-test',
  title: 'Angles spread evenly, against one direction (V)',
  assumes: 'independent angles; a direction named beforehand',
  source: 'Zar 2010, Biostatistical Analysis, section 27.1b',
  scenarios: [
    scenario({
      name: '30 angles',
      effect: 0.8,
      effectMeaning: 'von Mises concentration',
      simulate: (random, effect) => vonMises(random, 30, 1, effect),
      p: (angles) => vTest(angles, 1).p,
    }),
  ],
};

export const watsonWilliams: StatisticalTest = {
  name: 'watson-williams',
  title: 'Mean directions of groups of angles',
  assumes: 'independent von Mises angles of one concentration, mean resultant length above 0.45',
  source: 'Zar 2010, Biostatistical Analysis, section 27.4',
  scenarios: [
    scenario({
      name: '15 angles against 15 across the jump at 180 deg',
      effect: 0.8,
      effectMeaning: 'rad',
      simulate: (random, effect) => [
        vonMises(random, 15, Math.PI, 2),
        vonMises(random, 15, Math.PI + effect, 2),
      ],
      p: (groups) => watsonWilliamsTest(groups).p,
    }),
  ],
};

export const watsonU2Permutation: StatisticalTest = {
  name: 'watson-u2',
  title: 'Two distributions of angles (Watson U2), labels permuted',
  assumes: 'independent angles',
  source: 'Zar 2010, Biostatistical Analysis, section 27.6',
  scenarios: [
    scenario({
      name: '20 angles against 20 around 0 and 360 deg',
      effect: 1,
      effectMeaning: 'rad',
      simulate: (random, effect) => [vonMises(random, 20, 0, 1.5), vonMises(random, 20, effect, 1.5)],
      p: ([a, b], random) => watsonU2Test(a, b, { permutations: 199, random }).p,
    }),
  ],
};

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
  ],
};
