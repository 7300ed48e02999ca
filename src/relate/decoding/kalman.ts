import { solve } from '../../math/lu.ts';
import { identity, matrix, multiply, multiplyVector, transpose, type Matrix } from '../../math/matrix.ts';
import { cholesky, choleskySolve } from '../../math/cholesky.ts';
import { InputError } from '../../signal/error.ts';
import type { Fitted, Method } from '../method.ts';
import { columnMoments, inspect, notesOn, sameColumns } from '../regressors.ts';
import { ridge } from '../ridge.ts';
import { isWhole, stretchStarts, takeRows, wholeRows, type Series } from '../series.ts';
import { demandVaried } from './wiener.ts';

export interface KalmanOptions {
  /** Samples by which spikes lead movement. Default 1. */
  readonly lead?: number;
  /** Factor on the noise of the movement's own dynamics; above 1 the spikes count for more (Glaser et al. 2020). Default 1. */
  readonly noiseFactor?: number;
}

/**
 * The Kalman filter (Wu et al. 2003): movement z_t = A z_{t-1} + w, spikes s_t = H z_t + q, all around their means; A, W, H, Q by
 * least squares on the samples of the fit. The state is the movement that is decoded: give position, velocity and acceleration
 * where velocity alone is wanted. Each stretch starts from the mean movement and its spread.
 *
 * Q is ridged by a hundredth of its mean diagonal, so that units that fire alike do not make it singular.
 */
export function kalmanFilter({ lead = 1, noiseFactor = 1 }: KalmanOptions = {}): Method {
  return {
    name: 'kalman',
    async fit(x, y): Promise<Fitted> {
      const spikes = ledBy(x, lead);
      const rows = wholeRows([spikes, y], 'kalman filter', 10 + y.names.length);
      demandVaried(takeRows(y, rows), 'kalman filter');
      const [s, z] = [takeRows(spikes, rows), takeRows(y, rows)];
      const [sMean, zMean] = [columnMoments(s.values).mean, columnMoments(z.values).mean];
      const [sc, zc] = [centered(s.values, sMean), centered(z.values, zMean)];
      // Pairs of samples that follow each other.
      const pairs = Int32Array.from(z.stretches.keys()).filter(
        (i) => i > 0 && z.stretches[i] === z.stretches[i - 1],
      );
      if (pairs.length < y.names.length + 2) {
        throw new InputError('too few samples follow each other', {
          where: 'kalman filter',
          expected: `${y.names.length + 2} pairs`,
          got: `${pairs.length}`,
        });
      }
      const before = pick(
        zc,
        pairs.map((i) => i - 1),
      );
      const dynamics = transpose(leastSquaresWeights(before, pick(zc, pairs)));
      const model: KalmanModel = {
        dynamics,
        noise: scaled(residualCovariance(before, pick(zc, pairs), dynamics), noiseFactor),
        prior: residualCovariance(zc, zc, matrix(zc.columns, zc.columns)),
        ...observation(zc, sc),
      };
      const notes = notesOn(inspect(s.values, x.names), rows.length, x.names.length);
      return {
        notes,
        predict: async (x) => {
          sameColumns(s.names, x, 'kalman filter');
          return decode(model, ledBy(x, lead), sMean, zMean);
        },
      };
    },
  };
}

interface KalmanModel {
  readonly dynamics: Matrix;
  readonly noise: Matrix;
  readonly prior: Matrix;
  /** H^T Q^-1, states x units. */
  readonly gain: Matrix;
  /** H^T Q^-1 H. */
  readonly information: Matrix;
}

/** Spikes so many samples before; NaN where that is out of the stretch. */
function ledBy(x: Series, lead: number): Series {
  const { rows, columns, data } = x.values;
  const out = matrix(rows, columns);
  for (let r = 0; r < rows; r++) {
    const from = r - lead;
    const inside = from >= 0 && from < rows && x.stretches[from] === x.stretches[r];
    if (inside) out.data.set(data.subarray(from * columns, (from + 1) * columns), r * columns);
    else out.data.fill(NaN, r * columns, (r + 1) * columns);
  }
  return { ...x, values: out };
}

