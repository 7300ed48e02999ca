import { bootstrap, type BootstrapInterval } from '../math/bootstrap.ts';
import type { Random } from '../math/random.ts';
import { logGamma } from '../math/special.ts';
import { InputError, UsageError } from '../signal/error.ts';
import { shiftedPosition } from './nulls.ts';

/**
 * Scores of predictions on held-out samples. Each is 1 - sum(loss) / sum(loss of a constant), so that samples can be resampled
 * without predicting again. Samples where truth or prediction is missing (NaN) are left out.
 */

/** The loss of each sample, of the model and of the model that knows the mean only; NaN where left out. */
export interface Losses {
  readonly model: Float64Array;
  readonly constant: Float64Array;
}

/** The losses of one output: from truth and prediction. */
export type Score = (truth: ArrayLike<number>, prediction: ArrayLike<number>) => Losses;

/**
 * Squared errors, for R2 = 1 - SSE / SST: SST is around the mean of the truth itself, so that R2 < 0 is worse than a constant.
 */
export const squaredErrors: Score = (truth, prediction) => {
  const mean = meanOfUsed(truth, prediction);
  return lossesOf(truth, prediction, (y, f) => [(y - f) ** 2, (y - mean) ** 2]);
};

/**
 * Poisson deviances, for McFadden's pseudo-R2 (Cameron & Windmeijer 1997): 1 - (LL_saturated - LL_model) / (LL_saturated -
 * LL_mean), half a deviance being y ln(y / f) - y + f. A predicted rate below 1e-9 counts as 1e-9.
 *
 * @param truth spike counts. @param prediction expected counts. The constant is the mean of the truth itself.
 */
export const poissonDeviances: Score = (truth, prediction) => {
  const mean = meanOfUsed(truth, prediction);
  const half = (y: number, f: number): number =>
    (y > 0 ? y * Math.log(y / Math.max(f, leastRate)) : 0) - y + f;
  return lossesOf(truth, prediction, (y, f) => [half(y, f), half(y, mean)]);
};

/** Rates of zero would make any spike infinitely unlikely; the benchmark's floor. */
const leastRate = 1e-9;

export function scoreOf({ model, constant }: Losses): number {
  let [m, c] = [0, 0];
  for (let i = 0; i < model.length; i++) {
    if (Number.isNaN(model[i])) continue;
    m += model[i];
    c += constant[i];
  }
  return 1 - m / c;
}

export function r2(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  return scoreOf(squaredErrors(truth, prediction));
}

export function pseudoR2(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  return scoreOf(poissonDeviances(truth, prediction));
}

/**
 * ln of the Poisson probability of counts given expected counts, summed; missing counts are left out. A rate of zero counts as
 * 1e-9. Throws `InputError` where a rate is negative, or missing where there is a count.
 */
export function poissonLogLikelihood(counts: ArrayLike<number>, rates: ArrayLike<number>): number {
  sameSize(counts, rates);
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    if (Number.isNaN(counts[i])) continue;
    if (!(rates[i] >= 0)) {
      throw new InputError('a predicted rate is missing or negative', {
        where: `element ${i}`,
        got: `${rates[i]}`,
      });
    }
    const rate = rates[i] === 0 ? leastRate : rates[i];
    sum += counts[i] * Math.log(rate) - rate - logGamma(counts[i] + 1);
  }
  return sum;
}

/**
 * Bits per spike as the Neural Latents Benchmark defines them (Pei et al. 2021, section 3.3): (LL_model - LL_mean) / (spikes
 * ln 2), LL_mean being of each unit's mean over the scored samples. Over all units together.
 *
 * @param counts @param rates `samples x units`, row by row, spikes and expected spikes in each bin; NaN counts are left out.
 */
export function bitsPerSpike(counts: ArrayLike<number>, rates: ArrayLike<number>, units = 1): number {
  sameSize(counts, rates);
  const sums = new Float64Array(units);
  const seen = new Float64Array(units);
  for (let i = 0; i < counts.length; i++) {
    if (Number.isNaN(counts[i])) continue;
    sums[i % units] += counts[i];
    seen[i % units]++;
  }
  const spikes = sums.reduce((a, b) => a + b, 0);
  if (spikes === 0) {
    throw new InputError('there is no spike to score', { where: 'bitsPerSpike', expected: 'at least one' });
  }
  const means = Float64Array.from({ length: counts.length }, (_, i) => sums[i % units] / seen[i % units]);
  return (poissonLogLikelihood(counts, rates) - poissonLogLikelihood(counts, means)) / spikes / Math.LN2;
}

/**
 * Co-smoothing: bits per spike of units that the model did not see on these samples, predicted from those that it saw (Macke et
 * al. 2011; Pei et al. 2021).
 *
 * @param counts @param rates `samples x units`, all units. @param heldOut positions of the unseen ones.
 */
