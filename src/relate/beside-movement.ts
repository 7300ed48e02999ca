/** All that is usually asked first of neurons recorded beside a movement, each answer on held-out samples and beside its null. */
import type { Engine } from '../learn/engine/engine.ts';
import { rayleighTest, type RayleighTest } from '../math/circular.ts';
import { matrix, Random } from '../math/index.ts';
import { benjaminiHochberg, decorrelationLag } from '../math/statistics/index.ts';
import { InputError } from '../signal/error.ts';
import { wienerFilter } from './decoding/wiener.ts';
import { poissonGlm, type FittedGlm } from './encoding/poisson-glm.ts';
import { contiguousFolds, type Fold } from './folds.ts';
import { crossPredict } from './method.ts';
import {
  poissonDeviances,
  scoreInterval,
  scoreOf,
  shiftNull,
  squaredErrors,
  type Score,
  type ShiftNull,
} from './scores.ts';
import { beside, column, lagged, series, takeColumns, type Series } from './series.ts';
import { directionTuning, type DirectionTuning } from './tuning.ts';
import { uniqueVariance, type UniqueVariance } from './unique-variance.ts';

export interface BesideMovementOptions {
  /** Duration of a sample, s. */
  readonly binSeconds: number;
  readonly seed: number | string;
  /** Other variables over the same samples, by name, for the shares of variance. */
  readonly others?: ReadonlyMap<string, Series>;
  /** Contiguous folds. Default 5. */
  readonly folds?: number;
  /** Of each null. Default 100. */
  readonly shifts?: number;
  /** Of each interval. Default 1000. */
  readonly resamples?: number;
  /** Multiplies large matrices. */
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
  readonly onProgress?: (stage: string, fraction: number) => void;
}

/** A held-out score beside what shifted predictions give. */
export interface JudgedScore {
  readonly value: number;
  /** 95 %, from blocks of samples drawn with replacement. */
  readonly interval: readonly [low: number, high: number];
  readonly null: ShiftNull;
}

export interface UnitEncoding extends JudgedScore {
  readonly unit: string;
  /** p, corrected over units (Benjamini & Hochberg 1995). */
  readonly corrected: number;
  /** Better than shifted predictions (`corrected` at most 0.05) and than a constant (the interval lies above 0). */
  readonly predicted: boolean;
}

export interface BesideMovement {
  readonly binSeconds: number;
  /** The units that fired, in the order of all that is listed by unit; what the others are is in `notes`. */
  readonly counts: Series;
  /** The movement's channels, and their change per second. */
  readonly place: Series;
  readonly velocity: Series;
  /** The two channels that move most: directions are within their plane. */
  readonly plane: readonly [string, string];
  /** Length of the velocity over all channels, per second. */
  readonly speed: Float64Array;
  readonly tuning: readonly DirectionTuning[];
  /** Preferred directions of units with p <= 0.05 after correction: how many, and whether they lie to one side. */
  readonly preferred: { readonly tuned: readonly number[]; readonly rayleigh?: RayleighTest };
  readonly encoding: readonly UnitEncoding[];
  /** A fit to all samples: weights per standard deviation, unit x channel of the velocity x lag; lags in s, positive where neurons lead. */
  readonly weights: { readonly lags: readonly number[]; readonly values: Float64Array };
  /** The velocity from all neurons by a Wiener filter: one score a channel, and what was predicted. */
  readonly decoding: { readonly scores: readonly JudgedScore[]; readonly predicted: Series };
  /** Of square roots of counts. */
  readonly shares: UniqueVariance;
  readonly folds: number;
  /** Samples left out around each fold; samples of a block. */
  readonly embargo: number;
  readonly blockLength: number;
  readonly notes: readonly string[];
}

/** Samples before and after that neurons may have to do with. */
const lagSeconds = 0.2;
const lagSteps = 2;
/** Spikes of a unit in the samples of a fit, at least. */
const leastSpikes = 10;
/** A direction counts only where the movement is at least this share of its 95th percentile of speed. */
const movingShare = 0.1;

/**
 * @param counts spikes, samples x units. @param given the movement: places (m, px) or angles, samples x channels, at least two. NaN is missing: such samples are left out.
 * Throws `InputError` where fewer than two channels of the movement change, or no unit fires enough.
 */
