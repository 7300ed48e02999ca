/**
 * Neurons and movement in two published recordings (see `m1-s1-recordings.ts`).
 *
 *   npx tsx validation/m1-s1.ts [folder of m1-s1-reach] [--only TEXT]
 *
 * Encoding: mean pseudo-R2 of the 20 most active M1 neurons (S1: `network-encoding.ts`). Decoding: R2 of the hand's velocity, x and y. Three contiguous folds, each
 * sample predicted by the fit that did not see it; S1's folds end at joints of trials, and no window crosses one. Scores are over
 * all held-out samples together, with the score of each fold; intervals: bootstrap over blocks of 5 s, 95 %; null: predictions
 * shifted against the truth, 100 shifts, mean and 95th percentile.
 *
 * To reach, measured on the whole recordings before parts of them were set apart: GLM 0.072, boosted trees 0.127 from
 * position, velocity and what derives from them; Wiener filter of 7 bins M1 0.80 / 0.68, S1 0.68 / 0.68.
 */
import { nodeEngine } from '../src/learn/engine/node.ts';
import type { Engine } from '../src/learn/index.ts';
import { Random } from '../src/math/random.ts';
import { matrix, type Matrix } from '../src/math/matrix.ts';
import {
  beside,
  boostedTrees,
  column,
  crossPredict,
  filteredBy,
  kalmanFilter,
  lagged,
  mostActive,
  poissonDeviances,
  poissonGlm,
  raisedCosineBasis,
  rateNetwork,
  recurrentDecoder,
  scoreInterval,
  scoreOf,
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
import { around, blockLength, loadM1, loadS1, m1S1Folder, movement, type Area } from './m1-s1-recordings.ts';

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
  const truth = mostActive(area.counts, 20);
  const now = movement(area);
  const nearby = lagged(now, around);
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
    task(poissonGlm(), 'movement -0.2 to 0.2 s', nearby),
    task(boostedTrees(), 'movement -0.2 to 0.2 s', nearby),
    task(rateNetwork({ engine }), 'movement -0.2 to 0.2 s', nearby),
    withHistory(poissonGlm(), 'the same and own history', nearby),
    withHistory(boostedTrees(), 'the same and own history', nearby),
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
  await measure(words[0] ?? m1S1Folder, only);
}
