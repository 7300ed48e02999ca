import { InputError, UsageError } from '../../../signal/error.ts';
import type { Random } from '../../random.ts';

/**
 * A null hypothesis as a way to rearrange data: what it `keeps` is the same in every surrogate, all else is broken. A null is only as
 * good as what it keeps: shuffling the samples of a slow signal asks whether it is slow, not whether it goes with another one.
 */
export interface Null {
  readonly name: string;
  /** What it is, in a few words. */
  readonly title: string;
  readonly keeps: readonly Kept[];
  /** What must hold of the data for its p values to be right. */
  readonly assumes: string;
  readonly source: string;
  /**
   * Checks the channels (one array of samples each, all of one length) and makes ready to rearrange them. Throws `InputError` for
   * data that cannot be rearranged so, `UsageError` for options that do not fit.
   */
  readonly prepare: (channels: Channels, options: NullOptions) => Surrogates;
}

export type Channels = readonly ArrayLike<number>[];

export type Kept =
  /** The values of each channel, in another order. */
  | 'values'
  /** Samples that are present together stay together: all channels are rearranged alike. */
  | 'simultaneity'
  /** Each sample keeps its neighbor, but for one joint around the end. */
  | 'neighbors'
  /** Each sample keeps its neighbor inside its block. */
  | 'blocks'
  /** Whole trials, each with its time course, at the same times within the trial. */
  | 'trials'
  /** The power at each frequency: mean, variance and autocorrelation. */
  | 'spectrum'
  /** The cross-spectrum of each pair of channels. */
  | 'cross-spectra'
  /** The values within each exchangeability group. */
  | 'groups'
  /** The size of each value. */
  | 'magnitudes';

export interface NullOptions {
  /** Samples; default 1. A large one makes false positives on short recordings: see `circularShift`. */
  readonly minimumShift?: number;
  /** Samples a block; default: five times the lag after which no channel's autocorrelation is told from zero. */
  readonly blockLength?: number;
  /** Samples a trial: the channels are trials of this length, one after the other. */
  readonly trialLength?: number;
  /** For each sample the exchangeability group that it may not leave (animal, session). Default: one group. */
  readonly groups?: ArrayLike<number | string>;
}

export interface Surrogates {
  /** How many different arrangements there are, the observed one included; Infinity where they are continuous. */
  readonly distinct: number;
  readonly draw: (random: Random) => Float64Array[];
  /** Arrangement i, 0 <= i < distinct, 0 being the observed one: for tests that go through them all. */
  readonly nth?: (i: number) => Float64Array[];
}

/** The common length of the channels. */
export function channelLength(where: string, channels: Channels): number {
  const n = channels[0]?.length ?? 0;
  const odd = channels.find((c) => c.length !== n);
  if (odd || n < 2) {
    throw new UsageError('surrogates need channels of one length', {
      where,
      expected: 'one or more channels of two or more samples',
      got: odd ? `${n} and ${odd.length} samples` : `${channels.length} channels of ${n} samples`,
    });
  }
  return n;
}

/** Refuses missing values where samples cannot be moved as they are. */
export function withoutMissing(where: string, channels: Channels): void {
  let missing = 0;
  for (const c of channels) for (let i = 0; i < c.length; i++) if (!Number.isFinite(c[i])) missing++;
  if (missing > 0) {
    throw new InputError('values are missing', {
      where,
      expected: 'finite values',
      got: `${missing} that are not`,
      fix: 'Fill the gaps, or use circular shifts, which move gaps along.',
    });
  }
}

/** Every channel in the order `order`. */
export function reordered(channels: Channels, order: ArrayLike<number>): Float64Array[] {
  return channels.map((c) => Float64Array.from({ length: order.length }, (_, i) => c[order[i]]));
}

export function factorial(n: number): number {
  let product = 1;
  for (let k = 2; k <= n && product < Infinity; k++) product *= k;
  return product;
}
