import { InputError, UsageError } from '../../../signal/error.ts';
import { decorrelationLag } from '../autocorrelation.ts';

/** Samples `start` (included) to `end` (excluded), within one trial. */
export interface Segment {
  readonly start: number;
  readonly end: number;
}

export interface Fold {
  readonly test: readonly Segment[];
  readonly train: readonly Segment[];
}

export interface Folds {
  readonly folds: readonly Fold[];
  /** Samples left out of training on either side of each tested segment. */
  readonly gap: number;
  readonly caveats: readonly string[];
}

export interface FoldOptions {
  /** Default 5. */
  readonly folds?: number;
  /** First sample of each trial, increasing, starting with that of the first. Default: one recording without joints. */
  readonly trialStarts?: ArrayLike<number>;
  /** Samples after which autocorrelation is gone; `autocorrelationOf` measures it. The gap is at least that. */
  readonly autocorrelation: number;
  /** Samples, at least `autocorrelation`; default `autocorrelation`. */
  readonly gap?: number;
  /** Trials are far apart in time (other days): no gap is needed across a joint. Default false. */
  readonly independentTrials?: boolean;
}

/** The longest lag, in samples, at which any of the series is still autocorrelated. */
export function autocorrelationOf(series: readonly ArrayLike<number>[]): number {
  return Math.max(...series.map(decorrelationLag));
}

/**
 * Folds that do not leak through time: each tests contiguous blocks and trains on all else but a gap around them, so that no tested
 * sample has an autocorrelated one among the trained. Blocks end at trial joints. Where there are as many trials as folds or more,
 * a fold tests whole, consecutive trials; else trials are cut into blocks. Random folds of a slow signal test what they were trained on
 * (Roberts et al. 2017, Ecography 40: 913-929).
 *
 * `caveats` says where a tested block is shorter than the autocorrelation: its score is then worth less than one sample. Throws
 * `InputError` where nothing is left to train on.
 */
export function gappedFolds(length: number, options: FoldOptions): Folds {
  const {
    folds: count = 5,
    autocorrelation,
    gap = Math.ceil(autocorrelation),
    independentTrials = false,
  } = options;
  if (!Number.isInteger(count) || count < 2 || !(autocorrelation >= 0) || !Number.isInteger(gap)) {
    throw new UsageError('these folds cannot be made', {
      expected: 'two or more folds, a known autocorrelation, a gap in samples',
      got: `${count} folds, autocorrelation ${autocorrelation}, gap ${gap}`,
    });
  }
  if (gap < autocorrelation) {
    throw new UsageError('the gap is shorter than the autocorrelation: training would see the test', {
      expected: `${Math.ceil(autocorrelation)} samples or more`,
      got: `${gap}`,
    });
  }
  const trials = trialsOf(length, options.trialStarts);
  const tests = trials.length >= count ? wholeTrials(trials, count, length) : blocks(trials, count, length);
  const folds = tests.map((test): Fold => {
    const kept = trials.flatMap((trial) => {
      const closed = test.map((t) => {
        const sameTrial = t.start >= trial.start && t.end <= trial.end;
        const reach = independentTrials && !sameTrial ? 0 : gap;
        return { start: t.start - reach, end: t.end + reach };
      });
      return without(trial, closed);
    });
    return { test, train: kept };
  });
  const empty = folds.findIndex((f) => f.train.length === 0);
  if (empty >= 0) {
    throw new InputError('the gap leaves nothing to train on', {
      where: `fold ${empty + 1} of ${count}`,
      expected: `more than ${samples(folds[empty].test) + 2 * gap} samples`,
      got: `${length}`,
      fix: 'Record longer; the autocorrelation is long against this recording.',
    });
  }
  const shortest = Math.min(...tests.flat().map((s) => s.end - s.start));
  const caveats =
    shortest < autocorrelation
      ? [
          `A tested block has ${shortest} samples, fewer than the autocorrelation of ${Math.ceil(autocorrelation)}: folds are not independent. Use fewer folds or record longer.`,
        ]
      : [];
  return { folds, gap, caveats };
}

/** How many samples segments hold. */
export function samples(segments: readonly Segment[]): number {
  return segments.reduce((n, s) => n + s.end - s.start, 0);
}

/** The positions of all samples of the segments. */
export function positions(segments: readonly Segment[]): Int32Array {
  const out = new Int32Array(samples(segments));
  let at = 0;
  for (const { start, end } of segments) for (let i = start; i < end; i++) out[at++] = i;
  return out;
}

export function trialsOf(length: number, starts: ArrayLike<number> = [0]): Segment[] {
  const trials = Array.from(starts, (start, i) => ({ start, end: starts[i + 1] ?? length }));
  const bad = trials.findIndex(
    (t, i) => !Number.isInteger(t.start) || t.end <= t.start || (i === 0 && t.start !== 0),
  );
  if (bad >= 0 || trials.length === 0) {
    throw new UsageError('trials must start at increasing samples', {
      expected: `0 first, all below ${length}`,
      got: trials.length === 0 ? 'none' : `trial ${bad + 1} from ${trials[bad].start} to ${trials[bad].end}`,
    });
  }
  return trials;
}

/** Consecutive trials for each fold, about equally many samples. */
function wholeTrials(trials: readonly Segment[], count: number, length: number): Segment[][] {
  const tests: Segment[][] = Array.from({ length: count }, () => []);
  trials.forEach((trial, i) => {
    const byTime = Math.floor((count * (trial.start + trial.end)) / 2 / length);
    // No fold may be left without a trial, however unlike the trials are in length.
    const fold = Math.max(count - trials.length + i, Math.min(i, byTime));
    tests[Math.min(count - 1, Math.max(0, fold))].push(trial);
  });
  return tests.every((t) => t.length > 0)
    ? tests
    : tests.map((_, f) => trials.filter((_trial, i) => Math.floor((i * count) / trials.length) === f));
}

/** Each trial cut into a share of the folds' blocks, at least one. */
function blocks(trials: readonly Segment[], count: number, length: number): Segment[][] {
  const shares = trials.map((t) => Math.max(1, Math.round((count * (t.end - t.start)) / length)));
  const longest = (): number =>
    trials.reduce(
      (best, t, i) =>
        (t.end - t.start) / shares[i] > (trials[best].end - trials[best].start) / shares[best] ? i : best,
      0,
    );
  while (shares.reduce((a, b) => a + b) < count) shares[longest()]++;
  while (shares.reduce((a, b) => a + b) > count) shares[shares.indexOf(Math.max(...shares))]--;
  return trials.flatMap((t, i) =>
    Array.from({ length: shares[i] }, (_, k) => {
      const cut = (part: number): number => t.start + Math.round(((t.end - t.start) * part) / shares[i]);
      return [{ start: cut(k), end: cut(k + 1) }];
    }),
  );
}

/** What of `whole` lies outside all of `closed`. */
function without(whole: Segment, closed: readonly Segment[]): Segment[] {
  let open: Segment[] = [whole];
  for (const c of closed) {
    open = open.flatMap((s) =>
      [
        { start: s.start, end: Math.min(s.end, c.start) },
        { start: Math.max(s.start, c.end), end: s.end },
      ].filter((part) => part.end > part.start),
    );
  }
  return open;
}
