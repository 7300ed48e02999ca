import { bootstrap } from '../../math/bootstrap.ts';
import { matrix, multiply, type Matrix } from '../../math/matrix.ts';
import type { Random } from '../../math/random.ts';
import { UsageError } from '../../signal/error.ts';
import { nmf, type Nmf } from './nmf.ts';

export interface SynergyOptions {
  readonly random: Random;
  /** Ranks are tried up to this. Default: three quarters of the muscles. */
  readonly mostRank?: number;
  /** Random starts a rank. Default 5. */
  readonly restarts?: number;
  /** A rank without choosing. */
  readonly rank?: number;
  /** Deviation from a line, in R2 squared, below which more synergies only fit noise. Default 1e-4. */
  readonly linearity?: number;
  /** Samples that are drawn together for the interval of VAF: a cycle, or several correlation times. Default a tenth. */
  readonly blockLength?: number;
}

/** Muscle activity as a few groups of muscles that are active together. */
export interface Synergies {
  readonly rank: number;
  /** muscles x rank: how strongly each muscle takes part, each synergy of length 1. */
  readonly modules: Matrix;
  /** rank x samples: when each synergy is active. */
  readonly primitives: Matrix;
  /** Of each rank that was tried, from 1. */
  readonly curve: readonly { readonly rank: number; readonly r2: number; readonly vaf: number }[];
  /** 1 - |V - W H|^2 / |V - mean|^2. */
  readonly r2: number;
  /** Variance accounted for, uncentered: 1 - |V - W H|^2 / |V|^2 (Torres-Oviedo et al. 2006), with its bootstrap interval. */
  readonly vaf: { readonly estimate: number; readonly low: number; readonly high: number };
  readonly vafOfMuscles: Float64Array;
  /** Mean cosine of each synergy found in one half of the samples with its match in the other; 1: the same. */
  readonly splitHalf: number;
  /** R2 that each random start came to. */
  readonly r2OfStarts: readonly number[];
}

/**
 * Muscle synergies by non-negative matrix factorization. The rank is the smallest from which on R2 against rank is a straight line, so
 * that a further synergy adds no more than the ones after it: mean squared deviation below 1e-4 (Cheung et al. 2005; d'Avella
 * et al. 2003).
 *
 * @param activity muscles x samples, envelopes, none negative or missing. Samples should be cycles in a row or their mean.
 */
export function synergies(activity: Matrix, options: SynergyOptions): Synergies {
  const { random, restarts = 5, linearity = 1e-4 } = options;
  const { rows: muscles, columns: samples } = activity;
  const most = options.rank ?? options.mostRank ?? Math.max(1, muscles - Math.round(muscles / 4));
  if (samples < 4) {
    throw new UsageError('too few samples for synergies', {
      expected: 'muscles x samples',
      got: `${muscles} x ${samples}`,
    });
  }
  const at = (rank: number, v = activity): Nmf => nmf(v, { rank, restarts, random });
  const fits =
    options.rank === undefined ? Array.from({ length: most }, (_, k) => at(k + 1)) : [at(options.rank)];
  const chosen =
    options.rank === undefined
      ? fits[
          chooseRank(
            fits.map((f) => f.r2),
            linearity,
          ) - 1
        ]
      : fits[0];
  const rank = chosen.w.columns;
  const fitted = multiply(chosen.w, chosen.h);
  const [errors, powers] = [matrix(muscles, samples), matrix(muscles, samples)];
  activity.data.forEach((v, i) => {
    errors.data[i] = (v - fitted.data[i]) ** 2;
    powers.data[i] = v ** 2;
  });
  const [e, p] = [errors, powers].map(columnSums);
  const blockLength = options.blockLength ?? Math.max(1, Math.round(samples / 10));
  const interval = bootstrap(
    samples,
    (positions) => {
      let [a, b] = [0, 0];
      for (const i of positions) {
        a += e[i];
        b += p[i];
      }
      return 1 - a / b;
    },
    { random, blockLength, resamples: 500, method: 'percentile' },
  );
  const [odd, even] = halves(activity);
  return {
    rank,
    modules: chosen.w,
    primitives: chosen.h,
    curve: fits.map((f) => ({ rank: f.w.columns, r2: f.r2, vaf: vafOf(activity, f) })),
    r2: chosen.r2,
    vaf: { estimate: interval.estimate, low: interval.low, high: interval.high },
    vafOfMuscles: Float64Array.from({ length: muscles }, (_, m) => {
      const sum = (of: Matrix): number =>
        of.data.subarray(m * samples, (m + 1) * samples).reduce((s, v) => s + v, 0);
      return 1 - sum(errors) / sum(powers);
    }),
    splitHalf: Math.min(1, synergySimilarity(at(rank, odd).w, at(rank, even).w)),
    r2OfStarts: chosen.r2OfStarts,
  };
}

