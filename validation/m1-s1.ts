/**
 * Neurons and movement in two published recordings (MIT, KordingLab/spykesML): motor cortex (M1, Stevenson et al. 2011, CRCNS DREAM)
 * and area 2 of somatosensory cortex (S1, Miller lab), 50 ms bins, a hand that reaches.
 *
 *   npx tsx validation/m1-s1.ts [folder of m1-s1-reach] [--only TEXT]
 *
 * Encoding: mean pseudo-R2 of the 20 most active M1 neurons. Decoding: R2 of the hand's velocity, x and y. Three contiguous folds, each
 * sample predicted by the fit that did not see it; S1's folds end at joints of trials, and no window crosses one. Scores are over
 * all held-out samples together, with the score of each fold; intervals: bootstrap over blocks of 5 s, 95 %; null: predictions
 * shifted against the truth by at least a twentieth of the recording, 100 shifts, mean and 95th percentile.
 *
 * To reach, measured on the whole recordings before parts of them were set apart: GLM 0.072, boosted trees 0.127 from
 * position, velocity and what derives from them; Wiener filter of 7 bins M1 0.80 / 0.68, S1 0.68 / 0.68.
 */
import { resolve } from 'node:path';
import { readMatlab } from '../src/formats/index.ts';
import { nodeEngine } from '../src/learn/engine/node.ts';
import type { Engine } from '../src/learn/index.ts';
import { Random } from '../src/math/random.ts';
import { matrix, type Matrix } from '../src/math/matrix.ts';
import {
  beside,
  boostedTrees,
  column,
  contiguousFolds,
  crossPredict,
  filteredBy,
  kalmanFilter,
  lagged,
  poissonDeviances,
  poissonGlm,
  raisedCosineBasis,
  rateNetwork,
  recurrentDecoder,
  scoreInterval,
  scoreOf,
  series,
  seriesFrom,
  shiftNull,
  squaredErrors,
  takeColumns,
  wienerCascade,
  wienerFilter,
  type Fold,
  type Method,
  type Score,
  type Series,
} from '../src/relate/index.ts';

const binSeconds = 0.05;
const blockLength = 5 / binSeconds;

interface Area {
  readonly name: string;
  readonly counts: Series;
  readonly position: Series;
  readonly velocity: Series;
  readonly folds: readonly Fold[];
}

async function loadM1(folder: string): Promise<Area> {
  const variables = await readMatlab(resolve(folder, 'm1.mat'));
  const at = (name: string): Matrix => transposed(numbersOf(variables[name]));
  const counts = named(at('spikes'), 'unit');
  const planar = (name: string): Series => takeColumns(named(at(name), name), [0, 1]);
  return {
    name: 'M1',
    counts,
    position: planar('handPos'),
    velocity: planar('handVel'),
    folds: contiguousFolds(counts.stretches, { count: 3 }),
  };
}

/** A joint is where the position moves 1.5 cm further than the velocity tells. */
async function loadS1(folder: string): Promise<Area> {
  const variables = await readMatlab(resolve(folder, 's1.mat'));
  const [p, v] = ['pos', 'vel'].map((name) => numbersOf(variables[name]));
  const stretches = new Int32Array(p.rows);
  for (let i = 1; i < p.rows; i++) {
    const off = [0, 1].map((d) => {
      const [a, b] = [2 * (i - 1) + d, 2 * i + d];
      return Math.abs(p.data[b] - p.data[a] - ((v.data[a] + v.data[b]) / 2) * binSeconds);
    });
    stretches[i] = stretches[i - 1] + (Math.max(...off) > 1.5 ? 1 : 0);
  }
  const counts = named(numbersOf(variables.spikes), 'unit', stretches);
  return {
    name: 'S1',
    counts,
    position: named(p, 'position', stretches),
    velocity: named(v, 'velocity', stretches),
    folds: contiguousFolds(stretches, { count: 3 }),
  };
}

function numbersOf(value: Awaited<ReturnType<typeof readMatlab>>[string] | undefined): Matrix {
  if (value?.kind !== 'numeric') throw new Error('the file lacks an array');
  return matrix(value.shape[0], value.shape[1], Float64Array.from(value.values as ArrayLike<number>));
}

