import { quantile, Random } from '../../math/index.ts';
import { UsageError } from '../../signal/error.ts';
import { tensorNull } from '../dynamics/tensor-null.ts';
import { sameConditions, selectConditions, type Responses } from '../responses.ts';
import type { Measure } from './measure.ts';

export interface CompareOptions {
  readonly seed: number | string;
  /** Draws from the null (`Measure.chance`). Default 200. */
  readonly nullDraws?: number;
  /** Draws of conditions for the interval. Default 200. */
  readonly resamples?: number;
  /**
   * Repeats of b, each the responses of an independent part of the trials. They give the ceiling; the value is then the mean over
   * repeats, so that both stand on the same noise.
   */
  readonly repeats?: readonly Responses[];
  /** Called after each piece of work with the done fraction. */
  readonly onProgress?: (fraction: number) => void;
  readonly signal?: AbortSignal;
}

export interface Comparison {
  readonly measure: string;
  readonly value: number;
  /** 95 %, from conditions drawn with replacement (percentiles). A condition that is drawn twice is alike to itself, which draws the interval up. */
  readonly interval: readonly [low: number, high: number];
  /** What unrelated responses give. `distinct`: how many there are. */
  readonly null: {
    readonly of: Measure['chance'];
    readonly mean: number;
    readonly percentile95: number;
    readonly distinct: number;
  };
  /** (1 + draws from the null at least as good) / (1 + draws). */
  readonly p: number;
  /** What a perfect model could reach on repeats this noisy (Nili et al. 2014): each against the mean of the others, and of all. */
  readonly ceiling?: readonly [lower: number, upper: number];
}

/** How alike are two populations, beside chance and beside what noise allows? Throws `UsageError` where conditions or times differ. */
export function compare(a: Responses, b: Responses, measure: Measure, options: CompareOptions): Comparison {
  const { seed, nullDraws = 200, resamples = 200, repeats, onProgress, signal } = options;
  sameConditions(a, b);
  repeats?.forEach((r) => sameConditions(a, r));
  if (a.conditions < 3) {
    throw new UsageError('too few conditions to compare populations', {
      expected: '3 or more',
      got: `${a.conditions}`,
    });
  }
  if (repeats && repeats.length < 2) {
    throw new UsageError('a ceiling needs repeats', { expected: '2 or more', got: `${repeats.length}` });
  }
  const targets = repeats ?? [b];
  const likeness = (x: Responses, ys: readonly Responses[]): number =>
    ys.reduce((s, y) => s + measure.value(x, y), 0) / ys.length;
  const value = likeness(a, targets);
  const random = new Random(`${seed}/${measure.name}`);
  const total = nullDraws + resamples;
  const each = (count: number, before: number, work: () => number): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => {
      signal?.throwIfAborted();
      const found = work();
      onProgress?.((before + i + 1) / total);
      return found;
    });
  const unrelated = chanceOf(measure, targets, random);
  const nulls = each(nullDraws, 0, () => likeness(a, unrelated()));
  const draws = each(resamples, nullDraws, () => {
    // At least three different conditions, or some measures have no value.
    for (;;) {
      const drawn = Array.from({ length: a.conditions }, () => random.integer(a.conditions));
      if (new Set(drawn).size < 3) continue;
      return likeness(
        selectConditions(a, drawn),
        targets.map((t) => selectConditions(t, drawn)),
      );
    }
  });
  const reached = nulls.reduce((n, v) => n + (v >= value ? 1 : 0), 0);
  return {
    measure: measure.name,
    value,
    interval: [quantile(draws, 0.025), quantile(draws, 0.975)],
    null: {
      of: measure.chance,
      mean: nulls.reduce((s, v) => s + v, 0) / nulls.length,
      percentile95: quantile(nulls, 0.95),
      distinct: measure.chance === 'conditions' ? factorial(a.conditions) : Infinity,
    },
    p: (1 + reached) / (1 + nullDraws),
    ceiling: repeats && ceiling(repeats, measure),
  };
}

function chanceOf(
  { chance }: Measure,
  targets: readonly Responses[],
  random: Random,
): () => readonly Responses[] {
  if (chance === 'conditions') {
    return () => {
      const order = random.permutation(targets[0].conditions);
      return targets.map((t) => selectConditions(t, order));
    };
  }
  const nulls = targets.map((t) => tensorNull(t));
  return () => nulls.map((n) => n.draw(random));
}

function ceiling(repeats: readonly Responses[], measure: Measure): [number, number] {
  const mean = (of: readonly Responses[]): Responses => ({
    ...of[0],
    values: of[0].values.map((_, i) => of.reduce((s, r) => s + r.values[i], 0) / of.length),
  });
  const all = mean(repeats);
  const [lower, upper] = [0, 0].map((_, which) => {
    const values = repeats.map((r) =>
      measure.value(which === 0 ? mean(repeats.filter((o) => o !== r)) : all, r),
    );
    return values.reduce((s, v) => s + v, 0) / values.length;
  });
  return [lower, upper];
}

function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1);
}
