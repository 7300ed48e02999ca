import { bootstrap, Random, type BootstrapInterval, type Matrix } from '../../math/index.ts';
import { automaticBlockLength, autocorrelationOf, holm } from '../../math/statistics/index.ts';
import { contiguousFolds } from '../../relate/folds.ts';
import { shiftedPosition } from '../../relate/nulls.ts';
import type { Series } from '../../relate/series.ts';
import { UsageError } from '../../signal/error.ts';
import { sharedSamples, type Hypothesis } from './hypothesis.ts';
import { meanScore, shifted, squareRoots, unitColumns } from './activity.ts';
import { readout, type Readout } from './readout.ts';
import { recover, type Recovery } from './recovery.ts';
import { verdictOf, type Verdict } from './verdict.ts';

export interface ClaimOptions {
  readonly seed: number | string;
  /** Contiguous folds. Default 5. */
  readonly folds?: number;
  /** `square root` (default) makes the variance of spike counts about constant; `none` for signals. */
  readonly transform?: 'square root' | 'none';
  /** Circular shifts of the activity against the features, each with new fits. Default 200. */
  readonly nullDraws?: number;
  /** Resamples of blocks of time for intervals and differences. Default 2000. */
  readonly resamples?: number;
  /** Simulated data sets for each hypothesis of what would be seen were it true. Default 20. */
  readonly recoveries?: number;
  /** Of the whole panel. Default 0.05. */
  readonly level?: number;
  readonly onProgress?: (progress: { readonly stage: string; readonly fraction: number }) => void;
  readonly signal?: AbortSignal;
}

export interface Judged {
  readonly name: string;
  /** Mean over units of the held-out R2 of a linear readout. */
  readonly score: number;
  /** 95 %, from blocks of time drawn with replacement. */
  readonly interval: readonly [low: number, high: number];
  /** Of each unit, in the order of the activity's columns. */
  readonly unitScores: Float64Array;
  readonly null: { readonly mean: number; readonly percentile95: number };
  /** That shifted activity scores as high; `corrected` for the number of hypotheses (Holm 1979). */
  readonly p: number;
  readonly corrected: number;
  /** What it would score were it true, with noise as in these data: mean over simulations. Absent where nothing is predicted. */
  readonly ceiling?: number;
  /** The best hypothesis's score less this one's; absent for the best itself. */
  readonly behind?: {
    readonly difference: number;
    readonly interval: readonly [low: number, high: number];
    readonly p: number;
    /** For all that are compared with the best (Holm 1979). */
    readonly corrected: number;
  };
}

export interface ClaimResult {
  readonly verdict: Verdict;
  /** The best first. */
  readonly ranking: readonly Judged[];
  /** Absent where no hypothesis predicts anything: there is nothing that could have been told apart. */
  readonly recovery?: Recovery;
  readonly samples: number;
  readonly units: number;
  readonly folds: number;
  /** Samples left out of training around each test, and in a block of the bootstrap. */
  readonly embargo: number;
  readonly blockLength: number;
  /** What could fool a reader. */
  readonly notes: readonly string[];
}

/** A feature this many standard deviations from what was fitted is no longer predicted but extrapolated. */
const farOff = 12;

/**
 * Which account of a population predicts it best on data that it was not fitted to, is it better than chance, is it better than the others, and could
 * these data have told them apart at all? Every hypothesis gets the same readout (ridge regression, see `readout`), the same samples and the same
 * contiguous folds with an embargo of the activity's correlation time (at most a tenth of a fold).
 *
 * Chance: the activity shifted around in time against the features, by any shift but none (see `shiftedPosition`), everything fitted anew; it keeps the
 * autocorrelation of both (Harris 2020, arXiv:2012.06862). Differences: bootstrap over blocks of time of the same held-out errors. Recovery: see
 * `recover`. Scores are of these units and this recording: they say nothing of another animal.
 *
 * Throws as `sharedSamples` does, `UsageError` for options that cannot be, `InputError` where the recording is too short for its folds.
 */