function transposed(m: Matrix): Matrix {
  const out = matrix(m.columns, m.rows);
  for (let i = 0; i < m.data.length; i++) {
    out.data[(i % m.columns) * m.rows + Math.floor(i / m.columns)] = m.data[i];
  }
  return out;
}

function named(values: Matrix, name: string, stretches?: Int32Array): Series {
  return series(
    values,
    Array.from({ length: values.columns }, (_, i) => `${name} ${i + 1}`),
    stretches,
  );
}

/** Position, velocity, and what derives from them at the same moment: speed, directions, distance, acceleration. */
function movement({ position, velocity }: Area): Series {
  const [px, py, vx, vy] = [position, velocity].flatMap((s) => [0, 1].map((c) => column(s.values, c)));
  const n = px.length;
  const change = (v: Float64Array): Float64Array =>
    v.map((_, i) => {
      const [a, b] = [Math.max(0, i - 1), Math.min(n - 1, i + 1)];
      return (v[b] - v[a]) / ((b - a) * binSeconds);
    });
  const angle = (x: Float64Array, y: Float64Array): Float64Array => x.map((v, i) => Math.atan2(y[i], v));
  const length = (x: Float64Array, y: Float64Array): Float64Array => x.map((v, i) => Math.hypot(v, y[i]));
  const [ax, ay] = [change(vx), change(vy)];
  const [heading, bearing] = [angle(vx, vy), angle(px, py)];
  return seriesFrom(
    {
      px,
      py,
      vx,
      vy,
      speed: length(vx, vy),
      'cos heading': heading.map(Math.cos),
      'sin heading': heading.map(Math.sin),
      ax,
      ay,
      distance: length(px, py),
      'cos bearing': bearing.map(Math.cos),
      'sin bearing': bearing.map(Math.sin),
    },
    position.stretches,
  );
}

/** The most active units, by position. */
function mostActive(counts: Series, number: number): number[] {
  const sums = counts.names.map((_, c) => column(counts.values, c).reduce((a, b) => a + b, 0));
  return sums
    .map((_, c) => c)
    .sort((a, b) => sums[b] - sums[a])
    .slice(0, number);
}

interface Row {
  readonly task: string;
  readonly method: string;
  readonly from: string;
  readonly score: number;
  readonly low: number;
  readonly high: number;
  readonly folds: readonly number[];
  readonly null: string;
  readonly secondsPerFit: number;
  readonly parts: readonly number[];
}

/** Scores predictions of several outputs: the mean, its interval, its null. */
function judge(
  score: Score,
  truth: Series,
  predictions: Matrix,
  folds: readonly Fold[],
): Pick<Row, 'score' | 'low' | 'high' | 'folds' | 'null' | 'parts'> {
  const truths = truth.names.map((_, c) => column(truth.values, c));
  const predicted = truth.names.map((_, c) => column(predictions, c));
  const losses = truths.map((t, c) => score(t, predicted[c]));
  const { estimate, low, high } = scoreInterval(losses, {
    blockLength,
    random: new Random(1),
    resamples: 1000,
  });
  const shifted = shiftNull(score, truths, predicted, { random: new Random(2), shifts: 100 });
  return {
    score: estimate,
    low,
    high,
    parts: losses.map(scoreOf),
    null: `${shifted.mean.toFixed(3)} (95 %: ${shifted.high.toFixed(3)}), p ${shifted.p < 0.0101 ? '<= 0.01' : shifted.p.toFixed(2)}`,
    folds: folds.map(({ test }) => {
      const at = (v: Float64Array): Float64Array => Float64Array.from(test, (i) => v[i]);
      const each = truths.map((t, c) => scoreOf(score(at(t), at(predicted[c]))));
      return each.reduce((a, b) => a + b, 0) / each.length;
    }),
  };
}

/** One line of the table, or nothing where `--only` asks for others. */
interface Task {
  readonly task: string;
  readonly method: string;
  readonly from: string;
  readonly run: () => Promise<{
    readonly truth: Series;
    readonly predictions: Matrix;
    readonly fits: number;
    readonly score: Score;
    readonly folds: readonly Fold[];
  }>;
}