export async function besideMovement(
  counts: Series,
  given: Series,
  options: BesideMovementOptions,
): Promise<BesideMovement> {
  const { binSeconds, seed, others = new Map(), folds: count = 5, signal, onProgress, engine } = options;
  const notes: string[] = [];
  const movement = moving(given, notes);
  if (movement.names.length < 2) {
    throw new InputError('a direction needs two channels of movement', {
      expected: 'two or more, for instance x and y of a hand',
      got: `${movement.names.join(', ') || 'none'} that changes`,
    });
  }
  const velocity = changeOf(movement, binSeconds);
  const speed = speedOf(velocity);
  const plane = planeOf(movement);
  const blockLength = Math.max(1, Math.ceil(5 / binSeconds));
  const lag = Math.round(lagSeconds / binSeconds);
  const embargo = Math.max(lag, Math.min(blockLength, decorrelationLag(speed.map((v) => v || 0))));
  const folds = contiguousFolds(counts.stretches, { count, embargo });
  const active = firing(counts, folds, notes);
  const shortest = Math.min(...folds.map(({ test }) => test.length));
  if (shortest < 4 * embargo)
    notes.push(
      `Folds of ${(shortest * binSeconds).toFixed(1)} s are short beside the ${(embargo * binSeconds).toFixed(1)} s over which the movement resembles itself: scores of so few independent pieces vary much.`,
    );
  const tell = (stage: string, fraction: number): void => {
    signal?.throwIfAborted();
    onProgress?.(stage, fraction);
  };
  const judge = judgeBy(options, blockLength);

  const tuning = tunings(active, velocity, speed, plane, options, (f) => tell('Tuning', f));
  const corrected = benjaminiHochberg(tuning.map(({ p }) => p));
  const tuned = tuning.flatMap((_, u) => (corrected[u] <= 0.05 ? [u] : []));
  const directions = tuned.map((u) => tuning[u].preferredDirection);

  const lags = lagsOf(lag);
  const around = beside(lagged(velocity, lags), beside(movement, named('speed', speed, movement)));
  const encoding = await encodings(active, around, folds, judge, (f) => tell('Encoding', f));
  const weights = await weightsOf(active, around, velocity, lags, binSeconds);

  tell('Decoding', 0);
  const decoder = wienerFilter();
  const { predictions, notes: said } = await crossPredict(decoder, active, velocity, folds);
  notes.push(...said);
  const predicted = series(predictions, velocity.names, velocity.stretches);
  const decoding = velocity.names.map((name, c) =>
    judge(`decoding/${name}`, squaredErrors, column(velocity.values, c), column(predictions, c)),
  );

  tell('Shares of variance', 0);
  const shares = await sharesOf(active, movement, velocity, speed, others, lags, count, engine);
  tell('Shares of variance', 1);
  return {
    binSeconds,
    counts: active,
    place: movement,
    velocity,
    plane: [movement.names[plane[0]], movement.names[plane[1]]],
    speed,
    tuning,
    preferred: { tuned, ...(tuned.length >= 3 && { rayleigh: rayleighTest(directions) }) },
    encoding,
    weights,
    decoding: { scores: decoding, predicted },
    shares,
    folds: count,
    embargo,
    blockLength,
    notes: [...notes, ...shares.notes],
  };

  /** Scores of one output; each with random numbers of its own. */
  function judgeBy(
    { shifts = 100, resamples = 1000 }: BesideMovementOptions,
    length: number,
  ): (what: string, score: Score, truth: Float64Array, predicted: Float64Array) => JudgedScore {
    return (what, score, truth, guess) => {
      const losses = score(truth, guess);
      const { low, high } = scoreInterval([losses], {
        blockLength: length,
        random: new Random(`${seed}/${what}/interval`),
        resamples,
      });
      const chance = shiftNull(score, [truth], [guess], {
        random: new Random(`${seed}/${what}/null`),
        shifts,
      });
      return { value: scoreOf(losses), interval: [low, high], null: chance };
    };
  }
}

type Judge = (what: string, score: Score, truth: Float64Array, predicted: Float64Array) => JudgedScore;

/** Channels that change at all. */
function moving(given: Series, notes: string[]): Series {
  const still = given.names.filter((_, c) => {
    const own = column(given.values, c).filter((v) => !Number.isNaN(v));
    return own.every((v) => v === own[0]);
  });
  if (still.length === 0) return given;
  notes.push(`Left out of the movement, for they never change: ${still.join(', ')}.`);
  return takeColumns(
    given,
    given.names.flatMap((name, c) => (still.includes(name) ? [] : [c])),
  );
}

/** Units that can be judged: a fit needs spikes in every fold. */
function firing(counts: Series, folds: readonly Fold[], notes: string[]): Series {
  const few = counts.names.filter((_, c) => {
    const own = column(counts.values, c);
    const within = (rows: Int32Array): number => rows.reduce((sum, r) => sum + (own[r] || 0), 0);
    return folds.some(({ train }) => within(train) < leastSpikes);
  });
  if (few.length === counts.names.length)
    throw new InputError('no unit fires enough', {
      expected: `${leastSpikes} spikes or more in the samples of every fit`,
      fix: 'Take a longer stretch, fewer folds, or units that fire more.',
    });
  if (few.length > 0)
    notes.push(`Left out, with fewer than ${leastSpikes} spikes in a fit's samples: ${few.join(', ')}.`);
  return takeColumns(
    counts,
    counts.names.flatMap((name, c) => (few.includes(name) ? [] : [c])),
  );
}

/** Central differences within a stretch, one-sided at its ends. */
function changeOf({ values, names, stretches }: Series, binSeconds: number): Series {
  const { rows, columns, data } = values;
  const out = matrix(rows, columns);
  for (let r = 0; r < rows; r++) {
    const a = r > 0 && stretches[r - 1] === stretches[r] ? r - 1 : r;
    const b = r + 1 < rows && stretches[r + 1] === stretches[r] ? r + 1 : r;
    for (let c = 0; c < columns; c++)
      out.data[r * columns + c] =
        a === b ? NaN : (data[b * columns + c] - data[a * columns + c]) / ((b - a) * binSeconds);
  }
  return series(
    out,
    names.map((name) => `${name} change`),
    stretches,
  );
}