export async function claim(
  activity: Series,
  hypotheses: readonly Hypothesis[],
  options: ClaimOptions,
): Promise<ClaimResult> {
  const { folds: count = 5, transform = 'square root', nullDraws = 200, resamples = 2000 } = options;
  const { recoveries = 20, level = 0.05, seed } = options;
  checkDraws({ nullDraws, recoveries, resamples }, level, hypotheses.length);
  const shared = sharedSamples(activity, hypotheses);
  const notes = [...shared.notes];
  const y = transform === 'square root' ? squareRoots(shared.activity, activity.names) : shared.activity;
  const correlated = Math.ceil(autocorrelationOf(unitColumns(y)));
  const most = Math.floor(y.rows / count / 10);
  const embargo = Math.min(correlated, most);
  if (embargo < correlated) {
    notes.push(
      `The activity stays correlated for ${correlated} samples; only ${embargo} are left out around each test, so that folds know a little of each other.`,
    );
  }
  const folds = contiguousFolds(shared.stretches, { count, embargo });
  const readouts = shared.features.map((f) => readout(f, folds));
  readouts.forEach(({ furthest: f }, h) => {
    if (f.deviations < farOff) return;
    const { name, features } = hypotheses[h];
    notes.push(
      `"${name}": sample ${f.sample + 1} of "${features.names[f.feature]}" lies ${f.deviations.toFixed(0)} standard deviations from what its readout was fitted to. A stretch that is unlike the rest may decide its score: restrict the claim to what is alike.`,
    );
  });
  const pace = pacing(options);
  const random = new Random(`${seed}/claim`);

  const unitScores = readouts.map((r) => r.scores(y));
  const scores = unitScores.map(meanScore);
  const nulls = readouts.map(() => new Float64Array(nullDraws));
  for (let draw = 0; draw < nullDraws; draw++) {
    const moved = shifted(y, shiftedPosition(y.rows, random));
    readouts.forEach((r, h) => (nulls[h][draw] = meanScore(r.scores(moved))));
    await pace('chance', (draw + 1) / nullDraws);
  }
  const p = scores.map((s, h) => (1 + nulls[h].filter((v) => v >= s).length) / (1 + nullDraws));
  const corrected = holm(p);

  const best = scores.indexOf(Math.max(...scores));
  const blocks = blocksOf(readouts, y);
  const differences = scores.map((_, h) =>
    h === best
      ? undefined
      : blocks.interval(
          (positions) => blocks.score(best, positions) - blocks.score(h, positions),
          random,
          resamples,
        ),
  );
  await pace('differences', 1);
  const differenceP = differences.map((d) => (d ? twoSided(d) : 0));
  const others = differenceP.filter((_, h) => h !== best);
  const differencesCorrected = holm(others);

  const recovery =
    scores[best] > 0
      ? await recover(
          { names: hypotheses.map((h) => h.name), readouts, activity: y, best, unitScores: unitScores[best] },
          {
            random: new Random(`${seed}/recovery`),
            recoveries,
            // Noise that is made of these data must be far from where it was.
            leastShift: Math.min(Math.max(correlated, Math.floor(y.rows / 20)), Math.floor(y.rows / 4)),
            pace: (f) => pace('model recovery', f),
          },
        )
      : undefined;

  const judged = hypotheses.map(({ name }, h): Judged => {
    const { low, high } = blocks.interval((positions) => blocks.score(h, positions), random, resamples);
    const sorted = nulls[h].slice().sort();
    const difference = differences[h];
    return {
      name,
      score: scores[h],
      interval: [low, high],
      unitScores: unitScores[h],
      null: {
        mean: sorted.reduce((s, v) => s + v, 0) / nullDraws,
        percentile95: sorted[Math.min(nullDraws - 1, Math.floor(0.95 * nullDraws))],
      },
      p: p[h],
      corrected: corrected[h],
      ceiling: recovery?.ceilings[h],
      behind: difference && {
        difference: difference.estimate,
        interval: [difference.low, difference.high],
        p: differenceP[h],
        corrected: differencesCorrected[h < best ? h : h - 1],
      },
    };
  });
  const ranking = judged.toSorted((a, b) => b.score - a.score);
  return {
    verdict: verdictOf(ranking, recovery, level),
    ranking,
    recovery,
    samples: shared.used,
    units: y.columns,
    folds: count,
    embargo,
    blockLength: blocks.length,
    notes,
  };
}

