import { InputError, UsageError } from '../../signal/error.ts';
import type { Random } from '../random.ts';
import type { Channels, Null, NullOptions, Surrogates } from './nulls/null.ts';

export type Tail = 'two-sided' | 'greater' | 'less';

export interface SurrogateOptions extends NullOptions {
  readonly null: Null;
  /** Surrogates to draw. Default 999. Where there are no more different ones than that, all are gone through instead. */
  readonly permutations?: number;
  /** The level that is asked for: fewer surrogates than can reach it are refused. Default 0.05. */
  readonly alpha?: number;
  /** Default `two-sided`: twice the smaller tail. */
  readonly tail?: Tail;
  readonly random: Random;
}

export interface SurrogateResult {
  readonly statistic: number;
  readonly p: number;
  /** The statistic of each surrogate; with `exact`, of each arrangement, the observed one first. */
  readonly distribution: Float64Array;
  /** Every arrangement was gone through. */
  readonly exact: boolean;
  /** No p value below this one can come out. */
  readonly smallestP: number;
  readonly caveats: readonly string[];
}

/**
 * A statistic of the data against its values under a null: p = (1 + surrogates as extreme) / (1 + surrogates), which is never zero
 * (Phipson & Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9: 39); over all arrangements, the share that is as extreme.
 *
 * Throws `UsageError` where `permutations` cannot reach `alpha`, `InputError` where the statistic of the data is NaN. Where the data
 * themselves have too few arrangements the result says so in `caveats`. Surrogates whose statistic is NaN count as extreme.
 */
export function surrogateTest(
  channels: Channels,
  statistic: (channels: readonly Float64Array[]) => number,
  options: SurrogateOptions,
): SurrogateResult {
  const surrogates = options.null.prepare(channels, options);
  const observed = statistic(channels.map((c) => Float64Array.from(c)));
  if (Number.isNaN(observed)) {
    throw new InputError('the statistic of the data is not defined', {
      expected: 'a number',
      got: 'NaN',
      fix: 'A constant series or too few values have no such statistic.',
    });
  }
  const { values, ...how } = surrogateValues(surrogates, (drawn) => [statistic(drawn)], options);
  const distribution = Float64Array.from(values, (v) => v[0]);
  return {
    statistic: observed,
    p: surrogateP(observed, distribution, how.exact, options.tail),
    distribution,
    ...how,
  };
}

export interface SurrogateValues {
  readonly values: readonly ArrayLike<number>[];
  readonly exact: boolean;
  readonly smallestP: number;
  readonly caveats: readonly string[];
}

/** The statistics of every surrogate that is drawn, or of all there are. */
export function surrogateValues(
  surrogates: Surrogates,
  statistics: (channels: readonly Float64Array[]) => ArrayLike<number>,
  options: Pick<SurrogateOptions, 'permutations' | 'alpha' | 'tail' | 'random'>,
): SurrogateValues {
  const { permutations = 999, alpha = 0.05, tail = 'two-sided', random } = options;
  const sides = tail === 'two-sided' ? 2 : 1;
  const needed = Math.ceil(sides / alpha - 1e-9) - 1;
  if (!(alpha > 0 && alpha < 1) || !Number.isInteger(permutations) || permutations < needed) {
    throw new UsageError('too few permutations for the level', {
      expected: `a level between 0 and 1 and at least ${needed} permutations (${tail}, alpha ${alpha})`,
      got: `${permutations} permutations`,
      fix: `No p value below ${sides}/(permutations + 1) can come out: ask for more.`,
    });
  }
  const { nth, distinct } = surrogates;
  const exact = nth !== undefined && distinct <= permutations + 1;
  const values: ArrayLike<number>[] = [];
  if (exact) for (let i = 0; i < distinct; i++) values.push(statistics(nth(i)));
  else for (let i = 0; i < permutations; i++) values.push(statistics(surrogates.draw(random)));
  const smallestP = Math.min(1, sides / Math.min(distinct, permutations + 1));
  const caveats =
    smallestP > alpha
      ? [
          `These data have only ${distinct} arrangements: p cannot fall below ${smallestP.toPrecision(2)}, so that ${alpha} is out of reach.`,
        ]
      : [];
  return { values, exact, smallestP, caveats };
}

/** The p value of `observed` among its values under the null. */
export function surrogateP(
  observed: number,
  distribution: ArrayLike<number>,
  exact: boolean,
  tail: Tail = 'two-sided',
): number {
  // Arrangements that are equal but for rounding count as equal.
  const slack = 1e-10 * Math.abs(observed);
  let [above, below] = exact ? [0, 0] : [1, 1];
  for (let i = 0; i < distribution.length; i++) {
    if (!(distribution[i] < observed - slack)) above++;
    if (!(distribution[i] > observed + slack)) below++;
  }
  const total = distribution.length + (exact ? 0 : 1);
  if (tail === 'greater') return above / total;
  if (tail === 'less') return below / total;
  return Math.min(1, (2 * Math.min(above, below)) / total);
}