export function coSmoothing(
  counts: ArrayLike<number>,
  rates: ArrayLike<number>,
  units: number,
  heldOut: readonly number[],
): number {
  if (heldOut.length === 0 || heldOut.some((u) => !(Number.isInteger(u) && u >= 0 && u < units))) {
    throw new UsageError('co-smoothing needs held-out units', {
      expected: `positions from 0 to ${units - 1}`,
      got: `${heldOut}`,
    });
  }
  sameSize(counts, rates);
  const pick = (from: ArrayLike<number>): Float64Array =>
    Float64Array.from(
      { length: (from.length / units) * heldOut.length },
      (_, i) => from[Math.floor(i / heldOut.length) * units + heldOut[i % heldOut.length]],
    );
  return bitsPerSpike(pick(counts), pick(rates), heldOut.length);
}

export interface ScoreIntervalOptions {
  /** Consecutive samples that are drawn together; several times the correlation time. */
  readonly blockLength: number;
  readonly random: Random;
  /** Default 2000. */
  readonly resamples?: number;
  readonly level?: number;
}

/**
 * The mean score of several outputs over the same samples with its interval by bootstrap over blocks of samples. It says how far
 * the score would move with other samples of the same recording, not with another animal or another fit.
 */
export function scoreInterval(outputs: readonly Losses[], options: ScoreIntervalOptions): BootstrapInterval {
  const { blockLength, resamples, level, random } = options;
  const samples = outputs[0]?.model.length ?? 0;
  const blocks = Math.ceil(samples / blockLength);
  const sums = outputs.map(({ model, constant }) => {
    const [m, c] = [new Float64Array(blocks), new Float64Array(blocks)];
    for (let i = 0; i < samples; i++) {
      if (Number.isNaN(model[i])) continue;
      m[Math.floor(i / blockLength)] += model[i];
      c[Math.floor(i / blockLength)] += constant[i];
    }
    return { m, c };
  });
  const statistic = (positions: Int32Array): number => {
    let total = 0;
    for (const { m, c } of sums) {
      let [a, b] = [0, 0];
      for (const k of positions) {
        a += m[k];
        b += c[k];
      }
      total += 1 - a / b;
    }
    return total / sums.length;
  };
  return bootstrap(blocks, statistic, { resamples, level, random });
}

export interface ShiftNull {
  /** Mean and 95th percentile of the score where the predictions are shifted against the truth. */
  readonly mean: number;
  readonly high: number;
  /** Probability of such a score under the null. */
  readonly p: number;
}

/** The mean score of several outputs where predictions are shifted in time against the truth, wrapped around. */
export function shiftNull(
  score: Score,
  truths: readonly ArrayLike<number>[],
  predictions: readonly ArrayLike<number>[],
  options: { readonly random: Random; readonly shifts?: number },
): ShiftNull {
  const { random, shifts = 100 } = options;
  const samples = truths[0].length;
  const meanScore = (offset: number): number =>
    truths.reduce((sum, truth, k) => {
      const p = predictions[k];
      const moved = Float64Array.from({ length: samples }, (_, i) => p[(i + offset) % samples]);
      return sum + scoreOf(score(truth, moved));
    }, 0) / truths.length;
  const observed = meanScore(0);
  const values = Float64Array.from({ length: shifts }, () =>
    meanScore(shiftedPosition(samples, random)),
  ).sort();
  return {
    mean: values.reduce((a, b) => a + b, 0) / shifts,
    high: values[Math.min(shifts - 1, Math.floor(0.95 * shifts))],
    p: (1 + values.reduce((n, v) => n + (v >= observed ? 1 : 0), 0)) / (1 + shifts),
  };
}

function lossesOf(
  truth: ArrayLike<number>,
  prediction: ArrayLike<number>,
  loss: (truth: number, prediction: number) => [model: number, constant: number],
): Losses {
  const [model, constant] = [new Float64Array(truth.length), new Float64Array(truth.length)];
  for (let i = 0; i < truth.length; i++) {
    [model[i], constant[i]] =
      Number.isNaN(truth[i]) || Number.isNaN(prediction[i]) ? [NaN, NaN] : loss(truth[i], prediction[i]);
  }
  return { model, constant };
}

function meanOfUsed(truth: ArrayLike<number>, prediction: ArrayLike<number>): number {
  sameSize(truth, prediction);
  let [sum, n] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (Number.isNaN(truth[i]) || Number.isNaN(prediction[i])) continue;
    sum += truth[i];
    n++;
  }
  if (n === 0) {
    throw new InputError('there is nothing to score', {
      expected: 'samples with both a truth and a prediction',
    });
  }
  return sum / n;
}

function sameSize(truth: ArrayLike<number>, prediction: ArrayLike<number>): void {
  if (truth.length === prediction.length) return;
  throw new UsageError('truth and prediction differ in length', {
    expected: `${truth.length} samples`,
    got: `${prediction.length}`,
  });
}