function speedOf({ values: { rows, columns, data } }: Series): Float64Array {
  return Float64Array.from({ length: rows }, (_, r) =>
    Math.hypot(...data.subarray(r * columns, (r + 1) * columns)),
  );
}

/** The channels with the widest spread. */
function planeOf({ values, names }: Series): readonly [number, number] {
  const spread = names.map((_, c) => {
    const own = column(values, c).filter((v) => !Number.isNaN(v));
    const mean = own.reduce((a, v) => a + v, 0) / own.length;
    return own.reduce((a, v) => a + (v - mean) ** 2, 0);
  });
  const [first, second] = names.map((_, c) => c).sort((i, k) => spread[k] - spread[i]);
  return [Math.min(first, second), Math.max(first, second)];
}

const named = (name: string, values: Float64Array, like: Series): Series =>
  series(matrix(values.length, 1, values), [name], like.stretches);

function tunings(
  counts: Series,
  velocity: Series,
  speed: Float64Array,
  [across, along]: readonly [number, number],
  { binSeconds, seed, shifts = 100 }: BesideMovementOptions,
  tell: (fraction: number) => void,
): DirectionTuning[] {
  const { values } = velocity;
  const sorted = speed.filter((v) => !Number.isNaN(v)).sort();
  const least = movingShare * sorted[Math.floor(0.95 * (sorted.length - 1))];
  const direction = speed.map((v, r) =>
    v >= least
      ? Math.atan2(values.data[r * values.columns + along], values.data[r * values.columns + across])
      : NaN,
  );
  return counts.names.map((name, u) => {
    tell(u / counts.names.length);
    return directionTuning(direction, column(counts.values, u), {
      widthSeconds: binSeconds,
      bins: 8,
      random: new Random(`${seed}/tuning/${name}`),
      shifts,
    });
  });
}

const lagsOf = (most: number): number[] => {
  const step = Math.max(1, Math.round(most / lagSteps));
  return most === 0 ? [0] : Array.from({ length: 2 * lagSteps + 1 }, (_, i) => (i - lagSteps) * step);
};

async function encodings(
  counts: Series,
  around: Series,
  folds: readonly Fold[],
  judge: Judge,
  tell: (fraction: number) => void,
): Promise<UnitEncoding[]> {
  const judged: JudgedScore[] = [];
  for (const [u, name] of counts.names.entries()) {
    tell(u / counts.names.length);
    const one = takeColumns(counts, [u]);
    const { predictions } = await crossPredict(poissonGlm(), around, one, folds);
    judged.push(
      judge(`encoding/${name}`, poissonDeviances, column(counts.values, u), column(predictions, 0)),
    );
  }
  const corrected = benjaminiHochberg(judged.map((j) => j.null.p));
  return judged.map((j, u) => ({
    ...j,
    unit: counts.names[u],
    corrected: corrected[u],
    predicted: corrected[u] <= 0.05 && j.interval[0] > 0,
  }));
}

async function weightsOf(
  counts: Series,
  around: Series,
  velocity: Series,
  lags: readonly number[],
  binSeconds: number,
): Promise<BesideMovement['weights']> {
  const { units } = (await poissonGlm({ folds: 3 }).fit(around, counts)) as FittedGlm;
  const channels = velocity.names.length;
  const per = channels * lags.length;
  const values = new Float64Array(units.length * per);
  // The columns of `lagged` come lag by lag.
  units.forEach((unit, u) => {
    for (let k = 0; k < lags.length; k++) {
      for (let c = 0; c < channels; c++)
        values[u * per + c * lags.length + k] = unit.weights[k * channels + c];
    }
  });
  return { lags: lags.map((lag) => 0 - lag * binSeconds), values };
}

async function sharesOf(
  counts: Series,
  movement: Series,
  velocity: Series,
  speed: Float64Array,
  others: ReadonlyMap<string, Series>,
  lags: readonly number[],
  folds: number,
  engine: Engine | undefined,
): Promise<UniqueVariance> {
  const groups = new Map([
    ['place', movement],
    ['velocity', velocity],
    ['speed', named('speed', speed, movement)],
    ...others,
  ]);
  const parts = [...groups].map(([group, s]): [string, Series] => {
    const { values, names, stretches } = lagged(s, lags);
    return [
      group,
      series(
        values,
        names.map((n) => `${group}: ${n}`),
        stretches,
      ),
    ];
  });
  const x = parts.map(([, part]) => part).reduce((a, b) => beside(a, b));
  const roots = { ...counts.values, data: counts.values.data.map(Math.sqrt) };
  return uniqueVariance(
    x,
    { ...counts, values: roots },
    {
      variables: Object.fromEntries(parts.map(([group, part]) => [group, part.names])),
      folds,
      engine,
    },
  );
}