/** The smallest rank from which on the curve is a line within the tolerance. @param r2 of the ranks 1, 2, ... */
export function chooseRank(r2: readonly number[], linearity: number): number {
  for (let from = 0; from < r2.length - 2; from++) {
    const rest = r2.slice(from);
    const n = rest.length;
    const [mx, my] = [(n - 1) / 2, rest.reduce((a, b) => a + b, 0) / n];
    let [xx, xy] = [0, 0];
    rest.forEach((v, x) => {
      xx += (x - mx) ** 2;
      xy += (x - mx) * (v - my);
    });
    const deviation = rest.reduce((s, v, x) => s + (v - my - (xy / xx) * (x - mx)) ** 2, 0) / n;
    if (deviation <= linearity) return from + 1;
  }
  return Math.max(1, r2.length - 1);
}

/** Mean cosine of the columns of a with the columns of b that they are matched to, the most alike first. */
export function synergySimilarity(a: Matrix, b: Matrix): number {
  const r = a.columns;
  const pairs = Array.from({ length: r * r }, (_, i) => {
    const [j, k] = [Math.floor(i / r), i % r];
    let [ab, aa, bb] = [0, 0, 0];
    for (let m = 0; m < a.rows; m++) {
      const [u, v] = [a.data[m * r + j], b.data[m * r + k]];
      ab += u * v;
      aa += u * u;
      bb += v * v;
    }
    return { j, k, cosine: ab / Math.sqrt(aa * bb) };
  }).sort((p, q) => q.cosine - p.cosine);
  const [usedA, usedB] = [new Set<number>(), new Set<number>()];
  let sum = 0;
  for (const { j, k, cosine } of pairs) {
    if (usedA.has(j) || usedB.has(k)) continue;
    usedA.add(j);
    usedB.add(k);
    sum += cosine;
  }
  return sum / r;
}

function vafOf(v: Matrix, { w, h }: Nmf): number {
  const fitted = multiply(w, h);
  let [e, p] = [0, 0];
  v.data.forEach((x, i) => {
    e += (x - fitted.data[i]) ** 2;
    p += x ** 2;
  });
  return 1 - e / p;
}

function columnSums({ columns, data }: Matrix): Float64Array {
  const out = new Float64Array(columns);
  data.forEach((v, i) => {
    out[i % columns] += v;
  });
  return out;
}

/** Every other sample, and the others: both halves then hold every phase of the cycle. */
function halves({ rows, columns, data }: Matrix): [Matrix, Matrix] {
  const pick = (first: number): Matrix => {
    const chosen = Array.from({ length: Math.floor((columns - first + 1) / 2) }, (_, i) => first + 2 * i);
    const out = matrix(rows, chosen.length);
    for (let r = 0; r < rows; r++) {
      chosen.forEach((c, i) => {
        out.data[r * chosen.length + i] = data[r * columns + c];
      });
    }
    return out;
  };
  return [pick(0), pick(1)];
}
