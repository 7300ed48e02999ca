import { UsageError } from '../signal/error.ts';
import { normalCdf, normalQuantile, tQuantile } from './distribution.ts';
import { quantileOfSorted, sortedPresent } from './quantile.ts';
import type { Random } from './random.ts';

export interface BootstrapOptions {
  /** Default 2000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly level?: number;
  /** `bca` (default): bias-corrected and accelerated (Efron 1987). `percentile`: the plain quantiles. */
  readonly method?: 'bca' | 'percentile';
  /**
   * For time series: resample runs of this many consecutive observations, wrapped around the end (circular block bootstrap,
   * Politis & Romano 1992), so that autocorrelation is kept; it should be several times the correlation time, and intervals
   * stay somewhat too narrow for short series. Default 1: observations are independent.
   */
  readonly blockLength?: number;
  /**
   * Widens the interval for few independent units (Hesterberg 2015, The American Statistician 69: 371-386, section 5.2): the tail
   * alpha / 2 becomes Phi(-sqrt(n / (n - 1)) t(1 - alpha / 2; n - 1)), n being the resampling's `units`. Default false.
   */
  readonly expanded?: boolean;
  readonly random: Random;
}

/** How observations are drawn anew: the level that is independent is drawn as a whole. */
export interface Resampling {
  /** The observations, and how many independent units they are (animals, blocks). */
  readonly count: number;
  readonly units: number;
  /** Positions of one resample; it may be longer or shorter than `count`. */
  readonly draw: (random: Random) => Int32Array;
  /** The observations without one unit, for each unit: the jackknife of the acceleration. */
  readonly withoutOne: () => Int32Array[];
}

export interface BootstrapInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** The statistic's standard deviation over the resamples. */
  readonly standardError: number;
  /** The statistic of each resample, increasing. */
  readonly distribution: Float64Array;
  /** Resamples whose statistic was NaN: the interval says nothing of those. */
  readonly undefinedResamples: number;
}

/**
 * A confidence interval of any statistic of `count` observations. The statistic is given the positions to use (with
 * repetitions), so that observations of any kind are resampled without a copy: frames, trials, animals. Resample the level
 * that is independent: animals where animals differ, not their frames. Where the statistic of all observations is NaN the
 * interval is NaN.
 */
export function bootstrap(
  count: number,
  statistic: (positions: Int32Array) => number,
  options: BootstrapOptions,
): BootstrapInterval {
  const { blockLength = 1 } = options;
  if (!Number.isInteger(count) || count < 1) {
    throw new UsageError('the bootstrap cannot run', {
      expected: 'at least one observation',
      got: `${count} observations`,
    });
  }
  if (!Number.isInteger(blockLength) || blockLength < 1 || blockLength > count) {
    throw new UsageError('the block length does not fit', {
      expected: `1 to ${count}`,
      got: `${blockLength}`,
    });
  }
  return bootstrapBy(circularBlocks(count, blockLength), statistic, options);
}

/** Blocks of one length, wrapped around the end. */
export function circularBlocks(count: number, blockLength: number): Resampling {
  return {
    count,
    units: count / blockLength,
    draw: (random) => {
      const positions = new Int32Array(count);
      for (let i = 0; i < count;) {
        const start = random.integer(count);
        for (let k = 0; k < blockLength && i < count; k++) positions[i++] = (start + k) % count;
      }
      return positions;
    },
    withoutOne: () => withoutBlocks(count, blockLength),
  };
}

/** All positions but those of one block of consecutive ones, for each block. */
export function withoutBlocks(count: number, blockLength: number): Int32Array[] {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  const rests: Int32Array[] = [];
  for (let start = 0; start < count; start += blockLength) {
    const rest = all.filter((i) => i < start || i >= start + blockLength);
    if (rest.length > 0) rests.push(rest);
  }
  return rests;
}

/** The same with any resampling: of blocks, of animals and their trials. */
export function bootstrapBy(
  resampling: Resampling,
  statistic: (positions: Int32Array) => number,
  options: Omit<BootstrapOptions, 'blockLength'>,
): BootstrapInterval {
  const { resamples = 2000, level = 0.95, method = 'bca', expanded = false, random } = options;
  if (!(level > 0 && level < 1) || !(resamples >= 1) || (expanded && !(resampling.units > 1))) {
    throw new UsageError('the bootstrap cannot run', {
      expected: 'a level between 0 and 1, at least one resample, more than one unit for an expanded interval',
      got: `level ${level}, ${resamples} resamples, ${resampling.units} units`,
    });
  }
  const estimate = statistic(Int32Array.from({ length: resampling.count }, (_, i) => i));
  const draws = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) draws[r] = statistic(resampling.draw(random));
  const distribution = sortedPresent(draws);
  const undefinedResamples = resamples - distribution.length;
  const common = { estimate, level, distribution, undefinedResamples, standardError: spread(distribution) };
  if (Number.isNaN(estimate) || distribution.length === 0) return { ...common, low: NaN, high: NaN };
  const tail = expanded ? expandedTail((1 - level) / 2, resampling.units) : (1 - level) / 2;
  const tails = [tail, 1 - tail];
  const [low, high] = method === 'percentile' ? tails : adjusted(tails);
  return { ...common, low: quantileOfSorted(distribution, low), high: quantileOfSorted(distribution, high) };

  /** Efron 1987, equations 2.3 and 6.6: alpha' = Phi(z0 + (z0 + z) / (1 - a (z0 + z))). */
  function adjusted(probabilities: readonly number[]): number[] {
    let below = 0;
    for (const d of distribution) below += d < estimate ? 1 : d === estimate ? 0.5 : 0;
    const share = below / distribution.length;
    // The estimate outside all resamples leaves the correction undefined.
    if (share === 0 || share === 1) return [...probabilities];
    const z0 = normalQuantile(share);
    const a = acceleration(resampling.withoutOne().map(statistic));
    return probabilities.map((p) => {
      const z = z0 + normalQuantile(p);
      return normalCdf(z0 + z / (1 - a * z));
    });
  }
}

function expandedTail(tail: number, units: number): number {
  return normalCdf(Math.sqrt(units / (units - 1)) * tQuantile(tail, units - 1));
}

/** The skewness of the jackknife's values: sum (m - v)^3 / (6 (sum (m - v)^2)^1.5). */
function acceleration(left: readonly number[]): number {
  const mean = left.reduce((s, v) => s + v, 0) / left.length;
  const cubes = left.reduce((s, v) => s + (mean - v) ** 3, 0);
  const squares = left.reduce((s, v) => s + (mean - v) ** 2, 0);
  return squares > 0 ? cubes / (6 * squares ** 1.5) : 0;
}

function spread(values: Float64Array): number {
  const mean = values.reduce((s, v) => s + v, 0) / values.length;
  return Math.sqrt(values.reduce((s, v) => s + (v - mean) ** 2, 0) / (values.length - 1));
}