function observation(z: Matrix, s: Matrix): Pick<KalmanModel, 'gain' | 'information'> {
  const h = transpose(leastSquaresWeights(z, s));
  const q = residualCovariance(z, s, h);
  const n = q.rows;
  let trace = 0;
  for (let i = 0; i < n; i++) trace += q.data[i * n + i];
  for (let i = 0; i < n; i++) q.data[i * n + i] += (0.01 * trace) / n;
  const factor = cholesky(q);
  const gain = matrix(z.columns, n);
  for (let k = 0; k < z.columns; k++) {
    const column = Float64Array.from({ length: n }, (_, i) => h.data[i * z.columns + k]);
    gain.data.set(choleskySolve(factor, column), k * n);
  }
  return { gain, information: multiply(gain, h) };
}

/** In the form of information: P^-1 = (A P A^T + W)^-1 + H^T Q^-1 H. A missing sample only predicts. */
function decode(model: KalmanModel, spikes: Series, sMean: Float64Array, zMean: Float64Array): Matrix {
  const { values, stretches } = spikes;
  const k = zMean.length;
  const out = matrix(values.rows, k, new Float64Array(values.rows * k).fill(NaN));
  const starts = stretchStarts(stretches);
  for (let b = 0; b + 1 < starts.length; b++) {
    let state = new Float64Array(k);
    let spread = model.prior;
    for (let r = starts[b]; r < starts[b + 1]; r++) {
      if (r > starts[b]) {
        state = multiplyVector(model.dynamics, state) as Float64Array<ArrayBuffer>;
        spread = added(multiply(multiply(model.dynamics, spread), transpose(model.dynamics)), model.noise);
      }
      if (!isWhole(values, r)) continue;
      const row = values.data.subarray(r * values.columns, (r + 1) * values.columns);
      const prediction = inverse(spread);
      const posterior = added(prediction, model.information);
      const evidence = multiplyVector(
        model.gain,
        row.map((v, i) => v - sMean[i]),
      );
      const from = multiplyVector(prediction, state);
      state = Float64Array.from(
        solve(
          posterior,
          evidence.map((v, i) => v + from[i]),
        ),
      );
      spread = inverse(posterior);
      for (let i = 0; i < k; i++) out.data[r * k + i] = state[i] + zMean[i];
    }
  }
  return out;
}

function leastSquaresWeights(x: Matrix, y: Matrix): Matrix {
  // A trace of a penalty, for outputs that follow from each other.
  let square = 0;
  for (const v of x.data) square += v * v;
  return ridge(x, y, new Int32Array(x.rows), { penalties: [(1e-8 * square) / x.columns] }).weights;
}

/** The covariance of y - x H^T. */
function residualCovariance(x: Matrix, y: Matrix, h: Matrix): Matrix {
  const fitted = multiply(x, transpose(h));
  const residual = { ...y, data: y.data.map((v, i) => v - fitted.data[i]) };
  return scaled(multiply(transpose(residual), residual), 1 / x.rows);
}

function pick(m: Matrix, rows: Int32Array): Matrix {
  const out = matrix(rows.length, m.columns);
  rows.forEach((r, i) => out.data.set(m.data.subarray(r * m.columns, (r + 1) * m.columns), i * m.columns));
  return out;
}

const centered = (m: Matrix, mean: Float64Array): Matrix => ({
  ...m,
  data: m.data.map((v, i) => v - mean[i % m.columns]),
});
const scaled = (m: Matrix, factor: number): Matrix => ({ ...m, data: m.data.map((v) => v * factor) });
const added = (a: Matrix, b: Matrix): Matrix => ({ ...a, data: a.data.map((v, i) => v + b.data[i]) });

function inverse(a: Matrix): Matrix {
  const n = a.rows;
  const out = matrix(n, n);
  const unit = identity(n);
  for (let c = 0; c < n; c++) {
    const column = solve(a, unit.data.subarray(c * n, (c + 1) * n));
    for (let r = 0; r < n; r++) out.data[r * n + c] = column[r];
  }
  return out;
}
