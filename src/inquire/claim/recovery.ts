import { matrix, wilsonInterval, type Matrix, type Random } from '../../math/index.ts';
import { shiftedPosition } from '../../relate/nulls.ts';
import { meanScore, shifted } from './activity.ts';
import type { Readout } from './readout.ts';

/** Could these data have told the hypotheses apart? */
export interface Recovery {
  readonly names: readonly string[];
  /** How often each (column) came first where another (row) had made the data. */
  readonly first: readonly (readonly number[])[];
  /** Data sets made for each row. */
  readonly recoveries: number;
  /** How often each came first on its own data, with 95 % interval (Wilson). */
  readonly recovered: readonly { readonly fraction: number; readonly interval: readonly [number, number] }[];
  /** Mean score of each on data that it made itself. */
  readonly ceilings: readonly number[];
}

interface Panel {
  readonly names: readonly string[];
  readonly readouts: readonly Readout[];
  readonly activity: Matrix;
  /** The hypothesis that scored best, and its units' held-out scores. */
  readonly best: number;
  readonly unitScores: Float64Array;
}

interface RecoverOptions {
  readonly random: Random;
  readonly recoveries: number;
  readonly leastShift: number;
  readonly pace: (fraction: number) => Promise<void>;
}

/**
 * Model recovery (Wilson & Collins 2019, eLife 8:e49547, on why no ranking should be believed without): data are made by each hypothesis in turn, all are
 * judged on them as on the real ones, and it is counted which comes first. A data set is what the hypothesis's readout says of these samples, in
 * each unit as strong as the best hypothesis's held-out prediction, plus what the best leaves of that unit, shifted in time: noise keeps its autocorrelation and its
 * correlations between units, but not its relation to anything.
 */
export async function recover(panel: Panel, options: RecoverOptions): Promise<Recovery> {
  const { names, readouts, activity, best, unitScores } = panel;
  const { random, recoveries, leastShift, pace } = options;
  const { rows, columns: units } = activity;
  const total = momentsOf(activity);
  const signal = unitScores.map((s, u) => Math.max(0, s) * total.variance[u]);
  const told = readouts.map((r) => r.fitted(activity));
  const left = matrix(
    rows,
    units,
    activity.data.map((v, i) => v - told[best].data[i]),
  );
  const noise = standardized(
    left,
    total.variance.map((v, u) => v - signal[u]),
  );
  const signals = told.map((t) => standardized(t, signal));
  const first = names.map(() => names.map(() => 0));
  const ceilings = names.map(() => 0);
  for (let g = 0; g < names.length; g++) {
    for (let k = 0; k < recoveries; k++) {
      const moved = shifted(noise, shiftedPosition(rows, random, leastShift));
      const made = matrix(
        rows,
        units,
        moved.data.map((v, i) => v + signals[g].data[i] + total.mean[i % units]),
      );
      const scores = readouts.map((r) => meanScore(r.scores(made)));
      first[g][scores.indexOf(Math.max(...scores))]++;
      ceilings[g] += scores[g] / recoveries;
      await pace((g * recoveries + k + 1) / (names.length * recoveries));
    }
  }
  const recovered = first.map((row, g) => ({
    fraction: row[g] / recoveries,
    interval: wilsonInterval(row[g], recoveries),
  }));
  return { names, first, recoveries, recovered, ceilings };
}

function momentsOf({ rows, columns, data }: Matrix): { mean: Float64Array; variance: Float64Array } {
  const [mean, variance] = [new Float64Array(columns), new Float64Array(columns)];
  data.forEach((v, i) => (mean[i % columns] += v / rows));
  data.forEach((v, i) => (variance[i % columns] += (v - mean[i % columns]) ** 2 / rows));
  return { mean, variance };
}

/** Each column with mean 0 and this variance; a column that does not change stays at 0. */
function standardized(m: Matrix, variances: Float64Array): Matrix {
  const { mean, variance } = momentsOf(m);
  const scale = variance.map((v, u) => (v > 0 ? Math.sqrt(variances[u] / v) : 0));
  return matrix(
    m.rows,
    m.columns,
    m.data.map((v, i) => (v - mean[i % m.columns]) * scale[i % m.columns]),
  );
}