function checkDraws(draws: Record<string, number>, level: number, hypotheses: number): void {
  for (const [name, value] of Object.entries(draws)) {
    if (Number.isInteger(value) && value > 0) continue;
    throw new UsageError(`${name} must be a positive whole number`, { got: `${value}` });
  }
  if (!(level > 0 && level < 1)) throw new UsageError('a level lies between 0 and 1', { got: `${level}` });
  // The smallest p that the null can give, corrected, must be able to reach the level.
  const least = Math.ceil(hypotheses / level) - 1;
  if (draws.nullDraws < least) {
    throw new UsageError('too few draws from the null for the level', {
      where: 'nullDraws',
      expected: `at least ${least} for ${hypotheses} hypotheses at ${level}`,
      got: `${draws.nullDraws}`,
    });
  }
}

/** Held-out errors summed over blocks of time, to be drawn with replacement. */
function blocksOf(
  readouts: readonly Readout[],
  y: Matrix,
): {
  readonly length: number;
  readonly score: (hypothesis: number, positions: Int32Array) => number;
  readonly interval: (
    statistic: (positions: Int32Array) => number,
    random: Random,
    resamples: number,
  ) => BootstrapInterval;
} {
  const losses = readouts.map((r) => r.losses(y));
  const { rows, columns: units } = y;
  // What differs between hypotheses decides how long errors go together.
  const lengths = losses.map(({ model, constant }) => {
    const gained = new Float64Array(rows);
    for (let i = 0; i < model.data.length; i++)
      gained[Math.floor(i / units)] += constant.data[i] - model.data[i];
    return gained.some((v) => v !== gained[0]) ? automaticBlockLength(gained).circular : 1;
  });
  const length = Math.max(1, Math.ceil(2 * Math.max(...lengths)));
  const count = Math.floor(rows / length);
  const summed = (m: Matrix): Float64Array => {
    const out = new Float64Array(count * units);
    for (let i = 0; i < rows * units; i++) {
      // What is left over at the end goes with the last block.
      const block = Math.min(count - 1, Math.floor(Math.floor(i / units) / length));
      out[block * units + (i % units)] += m.data[i];
    }
    return out;
  };
  const models = losses.map(({ model }) => summed(model));
  const constant = summed(losses[0].constant);
  return {
    length,
    score(hypothesis, positions) {
      const m = models[hypothesis];
      const [errors, totals] = [new Float64Array(units), new Float64Array(units)];
      for (const k of positions) {
        for (let u = 0; u < units; u++) {
          errors[u] += m[k * units + u];
          totals[u] += constant[k * units + u];
        }
      }
      return meanScore(errors.map((e, u) => 1 - e / totals[u]));
    },
    interval: (statistic, random, resamples) =>
      bootstrap(count, statistic, { random, resamples, method: 'percentile' }),
  };
}

function twoSided({ distribution }: BootstrapInterval): number {
  const below = distribution.filter((d) => d <= 0).length;
  return Math.min(1, (2 * (1 + Math.min(below, distribution.length - below))) / (1 + distribution.length));
}

/** Tells of progress, ends on request, and lets others run now and then. */
function pacing({ onProgress, signal }: ClaimOptions): (stage: string, fraction: number) => Promise<void> {
  let last = performance.now();
  return async (stage, fraction) => {
    signal?.throwIfAborted();
    onProgress?.({ stage, fraction });
    if (performance.now() - last < 50) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}
