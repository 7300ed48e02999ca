import { leastSquares } from '../math/least-squares.ts';
import { matrix } from '../math/matrix.ts';
import { tQuantile } from '../math/distribution.ts';
import { quantile } from '../math/quantile.ts';
import type { Random } from '../math/random.ts';
import { surrogateTest } from '../math/statistics/surrogate-test.ts';
import { labelPermutation } from '../math/statistics/nulls/label-permutation.ts';
import { signFlipTest } from '../math/statistics/tests/paired.ts';
import { standardDeviation } from '../math/moments.ts';
import { InputError, UsageError } from '../signal/error.ts';
import type { Events } from '../signal/events.ts';
import type { Signal } from '../signal/signal.ts';
import { firstAtOrAfter, timesOf } from '../signal/time.ts';

export interface StimulationOptions {
  /** The response is averaged from the first to the second time after a stimulus, seconds. Default 0 to 0.5. */
  readonly response?: readonly [number, number];
  /** Speed is averaged from the first to the second time, seconds, before the stimulus acts. Default -0.5 to 0. */
  readonly before?: readonly [number, number];
  /** Moments without a stimulus lie at least this long after one. Default: twice the whole window. */
  readonly clearSeconds?: number;
  /** Largest difference of speed in a matched pair, in standard deviations of speed. Default 0.25. */
  readonly caliper?: number;
  /** Default 999. */
  readonly permutations?: number;
  readonly random: Random;
}

/** What a stimulus does beyond what speed explains. */
export interface StimulationResponse {
  /** Response after stimuli less response at moments without one, in the response's unit, with its 95 % interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly p: number;
  /** The same difference without regard to speed, for comparison. */
  readonly unadjusted: number;
  /** Stimuli and moments without one that were used, and stimuli that were not: no match, or no data. */
  readonly stimuli: number;
  readonly controls: number;
  readonly leftOut: number;
  readonly caveats: readonly string[];
}

interface Moment {
  readonly speed: number;
  readonly response: number;
}

/**
 * Each stimulus beside the moment without one at which speed was nearest, no moment twice; the mean difference with signs flipped
 * (Stuart 2010, Statistical Science 25: 1-21, on matching). Brainstem stimulation comes when the animal walks, and what walks fires:
 * without matching, speed would pass for a response. Missing samples (NaN) leave a moment out.
 *
 * @param response @param speed over time alone, on the clock of the stimuli.
 */
export function matchedResponse(
  response: Signal,
  stimuli: Events,
  speed: Signal,
  options: StimulationOptions,
): StimulationResponse {
  const { random, permutations, caliper = 0.25 } = options;
  const { stimulated, free, lost } = moments(response, stimuli, speed, options);
  const reach = caliper * standardDeviation([...stimulated, ...free].map((m) => m.speed));
  const unused = new Set(free.keys());
  const pairs: (readonly [Moment, Moment])[] = [];
  for (const i of random.permutation(stimulated.length)) {
    let best = -1;
    for (const k of unused) {
      if (best < 0 || off(free[k], stimulated[i]) < off(free[best], stimulated[i])) best = k;
    }
    if (best < 0 || off(free[best], stimulated[i]) > reach) continue;
    unused.delete(best);
    pairs.push([stimulated[i], free[best]]);
  }
  if (pairs.length < 6) {
    throw new InputError('too few stimuli have a moment of like speed beside them', {
      where: `stimuli "${stimuli.name}"`,
      expected: '6 or more pairs',
      got: `${pairs.length} of ${stimulated.length} stimuli, ${free.length} free moments`,
      fix: 'Record longer without stimuli, widen the caliper, or take speed as covariate (adjustedResponse).',
    });
  }
  const differences = pairs.map(([a, b]) => a.response - b.response);
  const test = signFlipTest(
    pairs.map(([a]) => a.response),
    pairs.map(([, b]) => b.response),
    { permutations, random },
  );
  const half =
    (tQuantile(0.975, pairs.length - 1) * standardDeviation(differences)) / Math.sqrt(pairs.length);
  const missed = stimulated.length - pairs.length;
  return {
    difference: test.difference,
    low: test.difference - half,
    high: test.difference + half,
    p: test.p,
    unadjusted: meanResponse(stimulated) - meanResponse(free),
    stimuli: pairs.length,
    controls: pairs.length,
    leftOut: lost + missed,
    caveats: [
      ...test.caveats,
      ...(missed > stimulated.length / 5
        ? [
            `${missed} of ${stimulated.length} stimuli have no match: the result holds for the speeds of the others.`,
          ]
        : []),
    ],
  };
}

const off = (a: Moment, b: Moment): number => Math.abs(a.speed - b.speed);
const meanResponse = (of: readonly Moment[]): number =>
  of.reduce((sum, m) => sum + m.response, 0) / of.length;

/**
 * Speed as covariate: response = a + b stimulated + c speed + d speed^2, b judged by permuted residuals of the model without it
 * (Freedman & Lane 1983, J. Business & Economic Statistics 1: 292-298). Uses every stimulus, and trusts the curve where
 * stimuli and free moments differ in speed. Arguments as for `matchedResponse`.
 */