function encodingTasks(area: Area, engine: Engine): Task[] {
  const truth = takeColumns(area.counts, mostActive(area.counts, 20));
  const now = movement(area);
  const around = lagged(now, [-4, -2, 0, 2, 4]);
  const history = filteredBy(truth, raisedCosineBasis({ count: 4, firstLag: 1, lastLag: 10 }));
  const functions = history.names.length / truth.names.length;
  const task = (method: Method, from: string, x: Series): Task => ({
    task: `${area.name} encoding`,
    method: method.name,
    from,
    run: async () => ({
      truth,
      predictions: (await crossPredict(method, x, truth, area.folds)).predictions,
      fits: area.folds.length * truth.names.length,
      score: poissonDeviances,
      folds: area.folds,
    }),
  });
  /** Each unit's own history beside the movement, so a fit for each unit. */
  const withHistory = (method: Method, from: string, x: Series): Task => ({
    ...task(method, from, x),
    run: async () => {
      const predictions = matrix(truth.values.rows, truth.names.length);
      for (let u = 0; u < truth.names.length; u++) {
        const own = takeColumns(
          history,
          Array.from({ length: functions }, (_, f) => u * functions + f),
        );
        const one = await crossPredict(method, beside(x, own), takeColumns(truth, [u]), area.folds);
        for (let i = 0; i < predictions.rows; i++) {
          predictions.data[i * predictions.columns + u] = one.predictions.data[i];
        }
      }
      return {
        truth,
        predictions,
        fits: area.folds.length * truth.names.length,
        score: poissonDeviances,
        folds: area.folds,
      };
    },
  });
  return [
    task(poissonGlm(), 'movement now', now),
    task(boostedTrees(), 'movement now', now),
    task(poissonGlm(), 'movement -0.2 to 0.2 s', around),
    task(boostedTrees(), 'movement -0.2 to 0.2 s', around),
    task(rateNetwork({ engine }), 'movement -0.2 to 0.2 s', around),
    withHistory(poissonGlm(), 'the same and own history', around),
    withHistory(boostedTrees(), 'the same and own history', around),
  ];
}

function decodingTasks(area: Area, engine: Engine): Task[] {
  const task = (method: Method): Task => ({
    task: `${area.name} decoding`,
    method: method.name,
    from: `${area.counts.names.length} neurons`,
    run: async () => ({
      truth: area.velocity,
      predictions: (await crossPredict(method, area.counts, area.velocity, area.folds)).predictions,
      fits: area.folds.length,
      score: squaredErrors,
      folds: area.folds,
    }),
  });
  return [
    task(wienerFilter()),
    task(wienerCascade()),
    task(kalmanFilter()),
    task(recurrentDecoder('gru', { engine })),
    task(recurrentDecoder('lstm', { engine })),
  ];
}

export async function measure(folder: string, only = ''): Promise<Row[]> {
  const [m1, s1] = [await loadM1(folder), await loadS1(folder)];
  const engine = await nodeEngine();
  const tasks = [...encodingTasks(m1, engine), ...decodingTasks(m1, engine), ...decodingTasks(s1, engine)];
  const rows: Row[] = [];
  for (const { task, method, from, run } of tasks) {
    if (!`${task} ${method} ${from}`.includes(only)) continue;
    const start = performance.now();
    const { truth, predictions, fits, score, folds } = await run();
    const secondsPerFit = (performance.now() - start) / 1000 / fits;
    const row = { task, method, from, secondsPerFit, ...judge(score, truth, predictions, folds) };
    rows.push(row);
    console.log(lineOf(row));
  }
  return rows;
}

function lineOf(row: Row): string {
  const n = (v: number): string => v.toFixed(3);
  const parts = row.parts.length <= 2 ? ` = ${row.parts.map(n).join(' / ')}` : '';
  return [
    row.task.padEnd(12),
    row.method.padEnd(8),
    row.from.padEnd(24),
    `${n(row.score)} [${n(row.low)}, ${n(row.high)}]${parts}`.padEnd(40),
    `folds ${row.folds.map(n).join(' ')}`,
    `null ${row.null}`,
    `${row.secondsPerFit.toFixed(1)} s a fit`,
  ].join('  ');
}

if (process.argv[1] === import.meta.filename) {
  const words = process.argv.slice(2);
  const at = words.indexOf('--only');
  const only = at >= 0 ? words.splice(at, 2)[1] : '';
  await measure(words[0] ?? resolve(import.meta.dirname, '../../shared/data/m1-s1-reach'), only);
}