export function adjustedResponse(
  response: Signal,
  stimuli: Events,
  speed: Signal,
  options: StimulationOptions,
): StimulationResponse {
  const { random, permutations } = options;
  const { stimulated, free, lost } = moments(response, stimuli, speed, options);
  const all = [...stimulated, ...free];
  const n = all.length;
  const curve = matrix(n, 3);
  all.forEach((m, i) => curve.data.set([1, m.speed, m.speed ** 2], 3 * i));
  const rest = (y: ArrayLike<number>): Float64Array => {
    const { solution } = leastSquares(curve, Float64Array.from(y));
    return Float64Array.from(y, (v, i) => {
      const [one, s, squared] = curve.data.subarray(3 * i, 3 * i + 3);
      return v - solution[0] * one - solution[1] * s - solution[2] * squared;
    });
  };
  const given = rest(all.map((_, i) => Number(i < stimulated.length)));
  const left = rest(all.map((m) => m.response));
  const own = dot(given, given);
  const slope = (e: Float64Array): number => dot(given, e) / own;
  const test = surrogateTest(
    [left],
    ([e]) => {
      const around = rest(e);
      const b = slope(around);
      return b / Math.sqrt(Math.max(Number.MIN_VALUE, dot(around, around) - b * b * own));
    },
    { null: labelPermutation, permutations, random },
  );
  const difference = slope(left);
  const spread = Math.max(0, dot(left, left) - difference ** 2 * own) / (n - 4);
  const half = tQuantile(0.975, n - 4) * Math.sqrt(spread / own);
  const [lowest, highest] = [0.05, 0.95].map((q) =>
    quantile(
      free.map((m) => m.speed),
      q,
    ),
  );
  const beyond = stimulated.filter((m) => m.speed < lowest || m.speed > highest).length;
  return {
    difference,
    low: difference - half,
    high: difference + half,
    p: test.p,
    unadjusted: meanResponse(stimulated) - meanResponse(free),
    stimuli: stimulated.length,
    controls: free.length,
    leftOut: lost,
    caveats: [
      ...test.caveats,
      ...(beyond > stimulated.length / 5
        ? [
            `${beyond} of ${stimulated.length} stimuli came at speeds that free moments hardly have: there the curve is trusted.`,
          ]
        : []),
    ],
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Speed before and response after each stimulus, and at free moments one whole window apart. */
function moments(
  response: Signal,
  stimuli: Events,
  speed: Signal,
  options: StimulationOptions,
): { readonly stimulated: Moment[]; readonly free: Moment[]; readonly lost: number } {
  const { response: after = [0, 0.5], before = [-0.5, 0] } = options;
  const window = Math.max(after[1], before[1]) - Math.min(after[0], before[0]);
  const { clearSeconds = 2 * window } = options;
  if (!(after[0] < after[1] && before[0] < before[1] && before[1] <= 0 && after[0] >= 0)) {
    throw new UsageError('speed must be taken before the stimulus and the response after it', {
      expected: 'before: [from, to] with from < to <= 0; response: [from, to] with 0 <= from < to',
      got: `before ${before.join(' to ')} s, response ${after.join(' to ')} s`,
    });
  }
  const responseAt = windowMean(response, stimuli.clock);
  const speedAt = windowMean(speed, stimuli.clock);
  const at = (t: number): Moment => ({
    speed: speedAt(t + before[0], t + before[1]),
    response: responseAt(t + after[0], t + after[1]),
  });
  const isWhole = (m: Moment): boolean => Number.isFinite(m.speed) && Number.isFinite(m.response);
  const all = Array.from(stimuli.starts, at);
  const stimulated = all.filter(isWhole);
  const times = timesOf(response.time!);
  const [first, last] = [times[0] - before[0], times[times.length - 1] - after[1]];
  const free: Moment[] = [];
  for (let t = first; t <= last; t += window) {
    const next = firstAtOrAfter(stimuli.starts, t + before[0]);
    // The next stimulus comes after the window, and the one before it ended long ago.
    if (stimuli.starts[next] < t + after[1] || (next > 0 && latestEnd(stimuli, next) + clearSeconds > t))
      continue;
    const moment = at(t);
    if (isWhole(moment)) free.push(moment);
  }
  if (stimulated.length < 6 || free.length < 6) {
    throw new InputError('too few moments to compare', {
      where: `stimuli "${stimuli.name}"`,
      expected: '6 or more stimuli and moments without one',
      got: `${stimulated.length} of ${stimuli.count} stimuli with data, ${free.length} free moments`,
    });
  }
  return { stimulated, free, lost: all.length - stimulated.length };
}

function latestEnd(stimuli: Events, count: number): number {
  let latest = -Infinity;
  for (let i = 0; i < count; i++) latest = Math.max(latest, stimuli.ends[i]);
  return latest;
}

/** The mean of a signal's samples with from <= t < to; NaN where there is none or one is missing. */
function windowMean(signal: Signal, clock: string): (from: number, to: number) => number {
  if (signal.dimensions.length !== 1 || !signal.time || signal.time.clock !== clock) {
    throw new UsageError('only one quantity over time can be compared', {
      where: `signal "${signal.name}"`,
      expected: `\`time\` as its only dimension, on the clock "${clock}"`,
      got: `${signal.dimensions.map((d) => d.name).join(' x ')} on "${signal.time?.clock ?? 'no clock'}"`,
      fix: 'Select one unit or channel; map the recording with `onMasterClock`.',
    });
  }
  const times = timesOf(signal.time);
  const values = signal.contiguous();
  return (from, to) => {
    const [start, end] = [firstAtOrAfter(times, from), firstAtOrAfter(times, to)];
    let sum = 0;
    for (let i = start; i < end; i++) sum += values[i];
    // A window that the recording does not cover is no window.
    return times[0] > from || times[times.length - 1] < to || end === start ? NaN : sum / (end - start);
  };
}
